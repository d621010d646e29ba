//! Native lines: which program, and how it is told the base.
use super::*;

fn native(change: impl FnOnce(&mut BaseSettings)) -> Settings {
    with(|base| {
        base.methods = vec![Method::Native];
        change(base);
    })
}

fn connected(connect: &str) -> Settings {
    native(|base| base.connect = Some(connect.to_owned()))
}

#[test]
fn a_base_is_named_or_addressed() {
    let by_id = native(|base| base.id = Some("8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11".to_owned()));
    for (settings, expected) in [
        (by_id, r#"/IBName"Торговля""#),
        (connected(r#"Srvr="SRV";Ref="UT";"#), r#"/IBName"Торговля""#),
        (connected(r#"Srvr="other,srv:1541";Ref="ut";"#), r#"/IBName"Торговля""#),
        (connected(r#"Srvr="srv:1641";Ref="ut";"#), r#"/S"srv:1641\ut""#),
        (connected(r#"File="c:/базы/моя база/";"#), r#"/IBName"Файловая""#),
        (connected(r#"File="D:\base";Usr="x";Pwd="y";"#), r#"/F"D:\base""#),
        (connected(r#"Srvr="srv";Ref="one";"#), r#"/S"srv\one""#),
        (connected(r#"Srvr="srv";Ref="zup";"#), r#"/S"srv\zup""#),
        (connected(r#"ws="http://web-server/resource";"#), r#"/IBName"Веб""#),
        (native(|_| ()), r#"/WS"https://srv.example.ru/ut""#),
    ] {
        let planned = planned(&order(), &settings, &facts(System::Windows));
        let starter = usual_starter(System::Windows);
        assert_eq!(
            line(planned),
            format!(r#""{starter}" ENTERPRISE {expected} /URL"e1cib/data/Документ.Заказ?ref={R}""#)
        );
    }
}

#[test]
fn elsewhere_the_same_without_quotes() {
    for system in [System::Linux, System::MacOs] {
        let settings = connected(r#"Srvr="srv";Ref="zup";"#);
        assert_eq!(
            line(planned(&order(), &settings, &facts(system))),
            format!("/opt/1cv8/common/1cestart | ENTERPRISE | /S | srv/zup | /URL | e1cib/data/Документ.Заказ?ref={R}")
        );
    }
}

#[test]
fn the_start_page_needs_no_url() {
    let settings = connected(r#"Srvr="srv";Ref="zup";"#);
    let ways = start(&settings.bases[0], &facts(System::Linux)).unwrap();
    let Way::Native { launch } = ways.first else {
        panic!("{ways:?}")
    };
    assert_eq!(launch.arguments(), ["ENTERPRISE", "/S", "srv/zup"]);
}

#[test]
fn the_version_of_the_settings_is_pinned_and_the_starter_has_the_rest() {
    let mut desk = facts(System::Linux);
    desk.installed.platforms = [[8, 5, 1, 100], [8, 3, 27, 1289], [8, 3, 25, 1257], [8, 3, 9, 2033]]
        .map(platform)
        .to_vec();
    let program = |version: Option<&str>, desk: &Facts| {
        let mut settings = connected(r#"Srvr="srv";Ref="one";"#);
        settings.bases[0].platform = version.map(ToOwned::to_owned);
        let line = line(planned(&order(), &settings, desk));
        (
            line.split(" | ").next().unwrap().to_owned(),
            line.contains("/AppAutoCheckVersion-"),
        )
    };
    let client = |version: &str| format!("/opt/1cv8/x86_64/{version}/1cv8c");
    let starter = usual_starter(System::Linux).to_owned();
    assert_eq!(program(None, &desk), (starter.clone(), false));
    assert_eq!(program(Some("8.3"), &desk), (client("8.3.27.1289"), true));
    assert_eq!(program(Some("8.3.25"), &desk), (client("8.3.25.1257"), true));
    assert_eq!(program(Some("8.3.9.2033"), &desk), (client("8.3.9.2033"), true));
    assert_eq!(program(Some("8.3.2"), &desk), (starter.clone(), false));
    assert_eq!(program(Some("newest"), &desk), (starter, false));
    desk.installed.starter = None;
    assert_eq!(program(None, &desk), (client("8.5.1.100"), false));
    assert_eq!(program(Some("8.3.2"), &desk), (client("8.5.1.100"), false));
}

#[test]
fn without_the_starter_the_list_names_the_client() {
    let list = "[УТ]\nConnect=Srvr=\"srv\";Ref=\"ut\";\nVersion=8.3.25\nApp=ThickClient\n";
    let desk = Facts {
        system: System::Linux,
        installed: Installed {
            platforms: vec![platform([8, 3, 27, 1]), platform([8, 3, 25, 9])],
            starter: None,
        },
        listed: infobases::parse(list).iter().filter_map(Listed::of).collect(),
        ..Facts::default()
    };
    let line = line(planned(&order(), &connected(r#"Srvr="srv";Ref="ut";"#), &desk));
    assert!(
        line.starts_with("/opt/1cv8/x86_64/8.3.25.9/1cv8 | ENTERPRISE | /IBName | УТ | "),
        "{line}"
    );
}

#[test]
fn what_does_not_fit_on_a_line_is_refused() {
    for (connect, system) in [
        (r#"File="/home/user/base";"#, System::Windows),
        (r#"File="D:\base";"#, System::Linux),
        (r#"Srvr="srv;backup";Ref="demo";"#, System::Windows),
        (r#"Srvr="srv";Ref="a""b";"#, System::Windows),
        (r#"Srvr="srv";Ref="-Execute";"#, System::Linux),
        ("nothing", System::Linux),
        ("", System::Linux),
    ] {
        let planned = planned(&order(), &connected(connect), &facts(system));
        assert_eq!(code(&planned), Some(Code::LaunchRefused), "{connect}");
    }
}

#[test]
fn desktop_mode_is_a_wish_of_one_opening() {
    let wish = Wish {
        mode: Some(WindowMode::Workplace),
        ..Wish::default()
    };
    let link = Link::parse(&order()).unwrap();
    let planned = plan(&link, &native(|_| ()), &facts(System::Windows), &wish);
    assert!(line(planned).contains(" /MainWindowMode -Workplace /URL"));
}

#[test]
fn an_entry_of_the_list_makes_a_base() {
    let bases: Vec<BaseSettings> = facts(System::Windows).listed.iter().map(Listed::base).collect();
    let by_name = |name: &str| bases.iter().find(|base| base.alias == name).unwrap();
    assert_eq!(by_name("Торговля").methods, [Method::Native]);
    assert_eq!(
        by_name("Веб").methods,
        [Method::Native, Method::Hot, Method::Browser],
        "the list asks for the thin client"
    );
    assert_eq!(
        by_name("Веб").publication.as_deref(),
        Some("http://web-server/resource/")
    );
    let secret = by_name("Отдел/Зарплата");
    assert_eq!(secret.connect.as_deref(), Some(r#"Srvr="srv";Ref="zup";"#));
}
