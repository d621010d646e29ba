//! Who calls: a webhook, an application or a page, and how each is refused.

use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;

use super::{Call, Proof};
use crate::params::{self, Params};
use crate::portal::Portal;
use crate::portal::oauth::Unfit;
use crate::portal::people::SCOPES;
use crate::portal::reply::Refusal;

impl Portal {
    /// The owner of a webhook, the user of an application's token, or whoever is signed in.
    pub(super) fn caller(
        &self,
        path: &[&str],
        params: &Params,
        headers: &HeaderMap,
        at: Timestamp,
    ) -> Result<Call<'_>, Refusal> {
        match path {
            [who, secret, _] => self.by_webhook(who, secret, at),
            [_] => match token(params, headers) {
                Some(token) => self.by_token(&token, at),
                None => self.by_session(params, headers, at),
            },
            _ => Err(refused("NO_AUTH_FOUND", "Wrong authorization data")),
        }
    }

    fn by_webhook(&self, who: &str, secret: &str, at: Timestamp) -> Result<Call<'_>, Refusal> {
        if self.manners.get().https_required {
            return Err(Refusal::bad("INVALID_REQUEST", "Https required."));
        }
        let user = self.people.by_webhook(&params::decode(who), secret);
        Ok(Call {
            user: user.ok_or_else(|| refused("INVALID_CREDENTIALS", "Invalid request credentials"))?,
            at,
            proof: Proof::Webhook,
            scopes: self.people.scopes(),
        })
    }

    fn by_token(&self, token: &str, at: Timestamp) -> Result<Call<'_>, Refusal> {
        if self.manners.get().authority_down {
            let text = "Error connecting to authorization server";
            return Err(refused("CONNECTION_ERROR", text));
        }
        let unfit = |unfit| match unfit {
            Unfit::Expired => refused("expired_token", "The access token provided has expired."),
            Unfit::Invalid => refused("invalid_token", "Unable to get application by token"),
            Unfit::NoApplication => refused("APPLICATION_NOT_FOUND", "Application not found"),
        };
        let (application, user) = self.authority.holder(token, at).map_err(unfit)?;
        if application.unpaid {
            return Err(refused("PAYMENT_REQUIRED", "Payment required"));
        }
        let user = self.people.get(user);
        Ok(Call {
            user: user.ok_or_else(|| refused("authorization_error", "Unable to authorize user"))?,
            at,
            proof: Proof::Application(application.client_id),
            scopes: application.scopes,
        })
    }

    /// A page shows its `sessid` beside the cookies; what is wrong with it is told with the right one, as the product
    /// does, for the page of the same origin to try again.
    fn by_session(&self, params: &Params, headers: &HeaderMap, at: Timestamp) -> Result<Call<'_>, Refusal> {
        let shown = params::text(params, "sessid").or_else(|| {
            let header = headers.get("x-bitrix-csrf-token")?;
            header.to_str().ok().map(str::to_owned)
        });
        let Some(shown) = shown else {
            return Err(refused("NO_AUTH_FOUND", "Wrong authorization data"));
        };
        let Some(session) = self.sessions.signed_in(headers) else {
            return Err(refused("access_denied", "User not authorized"));
        };
        if shown != session.sessid {
            let refusal = refused("session_failed", "Sessid check failed");
            return Err(refusal.with("sessid", session.sessid.into()));
        }
        let user = self.people.get(session.user);
        Ok(Call {
            user: user.ok_or_else(|| refused("access_denied", "User not authorized"))?,
            at,
            proof: Proof::Session,
            scopes: SCOPES.map(str::to_owned).to_vec(),
        })
    }
}

/// `Authorization: Bearer` first, then `auth`, then `access_token`.
fn token(params: &Params, headers: &HeaderMap) -> Option<String> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    bearer
        .or_else(|| params::text(params, "auth"))
        .or_else(|| params::text(params, "access_token"))
}

fn refused(code: &str, text: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, text)
}
