//! The employees of the portal and their webhooks.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::chance::Chance;

/// The scopes that the webhooks were given; `pull_channel` is the one for the user's own channel.
pub(crate) const SCOPES: [&str; 9] = [
    "crm",
    "im",
    "pull",
    "pull_channel",
    "task",
    "telephony",
    "user",
    "user_basic",
    "userfieldconfig",
];

/// An employee.
#[derive(Debug)]
pub(crate) struct User {
    /// User id.
    pub(crate) id: u64,
    /// Login, which may stand for the id in a webhook address.
    pub(crate) login: &'static str,
    /// First name.
    pub(crate) name: &'static str,
    /// Family name.
    pub(crate) last_name: &'static str,
    /// Position.
    pub(crate) position: &'static str,
    /// M or F.
    pub(crate) gender: &'static str,
    /// Colour in the messenger.
    pub(crate) color: &'static str,
    /// May administer the portal.
    pub(crate) admin: bool,
    /// The secret part of the webhook address.
    pub(crate) secret: String,
}

/// All employees.
#[derive(Debug)]
pub(crate) struct People {
    users: Vec<User>,
    scopes: Mutex<Vec<String>>,
}

impl People {
    /// The staff; the secrets come from chance.
    pub(crate) fn new(chance: &Chance) -> Self {
        let user = |id, login, name, last_name, position, gender, color| User {
            id,
            login,
            name,
            last_name,
            position,
            gender,
            color,
            admin: id == 1,
            secret: chance.word(16),
        };
        let users = vec![
            user(
                1,
                "sokolova",
                "Анна",
                "Соколова",
                "Руководитель отдела продаж",
                "F",
                "#df532d",
            ),
            user(2, "lebedev", "Игорь", "Лебедев", "Менеджер по продажам", "M", "#64a513"),
            user(3, "orlova", "Мария", "Орлова", "Главный бухгалтер", "F", "#4ba984"),
            user(5, "volkov", "Дмитрий", "Волков", "Заведующий складом", "M", "#3e99ce"),
            user(
                7,
                "kuznetsov",
                "Пётр",
                "Кузнецов",
                "Менеджер по закупкам",
                "M",
                "#8474c8",
            ),
        ];
        Self {
            users,
            scopes: Mutex::new(SCOPES.map(str::to_owned).to_vec()),
        }
    }

    /// All of them, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }

    /// Their ids.
    pub(crate) fn ids(&self) -> Vec<u64> {
        self.users.iter().map(|user| user.id).collect()
    }

    /// One of them.
    pub(crate) fn get(&self, id: u64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The owner of a webhook: user id or login, and the secret.
    pub(crate) fn by_webhook(&self, who: &str, secret: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| (user.login == who || user.id.to_string() == who) && user.secret == secret)
    }

    /// The scopes of the webhooks.
    pub(crate) fn scopes(&self) -> Vec<String> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the scopes of the webhooks.
    pub(crate) fn set_scopes(&self, scopes: Vec<String>) {
        *self.scopes.lock().unwrap_or_else(PoisonError::into_inner) = scopes;
    }
}

impl User {
    /// First and family name.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.name, self.last_name)
    }

    /// The path of the profile page.
    pub(crate) fn path(&self) -> String {
        format!("/company/personal/user/{}/", self.id)
    }

    /// What `profile` answers.
    pub(crate) fn profile(&self) -> Value {
        json!({
            "ID": self.id.to_string(), "ADMIN": self.admin, "NAME": self.name, "LAST_NAME": self.last_name,
            "PERSONAL_GENDER": self.gender, "TIME_ZONE": "",
        })
    }

    /// What `user.current` answers.
    pub(crate) fn card(&self, now: &str) -> Value {
        json!({
            "ID": self.id.to_string(), "ACTIVE": true, "NAME": self.name, "LAST_NAME": self.last_name,
            "EMAIL": format!("{}@example.ru", self.login), "LAST_LOGIN": now, "IS_ONLINE": "Y",
            "PERSONAL_GENDER": self.gender, "WORK_POSITION": self.position, "UF_DEPARTMENT": [1],
            "USER_TYPE": "employee",
        })
    }

    /// The user as the messenger describes one in lists and events.
    pub(crate) fn in_messenger(&self) -> Value {
        json!({
            "id": self.id, "name": self.full_name(), "first_name": self.name, "last_name": self.last_name,
            "work_position": self.position, "color": self.color, "avatar": "", "gender": self.gender,
            "status": "online", "bot": false, "extranet": false, "active": true, "profile": self.path(),
        })
    }
}
