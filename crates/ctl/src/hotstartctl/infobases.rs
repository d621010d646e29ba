//! `hotstartctl infobases`: the lists of infobases as they are, nothing merged or sorted.

use std::io::{self, Write as _};
use std::path::PathBuf;

use hotstart_desk::infobases::{StarterFolders, read_list};
use onec::infobases::{Content, Entry};
use onec::{Connect, Connection};
use serde_json::{Map, Value, json};

use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A list of infobases (*.v8i); may be given several times. Without it, the lists of this desk.
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// Prints the groups as well.
    #[arg(long)]
    groups: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let entries = if arguments.file.is_empty() {
        of_desk()?
    } else {
        given(&arguments.file)?
    };
    let shown = entries.iter().filter(|entry| arguments.groups || !entry.is_group());
    Ok(shown.map(view).collect())
}

/// The sections of the given lists, in the order of the files.
pub(crate) fn given(files: &[PathBuf]) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for file in files {
        let list = read_list(file).map_err(|error| Failure::failed("list.failed", error.to_string()))?;
        entries.extend(list);
    }
    Ok(entries)
}

/// The user's own list and the shared ones behind it. Not every desk has a list, and a share may be away.
fn of_desk() -> Result<Vec<Entry>, Failure> {
    let sources = StarterFolders::of_desk().sources();
    let mut entries = Vec::new();
    for own in sources.own.iter().filter(|own| own.exists()) {
        let list = read_list(own).map_err(|error| Failure::failed("list.failed", error.to_string()))?;
        entries.extend(list);
    }
    for shared in &sources.shared {
        match read_list(shared) {
            Ok(list) => entries.extend(list),
            // Nobody listens where this cannot be written; the bases that can be read are still the answer.
            Err(error) => drop(writeln!(io::stderr(), "a shared list is left out: {error}")),
        }
    }
    Ok(entries)
}

fn view(entry: &Entry) -> Value {
    let mut extra: Map<String, Value> = entry
        .extra
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .collect();
    let (kind, connect) = match &entry.content {
        Content::Group => (json!("group"), Value::Null),
        Content::Base(connection) => (json!(kind(&connection.connect)), parts(connection)),
        Content::Unreadable(text) => {
            extra.insert("Connect".to_owned(), text.as_str().into());
            (Value::Null, Value::Null)
        }
    };
    json!({
        "name": entry.name,
        "id": entry.id,
        "folder": entry.folder,
        "kind": kind,
        "connect": connect,
        "app": entry.app,
        "version": entry.version,
        "order": entry.order.map(number),
        "external": entry.external,
        "extra": extra,
    })
}

fn kind(connect: &Connect) -> &'static str {
    match connect {
        Connect::File { .. } => "file",
        Connect::Server { .. } => "server",
        Connect::Web { .. } => "web",
    }
}

/// The parts by their keys in lower case: the starter does not tell cases apart, and a reader should not have to.
fn parts(connection: &Connection) -> Value {
    let other = connection
        .other
        .iter()
        .map(|(key, value)| (key.to_lowercase(), value.as_str().into()));
    let mut parts: Map<String, Value> = other.collect();
    let mut put = |key: &str, value: &str| parts.insert(key.to_owned(), value.into());
    match &connection.connect {
        Connect::File { path } => {
            put("file", path);
        }
        Connect::Server { srvr, reference } => {
            put("srvr", srvr);
            put("ref", reference);
        }
        Connect::Web { ws } => {
            put("ws", ws);
        }
    }
    parts.into()
}

/// `-1` and `16384` as the list writes them, not `-1.0`.
fn number(order: f64) -> Value {
    let text = order.to_string();
    text.parse::<i64>().map_or_else(|_| json!(order), |whole| json!(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_look_as_they_are_written() {
        for (order, text) in [
            (-1.0, "-1"),
            (16384.0, "16384"),
            (60.681_481_481_481_3, "60.6814814814813"),
            (0.0, "0"),
            (-0.5, "-0.5"),
        ] {
            assert_eq!(number(order).to_string(), text);
        }
    }
}
