//! The way back from the browser: one address on loopback, listened to while a sign-in waits.
//!
//! It takes one kind of request, reads little of it and for a short time, answers with a page that runs nothing, and ends
//! with the first answer that belongs to the sign-in. Whatever else comes does not end it: any page in the browser could
//! send that.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hotstart_core::secret::Secret;
use hotstart_core::texts::Key;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};

/// The path of the redirect address.
pub(super) const PATH: &str = "/b24/callback";

/// The most of a request that is read.
const MOST: usize = 16 * 1024;
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests at a time.
const AT_ONCE: usize = 8;

/// Listens until an answer came that `belongs` to the sign-in; gives its path and query.
pub(super) async fn listen(
    listener: TcpListener,
    port: u16,
    belongs: impl Fn(&str) -> bool + Send + Sync + 'static,
    found: oneshot::Sender<Secret>,
) {
    let (belongs, found) = (Arc::new(belongs), Arc::new(Mutex::new(Some(found))));
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let (done, mut ended) = tokio::sync::mpsc::channel::<()>(1);
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::debug!(%error, "a browser could not be listened to");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = ended.recv() => return,
        };
        let (belongs, found, done) = (Arc::clone(&belongs), Arc::clone(&found), done.clone());
        tokio::spawn(async move {
            let _place = place;
            let served = serve(stream, port, &*belongs, &found);
            if let Ok(Some(())) = tokio::time::timeout(PATIENCE, served).await {
                let _ = done.send(()).await;
            }
        });
    }
}

/// Answers one request; something if it was the answer that is waited for.
async fn serve(
    mut stream: TcpStream,
    port: u16,
    belongs: &(dyn Fn(&str) -> bool + Send + Sync),
    found: &Mutex<Option<oneshot::Sender<Secret>>>,
) -> Option<()> {
    let head = head(&mut stream).await;
    let asked = head.as_deref().map_or(Err(400), |head| target(head, port));
    let (status, page) = match asked {
        Ok(target) if belongs(target) => {
            let taken = found.lock().unwrap_or_else(PoisonError::into_inner).take();
            match taken.map(|found| found.send(Secret::from(target))) {
                Some(Ok(())) => (200, Key::LoginPageDone),
                Some(Err(_)) | None => (410, Key::LoginPageForeign),
            }
        }
        Ok(_) => (403, Key::LoginPageForeign),
        Err(status) => (status, Key::LoginPageForeign),
    };
    let page = html(page);
    let answer = format!(
        "HTTP/1.1 {status} {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
         Connection: close\r\n\r\n{page}",
        if status == 200 { "OK" } else { "Refused" },
        page.len(),
    );
    let written = stream.write_all(answer.as_bytes()).await;
    if written.is_ok() {
        let _ = stream.shutdown().await;
    }
    (status == 200).then_some(())
}

/// The request line and the headers.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let mut chunk = [0; 2048];
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&chunk[..count]);
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            read.truncate(end);
            return String::from_utf8(read).ok();
        }
        if read.len() > MOST {
            return None;
        }
    }
}

/// The target of a request that is one of ours, or the status that refuses it.
fn target(head: &str, port: u16) -> Result<&str, u16> {
    let mut lines = head.split("\r\n");
    let mut parts = lines.next().unwrap_or_default().split(' ');
    let (Some(verb), Some(target), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(400);
    };
    // A name that somebody else's DNS leads here is none of ours.
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let mut hosts = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    let host = hosts.next().map(|(_, value)| value.trim().to_ascii_lowercase());
    if hosts.next().is_some() || !host.is_some_and(|host| own.contains(&host)) {
        return Err(403);
    }
    if verb != "GET" {
        return Err(405);
    }
    match target.split('?').next() {
        Some(PATH) => Ok(target),
        Some(_) | None => Err(404),
    }
}

/// A page in both languages: nobody knows here which one the user reads.
fn html(words: Key) -> String {
    let (ru, en) = (words.text().ru, words.text().en);
    format!(
        "<!doctype html><html lang=\"ru\"><head><meta charset=\"utf-8\"><title>Hotstart</title>\
         <style>body{{font:18px system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1em}}p+p{{color:#667}}</style>\
         </head><body><p>{ru}</p><p lang=\"en\">{en}</p></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_of_request_is_taken() {
        let head = |line: &str, host: &str| format!("{line}\r\nHost: {host}\r\nAccept: */*");
        let good = head("GET /b24/callback?code=a&state=b HTTP/1.1", "127.0.0.1:8400");
        assert_eq!(target(&good, 8400), Ok("/b24/callback?code=a&state=b"));
        for (line, host, status) in [
            ("POST /b24/callback?code=a HTTP/1.1", "127.0.0.1:8400", 405),
            ("GET /favicon.ico HTTP/1.1", "127.0.0.1:8400", 404),
            ("GET /b24/callback/x?code=a HTTP/1.1", "127.0.0.1:8400", 404),
            ("GET /b24/callback?code=a HTTP/1.1", "127.0.0.1", 403),
            ("GET /b24/callback?code=a HTTP/1.1", "evil.example:8400", 403),
            ("GET /b24/callback", "127.0.0.1:8400", 400),
            ("", "127.0.0.1:8400", 400),
        ] {
            assert_eq!(target(&head(line, host), 8400), Err(status), "{line} {host}");
        }
        let twice = format!(
            "{}\r\nHost: evil.example",
            head("GET /b24/callback HTTP/1.1", "127.0.0.1:8400")
        );
        assert_eq!(target(&twice, 8400), Err(403));
    }
}
