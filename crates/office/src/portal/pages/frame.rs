//! The frame around every page: menu, heading, style.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const STYLE: &str = include_str!("../../../assets/portal/portal.css");
/// What may not stand in an address: Cyrillic goes encoded as well, as a portal writes it.
const ADDRESS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'\'');

/// A page without a menu, for those who are not signed in.
pub(super) fn bare(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html><html lang=\"ru\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head><body class=\"alone\"><main>\
         <header><h1>{title}</h1></header>{body}</main></body></html>"
    )
}

/// A whole page; `section` is the menu entry to light up.
pub(super) fn frame(title: &str, section: &str, body: &str) -> String {
    let entries = [
        ("stream", "/stream/", "Лента"),
        ("im", "/online/", "Мессенджер"),
        ("tasks", "/company/personal/user/1/tasks/task/view/15/", "Задачи"),
        ("crm", "/crm/deal/list/", "CRM"),
        ("company", "/company/personal/user/1/", "Сотрудники"),
    ];
    let mut menu = String::new();
    for (name, address, label) in entries {
        let class = if name == section { " class=\"on\"" } else { "" };
        let _ = write!(menu, "<a href=\"{address}\"{class}>{label}</a>");
    }
    let title = escape(title);
    format!(
        "<!DOCTYPE html><html lang=\"ru\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head><body><nav><div class=\"logo\">Демо-офис<sup>24</sup></div>{menu}</nav>\
         <main><header><h1>{title}</h1></header>{body}</main></body></html>"
    )
}

/// Text for HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// An address for an attribute.
pub(super) fn address(text: &str) -> String {
    escape(&utf8_percent_encode(text, ADDRESS).to_string())
}
