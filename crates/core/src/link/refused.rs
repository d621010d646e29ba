//! Why a text is no link, as stable codes.

use bitrix24::{DesktopRefused, PathRefused};
use onec::{ExternalRefused, NavRefused, PublicationRefused};

/// Why a text is refused as a link. [`LinkRefused::code`] is the stable name; texts for people are kept by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LinkRefused {
    /// Nothing but white space.
    #[error("the link is empty")]
    Empty,
    /// More than 8 KiB.
    #[error("the link is longer than 8 KiB")]
    Length,
    /// Not one of the schemes and forms that are understood.
    #[error("this kind of link is not understood")]
    Scheme,
    /// A control character, raw or encoded.
    #[error("the link holds a control character")]
    Control,
    /// A bidirectional control, raw or encoded.
    #[error("the link holds a character that changes the direction of text")]
    Bidi,
    /// Percent-encoding that is broken or no UTF-8, or text that is no Unicode.
    #[error("the link is not correctly encoded")]
    Encoding,
    /// A user name or a password.
    #[error("a link must not hold a user name or a password")]
    User,
    /// `tempstorage` or `seanceId`.
    #[error("links into the session of another window are not opened")]
    Session,
    /// `hotstart://` goes on with none of its words.
    #[error("hotstart:// must be followed by onec, crm, b24 or settings")]
    Action,
    /// The base is missing or no alias.
    #[error("the link names no valid base")]
    Base,
    /// The navigation link is missing or is none.
    #[error("not a navigation link of 1C")]
    Nav,
    /// Unknown kind of metadata, or one that this link cannot show.
    #[error("unknown kind of 1C objects for this link")]
    Kind,
    /// A name that is no 1C identifier.
    #[error("a name in the link is no 1C identifier")]
    Identifier,
    /// The `ref` is not 32 hexadecimal digits, or all zero.
    #[error("the reference is not 32 hexadecimal digits, or empty")]
    Reference,
    /// Unknown, repeated or missing parameter of a navigation link.
    #[error("unknown or repeated parameter in the navigation link")]
    Query,
    /// An address that belongs neither to a base nor to a page of a portal.
    #[error("the address belongs neither to a base nor to a page of a portal")]
    Address,
    /// Not `<portal>/<type>/<id>`.
    #[error("hotstart://crm/ must be followed by portal, type and id")]
    Crm,
    /// The portal is missing or no host.
    #[error("the link names no valid portal")]
    Portal,
    /// No type of CRM entities.
    #[error("unknown type of CRM entity")]
    Type,
    /// The id is outside 1..2^63-1.
    #[error("the id is not a number from 1 to 9223372036854775807")]
    Id,
    /// Not a path of a page.
    #[error("not a path of a portal page")]
    Path,
    /// Not a name of a page of the settings.
    #[error("unknown page of the settings")]
    Page,
    /// A good link, but not from there.
    #[error("this kind of link is not accepted from there")]
    Source,
}

impl LinkRefused {
    /// Every reason, for tables of texts and their tests.
    pub const ALL: &[Self] = &[
        Self::Empty,
        Self::Length,
        Self::Scheme,
        Self::Control,
        Self::Bidi,
        Self::Encoding,
        Self::User,
        Self::Session,
        Self::Action,
        Self::Base,
        Self::Nav,
        Self::Kind,
        Self::Identifier,
        Self::Reference,
        Self::Query,
        Self::Address,
        Self::Crm,
        Self::Portal,
        Self::Type,
        Self::Id,
        Self::Path,
        Self::Page,
        Self::Source,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "link.refused.empty",
            Self::Length => "link.refused.length",
            Self::Scheme => "link.refused.scheme",
            Self::Control => "link.refused.control",
            Self::Bidi => "link.refused.bidi",
            Self::Encoding => "link.refused.encoding",
            Self::User => "link.refused.user",
            Self::Session => "link.refused.session",
            Self::Action => "link.refused.action",
            Self::Base => "link.refused.base",
            Self::Nav => "link.refused.nav",
            Self::Kind => "link.refused.kind",
            Self::Identifier => "link.refused.identifier",
            Self::Reference => "link.refused.ref",
            Self::Query => "link.refused.query",
            Self::Address => "link.refused.address",
            Self::Crm => "link.refused.crm",
            Self::Portal => "link.refused.portal",
            Self::Type => "link.refused.type",
            Self::Id => "link.refused.id",
            Self::Path => "link.refused.path",
            Self::Page => "link.refused.page",
            Self::Source => "link.refused.source",
        }
    }
}

impl From<NavRefused> for LinkRefused {
    fn from(why: NavRefused) -> Self {
        match why {
            NavRefused::Empty | NavRefused::Shape => Self::Nav,
            NavRefused::Kind => Self::Kind,
            NavRefused::Identifier => Self::Identifier,
            NavRefused::Reference => Self::Reference,
            NavRefused::Query => Self::Query,
            NavRefused::Session => Self::Session,
            NavRefused::Encoding => Self::Encoding,
        }
    }
}

impl From<ExternalRefused> for LinkRefused {
    fn from(why: ExternalRefused) -> Self {
        match why {
            ExternalRefused::User | ExternalRefused::Publication(PublicationRefused::User) => Self::User,
            ExternalRefused::Publication(PublicationRefused::Encoding) => Self::Encoding,
            ExternalRefused::Scheme
            | ExternalRefused::Address
            | ExternalRefused::Publication(
                PublicationRefused::Scheme
                | PublicationRefused::Host
                | PublicationRefused::Path
                | PublicationRefused::Query,
            ) => Self::Address,
            ExternalRefused::Nav(why) => why.into(),
        }
    }
}

impl From<PathRefused> for LinkRefused {
    fn from(why: PathRefused) -> Self {
        match why {
            PathRefused::Encoding => Self::Encoding,
            PathRefused::Control => Self::Control,
            PathRefused::Shape | PathRefused::NotPage => Self::Path,
            PathRefused::User => Self::User,
        }
    }
}

impl From<DesktopRefused> for LinkRefused {
    fn from(why: DesktopRefused) -> Self {
        match why {
            DesktopRefused::Shape | DesktopRefused::Options => Self::Address,
            DesktopRefused::Portal(_) => Self::Portal,
            DesktopRefused::Path(why) => why.into(),
        }
    }
}
