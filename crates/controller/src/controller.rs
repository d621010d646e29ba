//! The loop: one request, one delivery or one finished job at a time, in a fixed order of priority.
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::failure::Failure;
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::pool::Occasion;
use hotstart_core::ports::{Transaction, Waiting};
use hotstart_core::texts::{Key, text};
use hotstart_core::tray::{MenuAction, Tray};
use hotstart_core::view::{Page, View};
use hotstart_core::window::ActivationToken;
use tokio::sync::mpsc;

use crate::answering::Answering;
use crate::bridge::Bridge;
use crate::connections::{Connections, Signal};
use crate::job::Finished;
use crate::polling::Watching;
use crate::pool::Watch;
use crate::ports::Ports;
use crate::relay::Relays;
use crate::request::Request;
use crate::sign_in::SignIn;
use crate::state::{Start, State};
use crate::windows::Windows;

/// How many requests wait at most before their senders do.
pub(crate) const QUEUE: usize = 64;

/// How long the end of the program waits for windows to log out.
const PATIENCE: Duration = Duration::from_secs(5);

/// The owner of the state.
pub struct Controller {
    pub(crate) ports: Ports,
    pub(crate) state: State,
    pub(crate) windows: Windows,
    pub(crate) connections: Connections,
    pub(crate) watch: Watch,
    /// Portals whose channels are watched over, and polled where they have none.
    pub(crate) watching: Watching,
    /// Answers on their way to portals.
    pub(crate) answering: Answering,
    pub(crate) bridge: Bridge,
    /// Signing in to portals.
    pub(crate) sign_in: SignIn,
    /// Events on their way to 1C.
    pub(crate) relay: Relays,
    /// Sessions that are being ended from outside.
    pub(crate) sessions_ending: usize,
    pub(crate) finished: mpsc::Sender<Finished>,
    pub(crate) signals: mpsc::Sender<Signal>,
    pub(crate) shown_tray: Option<Tray>,
    pub(crate) shown_view: Option<View>,
}

impl Controller {
    /// Runs until the program ends: when the user quits, the desk ends the session, or every sender is gone.
    pub async fn run(mut start: Start, ports: Ports, mut requests: mpsc::Receiver<Request>) {
        let (finished, mut jobs) = mpsc::channel(QUEUE);
        let (signals, mut signalled) = mpsc::channel(QUEUE);
        let (calls, mut called) = mpsc::channel(QUEUE);
        // The clock tells one run from the next.
        let run = u64::try_from(ports.clock.now().0).unwrap_or_default();
        let answering = Answering::left(std::mem::take(&mut start.stored.unsent));
        let relay = Relays::new(std::mem::take(&mut start.stored.relay));
        let mut controller = Self {
            ports,
            relay,
            state: State::new(start),
            watching: Watching::default(),
            answering,
            windows: Windows::default(),
            connections: Connections::default(),
            watch: Watch::default(),
            bridge: Bridge::new(calls, run),
            sign_in: SignIn::default(),
            sessions_ending: 0,
            finished,
            signals,
            shown_tray: None,
            shown_view: None,
        };
        controller.end_left_sessions();
        controller.take_links();
        controller.ports.logins.know(&controller.state.settings.portals);
        controller.look_later();
        controller.start_relay();
        controller.start_connections();
        controller.look_at_tokens();
        controller.present();
        loop {
            let deadline = controller.quit_deadline();
            let pool = controller.pool_deadline();
            let watch = controller.watch_deadline();
            let marks = controller.answering.deadline();
            let look = controller.sign_in.next_look;
            let relay = controller.relay.deadline();
            tokio::select! {
                biased;
                () = sleep_until_quit(deadline) => break,
                request = requests.recv() => match request {
                    Some(request) => controller.handle(request),
                    None => break,
                },
                Some(asked) = called.recv() => controller.asked(asked),
                Some(signal) = signalled.recv() => controller.signalled(signal),
                Some(done) = jobs.recv() => controller.finish(done),
                () = sleep_until(watch) => controller.watch(),
                () = sleep_until(marks) => controller.send_marks(),
                () = sleep_until(relay) => controller.relay_looks(),
                () = sleep_until(pool) => controller.pool_looks(),
                () = sleep_until(look) => controller.look_at_sessions(),
            }
            controller.present();
            if controller.is_done() {
                break;
            }
        }
        controller.connections.stop_all();
        controller.relay_farewell().await;
        controller.bridge_farewell().await;
        controller.ports.shell.quit();
    }

    fn handle(&mut self, request: Request) {
        match request {
            Request::OpenLink { text, source, token } => self.open_link(text, source, token),
            Request::Menu(action, token) => self.menu(action, token),
            Request::Window(event) => self.window_event(event),
            Request::View(reply) => {
                let view = self.view();
                self.shown_view = Some(view.clone());
                let _ = reply.send(view);
            }
            Request::SettingsClosed => {
                self.hide_token();
                self.shown_view = None;
            }
            Request::Paired => self.look_at_tokens(),
            Request::EntityOf { link, source, token } => self.entity_of(&link, source, token),
            Request::Ui(command, reply) => self.ui(command, reply),
            Request::NoteClicked { id, token } => self.note_clicked(&id, token),
            Request::StartedAgain => self.show_page(self.state.page, None),
            Request::Awake => {
                self.connections.wake();
                self.relay_awake();
                self.poll_soon();
                self.look_at_sessions();
                self.examine_windows();
            }
            Request::OneC(facts) => self.state.onec = *facts,
            Request::Offline { portal, events, reply } => self.queue_offline(&portal, events, reply),
            Request::ScreenLocked => self.release_by_policy(Occasion::ScreenLocked),
            Request::Terminate => self.quit(true),
        }
    }

    fn menu(&mut self, action: MenuAction, token: Option<ActivationToken>) {
        use hotstart_core::link::Source;
        match action {
            MenuAction::Activate => {
                let page = if self.state.unread > 0 {
                    Page::Inbox
                } else {
                    self.state.page
                };
                self.show_page(page, token);
            }
            MenuAction::ShowBase(alias) => self.show_base(&alias, token),
            MenuAction::ReleaseBase(alias) => self.release_base(&alias),
            MenuAction::OpenRecent(link) => self.open_link(link, Source::QuickOpen, token),
            MenuAction::StartConnection => self.set_connection(true),
            MenuAction::StopConnection => self.set_connection(false),
            MenuAction::Inbox => self.show_page(Page::Inbox, token),
            MenuAction::Settings => self.show_page(Page::Portals, token),
            MenuAction::Journal => self.show_page(Page::Journal, token),
            MenuAction::Quit => self.quit(false),
        }
    }

    /// Shows a page of the settings window.
    pub(crate) fn show_page(&mut self, page: Page, token: Option<ActivationToken>) {
        self.state.page = page;
        if page == Page::Inbox {
            self.poll_soon();
        }
        self.ports.shell.open_settings(token);
    }

    /// Runs something that waits; its result comes back into the loop.
    pub(crate) fn job<T: Send + 'static>(&self, work: Waiting<T>, done: impl FnOnce(T) -> Finished + Send + 'static) {
        let finished = self.finished.clone();
        // Boxed: one kind of task for all kinds of work.
        let job: Waiting<()> = Box::pin(async move {
            let result = work.await;
            let _ = finished.send(done(result)).await;
        });
        tokio::spawn(job);
    }

    fn finish(&mut self, done: Finished) {
        match done {
            Finished::Delivered { batch, result } => self.delivered(batch, result),
            Finished::Recorded(Ok(committed)) => self.committed(&committed),
            Finished::Recorded(Err(failure))
            | Finished::SettingsSaved(Err(failure))
            | Finished::LinksTaken(Err(failure)) => self.tell(&failure),
            Finished::SettingsSaved(Ok(())) | Finished::LinksTaken(Ok(())) => {}
            Finished::Probed { fresh, result } => self.probed(fresh, result),
            Finished::SessionEnded {
                base,
                session,
                since,
                result,
            } => self.ended_from_outside(&base, session, since, result),
            Finished::Measured(used_kb) => self.measured(used_kb),
            Finished::Relay(done) => self.relay_done(done),
            Finished::Bridge(done) => self.bridge_done(done),
            Finished::Records(done) => self.records_done(done),
            Finished::Links(done) => self.links_done(*done),
            Finished::Drafted { opening, ways, result } => self.drafted(opening, ways, result),
            Finished::Launched { opening, result } => {
                let name = self.base_name(&opening.base);
                self.opened(opening, "native", result.map_err(|failure| failure.with("base", name)));
            }
            Finished::Browsed { opening, result } => self.opened(opening, "browser", result),
            Finished::Identified {
                address,
                intranet,
                memory_only,
                reply,
                result,
            } => {
                self.identified(address, intranet, memory_only, reply, result);
            }
            Finished::Kept {
                identity,
                intranet,
                memory_only,
                reply,
                result,
            } => {
                self.kept(identity, intranet, memory_only, reply, result);
            }
            Finished::ServiceKept {
                alias,
                user,
                reply,
                result,
            } => self.service_kept(&alias, user, reply, result),
            Finished::CaughtUp(progress) => self.caught_up(progress),
            Finished::Answered(answered) => self.answered_on_portal(answered),
            Finished::SignIn(progress) => self.sign_in_progress(progress),
            Finished::Forgotten { reply, result } => self.answer_ui(reply, result),
        }
    }

    /// Writes records and notes of our own.
    pub(crate) fn commit(&self, transaction: Transaction) {
        self.job(self.ports.store.commit(transaction), Finished::Recorded);
    }

    /// Keeps a record in the journal.
    pub(crate) fn record(&mut self, record: JournalRecord) {
        self.state.add_record(record.clone());
        self.commit(Transaction {
            journal: vec![record],
            ..Transaction::default()
        });
    }

    /// A record of something that ended now.
    pub(crate) fn entry(
        &self,
        operation: &str,
        source: &str,
        target: &str,
        object: &str,
        since: Timestamp,
    ) -> JournalRecord {
        let now = self.now();
        JournalRecord {
            timestamp: now,
            operation: operation.to_owned(),
            source_system: source.to_owned(),
            target_system: target.to_owned(),
            object_id: object.to_owned(),
            status: Outcome::Done,
            details: String::new(),
            duration_ms: now.since(since),
            error_code: None,
        }
    }

    /// Shows a failure in the settings window, if it is open, and in the log.
    pub(crate) fn tell(&mut self, failure: &Failure) {
        tracing::warn!(code = failure.code_text(), "{failure}");
        self.state.failure = Some(failure.view(self.state.settings.language));
    }

    pub(crate) fn say(&self, key: Key, parameters: &[(&str, &str)]) -> String {
        text(self.state.settings.language, key, parameters)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    fn quit_deadline(&self) -> Option<Duration> {
        let quitting = self.state.quitting?;
        // While the user is asked about unsaved work, there is no hurry.
        if self.state.question.is_some() && !quitting.urgent {
            return None;
        }
        let patience = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
        Some(Duration::from_millis(
            patience.saturating_sub(self.now().since(quitting.since)),
        ))
    }

    fn is_done(&self) -> bool {
        self.state.quitting.is_some() && self.windows.with_session().is_empty() && self.sessions_ending == 0
    }
}

async fn sleep_until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn sleep_until_quit(deadline: Option<Duration>) {
    match deadline {
        Some(left) => tokio::time::sleep(left).await,
        None => std::future::pending().await,
    }
}
