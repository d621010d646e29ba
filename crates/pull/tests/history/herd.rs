//! A thousand clients that lose their server together must not come back together, and must not stay away for long.

use std::time::{Duration, Instant};

use bitrix24_pull::{
    TransportKind,
    session::{Closed, Effect, Input, NotOpened, Now, Session},
};
use jiff::Timestamp;

use crate::{
    chance::Chance,
    world::{Plan, World},
};

const CLIENTS: usize = 1000;

struct Client {
    session: Session,
    now: Now,
    base: Instant,
}

impl Client {
    fn online(chance: &mut Chance, base: Instant, config: &serde_json::Value) -> Self {
        let now = Now {
            instant: base,
            wall: Timestamp::from_second(1_795_304_000).unwrap(),
        };
        let session = crate::client::session(&Plan::calm(0, 4), chance, (None, Vec::new()), now);
        let mut client = Self { session, now, base };
        client.put(Input::Start);
        client.put(Input::Configured(Ok(config.clone())));
        client.put(Input::Opened(TransportKind::WebSocket));
        while let Some(effect) = client.session.next_effect() {
            if let Effect::Deliver(batch) = effect {
                client.put(Input::Receipt(batch.ticket, true));
            }
        }
        client
    }

    fn put(&mut self, input: Input<'_>) {
        self.session.handle(input, self.now);
    }

    /// Lets time pass until the next attempt to connect, and gives its moment.
    fn next_attempt(&mut self) -> Duration {
        loop {
            while let Some(effect) = self.session.next_effect() {
                if let Effect::Open { .. } = effect {
                    return self.now.instant - self.base;
                }
            }
            let at = self.session.next_timeout().unwrap().max(self.now.instant);
            self.now.wall += at - self.now.instant;
            self.now.instant = at;
            self.session.timeout(self.now);
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now.wall += time;
        self.now.instant += time;
    }
}

fn clients(seed: u64) -> Vec<Client> {
    let mut chance = Chance::new(seed);
    let base = Instant::now();
    let config = World::new(Plan::calm(0, 4)).portal.answer(0);
    (0..CLIENTS)
        .map(|_| Client::online(&mut chance, base, &config))
        .collect()
}

/// The most that fall into any tenth of a second.
fn peak(mut times: Vec<Duration>) -> usize {
    times.sort_unstable();
    let window = Duration::from_millis(100);
    let within = |first: usize| {
        times[first..]
            .iter()
            .take_while(|time| **time < times[first] + window)
            .count()
    };
    (0..times.len()).map(within).max().unwrap_or(0)
}

#[test]
fn a_thousand_dropped_clients_come_back_spread_out() {
    let mut peaks: Vec<usize> = (0..9)
        .map(|seed| {
            let mut clients = clients(seed);
            let back = clients.iter_mut().map(|client| {
                client.put(Input::Closed(Closed::ByServer(Some(1012))));
                client.next_attempt()
            });
            peak(back.collect())
        })
        .collect();
    peaks.sort_unstable();
    println!("most in any sliding tenth of a second, nine seeds: {peaks:?}");
    assert!(peaks[4] <= 20, "{peaks:?}");
}

#[test]
fn after_an_outage_of_three_minutes_nearly_all_are_back_in_half_a_minute() {
    let outage = Duration::from_secs(180);
    for seed in 0..3 {
        let mut chance = Chance::new(seed);
        let mut late: Vec<Duration> = clients(seed)
            .iter_mut()
            .map(|client| {
                client.put(Input::Closed(Closed::Broken));
                loop {
                    let at = client.next_attempt();
                    if at >= outage {
                        return at.saturating_sub(outage);
                    }
                    client.pass(Duration::from_millis(chance.within(1, 200)));
                    client.put(Input::NotOpened(NotOpened::Unreachable));
                }
            })
            .collect();
        late.sort_unstable();
        let p95 = late[CLIENTS * 95 / 100];
        println!(
            "back after the outage: median {:?}, p95 {p95:?}, last {:?}; most in a tenth of a second {}",
            late[CLIENTS / 2],
            late[CLIENTS - 1],
            peak(late.clone())
        );
        assert!(p95 <= Duration::from_secs(30), "{p95:?}");
    }
}
