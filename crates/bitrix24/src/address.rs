//! Pages of a portal by their path, both ways: what a path shows, and where an entity is shown.

mod desktop;
mod page;
mod path;
#[cfg(test)]
mod tests;

pub use desktop::{DesktopAddress, DesktopRefused};
pub use page::{Page, PageKind, Template};
pub use path::{PagePath, PathRefused};

use crate::entity::{Entity, EntityId, EntityType};
use crate::portal::Portal;

/// Where portals keep their pages, for telling an address of a portal from any other: `*` stands for one segment,
/// `**` at the end for the rest. The list follows the binding rules of the portal's own side panel.
const PAGES: &[&str] = &[
    "bi/dashboard/detail/*",
    "bitrix/tools/disk/focus.php",
    "bizproc/processes/**",
    "calendar",
    "calendar/ics",
    "company/lists/**",
    "company/personal/**",
    "configs",
    "contact_center",
    "contacts/personal/user/**",
    "crm/**",
    "devops/**",
    "disk/downloadFile/*",
    "disk/showFile/*",
    "docs/**",
    "hr/structure",
    "knowledge/**",
    "mail",
    "mail/message/*",
    "market/detail/**",
    "marketplace/**",
    "online",
    "online/call/*",
    "report/analytics",
    "report/telephony",
    "settings/configs",
    "shop/catalog/**",
    "shop/documents-catalog/**",
    "shop/documents/**",
    "shop/orders/**",
    "sign",
    "sign/link/member/*",
    "stream",
    "tasks/**",
    "telephony",
    "telephony/edit.php",
    "terminal/details/*",
    "timeman/worktime/records/*/report",
    "video/*",
    "workgroups/**",
];

impl PagePath {
    /// The entity that this page shows, if it shows one.
    pub fn entity(&self) -> Option<Entity> {
        let of = |entity_type, id: &str| {
            Some(Entity {
                entity_type,
                id: EntityId::parse(id)?,
            })
        };
        match self.segments().as_slice() {
            [
                "crm",
                word @ ("lead" | "deal" | "contact" | "company" | "quote"),
                "details" | "show",
                id,
            ] => of(EntityType::parse(word)?, id),
            [_, .., "type", number, "details", id] => {
                let number = EntityId::parse(number)?.get();
                of(EntityType::from_number(number)?, id)
            }
            ["tasks", "task", "view" | "edit", id]
            | [
                "company" | "contacts",
                "personal",
                "user",
                _,
                "tasks",
                "task",
                "view" | "edit",
                id,
            ]
            | ["workgroups", "group", _, "tasks", "task", "view" | "edit", id] => of(EntityType::Task, id),
            ["company" | "contacts", "personal", "user", id] => of(EntityType::User, id),
            ["workgroups", "group", id] => of(EntityType::Group, id),
            ["online"] => of(EntityType::Chat, self.query_value("IM_DIALOG")?.strip_prefix("chat")?),
            _ => None,
        }
    }

    /// The path is one that portals have; used where nothing else says that an address belongs to a portal.
    pub fn is_portal_page(&self) -> bool {
        let segments = self.segments();
        matches!(segments.as_slice(), [_, .., "type", _, "details", _]) && self.entity().is_some()
            || PAGES.iter().any(|page| fits(page, &segments))
    }

    /// The address for a browser: ASCII.
    pub fn url(&self, portal: &Portal, secure: bool) -> String {
        let path = percent_encoding::utf8_percent_encode(self.as_str(), percent_encoding::CONTROLS);
        format!("{}{path}", portal.origin(secure))
    }

    /// The segments of the path, without the prefix of the extranet, which shows the same pages to guests.
    fn segments(&self) -> Vec<&str> {
        let mut segments: Vec<&str> = self.path().split('/').filter(|segment| !segment.is_empty()).collect();
        if segments.first() == Some(&"extranet") {
            segments.remove(0);
        }
        segments
    }
}

fn fits(page: &str, segments: &[&str]) -> bool {
    let mut segments = segments.iter();
    for part in page.split('/') {
        let Some(segment) = segments.next() else { return false };
        match part {
            "**" => return true,
            "*" => {}
            part if part == *segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}
