//! What the doctor finds, and its words: what was seen, and what to do about it. Rows are in files as in the catalogue.
use super::Text;
use crate::doctor::Verdict;

#[macro_use]
mod base;
#[macro_use]
mod channel;
#[macro_use]
mod desk;
#[macro_use]
mod portal;
#[macro_use]
mod publication;

macro_rules! findings {
    ({ $($variant:ident $code:literal $word:literal $verdict:ident { $ru:literal $en:literal } $({ $ru_advice:literal $en_advice:literal })?)* }) => {
        /// What a check may find.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Finding {
            $(
                #[doc = $en]
                $variant,
            )*
        }

        impl Finding {
            /// Every finding.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable code of the check that finds it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The stable word for it within the check.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it means.
            pub const fn verdict(self) -> Verdict {
                match self { $(Self::$variant => Verdict::$verdict,)* }
            }

            /// What was seen.
            pub const fn evidence(self) -> Text {
                match self { $(Self::$variant => Text { ru: $ru, en: $en },)* }
            }

            /// What to do about it.
            pub const fn advice(self) -> Option<Text> {
                match self { $(Self::$variant => findings!(@advice $($ru_advice $en_advice)?),)* }
            }
        }
    };
    (@advice) => { None };
    (@advice $ru:literal $en:literal) => { Some(Text { ru: $ru, en: $en }) };
}

desk! { publication base portal channel findings { } }
