//! The run loop: the runtime beside the window thread, the parts wired together, the order of start and end.
use std::time::Duration;

use anyhow::Context;
use hotstart_controller::{Controller, Request};
use hotstart_core::link::Source;
use hotstart_core::plan::Facts;
use hotstart_core::window::ActivationToken;
use hotstart_desk::Desk;
use hotstart_platform::awakening::Sign;
use hotstart_platform::folders::HOME_VARIABLE;
use hotstart_platform::handoff::{self, Handed, Limits, Listener};
use hotstart_platform::scheme::{Registration, SchemeError};
use tauri::RunEvent;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::pages;
use crate::requests::Requests;
use crate::shell::TauriShell;
use crate::start::First;
use crate::tray::{self, TrayHandle};

/// How many requests and links wait at most.
const QUEUE: usize = 64;

/// What a second start without a link says.
pub(crate) const SHOW_YOURSELF: &str = "hotstart://settings";

/// The program that the desktop starts for a link.
const OPENER: &str = if cfg!(windows) {
    "hotstart-open.exe"
} else {
    "hotstart-open"
};

/// How long the end waits for work that is under way on the runtime.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// Runs until the user quits.
pub(crate) fn run(first: First) -> anyhow::Result<()> {
    let First {
        folders,
        instance,
        link,
    } = first;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("hotstart")
        .enable_all()
        .build()
        .context("the runtime cannot start")?;
    let _inside = runtime.enter();
    tauri::async_runtime::set(runtime.handle().clone());

    // Links that come from now on wait in the queue until the controller runs.
    let (queue, requests_in) = mpsc::channel(QUEUE);
    let requests = Requests::new(queue, runtime.handle().clone());
    let listener = Listener::bind(&folders, instance).context("the hand-off cannot listen")?;
    runtime.spawn(listen(listener, requests.clone()));
    runtime.spawn(crate::signals::watch(requests.clone()));
    let (sign, signs) = mpsc::channel(QUEUE);
    runtime.spawn(hotstart_platform::awakening::watch(sign));
    runtime.spawn(signs_of_the_desk(signs, requests.clone()));
    let (told, facts) = mpsc::channel(1);
    runtime.spawn(hotstart_desk::watch_onec(told));
    runtime.spawn(facts_of_onec(facts, requests.clone()));
    if let Some(text) = link {
        requests.send(Request::OpenLink {
            text,
            source: Source::Clicked,
            token: None,
        });
    }

    let (tray, shown) = TrayHandle::new();
    #[cfg(target_os = "linux")]
    runtime.spawn(tray::start(shown, requests.clone()));

    // A trial under a folder of its own must not take over the user's links.
    if std::env::var_os(HOME_VARIABLE).is_none() {
        runtime.spawn_blocking(register_links);
    }

    let (clicked, clicks) = mpsc::channel(QUEUE);
    let desk = Desk::open(&folders, clicked).context("the desk cannot be opened")?;
    runtime.spawn(clicks_on_notes(clicks, requests.clone()));

    let app = tauri::Builder::default()
        .manage(requests.clone())
        .register_uri_scheme_protocol(pages::SCHEME, pages::answer)
        .invoke_handler(tauri::generate_handler![
            crate::commands::view,
            crate::commands::perform
        ])
        .build(tauri::generate_context!("tauri.conf.json"))
        .context("the windows cannot start")?;
    #[cfg(not(target_os = "linux"))]
    runtime.spawn(tray::start(app.handle().clone(), shown, requests.clone()));
    work(&runtime, app, desk, tray, requests, requests_in)
}

fn work(
    runtime: &Runtime,
    app: tauri::App,
    desk: Desk,
    tray: TrayHandle,
    requests: Requests,
    requests_in: mpsc::Receiver<Request>,
) -> anyhow::Result<()> {
    let handle = app.handle().clone();
    let shell = Box::new(TauriShell::new(handle, requests, tray));
    let closing = desk.store.clone();
    let (start, ports) = desk.begin(shell);
    let controller = runtime.spawn(Controller::run(start, ports, requests_in));

    // Tauri ends with its last window; this program ends only when the controller says so.
    let code = app.run_return(|_, event| {
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
        }
    });
    runtime.block_on(async {
        let ended = tokio::time::timeout(LAST_MOMENT, controller).await;
        if let Ok(Err(error)) = ended {
            tracing::error!(%error, "the controller did not end well");
        }
    });
    // The last handle of the store: what is queued is written before this returns.
    drop(closing);
    anyhow::ensure!(code == 0, "the window thread ended with {code}");
    Ok(())
}

/// Makes the desktop start `hotstart-open`, which stands beside this program, for links.
fn register_links() {
    let opener = std::env::current_exe().map(|program| program.with_file_name(OPENER));
    let registered = opener
        .map_err(SchemeError::from)
        .and_then(|opener| Registration::new(opener).register());
    match registered {
        Ok(done) => tracing::debug!(?done, "links are registered"),
        Err(error) => tracing::warn!(%error, "links are not registered; the package may do it"),
    }
}

/// Links from the hand-off become requests.
async fn listen(listener: Listener, requests: Requests) {
    let (queue, mut handed) = mpsc::channel::<Handed>(QUEUE);
    let forward = async {
        while let Some(Handed { text, token, received }) = handed.recv().await {
            tracing::debug!(waited_us = received.elapsed().as_micros(), "a link came");
            requests.send(if text == SHOW_YOURSELF {
                Request::StartedAgain
            } else if text == handoff::PAIRED {
                Request::Paired
            } else {
                Request::OpenLink {
                    text,
                    source: Source::Clicked,
                    token: token.map(ActivationToken),
                }
            });
        }
    };
    let (served, ()) = tokio::join!(listener.serve(queue, Limits::default()), forward);
    if let Err(error) = served {
        tracing::error!(%error, "the hand-off has ended; links start the program in vain");
    }
}

/// The computer woke up, its network is back, or its screen was locked.
async fn signs_of_the_desk(mut signs: mpsc::Receiver<Sign>, requests: Requests) {
    while let Some(sign) = signs.recv().await {
        requests.send(match sign {
            Sign::Awake => Request::Awake,
            Sign::ScreenLocked => Request::ScreenLocked,
        });
    }
}

/// Programs and lists of bases become known to the controller.
async fn facts_of_onec(mut facts: mpsc::Receiver<Facts>, requests: Requests) {
    while let Some(facts) = facts.recv().await {
        requests.send(Request::OneC(Box::new(facts)));
    }
}

/// Clicks on notifications become requests.
async fn clicks_on_notes(mut clicks: mpsc::Receiver<String>, requests: Requests) {
    while let Some(id) = clicks.recv().await {
        requests.send(Request::NoteClicked { id, token: None });
    }
}
