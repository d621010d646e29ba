//! The feeder: a process of its own that plays portal and push server, and does what it is told.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hotstart_stage::keeper::{Child, Keeper};
use serde_json::{Value, json};

/// What orders and answers look like is written at the top of `benches/pull/feeder.mjs`.
#[derive(Debug)]
pub(super) struct Feeder {
    child: Child,
    orders: ChildStdin,
    said: Receiver<Value>,
    /// Said before anybody waited for it.
    unheard: Vec<Value>,
    ready: Ready,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct Ready {
    http: u16,
    https: u16,
    ca: std::path::PathBuf,
}

impl Feeder {
    /// Starts it; it writes the certificate of its authority into `folder`.
    pub(super) fn start(keeper: &Keeper, scripts: &Path, folder: &Path) -> Result<Self> {
        let errors = fs_err::File::create(folder.join("feeder.log"))?;
        let mut command = Command::new("node");
        command
            .arg("feeder.mjs")
            .arg(folder)
            .current_dir(scripts)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(errors.into_parts().0));
        let mut child = keeper.spawn_piped("the feeder", command)?;
        let orders = child.os.stdin.take().context("the feeder has no input")?;
        let lines = BufReader::new(child.os.stdout.take().context("the feeder has no output")?).lines();
        let (say, said) = channel();
        std::thread::spawn(move || {
            for value in lines
                .map_while(Result::ok)
                .filter_map(|line| serde_json::from_str(&line).ok())
            {
                if say.send(value).is_err() {
                    break;
                }
            }
        });
        let first: Value = said
            .recv_timeout(Duration::from_secs(20))
            .context("the feeder does not start")?;
        let ready = first.get("ready").context("the feeder is not ready")?;
        Ok(Self {
            child,
            orders,
            said,
            unheard: Vec::new(),
            ready: serde_json::from_value(ready.clone())?,
        })
    }

    /// The webhook of a client, whose name begins with its framing.
    pub(super) fn webhook(&self, name: &str, secure: bool) -> String {
        let (scheme, port) = if secure {
            ("https", self.ready.https)
        } else {
            ("http", self.ready.http)
        };
        format!("{scheme}://127.0.0.1:{port}/rest/7/{name}/")
    }

    /// The certificate of the authority that a client must trust.
    pub(super) fn authority(&self) -> &Path {
        &self.ready.ca
    }

    /// Waits until a client is connected; the id that it goes on from, if it has one.
    pub(super) fn opened(&mut self, name: &str) -> Result<Option<String>> {
        let said = self.hear(&["open"], name, Duration::from_secs(30))?;
        Ok(said.get("mid").and_then(Value::as_str).map(str::to_owned))
    }

    /// Floods a client. The answer is how many seconds the feeder took.
    pub(super) fn flood(&mut self, name: &str, events: u64, corked: bool, limit: Duration) -> Result<f64> {
        self.flood_watched(name, events, corked, limit, 0, |_| Ok(()))
    }

    /// The same; after every `progress` events `look` is called with the number of events so far.
    pub(super) fn flood_watched(
        &mut self,
        name: &str,
        events: u64,
        corked: bool,
        limit: Duration,
        progress: u64,
        mut look: impl FnMut(u64) -> Result<()>,
    ) -> Result<f64> {
        self.order(&json!({"flood": name, "events": events, "corked": corked, "progress": progress}))?;
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let said = self.hear(&["flooded", "progress", "close"], name, left)?;
            if said.get("close").is_some() {
                bail!("{name} was disconnected in a flood: {said}");
            }
            if let Some(seconds) = said.get("seconds").and_then(Value::as_f64) {
                return Ok(seconds);
            }
            if let Some(sent) = said.get("sent").and_then(Value::as_u64) {
                look(sent)?;
            }
        }
    }

    /// Sends so many events a second to each of these clients.
    pub(super) fn pace(&mut self, names: &[&str], rate: u64, seconds: u64) -> Result<()> {
        self.order(&json!({"pace": names, "rate": rate, "seconds": seconds}))?;
        let end = Instant::now() + Duration::from_secs(seconds + 30);
        loop {
            let said = self.next(end.saturating_duration_since(Instant::now()))?;
            if said.get("paced").is_some() {
                return Ok(());
            }
            self.unheard.push(said);
        }
    }

    /// The id of the last event that was sent to a client, and how many it has acknowledged by `mack`.
    pub(super) fn ask(&mut self, name: &str) -> Result<(String, u64)> {
        self.order(&json!({"ask": name}))?;
        let told = self.hear(&["told"], name, Duration::from_secs(10))?;
        let mid = told.get("mid").and_then(Value::as_str).context("no id was told")?;
        let acknowledged = told.get("acknowledged").and_then(Value::as_u64).unwrap_or_default();
        Ok((mid.to_owned(), acknowledged))
    }

    fn order(&mut self, order: &Value) -> Result<()> {
        writeln!(self.orders, "{order}")
            .and_then(|()| self.orders.flush())
            .context("the feeder takes no orders")
    }

    /// Waits for one of these words about a client; everything else is kept.
    fn hear(&mut self, words: &[&str], name: &str, limit: Duration) -> Result<Value> {
        let is_it = |said: &Value| {
            words
                .iter()
                .any(|word| said.get(word).and_then(Value::as_str) == Some(name))
        };
        if let Some(at) = self.unheard.iter().position(is_it) {
            return Ok(self.unheard.remove(at));
        }
        let end = Instant::now() + limit;
        loop {
            let said = self
                .next(end.saturating_duration_since(Instant::now()))
                .with_context(|| format!("waiting for {} of {name}", words.join(" or ")))?;
            if is_it(&said) {
                return Ok(said);
            }
            self.unheard.push(said);
        }
    }

    fn next(&mut self, limit: Duration) -> Result<Value> {
        match self.said.recv_timeout(limit) {
            Ok(said) => Ok(said),
            Err(RecvTimeoutError::Timeout) => bail!("the feeder said nothing for {:.0} s", limit.as_secs_f32()),
            Err(RecvTimeoutError::Disconnected) => {
                self.child.check()?;
                bail!("the feeder has closed its output")
            }
        }
    }
}
