//! Why calls fail: words that do not change.

/// Why a call failed: stable, for branching and for texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RestErrorKind {
    /// The portal cannot be reached.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// No secure connection: certificate or protocol.
    Tls,
    /// The address answers with a redirect: the portal was renamed, or a login page stands before it.
    Moved,
    /// What answered speaks no REST: a page of a proxy, of a captive portal, of a switched-off portal.
    NotJson,
    /// The answer is larger than allowed.
    TooLarge,
    /// Webhook or token are not (any longer) valid.
    Credentials,
    /// The sign-in has run out, and cannot be renewed: the user has to sign in again.
    SignedOut,
    /// The portal does not know the application, or not with this secret.
    Application,
    /// Webhook or application were given no such scope.
    Scope,
    /// The method is not for this kind of authentication.
    AuthKind,
    /// The user may not do this, or the portal's plan has no REST.
    Access,
    /// Too many requests, or too much time used.
    Limit,
    /// Blocked by the portal's operators.
    Blocked,
    /// The portal has no such method.
    NoMethod,
    /// There is no such object.
    NotFound,
    /// The call was malformed.
    Request,
    /// The portal had an accident.
    Server,
    /// The portal does not exist any more.
    Gone,
    /// The portal answered something else than the method's documentation says.
    Unexpected,
    /// A call of a batch was not made, since one before it failed.
    NotMade,
    /// The method refused for a reason of its own; see [`RestError::portal_code`].
    Refused,
}

impl RestErrorKind {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Tls => "tls",
            Self::Moved => "moved",
            Self::NotJson => "not_json",
            Self::TooLarge => "too_large",
            Self::Credentials => "credentials",
            Self::SignedOut => "signed_out",
            Self::Application => "application",
            Self::Scope => "scope",
            Self::AuthKind => "auth_kind",
            Self::Access => "access",
            Self::Limit => "limit",
            Self::Blocked => "blocked",
            Self::NoMethod => "no_method",
            Self::NotFound => "not_found",
            Self::Request => "request",
            Self::Server => "server",
            Self::Gone => "gone",
            Self::Unexpected => "unexpected",
            Self::NotMade => "not_made",
            Self::Refused => "refused",
        }
    }

    /// The kind of an error code of the portal (official page "system errors"); documentation and code mix the case of
    /// letters, and disagree about the status, so only the code counts.
    pub(super) fn of_portal_code(code: &str) -> Self {
        match code.to_ascii_uppercase().as_str() {
            "INVALID_CREDENTIALS"
            | "NO_AUTH_FOUND"
            | "EXPIRED_TOKEN"
            | "INVALID_TOKEN"
            | "AUTHORIZATION_ERROR"
            | "AUTHORIZE_ERROR"
            | "SESSION_FAILED" => Self::Credentials,
            "INVALID_GRANT" | "BAD_VERIFICATION_CODE" => Self::SignedOut,
            "INVALID_CLIENT" | "WRONG_CLIENT" | "UNAUTHORIZED_CLIENT" | "APPLICATION_NOT_FOUND" | "NOT_INSTALLED" => {
                Self::Application
            }
            "INSUFFICIENT_SCOPE" | "INVALID_SCOPE" => Self::Scope,
            "WRONG_AUTH_TYPE" => Self::AuthKind,
            "ACCESS_DENIED"
            | "USER_ACCESS_ERROR"
            | "ALLOWED_ONLY_INTRANET_USER"
            | "METHOD_CONFIRM_DENIED"
            | "METHOD_CONFIRM_WAITING"
            | "PAYMENT_REQUIRED"
            | "ACCESS_ERROR" => Self::Access,
            "QUERY_LIMIT_EXCEEDED" | "OPERATION_TIME_LIMIT" => Self::Limit,
            "OVERLOAD_LIMIT" => Self::Blocked,
            "ERROR_METHOD_NOT_FOUND" | "ERROR_MANIFEST_IS_NOT_AVAILABLE" => Self::NoMethod,
            "NOT_FOUND" | "ERROR_NOT_FOUND" => Self::NotFound,
            "INVALID_REQUEST" | "ERROR_BATCH_LENGTH_EXCEEDED" | "ERROR_BATCH_METHOD_NOT_ALLOWED" => Self::Request,
            "INTERNAL_SERVER_ERROR" | "SERVER_ERROR" | "ERROR_UNEXPECTED_ANSWER" | "CONNECTION_ERROR" => Self::Server,
            "PORTAL_DELETED" => Self::Gone,
            _ => Self::Refused,
        }
    }
}
