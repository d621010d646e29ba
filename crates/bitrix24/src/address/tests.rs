use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

fn path(text: &str) -> Result<String, PathRefused> {
    PagePath::parse(text).map(|path| path.to_string())
}

fn entity(text: &str) -> Option<String> {
    PagePath::parse(text).unwrap().entity().map(|entity| entity.to_string())
}

#[test]
fn paths_have_one_spelling() {
    for (given, expected) in [
        ("/", "/"),
        ("/crm/deal/details/5/", "/crm/deal/details/5/"),
        ("/%63rm/deal/", "/crm/deal/"),
        ("/docs/%D0%9F%D0%BB%D0%B0%D0%BD/", "/docs/План/"),
        ("/docs/План проекта №1/", "/docs/План%20проекта%20%e2%84%961/"),
        ("/docs/%D0%9F%20%E2%84%961/", "/docs/П%20%e2%84%961/"),
        ("/crm/type/1/merge/?id[]=1&id[]=2", "/crm/type/1/merge/?id[]=1&id[]=2"),
        ("/x/?any=details%2F5%2F&b=%26", "/x/?any=details%2f5%2f&b=%26"),
        ("/x/?q=%250A", "/x/?q=%250A"),
        ("/x/?q={a}|\"b\"<c>^`", "/x/?q=%7ba%7d%7c%22b%22%3cc%3e%5e%60"),
        ("/tasks/task/view/5/#com7", "/tasks/task/view/5/#com7"),
        ("/x/#a#b", "/x/#a%23b"),
        ("/x/\u{a0}", "/x/%c2%a0"),
        ("/company/?to=a@b.ru", "/company/?to=a@b.ru"),
        (
            "/?login=yes&backurl=https://host/x@y",
            "/?login=yes&backurl=https://host/x@y",
        ),
    ] {
        assert_eq!(path(given).as_deref(), Ok(expected), "{given}");
        assert_eq!(path(expected).as_deref(), Ok(expected), "again: {expected}");
    }
}

#[test]
fn refused_paths() {
    use PathRefused::{Control, Encoding, NotPage, Shape, User};
    for (given, why) in [
        ("", Shape),
        ("crm/", Shape),
        ("//evil.example/x", Shape),
        ("/crm//x", Shape),
        ("/\\evil.example", Shape),
        ("/a\\b", Shape),
        ("/crm/../x", Shape),
        ("/crm/%2e%2E/x", Shape),
        ("/crm/./x", Shape),
        ("/crm/..", Shape),
        ("/crm/..%2Fx", Shape),
        ("/crm/%5C..", Shape),
        ("/100%", Encoding),
        ("/%zz", Encoding),
        ("/%ff", Encoding),
        ("/%+1", Encoding),
        ("/%1я", Encoding),
        ("/a\nb", Control),
        ("/a%0Ab", Control),
        ("/a%00", Control),
        ("/a%C2%85", Control),
        ("/a\u{202e}b", Control),
        ("/a%E2%80%AEb", Control),
        ("/?x=https://user:pw@host/", User),
        ("/?x=https%3A%2F%2Fuser%40host%2F", User),
        ("/?USER_LOGIN=x", User),
        ("/?a=b&USER%5FPASSWORD=x", User),
        ("/rest/1/secret/profile", NotPage),
        ("/REST/1/secret/profile", NotPage),
    ] {
        assert_eq!(path(given), Err(why), "{given}");
    }
}

#[test]
fn entities_of_paths() {
    for (given, expected) in [
        ("/crm/deal/details/5/", Some("deal:5")),
        ("/crm/deal/details/5", Some("deal:5")),
        ("/crm/lead/show/6/?x=1", Some("lead:6")),
        ("/crm/contact/details/7/", Some("contact:7")),
        ("/crm/company/details/8/", Some("company:8")),
        ("/crm/type/31/details/9/", Some("invoice:9")),
        ("/crm/type/7/details/9/", Some("quote:9")),
        ("/crm/type/128/details/10/", Some("128:10")),
        ("/page/sales/type/1030/details/11/", Some("1030:11")),
        ("/extranet/crm/deal/details/5/", Some("deal:5")),
        (
            "/company/personal/user/1/tasks/task/view/12/?commentAction=x",
            Some("task:12"),
        ),
        (
            "/extranet/contacts/personal/user/1/tasks/task/view/12/",
            Some("task:12"),
        ),
        ("/workgroups/group/3/tasks/task/view/12/", Some("task:12")),
        ("/tasks/task/view/12/", Some("task:12")),
        ("/company/personal/user/4/", Some("user:4")),
        ("/workgroups/group/3/", Some("group:3")),
        ("/online/?IM_DIALOG=chat15&IM_MESSAGE=2", Some("chat:15")),
        ("/online/?IM_DIALOG=15", None),
        ("/online/", None),
        ("/crm/deal/details/0/", None),
        ("/crm/deal/details/9223372036854775808/", None),
        ("/crm/deal/list/", None),
        ("/crm/deal/details/5/x/", None),
        ("/type/128/details/5/", None),
        ("/company/personal/user/1/tasks/task/edit/0/", None),
        ("/", None),
    ] {
        assert_eq!(entity(given).as_deref(), expected, "{given}");
    }
}

#[test]
fn entities_have_a_page_that_shows_them() {
    for (text, path) in [
        ("lead:1", "/crm/lead/details/1/"),
        ("deal:2", "/crm/deal/details/2/"),
        ("contact:3", "/crm/contact/details/3/"),
        ("company:4", "/crm/company/details/4/"),
        ("quote:5", "/crm/type/7/details/5/"),
        ("invoice:6", "/crm/type/31/details/6/"),
        ("128:7", "/crm/type/128/details/7/"),
        ("task:8", "/company/personal/user/0/tasks/task/view/8/"),
        ("user:9", "/company/personal/user/9/"),
        ("chat:10", "/online/?IM_DIALOG=chat10"),
        ("group:11", "/workgroups/group/11/"),
    ] {
        let entity = Entity::parse(text).unwrap();
        assert_eq!(Page::of_entity(entity).entity(), Some(entity), "{path}");
        let page = Page::of_entity(entity).path();
        assert_eq!(page.as_str(), path);
        assert_eq!(page.entity(), Some(entity), "{page}");
        assert_eq!(PagePath::parse(page.as_str()), Ok(page.clone()), "canonical: {page}");
        assert!(page.is_portal_page(), "{page}");
    }
}

#[test]
fn portal_pages() {
    let is_page = |text: &str| PagePath::parse(text).unwrap().is_portal_page();
    for text in [
        "/crm/deal/list/",
        "/stream/",
        "/company/personal/log/5/",
        "/page/x/type/128/details/5/",
        "/extranet/mail/",
        "/online/call/5",
    ] {
        assert!(is_page(text), "{text}");
    }
    for text in [
        "/",
        "/crm/",
        "/base/",
        "/base/ru_RU/",
        "/index.php",
        "/docs",
        "/stream/x/",
        "/extranet/",
        "/a/type/x/details/5/",
    ] {
        assert!(!is_page(text), "{text}");
    }
}

#[test]
fn browsers_get_ascii() {
    let portal = Portal::parse("Portal.example.ru:8443").unwrap();
    let page = PagePath::parse("/docs/План 1/?a=%26").unwrap();
    assert_eq!(
        page.url(&portal, true),
        "https://portal.example.ru:8443/docs/%D0%9F%D0%BB%D0%B0%D0%BD%201/?a=%26"
    );
}

#[test]
fn desktop_addresses() {
    let canonical = "bx://v2/portal.example.ru/openPage/options/%7b%22url%22%3a%22%2fcrm%2fdeal%2fdetails%2f5%2f%22%7d";
    for json in [
        r#"{"url":"/crm/deal/details/5/"}"#,
        r#"{"url":"/crm/deal/details/5/","options":{"skipNativeBrowser":true}}"#,
        r#"{"url":"\/crm\/deal\/details\/5\/"}"#,
        r#"{"url":"https://Portal.example.ru/crm/deal/details/5/"}"#,
    ] {
        for value in [json.to_owned(), utf8_percent_encode(json, NON_ALPHANUMERIC).to_string()] {
            for end in ["", "/"] {
                let text = format!("BX://v2/Portal.Example.RU/openPage/options/{value}{end}");
                let address = DesktopAddress::parse(&text).unwrap();
                assert_eq!(address.to_string(), canonical, "{text}");
            }
        }
    }
    let address = DesktopAddress::parse(canonical).unwrap();
    assert_eq!(address.to_string(), canonical);
    assert_eq!(address.path.entity(), Entity::parse("deal:5"));
}

#[test]
fn refused_desktop_addresses() {
    let with = |json: &str| DesktopAddress::parse(&format!("bx://v2/host/openPage/options/{json}"));
    for text in [
        "bx://v2/host/chat/dialogId/5",
        "bx://openPage/options/{}",
        "bx://v2/host",
        "bx://v1/host/openPage/options/{}",
        "",
    ] {
        assert_eq!(DesktopAddress::parse(text), Err(DesktopRefused::Shape), "{text}");
    }
    for json in [
        "",
        "{}",
        "[]",
        "{\"url\":5}",
        "{\"url\":\"https://evil.example/crm/\"}",
        "{\"url\":\"javascript:alert(1)\"}",
        "{\"url\":\"/a\",\"url\":\"/b\"}",
    ] {
        assert_eq!(with(json), Err(DesktopRefused::Options), "{json}");
    }
    assert_eq!(with(r#"{"url":"//evil.example/"}"#), Err(PathRefused::Shape.into()));
    assert_eq!(with("{\"url\":\"/a\\u000ab\"}"), Err(PathRefused::Control.into()));
    assert_eq!(with(r#"{"url":"https://u:p@host/crm/"}"#), Err(PortalRefused.into()));
}

use crate::portal::PortalRefused;

proptest! {
    #[test]
    fn paths_never_panic_and_print_stably(text in "/(\\PC|%[0-9a-fA-F]{2}|/|\\?|%D0%9F){0,40}") {
        if let Ok(path) = PagePath::parse(&text) {
            prop_assert_eq!(PagePath::parse(path.as_str()), Ok(path.clone()));
            let _ = path.entity();
            let url = path.url(&Portal::parse("host").unwrap(), true);
            prop_assert!(url.is_ascii());
            let parsed = url::Url::parse(&url).unwrap();
            prop_assert_eq!(parsed.host_str(), Some("host"));
            let address = DesktopAddress { portal: Portal::parse("host").unwrap(), path };
            prop_assert_eq!(DesktopAddress::parse(&address.to_string()), Ok(address));
        }
    }

    #[test]
    fn raw_and_encoded_letters_are_the_same(text in "[А-Яа-яЁё0-9a-z]{1,20}") {
        let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
        prop_assert_eq!(PagePath::parse(&format!("/docs/{text}/")), PagePath::parse(&format!("/docs/{encoded}/")));
    }

    #[test]
    fn anything_is_answered(text in "\\PC{0,60}") {
        let _ = PagePath::parse(&text);
        let _ = DesktopAddress::parse(&text);
        let _ = DesktopAddress::parse(&format!("bx://v2/h/openPage/options/{text}"));
        let _ = Portal::parse(&text);
        let _ = Entity::parse(&text);
    }
}
