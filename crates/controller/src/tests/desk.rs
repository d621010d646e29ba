//! A desk without an operating system: it records what the controller does, and answers as told.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitrix24_pull::Resume;
use bitrix24_pull::scripted::Script;
use hotstart_core::bridge::Serve;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::JournalRecord;
use hotstart_core::link::Source;
use hotstart_core::ports::{EntityFields, PortalIdentity, Stored, Waiting};
use hotstart_core::relay::Trouble;
use hotstart_core::settings::{BaseSettings, ConnectionKind, Method, PortalSettings, Settings, WindowMode};
use hotstart_core::view::{UiCommand, View};
use hotstart_core::window::{WindowCommand, WindowEvent, WindowId};
use hotstart_store::MemoryStore;
use tokio::sync::{mpsc, oneshot};

use super::logins::FakeLogins;
use super::messenger::FakeMessenger;
use super::portal::FakePortal;
use super::records::FakeRecords;
use crate::{Controller, Ports, Request, Start};

mod recorder;

use recorder::Recorder;

/// The portal of the tests.
pub(super) const PORTAL: &str = "portal.example.ru";

/// Something that the controller did to the outside.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    Window(WindowCommand),
    Settings,
    Browsed(String),
    Probed(String),
    Journal(JournalRecord),
    Toast(String),
    Launched(String),
    /// A portal and the method that was called.
    Called(String),
    TookE1c(bool),
    AskedDraft(String),
    /// Events that were given to the service of a base.
    Relayed(String, Vec<String>),
    /// The session for events of a base was ended.
    EndedEvents(String),
    /// Fields that were written to an entity.
    Wrote(String),
    /// The id of a session that was ended from outside its page.
    EndedOutside(String),
    Quit,
}

pub(super) struct Answers {
    /// What the server of the bridge was told.
    pub(super) bridge: Option<Serve>,
    pub(super) bridge_port: Option<Code>,
    pub(super) paired: Vec<String>,
    pub(super) rest: Result<serde_json::Value, Failure>,
    pub(super) probe: Option<Code>,
    pub(super) fields: EntityFields,
    pub(super) end_session: Option<Code>,
    pub(super) pages_kb: Option<u64>,
    pub(super) draft: Result<Option<String>, Failure>,
    /// What bases answer, one for each call; without one all is done.
    pub(super) relay: VecDeque<Result<serde_json::Value, Trouble>>,
    /// Why the portal does not write, one for each try.
    pub(super) writes: VecDeque<Failure>,
    /// Whom a webhook acts for; without it is refused.
    pub(super) identity: Option<PortalIdentity>,
    /// Why the portal gives no fields.
    pub(super) entity: Option<Code>,
    /// How long the store takes for a commit.
    pub(super) commit_takes: Duration,
}

/// The controller at work.
pub(super) struct Desk {
    pub(super) requests: mpsc::Sender<Request>,
    deeds: mpsc::UnboundedReceiver<Deed>,
    pub(super) answers: Arc<Mutex<Answers>>,
    scripts: mpsc::UnboundedReceiver<(Script, Resume)>,
    pub(super) store: MemoryStore,
    pub(super) messenger: FakeMessenger,
    pub(super) records: FakeRecords,
    pub(super) portal: FakePortal,
    pub(super) logins: FakeLogins,
}

impl Desk {
    pub(super) fn start(settings: Settings) -> Self {
        Self::start_with(settings, Stored::default())
    }

    pub(super) fn start_with(settings: Settings, stored: Stored) -> Self {
        Self::start_on(settings, stored, MemoryStore::default())
    }

    pub(super) fn start_on(settings: Settings, stored: Stored, store: MemoryStore) -> Self {
        let (deeds, done) = mpsc::unbounded_channel();
        let answers = Arc::new(Mutex::new(Answers {
            bridge: None,
            bridge_port: None,
            paired: vec!["ut".to_owned()],
            rest: Ok(serde_json::json!({"result": true})),
            probe: None,
            fields: EntityFields::new(),
            end_session: None,
            pages_kb: None,
            draft: Ok(None),
            relay: VecDeque::new(),
            writes: VecDeque::new(),
            identity: None,
            entity: None,
            commit_takes: Duration::ZERO,
        }));
        let (scripts, played) = mpsc::unbounded_channel();
        let recorder = Recorder {
            deeds,
            answers: answers.clone(),
            scripts,
            store: store.clone(),
            started: tokio::time::Instant::now(),
        };
        let portal = FakePortal::new(answers.clone());
        let messenger = FakeMessenger::new();
        let records = FakeRecords::default();
        let logins = FakeLogins::default();
        let ports = Ports {
            messenger: Arc::new(messenger.clone()),
            records: Arc::new(records.clone()),
            entities: Arc::new(portal.clone()),
            objects: Arc::new(portal.clone()),
            shell: Box::new(recorder.clone()),
            notifier: Box::new(recorder.clone()),
            browser: Arc::new(recorder.clone()),
            secrets: Arc::new(logins.clone()),
            logins: Arc::new(logins.clone()),
            portals: Arc::new(recorder.clone()),
            publications: Arc::new(recorder.clone()),
            launcher: Arc::new(recorder.clone()),
            bridge: Arc::new(recorder.clone()),
            services: Arc::new(recorder.clone()),
            links: Arc::new(recorder.clone()),
            memory: Arc::new(recorder.clone()),
            connector: Arc::new(recorder.clone()),
            store: Arc::new(recorder.clone()),
            clock: Arc::new(recorder),
        };
        let (requests, inbound) = mpsc::channel(64);
        tokio::spawn(Controller::run(
            Start {
                settings,
                stored,
                ..Start::default()
            },
            ports,
            inbound,
        ));
        Self {
            requests,
            deeds: done,
            answers,
            scripts: played,
            store,
            messenger,
            records,
            portal,
            logins,
        }
    }

    /// The next connection that the controller makes, and where it wants to go on.
    pub(super) async fn connection(&mut self) -> (Script, Resume) {
        self.scripts.recv().await.unwrap()
    }

    pub(super) async fn open(&self, text: &str, source: Source) {
        self.send(Request::OpenLink {
            text: text.to_owned(),
            source,
            token: None,
        })
        .await;
    }

    pub(super) async fn report(&self, event: WindowEvent) {
        self.send(Request::Window(event)).await;
    }

    pub(super) async fn ui(&self, command: UiCommand) -> Result<(), hotstart_core::failure::FailureView> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Ui(command, reply)).await;
        answer.await.unwrap()
    }

    pub(super) async fn view(&self) -> View {
        let (reply, answer) = oneshot::channel();
        self.send(Request::View(reply)).await;
        answer.await.unwrap()
    }

    pub(super) async fn send(&self, request: Request) {
        self.requests.send(request).await.unwrap();
    }

    /// The next deed; the paused clock runs ahead only when nothing is left to do.
    pub(super) async fn next(&mut self) -> Deed {
        tokio::time::timeout(Duration::from_secs(60), self.deeds.recv())
            .await
            .expect("the controller does nothing")
            .unwrap()
    }

    pub(super) async fn window(&mut self) -> WindowCommand {
        loop {
            if let Deed::Window(command) = self.next().await {
                return command;
            }
        }
    }

    pub(super) async fn journal(&mut self) -> JournalRecord {
        loop {
            if let Deed::Journal(record) = self.next().await {
                return record;
            }
        }
    }

    /// Everything that happens until nothing more does.
    pub(super) async fn rest(&mut self) -> Vec<Deed> {
        let mut rest = Vec::new();
        while let Ok(Some(deed)) = tokio::time::timeout(Duration::from_secs(1), self.deeds.recv()).await {
            rest.push(deed);
        }
        rest
    }

    /// Opens a link in a new window of the base and brings it as far as ready.
    pub(super) async fn warm(&mut self, link: &str) -> WindowId {
        self.open(link, Source::Clicked).await;
        let WindowCommand::Open { id, .. } = self.window().await else {
            panic!("a window opens first")
        };
        self.report(WindowEvent::Loaded { id: id.clone() }).await;
        self.report(WindowEvent::Ready { id: id.clone() }).await;
        assert_eq!(self.journal().await.error_code, None);
        self.rest().await;
        id
    }
}

/// One portal, the base `ut` that opens hot and the base `bp` that opens cold.
pub(super) fn settings() -> Settings {
    let base = |alias: &str, method| BaseSettings {
        alias: alias.to_owned(),
        name: format!("База {alias}"),
        publication: Some(format!("https://srv.example.ru/{alias}")),
        methods: vec![method],
        cold_window_mode: WindowMode::Normal,
        ..BaseSettings::default()
    };
    Settings {
        connection_wanted: false,
        portals: vec![PortalSettings {
            portal: PORTAL.to_owned(),
            scheme: "https".to_owned(),
            connection: ConnectionKind::Webhook,
            intranet: false,
            base: Some("ut".to_owned()),
            user_id: Some("1".to_owned()),
            memory_only: false,
            ..PortalSettings::default()
        }],
        bases: vec![base("ut", Method::Hot), base("bp", Method::Cold)],
        ..Settings::default()
    }
}

pub(super) fn answer<T: Send + 'static>(value: T) -> Waiting<T> {
    Box::pin(std::future::ready(value))
}
