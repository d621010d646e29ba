//! A hostile page in a real browser, with everything it needs to know: the port and even the token of a base.
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use hotstart_bridge::admission::Turned;

use crate::support::Desk;

const LIMIT: Duration = Duration::from_secs(90);

struct Browser {
    child: Child,
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts the browser on a page of a name that leads here, as DNS rebinding makes it.
    fn start(address: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromium");
        command
            .args([
                "--headless=new",
                "--no-first-run",
                "--disable-gpu",
                "--disable-background-networking",
            ])
            .args([
                "--disable-component-update",
                "--password-store=basic",
                "--remote-debugging-port=0",
            ])
            // The browser's own guard for local addresses is not what is tried here.
            .arg("--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,Translate")
            .arg("--host-resolver-rules=MAP evil.example 127.0.0.1,MAP rebound.example 127.0.0.1")
            .arg(format!("--user-data-dir={}", profile.path().display()));
        #[cfg(unix)]
        if unsafe_to_sandbox() {
            command.args(["--no-sandbox", "--test-type"]);
        }
        let child = command
            .arg(address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.expect("Chromium is needed for this test; the set-up of the tests installs it");
        Self { child, profile }
    }

    /// The titles and addresses of its tabs, as its developer tools tell.
    fn tabs(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.profile.path().join("DevToolsActivePort")).ok()?;
        let port: u16 = text.lines().next()?.parse().ok()?;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(
            stream,
            "GET /json/list HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
        )
        .ok()?;
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        Some(answer)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Chromium refuses to start as root otherwise.
#[cfg(unix)]
fn unsafe_to_sandbox() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) || Path::new("/.dockerenv").exists()
}

/// Serves the page and waits for its report.
fn evil(listener: TcpListener, report: mpsc::Sender<String>) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let report = report.clone();
        std::thread::spawn(move || {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
            loop {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head.to_lowercase();
                    let length = length
                        .split("content-length: ")
                        .nth(1)
                        .and_then(|rest| rest.lines().next()?.parse().ok());
                    if body.len() >= length.unwrap_or(0) {
                        if head.starts_with("POST /report") {
                            let _ = report.send(body.to_owned());
                        }
                        break;
                    }
                }
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => return,
                    Ok(read) => bytes.extend_from_slice(&part[..read]),
                }
            }
            let page = include_str!("evil.html");
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(page.as_bytes());
        });
    }
}

#[test]
fn nothing_that_a_page_tries_has_an_effect_or_is_read() {
    let desk = Desk::start();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = listener.local_addr().unwrap().port();
    let (report, reported) = mpsc::channel();
    std::thread::spawn(move || evil(listener, report));

    let browser = Browser::start(&format!("http://evil.example:{site}/#{},{}", desk.port, desk.token));
    let got = reported.recv_timeout(LIMIT).expect("the page has tried everything");
    let got: BTreeMap<String, String> = serde_json::from_str(&got).unwrap();
    assert_eq!(got.len(), 3 * 14, "{got:?}");
    for (name, outcome) in &got {
        let quiet = ["refused", "opaque", "hidden", "sent"].contains(&outcome.as_str());
        assert!(quiet, "{name}: {outcome}");
    }
    assert!(desk.called().is_empty(), "{:?}", desk.called());
    // It did come to the bridge and was turned away there, by name or as a page; a token never came to be looked at.
    let turned = desk.bridge.turned_away();
    let so_far = |why| turned.so_far(why);
    assert!(so_far(Turned::Page) >= 2 * 11, "{turned:?}: {got:?}");
    assert!(so_far(Turned::Host) >= 11, "{turned:?}: {got:?}");
    assert_eq!(so_far(Turned::Token), 0, "{turned:?}");

    // A link in a tab leads to the page that offers, and no further.
    let deadline = Instant::now() + LIMIT;
    loop {
        let tabs = browser.tabs().unwrap_or_default();
        if tabs.contains("\"title\": \"Hotstart\"") && tabs.contains(&format!("127.0.0.1:{}/go", desk.port)) {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "the page that offers a link is not shown: {tabs}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(desk.called().is_empty());
}
