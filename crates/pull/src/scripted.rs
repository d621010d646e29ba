//! A connection that a test plays by hand: what the owner makes of statuses and deliveries, without a server.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};

use crate::{
    connection::{Acknowledge, Connection, Control, Delivery, Receipts, Wanted},
    event::{Event, Gap, Sender, SenderType},
    position::{Mid, Position},
    session::Ticket,
    status::{State, Status},
};

/// The other end of a scripted connection.
pub struct Script {
    status: watch::Sender<Status>,
    deliveries: mpsc::Sender<Delivery>,
    receipts: Arc<Receipts>,
    wanted: watch::Receiver<Wanted>,
    sent: u64,
    gap: Option<Gap>,
}

/// A connection and the script that plays it. It begins as connecting.
pub fn scripted() -> (Connection, Script) {
    let (status, watched) = watch::channel(Status {
        state: State::Connecting,
        since: Timestamp::UNIX_EPOCH,
        server_version: None,
        transport: None,
        last_event: None,
        reconnects: 0,
        foreign_revision: None,
        reason: None,
    });
    let (deliveries, received) = mpsc::channel(64);
    let (switch, wanted) = watch::channel(Wanted {
        running: true,
        reconnects: 0,
        wakes: 0,
    });
    let connection = Connection {
        status: watched,
        deliveries: received,
        control: Control {
            wanted: switch,
            requests: mpsc::channel(1).0,
        },
    };
    let script = Script {
        status,
        deliveries,
        receipts: Arc::default(),
        wanted,
        sent: 0,
        gap: None,
    };
    (connection, script)
}

impl Script {
    /// Goes to a state.
    pub fn state(&self, state: State) {
        self.status.send_modify(|status| status.state = state);
    }

    /// Says with the next delivery that something before it may have been missed.
    pub fn gap(&mut self, gap: Gap) {
        self.gap = Some(gap);
    }

    /// Delivers one event of the portal under this id, and moves the position to it.
    ///
    /// # Panics
    ///
    /// If `mid` is no id or `params` no JSON.
    #[expect(clippy::expect_used, reason = "a test says what it means")]
    pub async fn deliver(&mut self, mid: &str, module: &str, command: &str, params: &str) {
        let mid = Mid::new(mid).expect("a message id");
        let event = Event {
            mid: Some(mid.clone()),
            module: module.to_owned(),
            command: command.to_owned(),
            params: RawValue::from_string(params.to_owned()).expect("JSON"),
            sender: Some(Sender {
                kind: SenderType::Backend,
                id: None,
            }),
            server_time: None,
            age: None,
            replayed: false,
        };
        self.sent += 1;
        let delivery = Delivery {
            events: vec![event],
            position: Position {
                mid: Some(mid.clone()),
                ..Position::default()
            },
            seen: vec![mid],
            gap: self.gap.take(),
            forgets: false,
            acknowledge: Acknowledge::new(Ticket::numbered(self.sent), self.receipts.clone()),
        };
        // An owner that has ended takes nothing; the test will see what it missed.
        let _ = self.deliveries.send(delivery).await;
    }

    /// Waits for receipts: for each delivery whether it was stored.
    pub async fn receipts(&self) -> Vec<bool> {
        let taken = self.receipts.take().await;
        taken.into_iter().map(|(_, stored)| stored).collect()
    }

    /// How often the owner said that the network may be back.
    pub fn wakes(&self) -> u64 {
        self.wanted.borrow().wakes
    }

    /// Whether the owner still wants the connection.
    pub fn is_wanted(&self) -> bool {
        self.wanted.borrow().running && !self.deliveries.is_closed()
    }
}
