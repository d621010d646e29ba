//! A few lines of HTTP for the control address of the office, so that the stage needs no network crate.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Longer than the longest wait the office allows.
const LIMIT: Duration = Duration::from_secs(40);

/// Reads an address that answers JSON.
pub fn get(address: &str) -> Result<Value> {
    json(address, &call("GET", address, None)?)
}

/// Sends JSON to an address that answers JSON, or nothing.
pub fn post(address: &str, body: &Value) -> Result<Value> {
    json(address, &call("POST", address, Some(&body.to_string()))?)
}

/// Asks an address that answers JSON to make something.
pub fn put(address: &str) -> Result<Value> {
    json(address, &call("PUT", address, None)?)
}

/// Reads a page.
pub fn page(address: &str) -> Result<String> {
    call("GET", address, None)
}

/// Reads an address that answers JSON to whoever has its token.
pub fn get_as(token: &str, address: &str) -> Result<Value> {
    json(address, &call_as(Some(token), "GET", address, None)?)
}

/// Sends JSON to an address that answers JSON to whoever has its token.
pub fn post_as(token: &str, address: &str, body: &Value) -> Result<Value> {
    json(
        address,
        &call_as(Some(token), "POST", address, Some(&body.to_string()))?,
    )
}

fn json(address: &str, body: &str) -> Result<Value> {
    if body.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(body).with_context(|| format!("{address}: no JSON: {body}"))
}

fn call(method: &str, address: &str, body: Option<&str>) -> Result<String> {
    call_as(None, method, address, body)
}

fn call_as(token: Option<&str>, method: &str, address: &str, body: Option<&str>) -> Result<String> {
    let (host, path) = split(address)?;
    let mut stream = TcpStream::connect(host).with_context(|| format!("connecting to {host}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    let body = body.unwrap_or_default();
    let token = token
        .map(|token| format!("Authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n{token}\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let answer = receive(&mut stream).with_context(|| format!("reading {address}"))?;
    let (status, body) = parse(&answer).with_context(|| format!("{address}: no HTTP answer"))?;
    if !(200..300).contains(&status) {
        bail!("{method} {address}: {status} {}", body.trim());
    }
    Ok(body)
}

/// Reads to the end of the stream, or of the body where its length is told: not every server closes when asked to.
fn receive(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let (mut answer, mut part) = (Vec::new(), [0; 16 * 1024]);
    while !is_whole(&answer) {
        let count = stream.read(&mut part)?;
        if count == 0 {
            break;
        }
        answer.extend_from_slice(part.get(..count).unwrap_or_default());
    }
    Ok(answer)
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok());
    length.is_some_and(|length| answer.len() >= end + 4 + length)
}

fn split(address: &str) -> Result<(&str, &str)> {
    let rest = address
        .strip_prefix("http://")
        .with_context(|| format!("{address}: not plain http"))?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    Ok((host, if path.is_empty() { "/" } else { path }))
}

fn parse(answer: &[u8]) -> Option<(u16, String)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(answer.get(..end)?).to_lowercase();
    let body = answer.get(end + 4..)?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let body = if head.contains("transfer-encoding: chunked") {
        unchunk(body)?
    } else {
        body.to_vec()
    };
    Some((status, String::from_utf8_lossy(&body).into_owned()))
}

fn unchunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(body.get(..end)?).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(end + 2..end + 2 + size)?);
        body = body.get(end + 2 + size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_or_in_chunks() {
        let plain = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(parse(plain), Some((200, "{}".to_owned())));
        let chunked = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(chunked), Some((404, "abcd".to_owned())));
        assert_eq!(parse(b"HTTP/1.1 200"), None);
    }

    #[test]
    fn an_answer_ends_with_its_length_or_with_the_stream() {
        let two = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        let mut more = two.chain(std::io::repeat(b'x'));
        assert!(receive(&mut more).unwrap().starts_with(two));
        let mut unknown: &[u8] = b"HTTP/1.1 200 OK\r\n\r\nabc";
        assert!(receive(&mut unknown).unwrap().ends_with(b"abc"));
    }

    #[test]
    fn an_address_falls_into_host_and_path() {
        assert_eq!(split("http://127.0.0.1:8/a?b=1").unwrap(), ("127.0.0.1:8", "/a?b=1"));
        assert_eq!(split("http://127.0.0.1:8").unwrap(), ("127.0.0.1:8", "/"));
        assert!(split("https://127.0.0.1/").is_err());
    }
}
