//! The servers of a cluster as the `Srvr` part of a connection string names them.

/// The port of a cluster manager when none is written.
const USUAL_PORT: u16 = 1541;

/// One server of a `Srvr` part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cluster {
    /// Name or address as written; an IPv6 address without brackets, with its zone (`fe80::1%eth0`).
    pub host: String,
    /// The port, if one is written.
    pub port: Option<u16>,
}

impl Cluster {
    /// Takes a `Srvr` part apart: `host`, `host:1541`, `tcp://host:1541`, `[fe80::1%eth0]:1541`, separated by commas.
    /// What is no server (a port that is no number, a bracket that is not closed) is left out.
    pub fn list(srvr: &str) -> Vec<Self> {
        srvr.split(',').filter_map(Self::parse).collect()
    }

    /// The port that is written, or the usual one of a cluster.
    pub fn port_or_usual(&self) -> u16 {
        self.port.unwrap_or(USUAL_PORT)
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = match text.get(..6) {
            Some(head) if head.eq_ignore_ascii_case("tcp://") => &text[6..],
            Some(_) | None => text,
        };
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']')?;
            (host, rest)
        } else if text.matches(':').count() > 1 {
            // An IPv6 address without brackets cannot state a port.
            (text, "")
        } else {
            text.split_at(text.find(':').unwrap_or(text.len()))
        };
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => Some(digits.parse().ok()?),
            None if port.is_empty() => None,
            Some(_) | None => return None,
        };
        let host = host.to_owned();
        (!host.is_empty()).then_some(Self { host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_apart() {
        for (srvr, expected) in [
            ("srv-1c", vec![("srv-1c", None)]),
            ("srv-1c:3541", vec![("srv-1c", Some(3541))]),
            ("tcp://srv:1541", vec![("srv", Some(1541))]),
            ("TCP://srv", vec![("srv", None)]),
            ("one:1541, two", vec![("one", Some(1541)), ("two", None)]),
            ("[fe80::1%eth0]:1641", vec![("fe80::1%eth0", Some(1641))]),
            ("[::1]", vec![("::1", None)]),
            ("::1", vec![("::1", None)]),
            ("tcp://[::1]:1541,b", vec![("::1", Some(1541)), ("b", None)]),
            ("srv;backup", vec![("srv;backup", None)]),
            ("srv:x", vec![]),
            ("srv:99999", vec![]),
            ("srv:", vec![]),
            ("[::1", vec![]),
            ("[::1]x", vec![]),
            (":1541", vec![]),
            (" , ,", vec![]),
        ] {
            let servers = Cluster::list(srvr);
            let read: Vec<_> = servers.iter().map(|one| (one.host.as_str(), one.port)).collect();
            assert_eq!(read, expected, "{srvr}");
        }
    }

    #[test]
    fn a_port_that_is_not_written_is_the_usual_one() {
        let ports: Vec<u16> = Cluster::list("a,b:1641").iter().map(Cluster::port_or_usual).collect();
        assert_eq!(ports, [1541, 1641]);
    }
}
