//! A desk without an operating system: it records what the controller does, and answers as told.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitrix24::Entity;
use bitrix24_pull::scripted::{Script, scripted};
use bitrix24_pull::{Connection, Resume};
use hotstart_core::Timestamp;
use hotstart_core::bridge::Serve;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::Note;
use hotstart_core::journal::JournalRecord;
use hotstart_core::link::Source;
use hotstart_core::pool::TimeOfDay;
use hotstart_core::ports::{
    Bridge, Browser, Clock, Committed, Draft, EntityFields, Launcher, LinkHandler, Memory, Notifier, PortalIdentity,
    Portals, Publications, RelayAnswerable, RelayItem, RelayReply, Services, Shell, Store, Stored, Transaction,
    Waiting,
};
use hotstart_core::relay::Trouble;
use hotstart_core::settings::{BaseSettings, ConnectionKind, Method, PortalSettings, Settings, WindowMode};
use hotstart_core::tray::Tray;
use hotstart_core::view::{UiCommand, View};
use hotstart_core::window::{ActivationToken, Session, WindowCommand, WindowEvent, WindowId};
use hotstart_store::MemoryStore;
use onec::Launch;
use tokio::sync::{mpsc, oneshot};

use super::logins::FakeLogins;
use super::messenger::FakeMessenger;
use super::portal::FakePortal;
use super::records::FakeRecords;
use crate::{Connector, Controller, Ports, Request, Start};

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

#[derive(Clone)]
struct Recorder {
    deeds: mpsc::UnboundedSender<Deed>,
    answers: Arc<Mutex<Answers>>,
    scripts: mpsc::UnboundedSender<(Script, Resume)>,
    store: MemoryStore,
    started: tokio::time::Instant,
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

impl Recorder {
    fn done(&self, deed: Deed) {
        let _ = self.deeds.send(deed);
    }
}

pub(super) fn answer<T: Send + 'static>(value: T) -> Waiting<T> {
    Box::pin(std::future::ready(value))
}

impl Shell for Recorder {
    fn set_tray(&self, _: &Tray) {}
    fn show_view(&self, _: &View) {}
    fn open_settings(&self, _: Option<ActivationToken>) {
        self.done(Deed::Settings);
    }
    fn window(&self, command: WindowCommand) {
        self.done(Deed::Window(command));
    }
    fn quit(&self) {
        self.done(Deed::Quit);
    }
}

impl Notifier for Recorder {
    fn show(&self, note: &Note) {
        self.done(Deed::Toast(note.text.clone()));
    }
    fn withdraw(&self, _: &str) {}
}

impl Browser for Recorder {
    fn open(&self, address: String) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Browsed(address));
        answer(Ok(()))
    }
}

impl Portals for Recorder {
    fn identify(&self, _: String, _: bool) -> Waiting<Result<PortalIdentity, Failure>> {
        let known = self.answers.lock().unwrap().identity.clone();
        answer(known.ok_or_else(|| Failure::new(Code::AuthRefused).with("portal", PORTAL)))
    }
    fn call(
        &self,
        portal: String,
        method: String,
        _: serde_json::Value,
    ) -> Waiting<Result<serde_json::Value, Failure>> {
        self.done(Deed::Called(format!("{portal} {method}")));
        answer(self.answers.lock().unwrap().rest.clone())
    }
    fn write_entity(&self, portal: String, entity: Entity, fields: EntityFields) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Wrote(format!(
            "{portal} {entity} {}",
            serde_json::Value::Object(fields)
        )));
        answer(self.answers.lock().unwrap().writes.pop_front().map_or(Ok(()), Err))
    }
    fn entity(&self, _: String, _: Entity) -> Waiting<Result<EntityFields, Failure>> {
        let answers = self.answers.lock().unwrap();
        let refused = answers
            .entity
            .map(|code| Failure::new(code).with("entity", "x").with("portal", PORTAL));
        answer(refused.map_or_else(|| Ok(answers.fields.clone()), Err))
    }
}

impl Bridge for Recorder {
    fn serve(&self, wanted: Option<Serve>) -> Waiting<Result<Option<u16>, Failure>> {
        let mut answers = self.answers.lock().unwrap();
        if let Some(code) = answers.bridge_port.filter(|_| wanted.is_some()) {
            return answer(Err(Failure::new(code).with("port", "5000")));
        }
        let port = wanted.as_ref().map(|serve| serve.port.unwrap_or(5000));
        answers.bridge = wanted;
        answer(Ok(port))
    }
    fn pair(&self, base: String) -> Waiting<Result<String, Failure>> {
        self.answers.lock().unwrap().paired.push(base);
        answer(Ok("token-of-the-test".to_owned()))
    }
    fn unpair(&self, base: String, renamed: Option<String>) -> Waiting<Result<(), Failure>> {
        let paired = &mut self.answers.lock().unwrap().paired;
        if let Some(at) = paired.iter().position(|known| *known == base) {
            paired.remove(at);
            paired.extend(renamed);
        }
        answer(Ok(()))
    }
    fn paired(&self) -> Waiting<Result<Vec<String>, Failure>> {
        answer(Ok(self.answers.lock().unwrap().paired.clone()))
    }
}

impl Publications for Recorder {
    fn end_session(&self, alias: String, session: Session) -> Waiting<Result<(), Failure>> {
        self.done(Deed::EndedOutside(session.id));
        let refused = self.answers.lock().unwrap().end_session;
        answer(refused.map_or(Ok(()), |code| Err(Failure::new(code).with("base", alias))))
    }
    fn probe(&self, alias: String, _: String) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Probed(alias.clone()));
        let refused = self.answers.lock().unwrap().probe;
        answer(refused.map_or(Ok(()), |code| Err(Failure::new(code).with("base", alias))))
    }
}

impl Connector for Recorder {
    fn connect(&self, _: &PortalSettings, resume: Resume) -> Connection {
        let (connection, script) = scripted();
        let _ = self.scripts.send((script, resume));
        connection
    }
}

impl Store for Recorder {
    fn commit(&self, transaction: Transaction) -> Waiting<Result<Committed, Failure>> {
        let (deeds, journal) = (self.deeds.clone(), transaction.journal.clone());
        let takes = self.answers.lock().unwrap().commit_takes;
        let store = self.store.clone();
        // Begun at once, unless it takes its time.
        let work = takes.is_zero().then(|| store.commit(transaction.clone()));
        Box::pin(async move {
            let committed = match work {
                Some(work) => work.await?,
                None => {
                    tokio::time::sleep(takes).await;
                    store.commit(transaction).await?
                }
            };
            for record in journal {
                let _ = deeds.send(Deed::Journal(record));
            }
            Ok(committed)
        })
    }
    fn save_settings(&self, settings: Settings) -> Waiting<Result<(), Failure>> {
        self.store.save_settings(settings)
    }
    fn relay_waiting(&self, base: String, after: u64, most: usize) -> Waiting<Result<Vec<RelayItem>, Failure>> {
        self.store.relay_waiting(base, after, most)
    }
    fn relay_replies(&self, portal: String, most: usize) -> Waiting<Result<Vec<RelayReply>, Failure>> {
        self.store.relay_replies(portal, most)
    }
    fn relay_answerable(
        &self,
        base: String,
        ids: Vec<String>,
    ) -> Waiting<Result<Vec<Option<RelayAnswerable>>, Failure>> {
        self.store.relay_answerable(base, ids)
    }
}

impl Launcher for Recorder {
    fn launch(&self, launch: Launch) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Launched(launch.program().to_owned()));
        answer(Ok(()))
    }
}

impl Services for Recorder {
    fn events(&self, base: BaseSettings, events: Vec<RelayItem>) -> Waiting<Result<serde_json::Value, Trouble>> {
        let ids: Vec<String> = events.iter().map(|item| item.event.id.clone()).collect();
        self.done(Deed::Relayed(base.alias, ids.clone()));
        let told = self.answers.lock().unwrap().relay.pop_front();
        let done = told.unwrap_or_else(|| {
            let results: Vec<_> = ids
                .iter()
                .map(|id| serde_json::json!({"id": id, "status": "done", "answer": {"number": "НФ-7"}}))
                .collect();
            Ok(serde_json::json!({"results": results}))
        });
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            done
        })
    }
    fn end_events(&self, base: String) -> Waiting<()> {
        self.done(Deed::EndedEvents(base));
        answer(())
    }
    fn lot(&self) -> f64 {
        1.0
    }
    fn draft(&self, _: BaseSettings, wanted: Draft) -> Waiting<Result<Option<String>, Failure>> {
        self.done(Deed::AskedDraft(wanted.object));
        answer(self.answers.lock().unwrap().draft.clone())
    }
}

impl LinkHandler for Recorder {
    fn take_e1c(&self, take: bool) -> Waiting<Result<(), Failure>> {
        self.done(Deed::TookE1c(take));
        answer(Ok(()))
    }
}

impl Memory for Recorder {
    fn pages_kb(&self) -> Waiting<Option<u64>> {
        answer(self.answers.lock().unwrap().pages_kb)
    }
}

impl Clock for Recorder {
    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.started.elapsed().as_millis()).unwrap();
        Timestamp(1_795_300_000_000 + since)
    }
    fn time_of_day(&self) -> TimeOfDay {
        // The tests begin at half past one in the night.
        let minutes = 90 + self.started.elapsed().as_secs() / 60;
        TimeOfDay::from_minutes(u16::try_from(minutes % 1440).unwrap())
    }
}
