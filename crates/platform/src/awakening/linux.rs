//! Over the buses: logind says when a sleep begins and ends and when the session is locked, NetworkManager when the
//! network changes, the screen saver of the session when it covers the screen.
use tokio::sync::mpsc;
use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream};

use super::Sign;

/// `NM_STATE_CONNECTED_LOCAL` of NetworkManager; what is above is connected to more.
const CONNECTED: u32 = 50;
/// Signals that may wait; of more than one the last says enough.
const QUEUE: usize = 4;
/// The interfaces under which screen savers say `ActiveChanged`.
const SCREEN_SAVERS: [&str; 3] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.xfce.ScreenSaver",
];

pub(super) async fn watch(signs: &mpsc::Sender<Sign>) -> zbus::Result<()> {
    // Either bus may be missing (a container, a terminal server), and the other one still tells.
    let (computer, session) = tokio::join!(computer(signs), session(signs));
    computer.and(session)
}

async fn computer(signs: &mpsc::Sender<Sign>) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let login = "org.freedesktop.login1";
    let mut sleep = signals(&bus, Some(login), "org.freedesktop.login1.Manager", "PrepareForSleep").await?;
    let mut lock = signals(&bus, Some(login), "org.freedesktop.login1.Session", "Lock").await?;
    let network = "org.freedesktop.NetworkManager";
    let mut network = signals(&bus, Some(network), network, "StateChanged").await?;
    loop {
        let sign = tokio::select! {
            () = signs.closed() => return Ok(()),
            // True before the sleep, false after it.
            going = next::<bool>(&mut sleep) => going.map(|going| (!going).then_some(Sign::Awake)),
            state = next::<u32>(&mut network) => state.map(|state| (state >= CONNECTED).then_some(Sign::Awake)),
            locked = next::<()>(&mut lock) => locked.map(|()| Some(Sign::ScreenLocked)),
        };
        match sign {
            // If the queue is full, what waits in it says the same.
            Some(Some(sign)) => {
                let _ = signs.try_send(sign);
            }
            Some(None) => {}
            None => return Ok(()),
        }
    }
}

async fn session(signs: &mpsc::Sender<Sign>) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let mut covers = Vec::new();
    for interface in SCREEN_SAVERS {
        covers.push(signals(&bus, None, interface, "ActiveChanged").await?);
    }
    let [first, second, third] = covers.as_mut_slice() else {
        return Ok(());
    };
    loop {
        let covered = tokio::select! {
            () = signs.closed() => return Ok(()),
            covered = next::<bool>(first) => covered,
            covered = next::<bool>(second) => covered,
            covered = next::<bool>(third) => covered,
        };
        match covered {
            Some(true) => {
                let _ = signs.try_send(Sign::ScreenLocked);
            }
            Some(false) => {}
            None => return Ok(()),
        }
    }
}

/// The signals of an interface; from whom they come does not matter where only one program at a time can own the role.
async fn signals(bus: &Connection, sender: Option<&str>, interface: &str, member: &str) -> zbus::Result<MessageStream> {
    let mut rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .interface(interface.to_owned())?
        .member(member.to_owned())?;
    if let Some(sender) = sender {
        rule = rule.sender(sender.to_owned())?;
    }
    MessageStream::for_match_rule(rule.build(), bus, Some(QUEUE)).await
}

/// The argument of the next signal that has one; nothing when the bus is gone.
async fn next<T>(stream: &mut MessageStream) -> Option<T>
where
    T: for<'a> serde::Deserialize<'a> + zbus::zvariant::Type,
{
    loop {
        let message = std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context)).await?;
        if let Ok(argument) = message.ok()?.body().deserialize() {
            return Some(argument);
        }
    }
}
