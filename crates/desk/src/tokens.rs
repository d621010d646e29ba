//! The tokens of an application in the keyring: one entry for a portal, replaced as a whole.
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bitrix24::Portal;
use bitrix24::oauth::{StoreFailed, Stored, TokenStore, Tokens};
use hotstart_core::ports::Secrets as _;
use hotstart_core::settings::tokens_key;
use hotstart_platform::keyring::Keyring;
use secrecy::ExposeSecret as _;

/// Where the tokens of one portal are kept.
pub(crate) struct KeyringTokens {
    keyring: Keyring,
    portal: Portal,
    memory_only: bool,
    /// False once the portal was removed or signed in to anew: what comes then is of the past.
    alive: Arc<AtomicBool>,
}

impl KeyringTokens {
    pub(crate) fn new(keyring: Keyring, portal: &Portal, memory_only: bool, alive: Arc<AtomicBool>) -> Self {
        Self {
            keyring,
            portal: portal.clone(),
            memory_only,
            alive,
        }
    }
}

impl TokenStore for KeyringTokens {
    fn save(&self, tokens: Tokens) -> Stored<'_, ()> {
        Box::pin(async move {
            if !self.alive.load(Ordering::SeqCst) {
                return Ok(());
            }
            let key = tokens_key(&self.portal.to_string());
            let text = tokens.to_secret().expose_secret().to_owned();
            let kept = self.keyring.keep(key, text, self.memory_only).await;
            kept.map_err(|failure| {
                tracing::warn!(code = failure.code_text(), "tokens were not kept");
                StoreFailed
            })
        })
    }

    fn load(&self) -> Stored<'_, Option<Tokens>> {
        Box::pin(async move {
            let kept = self.keyring.get(&tokens_key(&self.portal.to_string())).await;
            let kept = kept.map_err(|_| StoreFailed)?;
            Ok(kept.and_then(|text| Tokens::from_secret(&text, &self.portal)))
        })
    }
}

impl fmt::Debug for KeyringTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringTokens")
            .field("portal", &self.portal)
            .finish_non_exhaustive()
    }
}
