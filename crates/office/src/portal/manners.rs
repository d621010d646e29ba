//! What kind of portal it is: cloud or on-premise, paid for or not, renamed, with or without a login.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Where the portal runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Flavour {
    /// At the vendor: `time` tells the operating time.
    #[default]
    Cloud,
    /// On premise: no operating time, and its paths may stand under a prefix.
    Box,
}

/// What the company pays for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Edition {
    /// REST works.
    #[default]
    Commercial,
    /// REST is refused.
    Free,
    /// REST is refused for want of the Market subscription.
    Unsubscribed,
}

/// The manners that can be set; absent fields stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Change {
    flavour: Option<Flavour>,
    edition: Option<Edition>,
    /// Host and port of the new name (`localhost:18080`): other names are answered by 302; empty: back.
    moved_to: Option<String>,
    /// A folder before every path (`/intranet`), as a site of a box may have one; empty: none.
    prefix: Option<String>,
    /// Webhooks over plain HTTP are refused, as everywhere but on a box that allows them.
    https_required: Option<bool>,
    /// Pages want a signed-in user.
    login_required: Option<bool>,
    /// A box that cannot reach the authorization server: tokens of applications cannot be checked.
    authority_down: Option<bool>,
    /// The features `rest_offline_extended` and `rest_auth_connector`.
    offline_extended: Option<bool>,
}

/// How the portal is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct State {
    /// Cloud or on-premise.
    pub(crate) flavour: Flavour,
    /// Paid for or not.
    pub(crate) edition: Edition,
    /// The new name.
    pub(crate) moved_to: String,
    /// A folder before every path.
    pub(crate) prefix: String,
    /// Webhooks want HTTPS.
    pub(crate) https_required: bool,
    /// Pages want a signed-in user.
    pub(crate) login_required: bool,
    /// The authorization server cannot be reached by the portal.
    pub(crate) authority_down: bool,
    /// Offline events can be reserved and have connectors.
    pub(crate) offline_extended: bool,
}

/// The manners of the portal.
#[derive(Debug)]
pub(crate) struct Manners(Mutex<State>);

impl Default for Manners {
    fn default() -> Self {
        Self(Mutex::new(State {
            flavour: Flavour::Cloud,
            edition: Edition::Commercial,
            moved_to: String::new(),
            prefix: String::new(),
            https_required: false,
            login_required: false,
            authority_down: false,
            offline_extended: true,
        }))
    }
}

impl Manners {
    /// How the portal is now.
    pub(crate) fn get(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what is named.
    pub(crate) fn set(&self, change: Change) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        put(&mut state.flavour, change.flavour);
        put(&mut state.edition, change.edition);
        put(&mut state.moved_to, change.moved_to);
        put(
            &mut state.prefix,
            change.prefix.map(|prefix| prefix.trim_matches('/').to_owned()),
        );
        put(&mut state.https_required, change.https_required);
        put(&mut state.login_required, change.login_required);
        put(&mut state.authority_down, change.authority_down);
        put(&mut state.offline_extended, change.offline_extended);
    }
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
