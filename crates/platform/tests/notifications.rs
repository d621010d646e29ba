//! Notifications against a service of our own on a private bus.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::used_underscore_binding,
    reason = "a test fails by a panic, in its helpers too"
)]
use std::collections::HashMap;
use std::time::{Duration, Instant};

use hotstart_core::Timestamp;
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::ports::Notifier as _;
use hotstart_platform::notifications::{Appearance, Notifications};
use tokio::sync::mpsc;
use zbus::message::Header;
use zbus::zvariant::OwnedValue;

mod stage;

const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
struct Asked {
    at: Instant,
    sender: String,
    replaces: u32,
    given: u32,
    title: String,
    text: String,
    actions: Vec<String>,
}

#[derive(Debug)]
enum Call {
    Notify(Asked),
    Close(u32),
}

struct Service {
    calls: mpsc::UnboundedSender<Call>,
    last: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[zbus(name = "GetCapabilities")]
    #[expect(clippy::unused_self, reason = "the macro wants a method")]
    fn capabilities(&self) -> Vec<String> {
        ["body", "body-markup", "actions"].map(str::to_owned).to_vec()
    }

    #[expect(clippy::too_many_arguments, reason = "the signature of the specification")]
    fn notify(
        &mut self,
        #[zbus(header)] header: Header<'_>,
        _application: String,
        replaces: u32,
        _icon: String,
        title: String,
        text: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let at = Instant::now();
        let given = if replaces == 0 { self.last + 1 } else { replaces };
        self.last = self.last.max(given);
        let sender = header.sender().unwrap().to_string();
        self.calls
            .send(Call::Notify(Asked {
                at,
                sender,
                replaces,
                given,
                title,
                text,
                actions,
            }))
            .unwrap();
        given
    }

    fn close_notification(&self, id: u32) {
        self.calls.send(Call::Close(id)).unwrap();
    }
}

struct Desk {
    connection: zbus::Connection,
    calls: mpsc::UnboundedReceiver<Call>,
    notifications: Notifications,
    clicks: mpsc::Receiver<String>,
}

impl Desk {
    async fn new() -> Self {
        let (calls, received) = mpsc::unbounded_channel();
        let connection = zbus::connection::Builder::session()
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", Service { calls, last: 0 })
            .unwrap()
            .build()
            .await
            .unwrap();
        let (clicked, clicks) = mpsc::channel(8);
        let notifications = Notifications::start(Appearance::default(), clicked).unwrap();
        Self {
            connection,
            calls: received,
            notifications,
            clicks,
        }
    }

    async fn call(&mut self) -> Call {
        tokio::time::timeout(PATIENCE, self.calls.recv())
            .await
            .expect("a call in time")
            .unwrap()
    }

    async fn asked(&mut self) -> Asked {
        match self.call().await {
            Call::Notify(asked) => asked,
            Call::Close(id) => panic!("notice {id} was closed instead"),
        }
    }

    async fn closed(&mut self) -> u32 {
        match self.call().await {
            Call::Close(id) => id,
            Call::Notify(asked) => panic!("shown instead: {asked:?}"),
        }
    }

    async fn signal<B: serde::Serialize + zbus::zvariant::DynamicType>(&self, name: &str, body: &B) {
        let path = "/org/freedesktop/Notifications";
        self.connection
            .emit_signal(None::<&str>, path, "org.freedesktop.Notifications", name, body)
            .await
            .unwrap();
    }

    /// Clicks until the click has arrived: the library listens only a moment after the notice is up.
    async fn click(&mut self, id: u32) -> String {
        loop {
            self.signal("ActionInvoked", &(id, "default")).await;
            if let Ok(click) = tokio::time::timeout(Duration::from_millis(50), self.clicks.recv()).await {
                return click.unwrap();
            }
        }
    }

    async fn is_on_bus(&self, name: &str) -> bool {
        let bus = zbus::fdo::DBusProxy::new(&self.connection).await.unwrap();
        bus.name_has_owner(name.try_into().unwrap()).await.unwrap()
    }
}

fn note(id: &str, tag: Option<&str>) -> Note {
    Note {
        id: id.to_owned(),
        portal: "portal.example.ru".to_owned(),
        title: format!("Заголовок {id}"),
        text: "<b>текст</b> & <a href=\"x\">ссылка</a>".to_owned(),
        link: None,
        tag: tag.map(str::to_owned),
        at: Timestamp::default(),
        read: false,
        toast: true,
        kind: NoteKind::Bell,
        buttons: Vec::new(),
    }
}

#[test]
fn a_notice_lives_from_showing_to_click() {
    stage::on_private_bus("shown_clicked_replaced_withdrawn", "", false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run on a private bus"]
async fn shown_clicked_replaced_withdrawn() {
    let mut desk = Desk::new().await;

    desk.notifications.show(&note("p:1", None));
    let first = desk.asked().await;
    assert_eq!(first.replaces, 0);
    assert_eq!(first.title, "Заголовок p:1");
    assert_eq!(
        first.text,
        "&lt;b&gt;текст&lt;/b&gt; &amp; &lt;a href=\"x\"&gt;ссылка&lt;/a&gt;"
    );
    assert_eq!(first.actions[0], "default");
    // GNOME takes a notice down with the connection it came from.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        desk.is_on_bus(&first.sender).await,
        "the connection of a standing notice has gone"
    );
    assert_eq!(desk.click(first.given).await, "p:1");
    assert_eq!(desk.closed().await, first.given);

    // Notes with one tag take one place, over one connection, and a click means the last one.
    desk.notifications.show(&note("p:2", Some("chat1")));
    let second = desk.asked().await;
    desk.notifications.show(&note("p:3", Some("chat1")));
    let third = desk.asked().await;
    assert_eq!(
        (third.replaces, third.sender.as_str()),
        (second.given, second.sender.as_str())
    );
    assert_eq!(third.title, "Заголовок p:3");
    assert_eq!(desk.click(third.given).await, "p:3");
    assert_eq!(desk.closed().await, third.given);

    // Read elsewhere.
    desk.notifications.show(&note("p:4", None));
    let fourth = desk.asked().await;
    desk.notifications.withdraw("p:4");
    assert_eq!(desk.closed().await, fourth.given);

    // Dismissed by the user: no click, and the same tag begins anew.
    desk.notifications.show(&note("p:5", Some("chat2")));
    let fifth = desk.asked().await;
    while desk.is_on_bus(&fifth.sender).await {
        desk.signal("NotificationClosed", &(fifth.given, 2_u32)).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    desk.notifications.show(&note("p:6", Some("chat2")));
    let sixth = desk.asked().await;
    assert_eq!(sixth.replaces, 0);
    assert!(desk.clicks.try_recv().is_err());

    // A flood: never more than twenty stand, the oldest goes first.
    let (mut shown, mut closed) = (0, Vec::new());
    for number in 0..30 {
        desk.notifications.show(&note(&format!("flood:{number}"), None));
        while shown <= number {
            match desk.call().await {
                Call::Notify(_) => shown += 1,
                Call::Close(id) => closed.push(id),
            }
        }
    }
    while closed.len() < 11 {
        closed.push(desk.closed().await);
    }
    closed.sort_unstable();
    let oldest: Vec<u32> = (sixth.given..sixth.given + 11).collect();
    assert_eq!(closed, oldest);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(desk.calls.try_recv().is_err());
}

#[test]
fn a_notice_reaches_the_bus_at_once() {
    stage::on_private_bus("measured", "", false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run on a private bus"]
async fn measured() {
    let mut desk = Desk::new().await;
    let mut times = Vec::new();
    for number in 0..40 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let begun = Instant::now();
        desk.notifications
            .show(&note(&format!("m:{number}"), (number % 2 == 0).then_some("one")));
        let asked = loop {
            if let Call::Notify(asked) = desk.call().await {
                break asked;
            }
        };
        times.push(asked.at.duration_since(begun));
    }
    times.sort_unstable();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    eprintln!("show to Notify on the bus: p50 {median:?}, max {worst:?}");
    assert!(median < Duration::from_millis(25), "p50 {median:?}");
}

#[test]
fn without_a_service_nothing_hangs() {
    stage::on_private_bus("nobody_shows", "", false);
}

#[tokio::test]
#[ignore = "run on a private bus"]
async fn nobody_shows() {
    let (clicked, mut clicks) = mpsc::channel(8);
    let notifications = Notifications::start(Appearance::default(), clicked).unwrap();
    for number in 0..500 {
        notifications.show(&note(&number.to_string(), None));
        notifications.withdraw(&number.to_string());
    }
    drop(notifications);
    // The thread ends, and with it the last sender of clicks.
    assert_eq!(tokio::time::timeout(PATIENCE, clicks.recv()).await.unwrap(), None);
}
