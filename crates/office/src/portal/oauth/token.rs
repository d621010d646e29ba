//! `/oauth/token/`: a code or a refresh token for tokens, by GET or by a form.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Application, Authority, Grant, Inner, after, grant};
use crate::params::{self, Params};
use crate::portal::reply::Refusal;

/// Which of the two ways it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Code,
    Refresh,
}

impl Authority {
    /// Answers the token endpoint; `host` is the portal's.
    pub(crate) fn tokens(&self, params: &Params, host: &str, now: Timestamp) -> Result<Value, Refusal> {
        let outcome = self.exchange(params, host, now);
        if outcome.is_err() {
            self.lock().refused += 1;
        }
        outcome
    }

    fn exchange(&self, params: &Params, host: &str, now: Timestamp) -> Result<Value, Refusal> {
        let text = |name: &str| params::text(params, name).filter(|text| !text.is_empty());
        let (way, name) = match text("grant_type").as_deref() {
            Some("authorization_code") => (Way::Code, "code"),
            Some("refresh_token") => (Way::Refresh, "refresh_token"),
            _ => return Err(Refusal::bad("invalid_request", "Unknown grant type")),
        };
        let missing = |name: &str| Refusal::bad("invalid_request", &format!("No \"{name}\" parameter found"));
        let client_id = text("client_id").ok_or_else(|| missing("client_id"))?;
        let secret = text("client_secret").ok_or_else(|| missing("client_secret"))?;
        let ticket = text(name).ok_or_else(|| missing(name))?;
        let mut inner = self.lock();
        let application = authenticated(&inner, &client_id, &secret)?;
        let held = match way {
            Way::Code => inner.codes.get(&ticket),
            Way::Refresh => inner.refresh.get(&ticket),
        };
        let held = held
            .filter(|held| held.client_id == client_id && held.until > now)
            .cloned()
            .ok_or_else(|| Refusal::bad("invalid_grant", "Invalid grant"))?;
        // Each works once.
        match way {
            Way::Code => inner.codes.remove(&ticket),
            Way::Refresh => inner.refresh.remove(&ticket),
        };
        Ok(self.give(&mut inner, &application, &held, way, host, now))
    }

    fn give(
        &self,
        inner: &mut Inner,
        application: &Application,
        held: &Grant,
        way: Way,
        host: &str,
        now: Timestamp,
    ) -> Value {
        let (access, refresh) = (self.chance.word(70), self.chance.word(70));
        let lives = inner.lives;
        let until = after(now, lives.access_s);
        inner
            .access
            .insert(access.clone(), grant(&held.client_id, held.user, until));
        inner.refresh.insert(
            refresh.clone(),
            grant(&held.client_id, held.user, after(now, lives.refresh_s)),
        );
        let mut body = json!({
            "access_token": access, "refresh_token": refresh, "expires_in": lives.access_s,
            "scope": application.scopes.join(","), "domain": host, "server_endpoint": format!("http://{host}/rest/"),
            "client_endpoint": format!("http://{host}/rest/"), "member_id": self.member_id, "status": "L",
        });
        match way {
            Way::Code => inner.exchanges += 1,
            Way::Refresh => inner.refreshes += 1,
        }
        // The documentation shows the reply to a code without them; the vendor's own SDK for Python insists on them.
        if way == Way::Refresh || !lives.terse {
            body["expires"] = until.as_second().into();
            body["user_id"] = held.user.into();
        }
        body
    }
}

/// A wrong number of an application is told with status 200.
fn authenticated(inner: &Inner, client_id: &str, secret: &str) -> Result<Application, Refusal> {
    let refused = |status, code: &str, text: &str| Refusal::new(status, code, text);
    let Some(application) = inner.applications.get(client_id) else {
        return Err(refused(StatusCode::OK, "wrong_client", "Wrong client"));
    };
    if application.client_secret != secret {
        return Err(refused(StatusCode::UNAUTHORIZED, "invalid_client", "Invalid client"));
    }
    if !application.installed {
        return Err(refused(
            StatusCode::UNAUTHORIZED,
            "NOT_INSTALLED",
            "Application not installed",
        ));
    }
    if application.unpaid {
        return Err(refused(
            StatusCode::UNAUTHORIZED,
            "PAYMENT_REQUIRED",
            "Payment required",
        ));
    }
    Ok(application.clone())
}
