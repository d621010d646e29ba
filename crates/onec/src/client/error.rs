//! What can go wrong between a program and a base, each with a stable kind.

use std::error::Error as _;
use std::fmt;
use std::io;

/// Longest message of a base that is kept, in characters.
const MAX_MESSAGE: usize = 300;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// Nothing was sent: credentials would have gone over plain http to another computer.
    #[error("plain http would show the password to the network")]
    Plain,
    /// Nothing was sent: what was asked for has no address (a kind without entities or without references).
    #[error("a base has no such address")]
    Unfit,
    /// Nobody answers at the address.
    #[error("the base does not answer")]
    Unreachable,
    /// The certificate or the protocol of the server was refused.
    #[error("the connection is not safe")]
    Tls,
    /// No whole answer in time.
    #[error("the base did not answer in time")]
    Timeout,
    /// The answer is larger than the caller takes.
    #[error("the answer is too large")]
    TooLarge,
    /// The server points elsewhere, and nothing was sent there.
    #[error("the server points to another address")]
    Moved {
        /// The host it points to, if it is another one.
        host: Option<String>,
    },
    /// The user name or the password is not accepted (status 401).
    #[error("the user name or the password is not accepted")]
    Credentials,
    /// The user lacks the right (status 403, or code 20 of the OData interface).
    #[error("the user has no right to it")]
    Access,
    /// No session could be started, since every licence is taken (status 406).
    #[error("no licence is free")]
    NoLicence,
    /// The OData interface refused.
    #[error("the OData interface refused: {0}")]
    OData(ODataFault),
    /// Another status than that of success.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The answer is not what the interface answers with (a page of a proxy, JSON of another shape).
    #[error("the answer is not one of a base")]
    Unexpected,
}

impl ServiceError {
    /// Stable code for logs, journals and texts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Plain => "service.plain",
            Self::Unfit => "service.unfit",
            Self::Unreachable => "service.unreachable",
            Self::Tls => "service.tls",
            Self::Timeout => "service.timeout",
            Self::TooLarge => "service.too-large",
            Self::Moved { .. } => "service.moved",
            Self::Credentials => "service.credentials",
            Self::Access => "service.access",
            Self::NoLicence => "service.licence",
            Self::OData(_) => "service.odata",
            Self::Status(_) => "service.status",
            Self::Unexpected => "service.unexpected",
        }
    }

    /// Whether the object or the entity set does not exist there, or is not shown to this user.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::OData(fault) if matches!(fault.code, ODataCode::NoEntitySet | ODataCode::NoInstance))
    }

    /// An error below HTTP. The address is left out, for a query may hold what was searched for.
    pub(super) fn from_transport(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else if is_tls(error) {
            Self::Tls
        } else {
            Self::Unreachable
        }
    }
}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<rustls::Error>() || error.downcast_ref().is_some_and(holds_tls) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The TLS library hides its error in an I/O error, and its connector hides that in another one; neither is a `source`.
fn holds_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>() || inner.downcast_ref().is_some_and(holds_tls))
}

/// A refusal of the OData interface, read from its JSON or XML body.
#[derive(Clone, PartialEq, Eq)]
pub struct ODataFault {
    /// The HTTP status; 404 has several meanings, which the code tells apart.
    pub status: u16,
    /// What it means.
    pub code: ODataCode,
    /// The words of the base, in its language, cut to 300 characters. They may name objects, so they are not printed.
    pub message: String,
}

impl ODataFault {
    pub(super) fn new(status: u16, code: ODataCode, message: &str) -> Self {
        let message = message.trim().chars().take(MAX_MESSAGE).collect();
        Self { status, code, message }
    }
}

impl fmt::Debug for ODataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ODataFault")
            .field("status", &self.status)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ODataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}, status {}", self.code.number(), self.status)
    }
}

macro_rules! codes {
    ($($number:literal $name:ident $doc:literal,)*) => {
        /// The codes of the OData interface (developer guide, "REST interface", table of errors).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ODataCode {
            $(#[doc = $doc] $name,)*
            /// A code that newer platforms may have.
            Unknown(u16),
        }

        impl ODataCode {
            /// The code by its number.
            pub fn from_number(number: u16) -> Self {
                match number {
                    $($number => Self::$name,)*
                    other => Self::Unknown(other),
                }
            }

            /// The number in the table.
            pub fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Unknown(number) => number,
                }
            }
        }
    };
}

codes! {
    0 NotSupported "Not supported.",
    1 Unparsed "A string cannot be parsed.",
    2 BadRequest "Wrong format of the request.",
    3 NoRepresentation "This type of representation is not supported.",
    4 BadValue "Wrong value of a property.",
    5 ValueMissing "The value of a mandatory property is missing.",
    6 BadUrl "Wrong URL.",
    7 KeyIncomplete "An element of the entity key is missing.",
    8 NoEntitySet "There is no such type of entity, or it is not published.",
    9 NoInstance "There is no such entity.",
    10 NoProperty "There is no such property.",
    11 NoMethod "There is no such method.",
    12 ArgumentMissing "A mandatory argument of a method is missing.",
    13 RowsAlone "Rows of tabular sections cannot be created on their own.",
    14 BadOptions "The options of the query cannot be parsed.",
    15 Exists "An entity with this key exists already.",
    16 NotAssignable "A property cannot be assigned.",
    17 NoLoadMode "The object does not support the mode of data loading.",
    18 EqualNames "The interface cannot start: properties of an object have equal names.",
    19 MethodForbidden "The HTTP method is forbidden here.",
    20 NoRight "No right for the action, or a restricted object in the selection.",
    21 BadCall "A function that is not implemented, or wrong arguments.",
}
