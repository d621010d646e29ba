//! What the settings window may set: bases, lists of this computer, the pool.
use hotstart_core::failure::FailureView;
use hotstart_core::plan::{Facts, Listed};
use hotstart_core::pool::PoolSettings;
use hotstart_core::settings::{BaseSettings, Method, NotificationSettings, PortalOpening, Settings, WindowMode};
use hotstart_core::texts::Language;
use hotstart_core::view::{ListedBase, Page, UiCommand};
use hotstart_core::window::WindowCommand;
use onec::Connection;
use onec::infobases::App;
use onec::platforms::{Client, Wish};

use super::desk::{Desk, PORTAL, settings};
use crate::Request;

const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";

const ID: &str = "5f2c1e0a-7d3b-4a53-9c64-6a2d7f0b1c11";

/// What the form sends for a base, ready to be changed.
pub(super) fn form(previous: Option<&str>, base: BaseSettings) -> UiCommand {
    UiCommand::SaveBase {
        previous: previous.map(str::to_owned),
        alias: base.alias,
        name: base.name,
        publication: base.publication,
        intranet: base.intranet,
        methods: base.methods,
        window_mode: base.window_mode,
        cold_window_mode: base.cold_window_mode,
        keep: base.keep,
        connect: base.connect,
        platform: base.platform,
    }
}

/// A base that opens only in the native client.
fn native() -> BaseSettings {
    BaseSettings {
        alias: "архив".to_owned(),
        name: "Архив".to_owned(),
        methods: vec![Method::Native],
        connect: Some(r#" srvr=srv-1c:1541;Ref="Архив"; "#.to_owned()),
        ..BaseSettings::default()
    }
}

fn code(result: Result<(), FailureView>) -> String {
    result.map_or_else(|failure| failure.code, |()| "accepted".to_owned())
}

fn listed(name: &str, id: Option<&str>, connect: &str) -> Listed {
    Listed {
        name: name.to_owned(),
        id: id.map(str::to_owned),
        connect: Connection::parse(connect).unwrap().connect,
        app: App::Auto,
        wish: Wish {
            version: None,
            default_version: None,
            arch: None,
            client: Client::Thin,
        },
    }
}

/// A desk on the page of bases, with these in the lists of the computer.
async fn with_lists(settings: Settings, listed: Vec<Listed>) -> Desk {
    let desk = Desk::start(settings);
    let facts = Facts {
        listed,
        ..Facts::default()
    };
    desk.send(Request::OneC(Box::new(facts))).await;
    desk.ui(UiCommand::ShowPage { page: Page::Bases }).await.unwrap();
    desk
}

async fn add(desk: &Desk, base: ListedBase) -> String {
    code(desk.ui(UiCommand::AddListed { base }).await)
}

#[tokio::test(start_paused = true)]
async fn everything_of_a_base_is_kept() {
    let desk = Desk::start(settings());
    let base = BaseSettings {
        alias: " sklad ".to_owned(),
        publication: Some(" HTTPS://srv.example.ru/sklad/ru_RU/ ".to_owned()),
        methods: vec![Method::Native, Method::Cold],
        window_mode: WindowMode::Workplace,
        cold_window_mode: WindowMode::Normal,
        keep: true,
        platform: Some(" 8.3.25 ".to_owned()),
        ..native()
    };
    desk.ui(form(None, base.clone())).await.unwrap();
    let expected = BaseSettings {
        alias: "sklad".to_owned(),
        publication: Some("https://srv.example.ru/sklad".to_owned()),
        connect: Some(r#"Srvr="srv-1c:1541";Ref="Архив";"#.to_owned()),
        platform: Some("8.3.25".to_owned()),
        ..base
    };
    assert_eq!(desk.view().await.settings.base("sklad"), Some(&expected));
}

#[tokio::test(start_paused = true)]
async fn a_base_without_publication_opens_natively_only() {
    let desk = Desk::start(settings());
    desk.ui(form(None, native())).await.unwrap();

    let mut base = native();
    base.methods = vec![Method::Native, Method::Browser];
    assert_eq!(code(desk.ui(form(Some("архив"), base)).await), "base.unpublished");
    let mut base = native();
    base.connect = Some("  ".to_owned());
    assert_eq!(code(desk.ui(form(Some("архив"), base)).await), "base.unlisted");
    assert!(desk.view().await.settings.base("архив").unwrap().connect.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_base_of_the_list_needs_no_connection_string_of_its_own() {
    let mut settings = settings();
    settings.bases[0].id = Some(ID.to_owned());
    let desk = Desk::start(settings);
    let base = BaseSettings {
        alias: "ut".to_owned(),
        connect: None,
        ..native()
    };
    desk.ui(form(Some("ut"), base)).await.unwrap();
    let view = desk.view().await;
    assert_eq!(view.settings.bases[0].id.as_deref(), Some(ID));
    assert_eq!(view.settings.bases[0].publication, None);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_refused_with_its_code() {
    let desk = Desk::start(settings());
    let before = desk.view().await.settings;
    for (connect, refused) in [
        ("Архив", "connect.invalid"),
        (r#"Srvr="srv";"#, "connect.invalid"),
        (r#"File="C:\Base"#, "connect.invalid"),
        (r#"ws="srv/base";"#, "connect.invalid"),
        (r#"Srvr="srv";Ref="b";Usr="Иванов";"#, "connect.login"),
        (r#"Srvr="srv";Ref="b";pwd="";"#, "connect.login"),
        (r#"ws="https://srv/b";WSN="x";"#, "connect.login"),
        (r#"ws="https://x:y@srv/b";"#, "connect.login"),
        (r#"ws="https://srv/b?N=x&P=y";"#, "connect.login"),
    ] {
        let mut base = native();
        base.connect = Some(connect.to_owned());
        assert_eq!(code(desk.ui(form(None, base)).await), refused, "{connect}");
    }
    for platform in ["8.3.25.1257.1", "8,3", "последняя", "+8.3"] {
        let mut base = native();
        base.platform = Some(platform.to_owned());
        assert_eq!(code(desk.ui(form(None, base)).await), "platform.invalid", "{platform}");
    }
    for (address, refused) in [
        ("srv/base", "publication.invalid"),
        ("http://srv/base", "address.insecure"),
    ] {
        let mut base = native();
        base.publication = Some(address.to_owned());
        assert_eq!(code(desk.ui(form(None, base)).await), refused, "{address}");
    }
    for alias in ["UT", "a/b", ""] {
        let mut base = native();
        base.alias = alias.to_owned();
        assert_eq!(code(desk.ui(form(None, base)).await), "alias.invalid", "{alias}");
    }
    assert_eq!(desk.view().await.settings, before);
}

#[tokio::test(start_paused = true)]
async fn a_portal_follows_the_new_alias_of_its_base() {
    let desk = Desk::start(settings());
    let mut base = settings().bases[0].clone();
    base.alias = "торговля".to_owned();
    desk.ui(form(Some("ut"), base)).await.unwrap();
    let view = desk.view().await;
    assert_eq!(view.settings.portal(PORTAL).unwrap().base.as_deref(), Some("торговля"));
    assert_eq!(view.settings.bases.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_portal_forgets_a_base_that_is_removed() {
    let desk = Desk::start(settings());
    let alias = "ut".to_owned();
    desk.ui(UiCommand::RemoveBase { alias }).await.unwrap();
    let view = desk.view().await;
    assert_eq!(view.settings.portal(PORTAL).unwrap().base, None);
    assert_eq!(view.settings.bases.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_warm_window_is_released_when_its_base_has_moved() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    let base = settings().bases[0].clone();
    let renamed = BaseSettings {
        name: "Торговля".to_owned(),
        keep: true,
        ..base.clone()
    };
    desk.ui(form(Some("ut"), renamed)).await.unwrap();
    assert_eq!(desk.rest().await, []);
    let moved = BaseSettings {
        publication: Some("https://srv.example.ru/ut2".to_owned()),
        ..base
    };
    desk.ui(form(Some("ut"), moved)).await.unwrap();
    assert_eq!(desk.window().await, WindowCommand::Release { id, force: false });
}

#[tokio::test(start_paused = true)]
async fn the_lists_are_shown_on_their_page_and_searched() {
    let list = vec![
        listed("Бухгалтерия", Some(ID), r#"Srvr="srv";Ref="buh";"#),
        listed("Торговля", None, r#"ws="https://srv.example.ru/ut";"#),
    ];
    let desk = with_lists(settings(), list).await;
    let shown = desk.view().await.listed;
    let names: Vec<(&str, bool)> = shown
        .bases
        .iter()
        .map(|base| (base.name.as_str(), base.known))
        .collect();
    // The base `ut` of the settings has the address of the second one.
    assert_eq!(names, [("Бухгалтерия", false), ("Торговля", true)]);

    let text = "бух".to_owned();
    desk.ui(UiCommand::SearchListed { text }).await.unwrap();
    let shown = desk.view().await.listed;
    assert_eq!((shown.text.as_str(), shown.found, shown.total), ("бух", 1, 2));

    desk.ui(UiCommand::ShowPage { page: Page::General }).await.unwrap();
    assert_eq!(desk.view().await.listed.total, 0);
}

#[tokio::test(start_paused = true)]
async fn a_listed_base_is_added_once_and_opens_as_its_list_says() {
    let list = vec![
        listed("Бухгалтерия", Some(ID), r#"Srvr="srv";Ref="buh";"#),
        listed("Веб", None, r#"ws="http://srv/web/ru_RU/";"#),
        listed("Кривая", None, r#"ws="http://srv/web?x";"#),
    ];
    let desk = with_lists(settings(), list).await;
    for base in desk.view().await.listed.bases {
        assert_eq!(add(&desk, base.clone()).await, "accepted");
        assert_eq!(add(&desk, base).await, "accepted");
    }
    let view = desk.view().await;
    assert!(view.listed.bases.iter().all(|base| base.known));
    let [_, _, server, web, broken] = view.settings.bases.as_slice() else {
        panic!("three bases join two")
    };
    assert_eq!((server.id.as_deref(), server.intranet), (Some(ID), false));
    assert_eq!(server.connect.as_deref(), Some(r#"Srvr="srv";Ref="buh";"#));
    assert_eq!(server.methods, [Method::Native]);
    assert_eq!(
        (web.publication.as_deref(), web.intranet),
        (Some("http://srv/web"), true)
    );
    assert_eq!(web.methods[0], Method::Hot);
    assert_eq!(
        (broken.publication.as_deref(), &broken.methods),
        (None, &vec![Method::Native])
    );
    // What was added stands the check of the form.
    for base in [server, web] {
        assert_eq!(code(desk.ui(form(Some(&base.alias), base.clone())).await), "accepted");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listed_base_gets_a_free_and_valid_alias() {
    let long = "я".repeat(300);
    let names = [
        ("ut", "ut 2"),
        ("UT", "UT 3"),
        ("Бухгалтерия: ООО «Ромашка»", "Бухгалтерия ООО «Ромашка»"),
        ("-- [Склад] /тест/", "Склад тест"),
        ("***", "base"),
        ("???", "base 2"),
        (long.as_str(), &long[..200]),
    ];
    let list = names.iter().enumerate();
    let list = list.map(|(number, (name, _))| listed(name, None, &format!(r#"File="/bases/{number}";"#)));
    let desk = with_lists(settings(), list.collect()).await;
    for base in desk.view().await.listed.bases {
        assert_eq!(add(&desk, base).await, "accepted");
    }
    let bases = desk.view().await.settings.bases;
    let aliases: Vec<&str> = bases.iter().skip(2).map(|base| base.alias.as_str()).collect();
    assert_eq!(aliases, names.map(|(_, alias)| alias));
    for base in &bases {
        assert!(hotstart_core::settings::valid_alias(&base.alias), "{}", base.alias);
    }
}

#[tokio::test(start_paused = true)]
async fn a_base_that_has_left_the_list_is_told() {
    let desk = with_lists(settings(), vec![listed("А", None, r#"File="/a";"#)]).await;
    let shown = desk.view().await.listed.bases.remove(0);
    let moved = ListedBase {
        address: "/b".to_owned(),
        ..shown
    };
    assert_eq!(add(&desk, moved).await, "base.unlisted");
    assert_eq!(desk.view().await.settings.bases.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_pool_is_set_and_the_cap_of_the_company_stays() {
    let mut start = settings();
    start.pool.company_cap = Some(3);
    let desk = Desk::start(start);
    let pool = PoolSettings {
        windows: 2,
        company_cap: None,
        idle_minutes: Some(15),
        on_lock: true,
        at: vec!["02:30".parse().unwrap()],
        memory_mb: Some(2048),
    };
    desk.ui(UiCommand::SetPool { pool: pool.clone() }).await.unwrap();
    let expected = PoolSettings {
        company_cap: Some(3),
        ..pool
    };
    assert_eq!(desk.view().await.settings.pool, expected);
}

#[tokio::test(start_paused = true)]
async fn links_of_1c_are_taken_when_the_user_says_so() {
    let desk = Desk::start(settings());
    for e1c_links in [true, false] {
        desk.ui(UiCommand::SetGeneral {
            language: Language::Ru,
            portal_opening: PortalOpening::Browser,
            notifications: NotificationSettings::default(),
            e1c_links,
        })
        .await
        .unwrap();
        assert_eq!(desk.view().await.settings.e1c_links, e1c_links);
    }
}
