//! Pages for a person: cards of CRM, profile, task, chat. No resource comes from outside.

mod card;
mod frame;
mod login;

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Portal;
use super::crm::type_label;
use super::entities::{self, Entity, type_word};
use super::sessions::Session;
use crate::params;
use frame::{escape, frame};
pub(crate) use login::{login, message};

/// The page of a path, given as its parts; `None` where a portal has none.
pub(crate) fn render(portal: &Portal, parts: &[&str], query: &str) -> Option<String> {
    match parts {
        [] | ["crm", "deal", "list" | "kanban"] | ["stream"] => Some(list(portal, entities::DEAL)),
        ["crm", word, "list"] => Some(list(portal, type_id(word)?)),
        ["crm", word, "details" | "show", id] => entity(portal, type_id(word)?, id),
        ["crm", "type", number, "details", id] => entity(portal, number.parse().ok()?, id),
        ["crm", "type", number, "list", "category", _] => Some(list(portal, number.parse().ok()?)),
        ["company", "personal", "user", user] => profile(portal, user),
        ["company", "personal", "user", user, "tasks", "task", "view", id] => task(portal, user, id),
        ["tasks", "task", "view", id] => task(portal, "1", id),
        ["online"] => Some(chat(portal, query)),
        _ => None,
    }
}

/// The page for a path that leads nowhere.
pub(crate) fn not_found() -> String {
    frame(
        "Страница не найдена",
        "",
        "<section class=\"panel\"><p>Такой страницы на портале нет.</p></section>",
    )
}

/// What a page of a signed-in user carries: who it is, and the `sessid` for calls from the page.
pub(crate) fn with_session(page: &str, session: &Session, now: Timestamp) -> String {
    let script = format!(
        "<script>window.BX=window.BX||{{}};BX.message=function(m){{if(typeof m==='string')return BX.message[m]||'';for(var k in m)BX.message[k]=m[k];return true}};\
         BX.message({{'LANGUAGE_ID':'ru','USER_ID':'{}','SERVER_TIME':{},'SITE_ID':'s1','SITE_DIR':'/','bitrix_sessid':'{}'}});\
         BX.bitrix_sessid=function(){{return BX.message['bitrix_sessid']}};</script></head>",
        session.user,
        now.as_second(),
        session.sessid,
    );
    page.replacen("</head>", &script, 1)
}

fn type_id(word: &str) -> Option<u32> {
    let known = [
        entities::LEAD,
        entities::DEAL,
        entities::CONTACT,
        entities::COMPANY,
        entities::QUOTE,
        entities::INVOICE,
    ];
    known.into_iter().find(|type_id| type_word(*type_id) == word)
}

fn entity(portal: &Portal, type_id: u32, id: &str) -> Option<String> {
    let entity = portal.crm.find(type_id, id.parse().ok()?)?;
    Some(card::render(portal, &entity))
}

fn list(portal: &Portal, type_id: u32) -> String {
    let mut rows = String::new();
    for entity in portal.crm.of_type(type_id) {
        let _ = write!(
            rows,
            "<a class=\"row\" href=\"{}\"><b>{}</b><span class=\"muted\">№ {}</span><span class=\"money\">{}</span></a>",
            path(&entity),
            escape(&title(&entity)),
            entity.id,
            card::money(&entity).unwrap_or_default(),
        );
    }
    let heading = if type_id == entities::DEAL {
        "Сделки"
    } else {
        type_label(type_id)
    };
    frame(
        heading,
        "crm",
        &format!("<section class=\"panel rows\">{rows}</section>"),
    )
}

fn profile(portal: &Portal, user: &str) -> Option<String> {
    let user = portal.people.get(user.parse().ok()?)?;
    let body = format!(
        "<section class=\"panel person\"><div class=\"face\" style=\"background:{}\">{}</div><div><p class=\"muted\">{}</p>\
         <p>{}@example.ru</p><p><a href=\"/online/?IM_DIALOG={}\">Написать в чат</a></p></div></section>",
        user.color,
        initials(user.name, user.last_name),
        escape(user.position),
        user.login,
        user.id,
    );
    Some(frame(&user.full_name(), "company", &body))
}

fn task(portal: &Portal, user: &str, id: &str) -> Option<String> {
    let id: u64 = id.parse().ok()?;
    let user = user
        .parse()
        .ok()
        .and_then(|user| portal.people.get(user))
        .or_else(|| portal.people.get(1))?;
    let body = format!(
        "<section class=\"panel\"><p>Согласовать с клиентом дату доставки и передать заказ на склад.</p>\
         <dl><dt>Ответственный</dt><dd><a href=\"{}\">{}</a></dd><dt>Крайний срок</dt><dd>сегодня, 19:00</dd>\
         <dt>Элемент CRM</dt><dd><a href=\"/crm/deal/details/123/\">Сделка № 123</a></dd></dl></section>",
        user.path(),
        escape(&user.full_name()),
    );
    Some(frame(&format!("Задача № {id}"), "tasks", &body))
}

fn chat(portal: &Portal, query: &str) -> String {
    let params = params::parse_query(query);
    let dialog = params::text(&params, "IM_DIALOG").unwrap_or_default();
    let name = match dialog.parse().ok().and_then(|user| portal.people.get(user)) {
        Some(user) => user.full_name(),
        None if dialog.is_empty() => "Мессенджер".to_owned(),
        None => format!("Чат {dialog}"),
    };
    let body = format!(
        "<section class=\"panel talk\"><p class=\"theirs\">Добрый день! Клиент подтвердил заказ, проверьте, пожалуйста, остатки.</p>\
         <p class=\"mine\">Открываю заказ в 1С, сейчас отвечу.</p><p class=\"muted\">Диалог {}</p></section>",
        escape(&dialog)
    );
    frame(&name, "im", &body)
}

/// The page of an entity.
fn path(entity: &Entity) -> String {
    let word = type_word(entity.type_id);
    if matches!(
        entity.type_id,
        entities::LEAD | entities::DEAL | entities::CONTACT | entities::COMPANY
    ) {
        format!("/crm/{word}/details/{}/", entity.id)
    } else {
        format!("/crm/type/{}/details/{}/", entity.type_id, entity.id)
    }
}

/// What an entity is called.
fn title(entity: &Entity) -> String {
    let text = |name: &str| entity.fields.get(name).and_then(params::as_text).unwrap_or_default();
    let title = text("TITLE");
    if title.is_empty() {
        format!("{} {}", text("NAME"), text("LAST_NAME"))
    } else {
        title
    }
}

fn initials(name: &str, last_name: &str) -> String {
    name.chars().take(1).chain(last_name.chars().take(1)).collect()
}
