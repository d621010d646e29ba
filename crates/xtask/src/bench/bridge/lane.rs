//! A lane: a portal with its push server and its base (an office), and a home of the program that relays between them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hotstart_stage::clock::wait_for;
use hotstart_stage::keeper::Child;
use hotstart_stage::native_client::{Heard, NativeClient};
use hotstart_stage::program::{Handed, Place};
use hotstart_stage::{Desk, Office};
use serde_json::{Value, json};

use super::ledger::{Applied, Published, Tally};
use super::running;

/// The base.
pub(super) const BASE: &str = "ut";
/// In whose name its service is called.
const USER: &str = "relay";
const PASSWORD: &str = "relay-password";
/// A killed program leaves its session behind for some seconds; licences are not what is measured here.
const LICENCES: u32 = 1_000;
/// About the size of a real event.
const PAD: usize = 600;
/// How long anything may take on a busy machine before it counts as missing.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Which program relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `hotstartctl relay`.
    Headless,
    /// The tray application.
    Tray,
}

/// How events get to the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Its HTTP service is called.
    Service,
    /// A client of it asks the bridge.
    Client,
}

/// One lane.
#[derive(Debug)]
pub(super) struct Lane<'desk> {
    pub(super) office: Office,
    pub(super) place: Place,
    desk: &'desk Desk,
    name: String,
    kind: Kind,
    /// The client that is told everything, where the base is no service.
    client: Option<NativeClient>,
    published: Vec<Published>,
}

impl<'desk> Lane<'desk> {
    /// Starts the office and writes the home; secrets go into the keyring of the desk.
    pub(super) fn set(desk: &'desk Desk, programs: PathBuf, name: &str, kind: Kind, way: Way) -> Result<Self> {
        let log = desk.log(&format!("office-{name}"));
        let office = Office::start(desk.keeper(), &programs.join("hotstart-office"), &log)?;
        office.set(BASE, json!({"licences": LICENCES}))?;
        let person = json!({"publication": BASE, "name": USER, "password": PASSWORD, "services": true});
        office.send("/publication/users", &person)?;
        let addresses = office.addresses().publications.iter();
        let mut addresses = addresses.map(|address| address.trim_end_matches('/'));
        let publication = addresses.find(|address| address.ends_with(&format!("/{BASE}")));
        let publication = publication.context("the office does not publish the base")?.to_owned();
        let portal = office.portal_host().to_owned();
        let secrets = [
            (format!("webhook:{portal}"), office.addresses().webhook.as_str()),
            (format!("service:{USER}@{publication}"), PASSWORD),
        ];
        for (key, secret) in secrets {
            desk.store_secret("hotstart", &[("service", "hotstart"), ("username", &key)], secret)?;
        }
        let place = Place {
            programs,
            home: desk.folder().join(format!("home-{name}")),
        };
        place.write_settings(&settings(&portal, &publication, way))?;
        let mut lane = Self {
            office,
            place,
            desk,
            name: name.to_owned(),
            kind,
            client: None,
            published: Vec::new(),
        };
        if way == Way::Client {
            lane.client = Some(lane.attach()?);
        }
        Ok(lane)
    }

    /// A client of the base that goes on asking, whoever dies at the other end: the port stays the same.
    fn attach(&self) -> Result<NativeClient> {
        let token = self.pair()?;
        let mut program = self.start(None)?;
        let port = running::port(self, &mut program)?;
        program.end().context("the program had to be killed")?;
        Ok(NativeClient::attach(port, &token, "bench"))
    }

    /// The name of the lane.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Hands a link over, as a click does.
    pub(super) fn open(&self, link: &str) -> Result<Handed> {
        self.place.open(self.desk, link)
    }

    /// A token of the base.
    pub(super) fn pair(&self) -> Result<String> {
        self.place.pair(self.desk, BASE)
    }

    /// Starts the program; with a back-off, waits after failures last so long instead of seconds and minutes.
    pub(super) fn start(&self, back_off: Option<Duration>) -> Result<Child> {
        let log = self.desk.log(&format!("program-{}", self.name));
        let mut command = match self.kind {
            Kind::Headless => {
                let mut command = self.place.command(self.desk, "hotstartctl");
                command.arg("relay");
                command
            }
            Kind::Tray => {
                let mut command = self.desk.command("setsid");
                command.arg(self.place.programs.join("hotstart"));
                command.env("HOTSTART_HOME", &self.place.home);
                command
            }
        };
        plain(&mut command);
        if let Some(back_off) = back_off {
            command.env("HOTSTART_RELAY_BACKOFF_MS", back_off.as_millis().to_string());
        }
        match self.kind {
            Kind::Headless => self.desk.keeper().spawn(&self.name, command, &log),
            Kind::Tray => self.desk.keeper().spawn_session(&self.name, command, &log),
        }
    }

    /// Publishes the next event for the user of the lane.
    pub(super) fn publish(&mut self) -> Result<()> {
        let number = u64::try_from(self.published.len())? + 1;
        let event = json!({
            "user": 1, "module_id": "bench", "command": "event",
            "params": {"number": number, "pad": "x".repeat(PAD)},
        });
        let answer = self.office.send("/publish", &event)?;
        let mid = answer.get("mid").and_then(Value::as_str);
        let at_us = answer.get("at_us").and_then(Value::as_u64);
        self.published.push(Published {
            number,
            mid: mid.context("the event has no id")?.to_owned(),
            at_us: at_us.context("the event has no time")?,
        });
        Ok(())
    }

    /// Everything that was published.
    pub(super) fn published(&self) -> &[Published] {
        &self.published
    }

    /// What the base has applied after the first `after` ones.
    pub(super) fn applied(&self, after: usize) -> Result<Vec<Applied>> {
        if let Some(client) = &self.client {
            let mut applied = told(&client.heard());
            return Ok(applied.split_off(after.min(applied.len())));
        }
        Applied::read(
            &self
                .office
                .read(&format!("/publication/events?publication={BASE}&after={after}"))?,
        )
    }

    /// Waits until the base has applied as many events as were published, or nothing more comes for `patience`.
    pub(super) fn quiet(&self, program: &mut Child, patience: Duration) -> Result<()> {
        let (mut count, mut since) = (0, Instant::now());
        loop {
            let more = self.applied(count)?.len();
            count += more;
            if count >= self.published.len() || since.elapsed() > patience {
                return Ok(());
            }
            if more > 0 {
                since = Instant::now();
            }
            program.check()?;
            sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the program holds its connection to the push server.
    pub(super) fn connected(&self, program: &mut Child) -> Result<()> {
        wait_for("the connection to the push server", LIMIT, || {
            program.check()?;
            let state = self.office.read("/state")?;
            let count = |name| state.pointer(name).and_then(Value::as_u64).unwrap_or(0);
            Ok((count("/push/sockets") + count("/push/polls") > 0).then_some(()))
        })
    }

    /// Waits until the base has applied the newest event.
    pub(super) fn arrived(&self, program: &mut Child, limit: Duration) -> Result<()> {
        self.quiet(program, limit)?;
        let tally = self.tally()?;
        if tally.lost > 0 {
            bail!("{} of {} events have not come to the base", tally.lost, tally.published);
        }
        Ok(())
    }

    /// What became of everything that was published.
    pub(super) fn tally(&self) -> Result<Tally> {
        Ok(Tally::of(&self.published, &self.applied(0)?))
    }

    /// What goes wrong with the service of the base; nothing with `{}`.
    pub(super) fn trouble(&self, trouble: Value) -> Result<()> {
        let mut trouble = trouble;
        if let Some(fields) = trouble.as_object_mut() {
            fields.insert("publication".to_owned(), BASE.into());
        }
        self.office.send("/publication/events/fault", &trouble).map(drop)
    }

    /// How many calls the base has answered.
    pub(super) fn calls(&self) -> Result<u64> {
        let state = self.office.read("/publication/state")?;
        let calls = state.pointer(&format!("/{BASE}/requests")).and_then(Value::as_u64);
        calls.context("the office counts no calls")
    }

    /// How many sockets of the push server were asked for: polls beside them, which look for what falls into the gap
    /// after a replay, are not counted.
    pub(super) fn connections(&self) -> Result<usize> {
        let receipts = self.office.read("/push/receipts")?;
        let arrivals = receipts.get("arrivals").and_then(Value::as_array);
        let arrivals = arrivals.context("the office counts no connections")?;
        let sockets = arrivals
            .iter()
            .filter(|arrival| arrival.get("link").and_then(Value::as_str) == Some("socket"));
        Ok(sockets.count())
    }
}

/// What a client has made of what it was told: it works off an id once.
fn told(heard: &[Heard]) -> Vec<Applied> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut applied: Vec<Applied> = Vec::new();
    for event in heard {
        let place = *places.entry(&event.id).or_insert(applied.len());
        match applied.get_mut(place) {
            Some(known) => known.times += 1,
            None => applied.push(Applied {
                id: event.id.clone(),
                data: event.data.clone(),
                at_us: event.at_us,
                times: 1,
            }),
        }
    }
    applied
}

/// The office is on this computer, whatever proxy the user may have.
fn plain(command: &mut Command) {
    for variable in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(variable).env_remove(variable.to_uppercase());
    }
}

fn settings(portal: &str, publication: &str, way: Way) -> Value {
    let way = match way {
        Way::Service => "service",
        Way::Client => "client",
    };
    json!({
        "version": 1,
        "language": "ru",
        "portals": [{"portal": portal, "scheme": "http", "connection": "webhook", "base": BASE, "userId": "1"}],
        "bases": [{
            "alias": BASE, "name": BASE, "publication": publication, "methods": ["running", "hot"], "serviceUser": USER,
        }],
        "relay": {"bases": [{"base": BASE, "way": way, "events": [{"pattern": "bench/*"}]}]},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_works_off_an_id_once() {
        let heard = |id: &str, number: u64| Heard {
            at_us: number,
            id: id.to_owned(),
            kind: "bench/event".to_owned(),
            data: json!({"params": {"number": number}}),
        };
        let applied = told(&[heard("a", 1), heard("b", 2), heard("a", 1), heard("c", 3)]);
        let seen: Vec<_> = applied.iter().map(|event| (event.number(), event.times)).collect();
        assert_eq!(seen, [(Some(1), 2), (Some(2), 1), (Some(3), 1)]);
    }
}
