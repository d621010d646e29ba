//! From the errors of crates to failures with a code.
use bitrix24::rest::{RestError, RestErrorKind};
use bitrix24::webhook::WebhookRefused;
use hotstart_core::failure::{Code, Failure};

/// What a failed REST call means for a person.
pub(crate) fn of_rest(portal: &str, error: &RestError) -> Failure {
    let code = match error.kind() {
        RestErrorKind::Unreachable | RestErrorKind::Timeout | RestErrorKind::Server => Code::PortalUnreachable,
        RestErrorKind::Tls => Code::PortalCertificate,
        RestErrorKind::Moved
        | RestErrorKind::NotJson
        | RestErrorKind::TooLarge
        | RestErrorKind::Gone
        | RestErrorKind::Unexpected
        | RestErrorKind::Refused
        | RestErrorKind::NotMade
        | RestErrorKind::Request => Code::PortalUnexpected,
        RestErrorKind::Credentials | RestErrorKind::SignedOut | RestErrorKind::Application => Code::AuthRefused,
        RestErrorKind::Scope | RestErrorKind::AuthKind | RestErrorKind::Access | RestErrorKind::NoMethod => {
            Code::AuthScope
        }
        RestErrorKind::Limit | RestErrorKind::Blocked => Code::PortalLimit,
        RestErrorKind::NotFound => Code::EntityMissing,
    };
    Failure::new(code)
        .with("portal", portal)
        .with("scope", "crm, pull_channel")
        .with("detail", error.kind().code())
}

/// What a refused webhook address means for a person. The address itself is a secret and stays out.
pub(crate) fn of_webhook(refused: WebhookRefused) -> Failure {
    match refused {
        WebhookRefused::Plain => Failure::new(Code::AddressInsecure).with("address", "http://…"),
        WebhookRefused::NotAnAddress | WebhookRefused::Scheme | WebhookRefused::Extra | WebhookRefused::Path => {
            Failure::new(Code::WebhookInvalid)
        }
    }
}
