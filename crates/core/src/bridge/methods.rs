//! Which methods of a portal 1C may call over the bridge. The call is made with the user's own rights; the list keeps a
//! token that was stolen from a base from doing everything that the user may do.
use serde_json::Value;

use crate::failure::{Code, Failure};

/// The usual methods: reading what belongs to trade, and writing items of the CRM, their comments and tasks, which is what
/// an order that was made in 1C needs. Nothing deletes, nothing changes users, rights, fields, bots or handlers of events.
pub const USUAL: [&str; 47] = [
    "catalog.product.get",
    "catalog.product.list",
    "crm.activity.add",
    "crm.activity.get",
    "crm.activity.list",
    "crm.activity.update",
    "crm.address.list",
    "crm.category.list",
    "crm.company.add",
    "crm.company.fields",
    "crm.company.get",
    "crm.company.list",
    "crm.company.update",
    "crm.contact.add",
    "crm.contact.fields",
    "crm.contact.get",
    "crm.contact.list",
    "crm.contact.update",
    "crm.currency.list",
    "crm.deal.add",
    "crm.deal.fields",
    "crm.deal.get",
    "crm.deal.list",
    "crm.deal.productrows.get",
    "crm.deal.productrows.set",
    "crm.deal.update",
    "crm.duplicate.findbycomm",
    "crm.item.add",
    "crm.item.fields",
    "crm.item.get",
    "crm.item.list",
    "crm.item.productrow.list",
    "crm.item.productrow.set",
    "crm.item.update",
    "crm.lead.get",
    "crm.lead.list",
    "crm.lead.update",
    "crm.requisite.bankdetail.list",
    "crm.requisite.list",
    "crm.status.list",
    "crm.timeline.comment.add",
    "crm.type.list",
    "profile",
    "server.time",
    "tasks.task.add",
    "tasks.task.get",
    "user.current",
];

/// The most commands of a batch, as on the portal.
const MOST_COMMANDS: usize = 50;

/// Whether every method of a call is on the list; `batch` is taken apart. `allowed` comes from the settings: names in any
/// case, `crm.*` for all that begin so; none for [`USUAL`].
pub fn check(method: &str, params: &Value, allowed: Option<&[String]>) -> Result<(), Failure> {
    if !params.is_object() {
        return Err(Failure::new(Code::BridgeCall).with("detail", "the parameters are no object"));
    }
    if !method.eq_ignore_ascii_case("batch") {
        return one(method, allowed);
    }
    let commands: Vec<&Value> = match params.get("cmd") {
        Some(Value::Object(commands)) => commands.values().collect(),
        Some(Value::Array(commands)) => commands.iter().collect(),
        Some(_) | None => return Err(Failure::new(Code::BridgeCall).with("detail", "a batch without commands")),
    };
    // The portal reads parameters without a look at the case of one name only here: another spelling would hide commands.
    let hidden = params
        .as_object()
        .into_iter()
        .flatten()
        .any(|(name, _)| !matches!(name.as_str(), "cmd" | "halt"));
    if hidden || commands.is_empty() || commands.len() > MOST_COMMANDS {
        return Err(Failure::new(Code::BridgeCall).with("detail", "a batch of another form"));
    }
    for command in commands {
        let Some(command) = command.as_str() else {
            return Err(Failure::new(Code::BridgeCall).with("detail", "a command that is no text"));
        };
        one(command.split_once('?').map_or(command, |(method, _)| method), allowed)?;
    }
    Ok(())
}

/// Whether a method only reads, by its name.
pub fn only_reads(method: &str) -> bool {
    let name = method.to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    matches!(
        last,
        "get" | "list" | "fields" | "profile" | "current" | "time" | "findbycomm"
    )
}

fn one(method: &str, allowed: Option<&[String]>) -> Result<(), Failure> {
    let shaped = !method.is_empty()
        && method.len() <= 100
        && !method.starts_with('.')
        && !method.ends_with('.')
        && !method.contains("..")
        && method
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_');
    if !shaped {
        return Err(Failure::new(Code::BridgeCall).with("detail", "not a method name"));
    }
    let name = method.to_ascii_lowercase();
    // `batch.json` is `batch` to a portal, and a nested batch would hide its commands from this look.
    let form = name
        .rsplit_once('.')
        .is_some_and(|(_, end)| matches!(end, "json" | "xml" | "yaml"));
    let batch = name == "batch" || name.starts_with("batch.");
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(head) => !head.is_empty() && name.starts_with(&head.to_ascii_lowercase()),
        None => pattern.eq_ignore_ascii_case(&name),
    };
    let listed = match allowed {
        Some(list) => list.iter().any(|pattern| fits(pattern)),
        None => USUAL.contains(&name.as_str()),
    };
    if listed && !form && !batch {
        Ok(())
    } else {
        Err(Failure::new(Code::BridgeMethod).with("method", name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(method: &str, params: &Value, allowed: Option<&[String]>) -> Option<&'static str> {
        check(method, params, allowed).err().map(|failure| failure.code_text())
    }

    #[test]
    fn the_usual_methods_are_allowed_in_any_case() {
        for method in ["crm.item.update", "CRM.Item.Get", "profile"] {
            assert_eq!(code(method, &json!({}), None), None, "{method}");
        }
        assert!(USUAL.is_sorted());
    }

    #[test]
    fn what_writes_is_known_by_its_name() {
        let writes: Vec<&str> = USUAL.into_iter().filter(|method| !only_reads(method)).collect();
        let ends = ["add", "set", "update"];
        assert!(
            writes
                .iter()
                .all(|method| ends.iter().any(|end| method.ends_with(&format!(".{end}")))),
            "{writes:?}"
        );
        assert!(!only_reads("batch") && !only_reads("crm.item.delete") && only_reads("CRM.Item.Get"));
    }

    #[test]
    fn everything_else_is_not() {
        for method in [
            "crm.item.delete",
            "crm.deal.delete",
            "user.add",
            "event.bind",
            "imbot.register",
            "crm.item.update.json",
            "batch.json",
            "crm.item",
            "app.option.set",
        ] {
            assert_eq!(code(method, &json!({}), None), Some("bridge.method"), "{method}");
        }
        for method in [
            "",
            "../profile",
            "crm/item",
            "profile?auth=1",
            "crm..item",
            ".profile",
            "profile.",
            "про",
        ] {
            assert_eq!(code(method, &json!({}), None), Some("bridge.call"), "{method}");
        }
        assert_eq!(code("profile", &json!([1]), None), Some("bridge.call"));
    }

    #[test]
    fn a_list_of_the_settings_takes_the_place_of_the_usual_one() {
        let list = ["crm.*".to_owned(), "Disk.File.Get".to_owned(), "*".to_owned()];
        assert_eq!(code("crm.deal.delete", &json!({}), Some(&list)), None);
        assert_eq!(code("disk.file.get", &json!({}), Some(&list)), None);
        // A star alone is a slip of the pen.
        assert_eq!(code("user.add", &json!({}), Some(&list)), Some("bridge.method"));
        assert_eq!(
            code("crm.deal.get.json", &json!({}), Some(&list)),
            Some("bridge.method")
        );
        assert_eq!(code("profile", &json!({}), Some(&[])), Some("bridge.method"));
    }

    #[test]
    fn a_batch_is_as_good_as_its_commands() {
        let batch = |commands: Value| code("batch", &json!({"halt": 0, "cmd": commands}), None);
        assert_eq!(batch(json!({"a": "crm.item.get?id=1", "b": "profile"})), None);
        assert_eq!(batch(json!(["user.current"])), None);
        assert_eq!(
            batch(json!({"a": "profile", "b": "user.add?x=1"})),
            Some("bridge.method")
        );
        assert_eq!(batch(json!({"a": "batch?cmd[x]=user.add"})), Some("bridge.method"));
        assert_eq!(batch(json!({"a": "BATCH.json?cmd[x]=user.add"})), Some("bridge.method"));
        for form in [
            json!({}),
            json!([]),
            json!("profile"),
            json!([["profile", {}]]),
            json!(["/profile"]),
            json!(null),
        ] {
            assert_eq!(batch(form.clone()), Some("bridge.call"), "{form}");
        }
        let many: Vec<_> = (0..51).map(|_| "profile").collect();
        assert_eq!(batch(json!(many)), Some("bridge.call"));
        let hidden = json!({"cmd": ["profile"], "CMD": ["user.add"]});
        assert_eq!(code("batch", &hidden, None), Some("bridge.call"));
    }
}
