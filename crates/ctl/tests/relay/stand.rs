//! The office in this process, and the program on a home of its own.
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use hotstart_office::{Addresses, Options, start};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The application of the relay on the office's portal.
pub(crate) const CLIENT: &str = "local.1";
/// How long something may take on a busy computer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The office with a home for the program.
pub(crate) struct Stand {
    pub(crate) addresses: Addresses,
    pub(crate) home: TempDir,
    _runtime: Runtime,
}

/// The running program.
pub(crate) struct Relay {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Stand {
    /// Company cards and commands for the base `ut`; `user` is the one the application acts for.
    pub(crate) fn open(user: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let office = runtime.block_on(start(Options::default())).expect("the office starts");
        let addresses = office.addresses().clone();
        runtime.spawn(office.run());
        let stand = Self {
            addresses,
            home: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        };
        stand.settle(user);
        stand
    }

    pub(crate) fn portal(&self) -> String {
        self.addresses
            .portal
            .strip_prefix("http://")
            .unwrap()
            .trim_end_matches('/')
            .to_owned()
    }

    pub(crate) fn base(&self) -> String {
        self.addresses.publications[0].trim_end_matches('/').to_owned()
    }

    fn settle(&self, user: u64) {
        let (portal, base) = (self.portal(), self.base());
        let settings = json!({
            "version": 1,
            "language": "en",
            "portals": [{
                "portal": portal, "scheme": "http", "connection": "application", "base": "ut", "userId": user.to_string(),
                "application": {"clientId": CLIENT, "port": 1},
            }],
            "bases": [{
                "alias": "ut", "name": "UT", "publication": base, "serviceUser": "Администратор",
            }],
            "relay": {
                "bases": [{
                    "base": "ut", "events": [{"pattern": "crm/company.*"}],
                    "answers": [{"entity": "deal", "from": "number", "field": "UF_CRM_1C_ORDER"}],
                }],
                "authors": [{"portal": portal, "application": CLIENT}],
                "offline": [{"portal": portal, "entities": ["company"]}],
            },
        });
        let config = self.home.path().join("config");
        fs_err::create_dir_all(&config).unwrap();
        fs_err::write(config.join("settings.json"), settings.to_string()).unwrap();
        let token = self.control("/application", &json!({"client_id": CLIENT, "user": user}));
        let tokens = json!({
            "access_token": token["access_token"], "refresh_token": "none", "server": self.addresses.portal,
            "user_id": user, "scope": "crm,pull",
        });
        let secrets = json!({
            format!("application:{portal}"): "secret",
            format!("tokens:{portal}"): tokens.to_string(),
            format!("service:Администратор@{base}"): "demo",
        });
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(self.secrets())
            .unwrap();
        file.write_all(secrets.to_string().as_bytes()).unwrap();
        // A program that was killed leaves its session until the base forgets it.
        self.control("/publication/set", &json!({"publication": "ut", "licences": 1000}));
    }

    pub(crate) fn secrets(&self) -> std::path::PathBuf {
        self.home.path().join("secrets.json")
    }

    pub(crate) fn control(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, &body.to_string())
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", path, "")
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let host = self.addresses.control.strip_prefix("http://").unwrap();
        request(host, method, path, body)
    }

    /// A call of the portal in the name of an administrator of the application.
    pub(crate) fn rest(&self, method: &str, mut params: Value) -> Value {
        let token = self.control("/application", &json!({"client_id": CLIENT, "user": 1}));
        params["auth"] = token["access_token"].clone();
        let path = format!("/rest/{method}.json");
        request(&self.portal(), "POST", &path, &params.to_string())["result"].clone()
    }

    /// A person changes the card of a company.
    pub(crate) fn change_company(&self, id: u64, title: &str) {
        let change = json!({"type": 4, "id": id, "fields": {"TITLE": title}, "user": 3});
        self.control("/portal/change", &change);
    }

    /// What the base has applied, in its order.
    pub(crate) fn applied(&self) -> Vec<Value> {
        let applied = self.get("/publication/events?publication=ut&after=0");
        applied["events"].as_array().unwrap().clone()
    }

    /// Waits until the base has applied something that is looked for.
    pub(crate) fn wait_for(&self, what: &str, found: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let applied = self.applied();
            if found(&applied) {
                return applied;
            }
            assert!(Instant::now() < until, "{what}: {} were applied", applied.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn relay(&self) -> Relay {
        let mut child = program(self.home.path(), &self.secrets())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Relay { child, lines }
    }
}

/// `hotstartctl relay` on a home.
pub(crate) fn program(home: &Path, secrets: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hotstartctl"));
    command
        .args(["relay", "--json", "--secrets"])
        .arg(secrets)
        .env("HOTSTART_HOME", home)
        .env("HOTSTART_RELAY_BACKOFF_MS", "20")
        .env("HOME", home)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command
}

impl Relay {
    /// The next line.
    pub(crate) fn line(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no line: {line:?}"))
    }

    /// The first line that fits.
    pub(crate) fn line_where(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.line();
            if fits(&line) {
                return line;
            }
        }
    }

    /// It dies at once.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Asks it to end, and gives its exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn request(host: &str, method: &str, path: &str, body: &str) -> Value {
    let mut stream = TcpStream::connect(host).expect("the office listens");
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: \
         close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}
