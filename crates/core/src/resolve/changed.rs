//! Which entity an event says has changed, so that what is known of it is not believed any longer.
use bitrix24::{Entity, EntityId, EntityType};
use serde_json::Value;

use crate::notification::PortalEvent;

/// The entity that an event of the CRM is about: `ITEMUPDATED_<TYPE>_<id>`, or a card of a kanban,
/// `CRM_KANBANUPDATED_<TYPE>[_<category>]` with the entity as `item` (crm, lib/integration/pullmanager.php).
pub fn changed(event: &PortalEvent<'_>) -> Option<Entity> {
    if event.from_client || event.module != "crm" {
        return None;
    }
    if let Some(named) = event.command.strip_prefix("ITEMUPDATED_") {
        let (kind, id) = named.rsplit_once('_')?;
        return entity(kind, id);
    }
    let kind = event.command.strip_prefix("CRM_KANBANUPDATED_")?;
    let id = match event.params.get("item")?.get("id")? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    // A category may stand behind the type, which has no number of its own but as `DYNAMIC_128`.
    entity(kind, &id).or_else(|| entity(kind.rsplit_once('_')?.0, &id))
}

fn entity(kind: &str, id: &str) -> Option<Entity> {
    Some(Entity {
        entity_type: EntityType::parse(kind.strip_prefix("DYNAMIC_").unwrap_or(kind))?,
        id: EntityId::parse(id)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(module: &str, command: &str, params: &Value, from_client: bool) -> Option<String> {
        let event = PortalEvent {
            portal: "p.example",
            mid: "1",
            module,
            command,
            params,
            from_client,
            server_time: None,
        };
        changed(&event).map(|entity| entity.to_string())
    }

    #[test]
    fn an_event_names_its_entity() {
        let item = json!({"eventName": "ITEMUPDATED", "item": {"id": "128"}});
        for (command, expected) in [
            ("ITEMUPDATED_DEAL_123", Some("deal:123")),
            ("ITEMUPDATED_DYNAMIC_177_5", Some("177:5")),
            ("ITEMUPDATED_DEAL_x", None),
            ("ITEMUPDATED_NOTHING_5", None),
            ("CRM_KANBANUPDATED_DEAL_0", Some("deal:128")),
            ("CRM_KANBANUPDATED_LEAD", Some("lead:128")),
            ("CRM_KANBANUPDATED_DYNAMIC_177_9", Some("177:128")),
            ("CRM_KANBANUPDATED_DYNAMIC_177", Some("177:128")),
            ("timeline_item_update", None),
        ] {
            assert_eq!(of("crm", command, &item, false).as_deref(), expected, "{command}");
        }
        assert_eq!(of("im", "ITEMUPDATED_DEAL_123", &item, false), None);
        assert_eq!(of("crm", "ITEMUPDATED_DEAL_123", &item, true), None);
        assert_eq!(
            of("crm", "CRM_KANBANUPDATED_DEAL_0", &json!({"item": [1]}), false),
            None
        );
        assert_eq!(
            of("crm", "CRM_KANBANUPDATED_DEAL_0", &json!({"item": {"id": 7}}), false).as_deref(),
            Some("deal:7")
        );
    }
}
