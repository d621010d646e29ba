//! Things on a portal and how they are named: `deal:123`, `128:5`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The type of an entity. A CRM type with a word is always the word: numbers 1, 2, 3, 4, 7 and 31 become it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityType {
    /// A lead, number 1.
    Lead,
    /// A deal, number 2.
    Deal,
    /// A contact, number 3.
    Contact,
    /// A company, number 4.
    Company,
    /// A quote (commercial offer), number 7.
    Quote,
    /// An invoice of the new kind ("smart invoice"), number 31.
    Invoice,
    /// An item of a smart process.
    Smart(SmartType),
    /// A task.
    Task,
    /// An employee.
    User,
    /// A chat.
    Chat,
    /// A workgroup or project.
    Group,
}

/// The number of a smart process (`entityTypeId` of the CRM methods) that has no word: 1..2^31-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SmartType(u32);

/// The number of an entity within its type: 1..2^63-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct EntityId(u64);

/// A thing on a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Entity {
    /// What it is.
    #[serde(rename = "type")]
    pub entity_type: EntityType,
    /// Which one.
    pub id: EntityId,
}

/// The types that have a word, with the CRM number where there is one.
const WORDS: &[(EntityType, &str, Option<u32>)] = &[
    (EntityType::Lead, "lead", Some(1)),
    (EntityType::Deal, "deal", Some(2)),
    (EntityType::Contact, "contact", Some(3)),
    (EntityType::Company, "company", Some(4)),
    (EntityType::Quote, "quote", Some(7)),
    (EntityType::Invoice, "invoice", Some(31)),
    (EntityType::Task, "task", None),
    (EntityType::User, "user", None),
    (EntityType::Chat, "chat", None),
    (EntityType::Group, "group", None),
];

impl EntityType {
    /// Reads a word, in any case of letters, or a number.
    pub fn parse(text: &str) -> Option<Self> {
        let word = WORDS.iter().find(|(_, word, _)| word.eq_ignore_ascii_case(text));
        word.map(|(entity_type, ..)| *entity_type)
            .or_else(|| digits(text).and_then(Self::from_number))
    }

    /// The type with this CRM number.
    pub fn from_number(number: u64) -> Option<Self> {
        let number = u32::try_from(number)
            .ok()
            .filter(|number| (1..=i32::MAX.unsigned_abs()).contains(number))?;
        let word = WORDS.iter().find(|(_, _, known)| *known == Some(number));
        Some(word.map_or(Self::Smart(SmartType(number)), |(entity_type, ..)| *entity_type))
    }

    /// The word, if the type has one.
    pub fn word(self) -> Option<&'static str> {
        WORDS
            .iter()
            .find(|(entity_type, ..)| *entity_type == self)
            .map(|(_, word, _)| *word)
    }

    /// The `entityTypeId` of CRM methods, if the type is one of the CRM.
    pub fn crm_number(self) -> Option<u32> {
        match self {
            Self::Smart(SmartType(number)) => Some(number),
            Self::Lead
            | Self::Deal
            | Self::Contact
            | Self::Company
            | Self::Quote
            | Self::Invoice
            | Self::Task
            | Self::User
            | Self::Chat
            | Self::Group => WORDS
                .iter()
                .find(|(entity_type, ..)| *entity_type == self)
                .and_then(|(.., number)| *number),
        }
    }

    /// The type belongs to the CRM.
    pub fn is_crm(self) -> bool {
        self.crm_number().is_some()
    }
}

impl SmartType {
    /// The number.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl EntityId {
    /// The id, if it is within 1..2^63-1.
    pub fn new(id: u64) -> Option<Self> {
        (1..=i64::MAX.unsigned_abs()).contains(&id).then_some(Self(id))
    }

    /// Reads plain digits.
    pub fn parse(text: &str) -> Option<Self> {
        digits(text).and_then(Self::new)
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl Entity {
    /// Reads `deal:123` or `128:5`.
    pub fn parse(text: &str) -> Option<Self> {
        let (entity_type, id) = text.split_once(':')?;
        Some(Self {
            entity_type: EntityType::parse(entity_type)?,
            id: EntityId::parse(id)?,
        })
    }
}

impl FromStr for Entity {
    type Err = EntityRefused;

    fn from_str(text: &str) -> Result<Self, EntityRefused> {
        Self::parse(text).ok_or(EntityRefused)
    }
}

/// The text is not `<type>:<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an entity: <type>:<id> is expected")]
pub struct EntityRefused;

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.word(), self.crm_number()) {
            (Some(word), _) => f.write_str(word),
            (None, Some(number)) => write!(f, "{number}"),
            (None, None) => Err(fmt::Error),
        }
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.entity_type, self.id)
    }
}

/// A word as a string, a smart process as a number.
impl Serialize for EntityType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Smart(SmartType(number)) => serializer.serialize_u32(*number),
            Self::Lead
            | Self::Deal
            | Self::Contact
            | Self::Company
            | Self::Quote
            | Self::Invoice
            | Self::Task
            | Self::User
            | Self::Chat
            | Self::Group => serializer.collect_str(self),
        }
    }
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers() {
        for (text, printed) in [
            ("deal:123", "deal:123"),
            ("DEAL:7", "deal:7"),
            ("128:5", "128:5"),
            ("31:5", "invoice:5"),
            ("7:5", "quote:5"),
            ("2:5", "deal:5"),
            ("task:1", "task:1"),
            ("deal:9223372036854775807", "deal:9223372036854775807"),
            ("deal:007", "deal:7"),
        ] {
            let entity = Entity::parse(text).unwrap();
            assert_eq!(entity.to_string(), printed, "{text}");
            assert_eq!(Entity::parse(printed), Some(entity));
        }
    }

    #[test]
    fn refuses() {
        for text in [
            "",
            "deal",
            "deal:",
            ":5",
            "deal:0",
            "deal:-1",
            "deal:+1",
            "deal: 1",
            "deal:1 ",
            "deal:9223372036854775808",
            "deal:99999999999999999999999",
            "deal:1x",
            "deal:٣",
            "0:1",
            "2147483648:1",
            "-1:1",
            "order:1",
            "сделка:1",
            "1.5:1",
        ] {
            assert_eq!(Entity::parse(text), None, "{text}");
        }
    }

    #[test]
    fn json_has_the_word_or_the_number() {
        let json = |text: &str| serde_json::to_string(&Entity::parse(text).unwrap()).unwrap();
        assert_eq!(json("deal:123"), r#"{"type":"deal","id":123}"#);
        assert_eq!(json("128:5"), r#"{"type":128,"id":5}"#);
    }

    #[test]
    fn crm_numbers() {
        assert_eq!(EntityType::Invoice.crm_number(), Some(31));
        assert_eq!(EntityType::parse("128").and_then(EntityType::crm_number), Some(128));
        assert!(!EntityType::Task.is_crm());
    }
}
