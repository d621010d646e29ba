//! The catalogue of short texts: one key for each, its rows in a file for each thing that the texts are about.
//!
//! The macro of such a file adds its rows to those that it is given and hands all of them on to the next one named.
use super::Text;

#[macro_use]
mod bases;
#[macro_use]
mod desk;
#[macro_use]
mod general;
#[macro_use]
mod journal;
#[macro_use]
mod links;
#[macro_use]
mod portals;
#[macro_use]
mod relay;

macro_rules! catalogue {
    ({ $($variant:ident $name:literal { $ru:literal $en:literal })* }) => {
        /// The key of a text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Key {
            $(
                #[doc = $en]
                $variant,
            )*
        }

        impl Key {
            /// The text of this key in both languages.
            pub const fn text(self) -> Text {
                match self {
                    $(Self::$variant => Text { ru: $ru, en: $en },)*
                }
            }
        }

        /// Every text with its written key, for the pages and for tests.
        pub const CATALOGUE: &[(&str, Text)] = &[$(($name, Text { ru: $ru, en: $en }),)*];
    };
}

desk! { portals bases links journal relay general catalogue { } }
