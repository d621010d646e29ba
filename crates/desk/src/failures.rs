//! From the errors of crates to failures with a code.
use bitrix24::rest::{RestError, RestErrorKind};
use bitrix24::webhook::WebhookRefused;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::scopes;
use hotstart_core::settings::ConnectionKind;

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

/// The same for a connection of a kind: what was refused, and what is missing, has another name for each.
pub(crate) fn of_connection(kind: ConnectionKind, portal: &str, error: &RestError) -> Failure {
    let failure = of_rest(portal, error);
    let code = match (kind, error.kind()) {
        (ConnectionKind::Application, RestErrorKind::Application) => Code::ApplicationRefused,
        (
            ConnectionKind::Application | ConnectionKind::Session,
            RestErrorKind::Credentials | RestErrorKind::SignedOut,
        ) => Code::AuthSignIn,
        (ConnectionKind::Webhook | ConnectionKind::Application | ConnectionKind::Session, _) => failure.code,
    };
    let scopes: Vec<_> = scopes::wanted(kind).iter().map(|scope| scope.name).collect();
    Failure { code, ..failure }.with("scope", scopes.join(", "))
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
