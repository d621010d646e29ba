//! A command as a line `#hotstart <command> ...` of a notification.
use bitrix24::{EntityId, EntityType};
use serde_json::Value;

use super::{CHANGED, Command, What, invalid, of_crm, operation};
use crate::failure::Failure;
use crate::notification::PortalEvent;

/// What a line of a notification begins with.
const MARK: &str = "#hotstart";
/// The longest line that is read, in bytes.
const LONGEST: usize = 1024;

/// The parameters of a notification without the line that is a command: what is left is for the user. None where nothing
/// is left.
pub fn without_command(params: &Value) -> Option<Value> {
    let text = params["text"].as_str().unwrap_or_default();
    let rest: Vec<&str> = lines(text).filter(|line| !is_command(line)).collect();
    let rest = rest.join("\n");
    (!rest.trim().is_empty()).then(|| {
        let mut params = params.clone();
        params["text"] = rest.trim().into();
        params
    })
}

/// The text of a notification that REST has made.
pub(super) fn notice<'a>(event: &PortalEvent<'a>) -> Option<&'a str> {
    let is_notice = event.module.eq_ignore_ascii_case("im") && event.command == "notifyAdd";
    let params = event.params;
    let by_rest = ["settingName", "setting_name"]
        .iter()
        .any(|name| params[*name].as_str() == Some("rest|rest_notify"));
    (is_notice && by_rest).then(|| params["text"].as_str()).flatten()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    const BREAKS: [&str; 5] = ["<br>", "<br/>", "<br />", "[br]", "[BR]"];
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let next = BREAKS
            .iter()
            .copied()
            .chain(["\n"])
            .filter_map(|part| text.find(part).map(|at| (at, part.len())))
            .min();
        let (line, behind) = match next {
            Some((at, length)) => (text.get(..at)?, text.get(at + length..)),
            None => (text, None),
        };
        rest = behind;
        Some(line.trim())
    })
}

fn is_command(line: &str) -> bool {
    line.strip_prefix(MARK)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

pub(super) fn line(text: &str) -> Option<&str> {
    lines(text).find(|line| is_command(line))
}

/// `#hotstart relay deal 123 order answer base ut`.
pub(super) fn of_line(line: &str) -> Result<Command, Failure> {
    if line.len() > LONGEST || line.chars().any(char::is_control) {
        return Err(invalid("command.length"));
    }
    let mut words = line.split_whitespace().skip(1).peekable();
    let name = words.next().unwrap_or_default();
    let (kind, id) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let entity = EntityId::parse(id).and_then(|id| of_crm(EntityType::parse(kind)?, id));
    let entity = Some(entity.ok_or_else(|| invalid("command.entity"))?);
    let what = match name {
        "open" => What::Open {
            make: match words.next_if_eq(&"new") {
                Some(_) => Some(words.next().ok_or_else(|| invalid("command.new"))?.to_owned()),
                None => None,
            },
        },
        "relay" => What::Relay {
            operation: match words.next_if(|word| *word != "answer" && *word != "base") {
                Some(word) => operation(word)?,
                None => CHANGED.to_owned(),
            },
            answer: words.next_if_eq(&"answer").is_some(),
        },
        "notify" => What::Notify {
            title: String::new(),
            text: String::new(),
        },
        _ => return Err(invalid("command.unknown")),
    };
    let base = match words.next_if_eq(&"base") {
        Some(_) => Some(words.next().ok_or_else(|| invalid("command.base"))?.to_owned()),
        None => None,
    };
    if words.next().is_some() {
        return Err(invalid("command.words"));
    }
    Ok(Command { what, entity, base })
}
