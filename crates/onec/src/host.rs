//! Host names of publications and clusters in one spelling.

use url::Host;

/// A host in lower case and, if international, in its ASCII form; `None` for anything a browser would read differently.
pub(crate) fn normal_host(text: &str) -> Option<String> {
    // The URL parser would decode `%` a second time.
    if text.contains('%') {
        return None;
    }
    match Host::parse(text).ok()? {
        Host::Domain(domain) => {
            let label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                    && !label.starts_with('-')
            };
            (domain.len() <= 253 && domain.split('.').all(label)).then_some(domain)
        }
        // `0x7f.1` and `2130706433` are addresses for a browser and names for a person.
        Host::Ipv4(address) => Some(address.to_string()).filter(|address| address == text),
        Host::Ipv6(address) => Some(format!("[{address}]")),
    }
}

/// Whether a normal host is this computer.
pub(crate) fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

/// Splits `host[:port]`; the port is 1..65535 in plain digits.
pub(crate) fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let bracket_end = authority.find(']').map_or(0, |at| at + 1);
    match authority[bracket_end..].rfind(':') {
        None => Some((normal_host(authority)?, None)),
        Some(at) => {
            let (host, port) = authority.split_at(bracket_end + at);
            let digits = &port[1..];
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let port = digits.parse::<u16>().ok().filter(|port| *port != 0)?;
            Some((normal_host(host)?, Some(port)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        for (given, normal) in [
            ("Host.Example.RU", "host.example.ru"),
            ("1с.рф", "xn--1-7tb.xn--p1ai"),
            ("srv-1c_2", "srv-1c_2"),
            ("10.8.10.7", "10.8.10.7"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(normal_host(given).as_deref(), Some(normal), "{given}");
        }
    }

    #[test]
    fn refuses_what_reads_differently() {
        for text in [
            "",
            ".",
            "a.",
            "a..b",
            "0x7f.1",
            "2130706433",
            "127.1",
            "a%62",
            "a b",
            "-a",
            "a/b",
            "a@b",
            "a:b",
            "a\\b",
            "[::1",
            "a\u{0}",
        ] {
            assert_eq!(normal_host(text), None, "{text:?}");
        }
        for text in ["a:", "a:0", "a:65536", "a:+1", "a:1:2", ":1", "[::1]x:1"] {
            assert_eq!(host_and_port(text), None, "{text:?}");
        }
        assert_eq!(host_and_port("[::1]:080"), Some(("[::1]".to_owned(), Some(80))));
    }
}
