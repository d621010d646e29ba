//! One office, one desk without a keyring of the system, and a browser of a few lines.
use std::time::Duration;

use bitrix24_pull::{Connection, Resume, State};
use hotstart_controller::Connector as _;
use hotstart_core::ports::{ApplicationLogin, Logins as _, PortalIdentity, SessionLogin};
use hotstart_core::secret::Secret;
use hotstart_core::settings::{ApplicationSettings, ConnectionKind, PortalSettings};
use hotstart_core::sign_in::PortalAddress;
use hotstart_core::window::PageCookie;
use hotstart_desk::{DeskLogins, PullConnector, RestPortals};
use hotstart_platform::keyring::Keyring;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::opened::OpenOffice;

/// The longest that anything here may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An office, and a desk beside it.
pub(crate) struct Stand {
    pub(crate) office: OpenOffice,
    pub(crate) browser: Client,
    pub(crate) keyring: Keyring,
    pub(crate) portals: RestPortals,
    pub(crate) logins: DeskLogins,
}

/// An application on the portal.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) port: u16,
}

impl Stand {
    pub(crate) async fn open() -> Self {
        let office = OpenOffice::new().await;
        let keyring = Keyring::with_patience(Duration::from_millis(200));
        let (portals, logins) = desk(&keyring);
        Self {
            browser: office.http.clone(),
            office,
            keyring,
            portals,
            logins,
        }
    }

    /// The program as it is after a restart: only the keyring is left.
    pub(crate) fn restart(&mut self) {
        (self.portals, self.logins) = desk(&self.keyring);
    }

    pub(crate) fn address(&self) -> &str {
        &self.office.addresses.portal
    }

    pub(crate) fn host(&self) -> String {
        self.office.portal().to_owned()
    }

    /// A call of the office's control interface.
    pub(crate) async fn order(&self, call: &str, body: Value) -> Value {
        self.office.order(call, &body).await
    }

    pub(crate) async fn oauth(&self) -> Value {
        self.office.read("/portal/state").await["oauth"].take()
    }

    /// An application whose way back is a port that is free now.
    pub(crate) async fn application(&self) -> App {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        let back = format!("http://127.0.0.1:{port}/b24/callback");
        let body = json!({"redirect_uri": back, "scopes": ["crm", "im", "pull"]});
        let given = self.order("/portal/application", body).await;
        let text = |name: &str| given[name].as_str().unwrap().to_owned();
        App {
            id: text("client_id"),
            secret: text("client_secret"),
            port,
        }
    }

    /// The cookies of somebody who has signed in to the portal in a browser.
    pub(crate) async fn cookies(&self, login: &str) -> String {
        let form = format!("AUTH_FORM=Y&USER_LOGIN={login}&USER_PASSWORD=demo");
        let request = self.browser.post(format!("{}/auth/?login=yes", self.address()));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        cookie(&request.body(form).send().await.unwrap())
    }

    /// The user agrees; gives the address to which the portal then sends the browser.
    pub(crate) async fn agree(&self, authorize: &str, login: &str) -> String {
        let cookies = self.cookies(login).await;
        let sent = self
            .browser
            .get(authorize)
            .header("cookie", cookies)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 302);
        sent.headers()["location"].to_str().unwrap().to_owned()
    }

    pub(crate) fn wanted(&self, login: u64, app: &App) -> ApplicationLogin {
        ApplicationLogin {
            login,
            address: PortalAddress::parse(self.address(), false).unwrap(),
            intranet: false,
            client_id: app.id.clone(),
            client_secret: Some(Secret::from(app.secret.as_str())),
            port: app.port,
            memory_only: true,
        }
    }

    /// The whole way of an application, by the listener.
    pub(crate) async fn sign_in(&self, app: &App) -> PortalIdentity {
        let begun = self.logins.begin(self.wanted(1, app)).await.unwrap();
        assert!(begun.listening);
        let came_back = self.logins.came_back(1);
        let address = self.agree(&begun.authorize, "lebedev").await;
        let (page, address) = tokio::join!(self.browser.get(address).send(), came_back);
        assert_eq!(page.unwrap().status(), 200);
        let identity = self.logins.finish(1, address.unwrap()).await.unwrap();
        self.logins.know(&[self.by_application(app)]);
        identity
    }

    pub(crate) fn by_application(&self, app: &App) -> PortalSettings {
        PortalSettings {
            portal: self.host(),
            scheme: "http".to_owned(),
            connection: ConnectionKind::Application,
            memory_only: true,
            application: Some(ApplicationSettings {
                client_id: app.id.clone(),
                port: app.port,
            }),
            ..PortalSettings::default()
        }
    }

    pub(crate) fn by_session(&self) -> PortalSettings {
        PortalSettings {
            portal: self.host(),
            scheme: "http".to_owned(),
            connection: ConnectionKind::Session,
            memory_only: true,
            ..PortalSettings::default()
        }
    }

    pub(crate) fn session_login(&self, cookies: &str) -> SessionLogin {
        let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
        let cookie = |(name, value): (&str, &str)| PageCookie {
            name: name.to_owned(),
            value: Secret::from(value),
        };
        SessionLogin {
            address: PortalAddress::parse(self.address(), false).unwrap(),
            cookies: pairs.map(cookie).collect(),
            memory_only: true,
        }
    }

    pub(crate) fn connect(&self, portal: &PortalSettings) -> Connection {
        PullConnector::new(self.portals.clone()).connect(portal, Resume::default())
    }
}

fn desk(keyring: &Keyring) -> (RestPortals, DeskLogins) {
    let portals = RestPortals::new(keyring.clone());
    (portals.clone(), DeskLogins::new(portals))
}

/// Waits until a connection stands, or has failed for good: `online`, or the kind of the failure.
pub(crate) async fn settled(connection: &mut Connection) -> String {
    let end = |state: &State| matches!(state, State::Online | State::Failed(_));
    let status = timeout(PATIENCE, connection.status.wait_for(|status| end(&status.state))).await;
    if let State::Failed(failure) = &status.expect("settled in time").unwrap().state {
        return failure.kind.clone();
    }
    "online".to_owned()
}

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The address with another value of a parameter of its query.
pub(crate) fn with(address: &str, name: &str, value: &str) -> String {
    let (front, query) = address.split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| {
        let own = pair.starts_with(&format!("{name}="));
        if own {
            format!("{name}={}", encoded(value))
        } else {
            pair.to_owned()
        }
    });
    format!("{front}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn cookie(answer: &Response) -> String {
    let lines = answer.headers().get_all("set-cookie").iter();
    let parts: Vec<&str> = lines.filter_map(|line| line.to_str().ok()?.split(';').next()).collect();
    parts.join("; ")
}

/// The command of the next event; deliveries that only move the position are taken as well.
pub(crate) async fn next_command(connection: &mut Connection) -> String {
    loop {
        let delivery = timeout(PATIENCE, connection.deliveries.recv()).await;
        let delivery = delivery.expect("an event in time").expect("the connection lives");
        let command = delivery.events.first().map(|event| event.command.clone());
        delivery.acknowledge.done();
        if let Some(command) = command {
            return command;
        }
    }
}
