//! The program without a window: the same controller, store and relay, on a computer where nobody sits.
use std::sync::Arc;
use std::time::Duration;

use hotstart_controller::{Controller, Ports, Request};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::Note;
use hotstart_core::ports::{Browser, Launcher, LinkHandler, Notifier, Shell, Waiting};
use hotstart_core::tray::Tray;
use hotstart_core::view::View;
use hotstart_core::window::{ActivationToken, WindowCommand, WindowEvent};
use hotstart_platform::folders::Folders;
use hotstart_platform::keyring::Keyring;
use onec::Launch;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::offline::{OfflineNews, take_offline};
use crate::open::{Desk, OpenError};

/// How many requests wait at most.
const QUEUE: usize = 64;
/// How long the end waits for events that a portal is giving at this moment.
const LAST_EVENTS: Duration = Duration::from_secs(5);
/// How long the end waits for sessions to end and for what is queued.
const LAST_MOMENT: Duration = Duration::from_secs(8);

/// The running program.
pub struct Headless {
    /// Portals whose offline events are taken.
    pub offline: Vec<String>,
    /// Bases that get events.
    pub bases: Vec<String>,
    /// What is said of portals.
    pub news: mpsc::Receiver<(String, OfflineNews)>,
    requests: mpsc::Sender<Request>,
    controller: JoinHandle<()>,
    takers: Vec<JoinHandle<()>>,
    ending: watch::Sender<bool>,
}

impl Headless {
    /// Starts it on the current runtime. Blocks for the disk. Whoever calls holds the lock of this home.
    pub fn start(folders: &Folders, keyring: Keyring) -> Result<Self, OpenError> {
        let (clicks, _nobody) = mpsc::channel(1);
        let (desk, rest) = Desk::open_parts(folders, clicks, keyring)?;
        // Known before the first call, so that every portal is asked over its own connection.
        rest.know(&desk.settings.portals);
        let relay = desk.settings.relay.clone();
        let (requests, inbound) = mpsc::channel(QUEUE);
        let nobody = Nobody {
            requests: requests.clone(),
            runtime: Handle::current(),
        };
        let (mut start, ports) = desk.begin(Box::new(nobody.clone()));
        // Nobody reads an inbox here.
        start.settings.polling.allowed = false;
        let ports = Ports {
            notifier: Box::new(nobody.clone()),
            browser: Arc::new(nobody.clone()),
            launcher: Arc::new(nobody.clone()),
            links: Arc::new(nobody),
            ..ports
        };
        let controller = tokio::spawn(Controller::run(start, ports, inbound));
        let (told, news) = mpsc::channel(QUEUE);
        let (ending, ends) = watch::channel(false);
        let takers = relay.offline.iter().map(|wanted| {
            let (of_portal, mut said) = mpsc::channel(QUEUE);
            let (portal, told) = (wanted.portal.clone(), told.clone());
            tokio::spawn(async move {
                while let Some(news) = said.recv().await {
                    let _ = told.send((portal.clone(), news)).await;
                }
            });
            tokio::spawn(take_offline(
                rest.clone(),
                wanted.clone(),
                requests.clone(),
                of_portal,
                ends.clone(),
            ))
        });
        Ok(Self {
            takers: takers.collect(),
            offline: relay.offline.iter().map(|wanted| wanted.portal.clone()).collect(),
            bases: relay.bases.iter().map(|base| base.base.clone()).collect(),
            news,
            requests,
            controller,
            ending,
        })
    }

    /// Ends it: nothing more is taken, sessions of bases are ended, what is queued is written.
    pub async fn stop(self) {
        let _ = self.ending.send(true);
        // A portal may have deleted what it gives at this moment: it is taken to the end.
        let last = Instant::now() + LAST_EVENTS;
        for mut taker in self.takers {
            if tokio::time::timeout_at(last, &mut taker).await.is_err() {
                tracing::warn!("a portal did not answer before the end");
                taker.abort();
            }
        }
        let _ = self.requests.send(Request::Terminate).await;
        drop(self.requests);
        if tokio::time::timeout(LAST_MOMENT, self.controller).await.is_err() {
            tracing::warn!("the controller did not end in time");
        }
    }
}

/// Whoever sits where nobody does: nothing is shown, opened or started.
#[derive(Clone)]
struct Nobody {
    requests: mpsc::Sender<Request>,
    runtime: Handle,
}

impl Shell for Nobody {
    fn set_tray(&self, _: &Tray) {}
    fn show_view(&self, _: &View) {}
    fn open_settings(&self, _: Option<ActivationToken>) {}
    fn window(&self, command: WindowCommand) {
        // A link that was to open here has failed; all else concerns windows that are not there.
        if let WindowCommand::Open { id, .. } = command {
            let requests = self.requests.clone();
            self.runtime.spawn(async move {
                let reason = "there is no screen".to_owned();
                let _ = requests.send(Request::Window(WindowEvent::Failed { id, reason })).await;
            });
        }
    }
    fn quit(&self) {}
}

impl Notifier for Nobody {
    fn show(&self, _: &Note) {}
    fn withdraw(&self, _: &str) {}
}

impl Browser for Nobody {
    fn open(&self, _: String) -> Waiting<Result<(), Failure>> {
        Box::pin(std::future::ready(Err(Failure::new(Code::BrowserFailed))))
    }
}

impl Launcher for Nobody {
    fn launch(&self, _: Launch) -> Waiting<Result<(), Failure>> {
        let failure = Failure::new(Code::LaunchFailed).with("detail", "there is no screen");
        Box::pin(std::future::ready(Err(failure)))
    }
}

impl LinkHandler for Nobody {
    fn take_e1c(&self, _: bool) -> Waiting<Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
