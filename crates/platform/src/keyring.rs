//! Secrets, by the `keyring` crate: Secret Service on Linux, Credential Manager on Windows, Keychain on macOS. With the
//! user's consent a secret is kept in memory only. Nothing is ever written in plain text.
//!
//! A secret store may be absent, locked behind a question to the user, or hang. All calls run one after the other on a
//! thread of their own, each caller waits only so long, and a store that hangs costs that one thread and nothing else
//! (a blocking task of the runtime would hold up the end of the program).
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Secrets, Waiting};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::oneshot;

#[path = "keyring/file.rs"]
mod file;
#[cfg(target_os = "linux")]
#[path = "keyring/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "keyring/always.rs"]
mod system;

/// The service name of every entry.
const SERVICE: &str = "hotstart";
/// The longest secret in UTF-16 units: the Credential Manager takes 2560 bytes, and one limit holds everywhere.
const LONGEST: usize = 1200;
/// Calls that may wait for the store.
const WAITING: usize = 16;

/// The secret store of the desk, with a memory for what shall not be stored. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Keyring {
    memory: Arc<Mutex<HashMap<String, SecretString>>>,
    calls: mpsc::SyncSender<Call>,
    patience: Duration,
}

impl Keyring {
    /// The store of this user. Nothing is asked of it before the first call.
    pub fn of_desk() -> Self {
        // Twenty seconds leave time to type the password that unlocks a store.
        Self::with_patience(Duration::from_secs(20))
    }

    /// Secrets in a file that only its owner may read: for a service on a computer that has no secret store.
    pub fn in_file(path: std::path::PathBuf) -> Self {
        let file = file::SecretFile(path);
        Self::working(Duration::from_secs(20), move |action, key| file.perform(action, key))
    }

    /// [`Keyring::of_desk`] with another limit for each call.
    pub fn with_patience(patience: Duration) -> Self {
        Self::working(patience, perform)
    }

    fn working(
        patience: Duration,
        perform: impl Fn(&Action, &str) -> Result<Option<SecretString>, Trouble> + Send + 'static,
    ) -> Self {
        let (calls, received) = mpsc::sync_channel(WAITING);
        let worker = std::thread::Builder::new().name("keyring".to_owned());
        if let Err(error) = worker.spawn(move || work(&received, perform)) {
            // Every call fails then, as with a missing store.
            tracing::error!(%error, "no thread for the keyring");
        }
        Self {
            memory: Arc::default(),
            calls,
            patience,
        }
    }

    /// The secret under `key`, or `None` when there is none.
    ///
    /// Failures: `keyring.missing` when the desk has no store, `keyring.locked` when it is locked, refuses or does not
    /// answer in time.
    pub async fn get(&self, key: &str) -> Result<Option<SecretString>, Failure> {
        if let Some(secret) = self.memory().get(key) {
            return Ok(Some(secret.clone()));
        }
        self.call(Action::Get, key).await
    }

    async fn keep_in_store(&self, key: String, secret: SecretString) -> Result<(), Failure> {
        self.call(Action::Keep(secret), &key).await?;
        // What was in memory before is outdated now.
        self.memory().remove(&key);
        Ok(())
    }

    async fn call(&self, action: Action, key: &str) -> Result<Option<SecretString>, Failure> {
        let (answer, answered) = oneshot::channel();
        let call = Call {
            action,
            key: key.to_owned(),
            answer,
        };
        match self.calls.try_send(call) {
            Ok(()) => {}
            Err(mpsc::TrySendError::Full(_)) => {
                tracing::warn!("too many calls wait for the keyring");
                return Err(Failure::new(Code::KeyringLocked));
            }
            Err(mpsc::TrySendError::Disconnected(_)) => return Err(Failure::new(Code::KeyringMissing)),
        }
        match tokio::time::timeout(self.patience, answered).await {
            Ok(Ok(result)) => result.map_err(|trouble| Failure::new(trouble.code())),
            Ok(Err(_)) => Err(Failure::new(Code::KeyringMissing)),
            Err(_) => {
                tracing::warn!("the keyring did not answer in time");
                Err(Failure::new(Code::KeyringLocked))
            }
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<String, SecretString>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Secrets for Keyring {
    fn keep(&self, key: String, secret: String, memory_only: bool) -> Waiting<Result<(), Failure>> {
        let keyring = self.clone();
        let secret = SecretString::from(secret);
        Box::pin(async move {
            if memory_only {
                keyring.memory().insert(key, secret);
                return Ok(());
            }
            let length = secret.expose_secret().encode_utf16().count();
            if length > LONGEST {
                let detail = format!("a secret of {length} characters is longer than the {LONGEST} a keyring takes");
                return Err(Failure::new(Code::Internal)
                    .with("detail", detail)
                    .finer("keyring.too-long"));
            }
            keyring.keep_in_store(key, secret).await
        })
    }

    fn forget(&self, key: String) -> Waiting<Result<(), Failure>> {
        let keyring = self.clone();
        Box::pin(async move {
            let was_in_memory = keyring.memory().remove(&key).is_some();
            match keyring.call(Action::Forget, &key).await {
                Ok(_) => Ok(()),
                // It was in memory because there is no store: then nothing is left to forget.
                Err(failure) if was_in_memory && failure.code == Code::KeyringMissing => Ok(()),
                Err(failure) => Err(failure),
            }
        })
    }
}

#[derive(Debug)]
enum Action {
    Get,
    Keep(SecretString),
    Forget,
}

#[derive(Debug)]
struct Call {
    action: Action,
    key: String,
    answer: oneshot::Sender<Result<Option<SecretString>, Trouble>>,
}

#[derive(Debug, Clone, Copy)]
enum Trouble {
    Missing,
    Locked,
}

impl Trouble {
    const fn code(self) -> Code {
        match self {
            Self::Missing => Code::KeyringMissing,
            Self::Locked => Code::KeyringLocked,
        }
    }
}

fn work(calls: &mpsc::Receiver<Call>, perform: impl Fn(&Action, &str) -> Result<Option<SecretString>, Trouble>) {
    while let Ok(Call { action, key, answer }) = calls.recv() {
        // A caller that has given up must not have a secret written behind its back.
        if answer.is_closed() {
            continue;
        }
        // Who asked may be gone; the deed stands.
        let _ = answer.send(perform(&action, &key));
    }
}

fn perform(action: &Action, key: &str) -> Result<Option<SecretString>, Trouble> {
    if !system::is_present() {
        return Err(Trouble::Missing);
    }
    let entry = keyring::Entry::new(SERVICE, key).map_err(trouble)?;
    match action {
        Action::Get => match entry.get_password() {
            Ok(secret) => Ok(Some(SecretString::from(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(trouble(error)),
        },
        Action::Keep(secret) => entry
            .set_password(secret.expose_secret())
            .map(|()| None)
            .map_err(trouble),
        Action::Forget => match entry.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(trouble(error)),
        },
    }
}

/// The store was there a moment ago, so all but "no store" means that it does not let us in. The text of an error never
/// holds a secret, but its debug form may, so only the kind is logged.
fn trouble(error: keyring::Error) -> Trouble {
    if matches!(error, keyring::Error::NoDefaultStore) {
        tracing::warn!("the keyring could not be reached");
        Trouble::Missing
    } else {
        let refused = matches!(error, keyring::Error::NoStorageAccess(_));
        tracing::warn!(refused, "the keyring failed");
        Trouble::Locked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(future)
    }

    #[test]
    fn what_is_in_memory_is_found_and_forgotten_without_a_store() {
        block_on(async {
            let keyring = Keyring::with_patience(Duration::from_millis(500));
            keyring.keep("webhook:a".into(), "value".into(), true).await.unwrap();
            let found = keyring.get("webhook:a").await.unwrap().unwrap();
            assert_eq!(found.expose_secret(), "value");
            assert!(!format!("{keyring:?}").contains("value"));
        });
    }

    #[test]
    fn a_secret_that_windows_could_not_keep_is_refused_everywhere() {
        block_on(async {
            let keyring = Keyring::with_patience(Duration::from_millis(500));
            let failure = keyring.keep("key".into(), "x".repeat(2000), false).await.unwrap_err();
            assert_eq!(failure.code_text(), "keyring.too-long");
        });
    }

    #[test]
    fn a_store_that_hangs_costs_its_callers_only_their_patience() {
        block_on(async {
            // Nobody works on the calls: the picture of a hanging store.
            let (calls, _received) = mpsc::sync_channel(WAITING);
            let patience = Duration::from_millis(20);
            let keyring = Keyring {
                memory: Arc::default(),
                calls,
                patience,
            };
            for _ in 0..WAITING + 5 {
                assert_eq!(keyring.get("key").await.unwrap_err().code, Code::KeyringLocked);
            }
        });
    }

    #[test]
    fn a_call_given_up_is_not_done_later() {
        let (calls, received) = mpsc::sync_channel(1);
        let (answer, answered) = oneshot::channel();
        drop(answered);
        let action = Action::Keep(SecretString::from("late"));
        calls
            .send(Call {
                action,
                key: "key".into(),
                answer,
            })
            .unwrap();
        drop(calls);
        // With no bus reachable from a test this would log a failure; the closed answer makes it skip the store.
        work(&received, perform);
    }
}
