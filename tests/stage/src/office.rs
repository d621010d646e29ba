//! The demo office as a child, and its control address.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http;
use crate::keeper::{Child, Keeper};

/// How long one question for beacons may wait at the office.
const TURN: Duration = Duration::from_secs(5);

/// A running office.
#[derive(Debug)]
pub struct Office {
    addresses: Addresses,
    ready: String,
    _child: Child,
}

/// What the office says when it is ready.
#[derive(Debug, Clone, Deserialize)]
pub struct Addresses {
    /// The portal.
    pub portal: String,
    /// An incoming webhook of the demo user, with its secret.
    pub webhook: String,
    /// The published bases.
    pub publications: Vec<String>,
    /// The control address.
    pub control: String,
}

/// A form that was painted in a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Beacon {
    /// Counts all beacons of the office.
    pub n: u64,
    /// The publication.
    pub publication: String,
    /// The session of the page.
    pub session: String,
    /// When it arrived, in microseconds since 1970.
    pub at_us: u64,
    /// Names the page load.
    pub load: String,
    /// The navigation link that is shown.
    pub nav: String,
    /// The title of the window.
    pub title: String,
    /// The second frame after drawing, by the clock of the page.
    pub page_us: u64,
    /// Whether the form holds unsaved changes.
    pub dirty: bool,
    /// `form` or `login`.
    pub screen: String,
    /// The page draws itself in desktop mode.
    pub workplace: bool,
}

/// The beacons after a number.
#[derive(Debug, Clone, Deserialize)]
pub struct Beacons {
    /// In order.
    pub beacons: Vec<Beacon>,
    /// The number of the newest one.
    pub last: u64,
}

impl Office {
    /// Starts the office on free ports, with the push server that it has by itself.
    pub fn start(keeper: &Keeper, program: &Path, log: &Path) -> Result<Self> {
        Self::start_with(keeper, program, log, &[])
    }

    /// Starts the office on free ports, with more arguments.
    pub fn start_with(keeper: &Keeper, program: &Path, log: &Path, arguments: &[&str]) -> Result<Self> {
        let errors = fs_err::File::create(log)?;
        let mut command = Command::new(program);
        command.args(["--port", "0", "--json"]).args(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(errors.into_parts().0));
        let mut child = keeper.spawn_piped("hotstart-office", command)?;
        let mut lines = BufReader::new(child.os.stdout.take().context("the office has no output")?);
        let mut ready = String::new();
        lines.read_line(&mut ready)?;
        let addresses = serde_json::from_str(&ready).with_context(|| {
            format!(
                "the office said {ready:?}; {}",
                fs_err::read_to_string(log).unwrap_or_default()
            )
        })?;
        // Whatever it prints later must not block it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Ok(Self {
            addresses,
            ready: ready.trim().to_owned(),
            _child: child,
        })
    }

    /// Its addresses.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What it said when it was ready, as it said it.
    pub fn ready_line(&self) -> &str {
        &self.ready
    }

    /// Host and port of the portal, as links name it.
    pub fn portal_host(&self) -> &str {
        let portal = self.addresses.portal.as_str();
        portal
            .split_once("://")
            .map_or(portal, |(_, host)| host)
            .trim_end_matches('/')
    }

    /// Reads from the control address; `path` begins with a slash.
    pub fn read(&self, path: &str) -> Result<Value> {
        http::get(&self.control(path))
    }

    /// Sends to the control address.
    pub fn send(&self, path: &str, body: &Value) -> Result<Value> {
        http::post(&self.control(path), body)
    }

    /// Changes a publication, as `{"licences": 1}`.
    pub fn set(&self, publication: &str, change: Value) -> Result<Value> {
        let mut change = change;
        if let Some(fields) = change.as_object_mut() {
            fields.insert("publication".to_owned(), json!(publication));
        }
        self.send("/publication/set", &change)
    }

    /// How many sessions hold a licence of a publication.
    pub fn licences_in_use(&self, publication: &str) -> Result<u64> {
        self.number(publication, "in_use")
    }

    /// Whether a session, by the id that beacons name, still has its licence.
    pub fn has_session(&self, publication: &str, id: &str) -> Result<bool> {
        let state = self.read("/publication/state")?;
        let sessions = state
            .pointer(&format!("/{publication}/sessions"))
            .and_then(Value::as_array);
        let mut ids = sessions
            .into_iter()
            .flatten()
            .filter_map(|session| session["id"].as_str());
        Ok(ids.any(|known| known == id))
    }

    /// How many page loads a publication has seen.
    pub fn loads(&self, publication: &str) -> Result<u64> {
        self.number(publication, "loads")
    }

    /// What a field of an object holds at the office: written, not merely typed. It is asked for by a session of the
    /// publication, which must be there.
    pub fn field(&self, publication: &str, nav: &str, name: &str) -> Result<String> {
        let state = self.read("/publication/state")?;
        let session = state.pointer(&format!("/{publication}/sessions/0/id"));
        let session = session.and_then(Value::as_str).context("nobody has a session")?;
        let all = &self.addresses.publications;
        let address = all
            .iter()
            .map(|address| address.trim_end_matches('/'))
            .find(|address| address.ends_with(&format!("/{publication}")));
        let address = address.with_context(|| format!("{publication} is not among {all:?}"))?;
        let form = http::post(
            &format!("{address}/ru_RU/e1cib/form?seanceId={session}"),
            &json!({"root": {"link": nav, "reason": "click"}}),
        )?;
        let fields = form["root"]["fields"].as_array();
        let mut fields = fields.into_iter().flatten();
        let field = fields.find(|field| field.get("name").and_then(Value::as_str) == Some(name));
        let value = field.and_then(|field| field.get("value")).and_then(Value::as_str);
        Ok(value.with_context(|| format!("no field {name} in {form}"))?.to_owned())
    }

    /// The beacons after a number, waiting for the first one up to `wait`.
    pub fn beacons(&self, after: u64, wait: Duration) -> Result<Beacons> {
        let answer = self.read(&format!(
            "/publication/beacons?after={after}&wait_ms={}",
            wait.as_millis()
        ))?;
        serde_json::from_value(answer).context("the office's beacons")
    }

    /// The number of the newest beacon.
    pub fn last_beacon(&self) -> Result<u64> {
        Ok(self.beacons(u64::MAX, Duration::ZERO)?.last)
    }

    /// Waits for the first beacon after a number that fits.
    pub fn painted(&self, what: &str, after: u64, limit: Duration, fits: impl Fn(&Beacon) -> bool) -> Result<Beacon> {
        let end = Instant::now() + limit;
        let mut after = after;
        loop {
            let rest = end.saturating_duration_since(Instant::now());
            let new = self.beacons(after, rest.min(TURN))?;
            after = new.beacons.last().map_or(after, |beacon| beacon.n);
            if let Some(found) = new.beacons.into_iter().find(|beacon| fits(beacon)) {
                return Ok(found);
            }
            if rest.is_zero() {
                bail!("waited {} s in vain for the form of {what}", limit.as_secs());
            }
        }
    }

    fn number(&self, publication: &str, field: &str) -> Result<u64> {
        let state = self.read("/publication/state")?;
        let number = state
            .get(publication)
            .and_then(|it| it.get(field))
            .and_then(Value::as_u64);
        number.with_context(|| format!("no {field} of {publication} in {state}"))
    }

    fn control(&self, path: &str) -> String {
        format!("{}{path}", self.addresses.control.trim_end_matches('/'))
    }
}
