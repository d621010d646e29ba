//! How portals are signed in to, as a trait: browser, token server and cookies are on the other side.
use super::{PortalIdentity, Waiting};
use crate::failure::Failure;
use crate::secret::Secret;
use crate::settings::PortalSettings;
use crate::sign_in::PortalAddress;
use crate::window::PageCookie;

/// Sign-ins to portals, and the secrets that they give. What it keeps it keeps in the secret store of the desk.
pub trait Logins: Send + Sync + 'static {
    /// These portals are in the settings from now on; what is held in memory for others is dropped.
    fn know(&self, portals: &[PortalSettings]);

    /// Prepares the sign-in of an application: listens for the browser's way back, where the port is free. Fails where
    /// id or secret cannot be those of an application, or cannot be kept.
    fn begin(&self, wanted: ApplicationLogin) -> Waiting<Result<LoginBegun, Failure>>;

    /// Waits until the browser has come back to the listener with the answer to this sign-in: path and query. None when
    /// the sign-in is given up, or nothing listens.
    fn came_back(&self, login: u64) -> Waiting<Option<Secret>>;

    /// Takes the address that came back, whole or its path and query: checks that it answers this sign-in, exchanges
    /// its code, keeps tokens and secret. A sign-in whose code was used is over, however the exchange ended.
    fn finish(&self, login: u64, address: Secret) -> Waiting<Result<PortalIdentity, Failure>>;

    /// Forgets a sign-in that was not finished.
    fn give_up(&self, login: u64);

    /// Tries whether cookies are those of a signed-in user, and keeps them then; fails with
    /// [`Code::AuthSignIn`](crate::failure::Code::AuthSignIn) if they are not.
    fn session(&self, wanted: SessionLogin) -> Waiting<Result<PortalIdentity, Failure>>;

    /// Asks a connected portal what the connection lacks: the names of scopes.
    fn look(&self, portal: PortalSettings) -> Waiting<Result<Vec<String>, Failure>>;
}

/// The sign-in of an application that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationLogin {
    /// Tells this sign-in from others.
    pub login: u64,
    /// Where the portal is.
    pub address: PortalAddress,
    /// Plain http was accepted by the user for this portal of the company's own network.
    pub intranet: bool,
    /// The id of the application.
    pub client_id: String,
    /// Its secret; none takes the one that is kept.
    pub client_secret: Option<Secret>,
    /// The port of the redirect address in its card.
    pub port: u16,
    /// Secrets stay in memory only.
    pub memory_only: bool,
}

/// A sign-in that waits for its user.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginBegun {
    /// The page of the portal on which the user agrees. It holds what ties the way back to this sign-in.
    pub authorize: String,
    /// The way back is listened for; else the user pastes the address.
    pub listening: bool,
}

impl std::fmt::Debug for LoginBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginBegun")
            .field("listening", &self.listening)
            .finish_non_exhaustive()
    }
}

/// The cookies of a window in which a user may have signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLogin {
    /// Where the portal is.
    pub address: PortalAddress,
    /// What the window holds for it.
    pub cookies: Vec<PageCookie>,
    /// They stay in memory only.
    pub memory_only: bool,
}
