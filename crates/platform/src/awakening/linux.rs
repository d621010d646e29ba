//! Over the system bus: logind says when a sleep begins and ends, NetworkManager when the network changes.
use tokio::sync::mpsc;
use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream};

/// `NM_STATE_CONNECTED_LOCAL` of NetworkManager; what is above is connected to more.
const CONNECTED: u32 = 50;
/// Signals that may wait; of more than one the last says enough.
const QUEUE: usize = 4;

pub(super) async fn watch(awakenings: &mpsc::Sender<()>) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let mut sleep = signals(
        &bus,
        "org.freedesktop.login1",
        "org.freedesktop.login1.Manager",
        "PrepareForSleep",
    )
    .await?;
    let network = "org.freedesktop.NetworkManager";
    let mut network = signals(&bus, network, network, "StateChanged").await?;
    loop {
        let awake = tokio::select! {
            () = awakenings.closed() => return Ok(()),
            // True before the sleep, false after it.
            going = next::<bool>(&mut sleep) => going.map(|going| !going),
            state = next::<u32>(&mut network) => state.map(|state| state >= CONNECTED),
        };
        match awake {
            Some(true) => {
                // If one waits already, it says the same.
                let _ = awakenings.try_send(());
            }
            Some(false) => {}
            None => return Ok(()),
        }
    }
}

async fn signals(bus: &Connection, sender: &str, interface: &str, member: &str) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(sender)?
        .interface(interface)?
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
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
