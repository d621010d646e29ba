//! What a portal says to the connection: who calls, with which rights, within which limits.
use bitrix24::rest::{Answer, Rest, RestError, RestErrorKind};
use hotstart_core::Timestamp;
use hotstart_core::doctor::{Check, Finding};
use hotstart_core::settings::{ConnectionKind, PortalSettings};
use serde_json::{Value, json};

use super::{Means, reach};

/// Working time of a method within ten minutes, and from when on it is told.
const OPERATING: f64 = 480.0;
const NEAR: f64 = 0.8;

/// What is known of the connection afterwards.
#[derive(Debug, Default)]
pub(super) struct Access {
    /// The portal lets it call.
    pub(super) is_good: bool,
    /// Its rights, if they were told.
    pub(super) scopes: Option<Vec<String>>,
}

impl Access {
    /// Asks, and says what came of it.
    pub(super) async fn look(
        rest: &Rest,
        portal: &PortalSettings,
        means: Means<'_>,
        date: Option<i64>,
        checks: &mut Vec<Check>,
    ) -> Self {
        let profile = match rest.profile().await {
            Ok(profile) => profile,
            Err(error) => {
                checks.push(reach::clock(date, means.clock.now()));
                checks.extend(refused(portal, &error));
                checks.extend([Finding::ScopesUnseen, Finding::CrmUnseen].map(Check::new));
                return Self::default();
            }
        };
        checks.push(clock(rest, means, date).await);
        checks.push(Check::new(Finding::AccessGood).with("user", profile.full_name()));
        let scopes = rest.scope().await;
        checks.extend(rights(portal, scopes.as_deref().ok()));
        if let Some(limit) = scopes.as_ref().err().and_then(limited) {
            // Each further call would wait until the limit is over.
            checks.extend([Check::new(Finding::CrmUnseen), limit]);
            return Self::default();
        }
        let deals = deals(rest).await;
        checks.push(match &deals {
            Ok(_) => Check::new(Finding::CrmReadable),
            Err(error) if denies(error) => Check::new(Finding::CrmDenied).with("detail", said(error)),
            Err(_) => Check::new(Finding::CrmUnseen),
        });
        let (limit, operating) = match &deals {
            Ok(answer) => (None, answer.time.and_then(|time| time.operating)),
            Err(error) => (limited(error), None),
        };
        let is_good = limit.is_none();
        checks.push(limit.unwrap_or_else(|| used("crm.item.list", operating)));
        Self {
            is_good,
            scopes: scopes.ok(),
        }
    }
}

/// Nothing of all this was asked.
pub(super) fn unseen() -> [Check; 4] {
    [
        Finding::AccessUnseen,
        Finding::ScopesUnseen,
        Finding::CrmUnseen,
        Finding::LimitsUnseen,
    ]
    .map(Check::new)
}

/// The limit that a call was refused for.
pub(super) fn limited(error: &RestError) -> Option<Check> {
    if !matches!(error.kind(), RestErrorKind::Limit | RestErrorKind::Blocked) {
        return None;
    }
    let finding = if error.kind() == RestErrorKind::Blocked {
        Finding::LimitsBlocked
    } else if is(error, "OPERATION_TIME_LIMIT") {
        Finding::LimitsOperating
    } else {
        Finding::LimitsRequests
    };
    Some(Check::new(finding))
}

/// Kind and code of an error, for whoever has to look for it.
pub(super) fn said(error: &RestError) -> String {
    match error.portal_code() {
        Some(code) => format!("{} {code}", error.kind().code()),
        None => error.kind().code().to_owned(),
    }
}

/// One deal, if there is any: what it costs is told beside it.
async fn deals(rest: &Rest) -> Result<Answer<Value>, RestError> {
    let params = json!({"entityTypeId": 2, "select": ["id"], "filter": {"id": 1}, "start": -1});
    rest.call_fully("crm.item.list", params).await
}

/// By the portal's own method, else by the header of its first answer.
async fn clock(rest: &Rest, means: Means<'_>, date: Option<i64>) -> Check {
    let before = means.clock.now();
    let told = rest.server_time().await;
    let after = means.clock.now();
    let middle = Timestamp(before.0.midpoint(after.0));
    match told.ok().and_then(|told| told.parse::<jiff::Timestamp>().ok()) {
        Some(portal) => reach::clock(Some(portal.as_second()), middle),
        None => reach::clock(date, after),
    }
}

fn refused(portal: &PortalSettings, error: &RestError) -> Vec<Check> {
    if let Some(limit) = limited(error) {
        return vec![Check::new(Finding::AccessUnseen), limit];
    }
    let detail = |finding| Check::new(finding).with("detail", said(error));
    let check = match error.kind() {
        // Tokens and cookies end with a sign-in, and are no secret that anybody could type.
        RestErrorKind::Credentials => Check::new(match portal.connection {
            ConnectionKind::Webhook => Finding::AccessRefused,
            ConnectionKind::Application | ConnectionKind::Session => Finding::AccessSignedOut,
        }),
        RestErrorKind::SignedOut => Check::new(Finding::AccessSignedOut),
        RestErrorKind::Application => detail(Finding::AccessApplication),
        RestErrorKind::Access if is(error, "PAYMENT_REQUIRED") => Check::new(Finding::AccessUnpaid),
        RestErrorKind::Access if is(error, "ACCESS_DENIED") => Check::new(Finding::AccessEdition),
        RestErrorKind::Access | RestErrorKind::AuthKind | RestErrorKind::Scope => detail(Finding::AccessForbidden),
        RestErrorKind::Gone => Check::new(Finding::AccessDeleted).with("host", &portal.portal),
        RestErrorKind::Request if portal.scheme == "http" => Check::new(Finding::AccessHttps),
        RestErrorKind::Server if is(error, "CONNECTION_ERROR") => Check::new(Finding::AccessAuthority),
        RestErrorKind::Moved => Check::new(Finding::PortalElsewhere)
            .with("host", &portal.portal)
            .with("address", error.message()),
        RestErrorKind::NotJson => Check::new(Finding::PortalPage)
            .with("host", &portal.portal)
            .with("title", error.message()),
        RestErrorKind::Unreachable
        | RestErrorKind::Timeout
        | RestErrorKind::Tls
        | RestErrorKind::TooLarge
        | RestErrorKind::Limit
        | RestErrorKind::Blocked
        | RestErrorKind::NoMethod
        | RestErrorKind::NotFound
        | RestErrorKind::Request
        | RestErrorKind::Server
        | RestErrorKind::Unexpected
        | RestErrorKind::NotMade
        | RestErrorKind::Refused => detail(Finding::AccessFailed),
    };
    vec![check, Check::new(Finding::LimitsUnseen)]
}

/// What each kind of connection needs, and what is missing for it.
fn rights(portal: &PortalSettings, scopes: Option<&[String]>) -> Vec<Check> {
    let Some(scopes) = scopes else {
        return vec![Check::new(Finding::ScopesUnseen)];
    };
    let missing: Vec<Check> = hotstart_core::scopes::missing(portal.connection, scopes)
        .iter()
        .filter_map(|name| lacked(name))
        .map(Check::new)
        .collect();
    if missing.is_empty() {
        return vec![Check::new(Finding::ScopesAll).with("scope", scopes.join(", "))];
    }
    missing
}

/// The finding that says what a right is for.
fn lacked(scope: &str) -> Option<Finding> {
    match scope {
        "crm" => Some(Finding::ScopeCrm),
        "im" => Some(Finding::ScopeIm),
        "pull" => Some(Finding::ScopePull),
        "pull_channel" => Some(Finding::ScopePullChannel),
        _ => None,
    }
}

fn used(method: &str, operating: Option<f64>) -> Check {
    match operating.filter(|seconds| *seconds >= OPERATING * NEAR) {
        Some(seconds) => Check::new(Finding::LimitsNear)
            .with("method", method)
            .with("seconds", format!("{seconds:.0}")),
        None => Check::new(Finding::LimitsFree),
    }
}

fn is(error: &RestError, code: &str) -> bool {
    error.portal_code().is_some_and(|said| said.eq_ignore_ascii_case(code))
}

/// The portal knows who calls and does not let him see deals.
fn denies(error: &RestError) -> bool {
    matches!(
        error.kind(),
        RestErrorKind::Access | RestErrorKind::Refused | RestErrorKind::NotFound
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_that_is_wanted_has_its_words() {
        for kind in [
            ConnectionKind::Webhook,
            ConnectionKind::Application,
            ConnectionKind::Session,
        ] {
            let wanted = hotstart_core::scopes::wanted(kind);
            assert!(wanted.iter().all(|scope| lacked(scope.name).is_some()), "{kind:?}");
        }
    }

    #[test]
    fn a_method_that_has_worked_long_is_told_before_it_is_blocked() {
        assert_eq!(used("x", None).finding, Finding::LimitsFree);
        assert_eq!(used("x", Some(100.0)).finding, Finding::LimitsFree);
        let near = used("x", Some(400.4));
        assert_eq!(
            (near.finding, near.parameters["seconds"].as_str()),
            (Finding::LimitsNear, "400")
        );
    }
}
