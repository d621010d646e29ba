use super::*;

mod hostile;
mod lines;

const STARTER: &str = r"C:\Program Files\1cv8\common\1cestart.exe";
const REF: &str = "8936000c29dddd3811ecc9c9312e175a";

fn order() -> NavigationLink {
    NavigationLink::parse(&format!("e1cib/data/Документ.Заказ?ref={REF}")).unwrap()
}

fn starter(system: System) -> Program {
    Program::Starter(usual_starter(system).to_owned())
}

fn server(srvr: &str, reference: &str) -> Connect {
    Connect::Server {
        srvr: srvr.to_owned(),
        reference: reference.to_owned(),
    }
}

fn file(path: &str) -> Connect {
    Connect::File { path: path.to_owned() }
}

fn web(ws: &str) -> Connect {
    Connect::Web { ws: ws.to_owned() }
}

/// A line of Windows taken apart by the rules of 1C: white space separates outside quotes, a quote is doubled inside
/// them, a backslash is only a character. Written from the rules, not from the code under test.
fn taken_apart(line: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item: Option<String> = None;
    let mut inside = false;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if inside && rest.peek() == Some(&'"') => {
                rest.next();
                item.get_or_insert_default().push('"');
            }
            '"' => {
                inside = !inside;
                item.get_or_insert_default();
            }
            c if c.is_whitespace() && !inside => items.extend(item.take()),
            c => item.get_or_insert_default().push(c),
        }
    }
    assert!(!inside, "a quote is open at the end of {line}");
    items.extend(item);
    items
}
