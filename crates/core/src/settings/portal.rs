//! One connected portal, how we speak with it, and the names of its secrets in the keyring.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One connected portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortalSettings {
    /// Host, with the port if it is not the usual one.
    pub portal: String,
    /// `https`, or `http` for loopback and intranet.
    pub scheme: String,
    /// How we speak with it.
    pub connection: ConnectionKind,
    /// Plain http was accepted by the user for this portal of the company's own network.
    #[serde(default)]
    pub intranet: bool,
    /// The base for links of this portal that name none.
    #[serde(default)]
    pub base: Option<String>,
    /// The id of the user the connection acts for, as the portal said.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The secret was kept in memory only, with the user's consent: it must be asked for after a restart.
    #[serde(default)]
    pub memory_only: bool,
    /// The application, where the connection is one.
    #[serde(default)]
    pub application: Option<ApplicationSettings>,
    /// Scopes that the product uses and the connection lacks, as the portal said last.
    #[serde(default)]
    pub missing_scopes: Vec<String>,
}

/// An application on a portal. Its secret and its tokens are in the keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSettings {
    /// The id that its card on the portal shows; no secret.
    pub client_id: String,
    /// The port of the address `http://127.0.0.1:<port>/b24/callback` in its card.
    pub port: u16,
}

impl Default for PortalSettings {
    /// A portal without a name, everything else as in a new one.
    fn default() -> Self {
        Self {
            portal: String::new(),
            scheme: "https".to_owned(),
            connection: ConnectionKind::Webhook,
            intranet: false,
            base: None,
            user_id: None,
            memory_only: false,
            application: None,
            missing_scopes: Vec::new(),
        }
    }
}

impl PortalSettings {
    /// The name of its secret in the keyring: what the connection cannot do without.
    pub fn secret_key(&self) -> String {
        match self.connection {
            ConnectionKind::Webhook => secret_key(&self.portal),
            ConnectionKind::Application => tokens_key(&self.portal),
            ConnectionKind::Session => cookies_key(&self.portal),
        }
    }

    /// The address of a page of this portal; `path` begins with a slash.
    pub fn address(&self, path: &str) -> String {
        format!("{}://{}{}", self.scheme, self.portal, path)
    }
}

/// The name of a portal's webhook secret in the keyring.
pub fn secret_key(portal: &str) -> String {
    format!("webhook:{portal}")
}

/// The name of the secret of a portal's application in the keyring.
pub fn application_key(portal: &str) -> String {
    format!("application:{portal}")
}

/// The name of the tokens of a portal's application in the keyring.
pub fn tokens_key(portal: &str) -> String {
    format!("tokens:{portal}")
}

/// The name of the cookies of a user's session in the keyring.
pub fn cookies_key(portal: &str) -> String {
    format!("session:{portal}")
}

/// Every name under which the keyring may hold something of a portal.
pub fn secret_keys(portal: &str) -> [String; 4] {
    [
        secret_key(portal),
        application_key(portal),
        tokens_key(portal),
        cookies_key(portal),
    ]
}

/// How we speak with a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ConnectionKind {
    /// An incoming webhook of the user.
    #[default]
    Webhook,
    /// A local application of the portal, let in by the user (OAuth).
    Application,
    /// The user's own sign-in in a window of the program; experimental.
    Session,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_of_an_older_program_is_connected_by_its_webhook() {
        let text = r#"{"portal":"b24.example.ru","scheme":"https","connection":"webhook"}"#;
        let portal: PortalSettings = serde_json::from_str(text).unwrap();
        let expected = PortalSettings {
            portal: "b24.example.ru".to_owned(),
            ..PortalSettings::default()
        };
        assert_eq!(portal, expected);
        assert_eq!(portal.secret_key(), "webhook:b24.example.ru");
    }
}
