//! The portal's bell.
use super::*;
use crate::inbox::NoteKind;

#[test]
fn a_bell_becomes_a_note() {
    let note = noted("notifyAdd", &bell());
    assert_eq!(
        note,
        Note {
            id: "p.example/bell/901".to_owned(),
            portal: "p.example".to_owned(),
            title: "Новая встреча".to_owned(),
            text: "Иван приглашает: планёрка".to_owned(),
            link: Some("hotstart://b24/p.example/company/personal/user/7/calendar/?EVENT_ID=5".to_owned()),
            tag: Some("p.example/CALENDAR|INVITE|5".to_owned()),
            at: Timestamp(5),
            read: false,
            toast: true,
            kind: NoteKind::Bell,
            buttons: Vec::new(),
        }
    );
}

#[test]
fn the_three_types_of_the_bell_have_their_titles() {
    let untitled = with(bell(), &["title"], Value::Null);
    let request = noted("notifyAdd", &with(untitled.clone(), &["type"], json!("1")));
    assert_eq!(
        (request.title.as_str(), request.id.as_str()),
        ("Иван", "p.example/request/901")
    );
    let system = with(with(untitled, &["type"], json!(4)), &["userId"], json!(0));
    assert_eq!(noted("notifyAdd", &system).title, "Уведомления");
    let nameless = with(with(bell(), &["title"], json!("[b][/b]")), &["userName"], json!(""));
    assert_eq!(noted("notifyAdd", &nameless).title, "Иван П");
}

#[test]
fn a_bell_is_silent_flashed_or_read_as_the_portal_says() {
    let marks = |path: &str, value: Value| {
        let note = noted("notifyAdd", &with(bell(), &[path], value));
        (note.toast, note.read)
    };
    assert_eq!(marks("silent", json!("Y")), (false, false));
    assert_eq!(marks("onlyFlash", json!(true)), (true, true));
    assert_eq!(marks("read", json!("Y")), (false, true));
    assert_eq!(marks("read", json!("N")), (true, false));
    assert_eq!(marks("silent", json!(false)), (true, false));
}

#[test]
fn a_bell_leads_to_its_own_link_first_and_never_to_another_host() {
    let link = |link: &str, text: &str| {
        noted(
            "notifyAdd",
            &with(with(bell(), &["link"], json!(link)), &["text"], json!(text)),
        )
        .link
    };
    let deal = || Some("hotstart://b24/p.example/crm/deal/details/5/".to_owned());
    assert_eq!(link("/crm/deal/details/5/", "[URL=/other/]x[/URL]"), deal());
    assert_eq!(
        link("https://evil.example/", "см. https://p.example/crm/deal/details/5/"),
        deal()
    );
    assert_eq!(
        link(
            "",
            "<a href='https://evil.example/'>x</a> <a href='/crm/deal/details/5/'>y</a>"
        ),
        deal()
    );
    assert_eq!(
        link(
            "javascript:alert(1)",
            "[URL=//evil.example/]x[/URL] https://p.example.evil.example/"
        ),
        None
    );
}
