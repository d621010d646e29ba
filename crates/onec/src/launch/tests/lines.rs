//! The lines as the platform, its starter and its library are called.
use super::*;

fn windows(program: &Program, target: Target<'_>) -> String {
    let launch = Launch::client(System::Windows, program, &target, Some(&order()), None).unwrap();
    launch.command_line().unwrap()
}

fn elsewhere(program: &Program, target: Target<'_>) -> Vec<String> {
    let launch = Launch::client(System::Linux, program, &target, Some(&order()), None).unwrap();
    assert_eq!(launch.command_line(), None);
    let mut line = vec![launch.program().to_owned()];
    line.extend(launch.arguments());
    line
}

#[test]
fn a_value_is_quoted_as_1c_reads_it() {
    for (value, expected) in [
        (r#"a "b" c\"#, r#""a ""b"" c\""#),
        ("", r#""""#),
        (r#"""#, r#""""""#),
        (r#"File="D:\db\empty";"#, r#""File=""D:\db\empty"";""#),
    ] {
        assert_eq!(quoted(value), expected);
        assert_eq!(taken_apart(&quoted(value)), [value]);
    }
}

#[test]
fn windows_gets_one_line() {
    let program = starter(System::Windows);
    let client = Program::Client {
        path: r"C:\Program Files\1cv8\8.3.25.1257\bin\1cv8c.exe".to_owned(),
        pinned: true,
    };
    let url = format!(r#"/URL"e1cib/data/Документ.Заказ?ref={REF}""#);
    for (line, expected) in [
        (
            windows(&program, Target::Named("Моя база")),
            format!(r#""{STARTER}" ENTERPRISE /IBName"Моя база" {url}"#),
        ),
        (
            windows(&client, Target::Connect(&server("srv:1541", "ref"))),
            format!(
                r#""C:\Program Files\1cv8\8.3.25.1257\bin\1cv8c.exe" ENTERPRISE /S"srv:1541\ref" /AppAutoCheckVersion- {url}"#
            ),
        ),
        (
            windows(&program, Target::Connect(&file(r"\\srv\bases$\ут 11\"))),
            format!(r#""{STARTER}" ENTERPRISE /F"\\srv\bases$\ут 11\" {url}"#),
        ),
        (
            windows(&program, Target::Connect(&web("http://Web-Server/resource/"))),
            format!(r#""{STARTER}" ENTERPRISE /WS"http://web-server/resource" {url}"#),
        ),
    ] {
        assert_eq!(line, expected);
    }
}

#[test]
fn elsewhere_arguments_are_passed_one_by_one() {
    let path = "/opt/1cv8/x86_64/8.3.25.1257/1cv8c";
    let client = Program::Client {
        path: path.to_owned(),
        pinned: false,
    };
    let nav = order().to_string();
    for (line, base) in [
        (
            elsewhere(&client, Target::Connect(&server("srv", "ref"))),
            ["/S", "srv/ref"],
        ),
        (
            elsewhere(&client, Target::Connect(&file("/home/user/Моя база"))),
            ["/F", "/home/user/Моя база"],
        ),
        (
            elsewhere(&client, Target::Connect(&web("http://host/base"))),
            ["/WS", "http://host/base"],
        ),
        (elsewhere(&client, Target::Named("Моя база")), ["/IBName", "Моя база"]),
    ] {
        assert_eq!(line, [path, "ENTERPRISE", base[0], base[1], "/URL", &nav]);
    }
}

#[test]
fn desktop_mode_and_the_start_page() {
    let base = server("srv", "ut");
    let mode = Some(WindowMode::Workplace);
    let target = Target::Connect(&base);
    let launch = Launch::client(System::Windows, &starter(System::Windows), &target, None, mode).unwrap();
    assert_eq!(
        launch.raw_arguments(),
        ["ENTERPRISE", r#"/S"srv\ut""#, "/MainWindowMode", "-Workplace"]
    );
}

#[test]
fn the_handler_gets_the_link_printed_anew() {
    let link = ExternalLink::parse("E1C://Server/SRV:2541/УТ#e1cib/list/Документ.Заказ").unwrap();
    let launch = Launch::handler(System::Windows, STARTER, &link).unwrap();
    assert_eq!(
        launch.command_line().unwrap(),
        format!(r#""{STARTER}" /URL "e1c://server/srv:2541/УТ#e1cib/list/Документ.Заказ""#)
    );
    for system in [System::Linux, System::MacOs] {
        assert_eq!(
            Launch::handler(system, usual_starter(system), &link),
            Err(LaunchRefused::System)
        );
    }
}

#[test]
fn a_name_is_used_only_if_the_starter_finds_one_base_by_it() {
    let base = server("srv", "ut");
    for (name, listed, named) in [
        ("УТ", vec!["БП", "УТ"], true),
        ("ут", vec!["УТ"], true),
        ("УТ", vec!["УТ", "ут"], false),
        ("УТ", vec![], false),
        ("УТ", vec!["УТ 11"], false),
        ("УТ/Основная", vec!["УТ/Основная"], false),
        (r"УТ\Основная", vec![r"УТ\Основная"], false),
        ("/УТ", vec!["/УТ"], false),
        ("-УТ", vec!["-УТ"], false),
        ("Рога & Копыта", vec!["Рога & Копыта"], false),
        ("\"УТ\"", vec!["\"УТ\""], false),
        ("", vec![""], false),
    ] {
        let expected = if named {
            Target::Named(name)
        } else {
            Target::Connect(&base)
        };
        assert_eq!(Target::choose(name, listed, &base), expected, "{name}");
    }
}

#[test]
fn addresses_of_links_are_bases() {
    for (address, connect) in [
        ("e1c://server/srv-1c:3541/ERP", server("srv-1c:3541", "ERP")),
        ("e1c://server/srv/ут", server("srv", "ут")),
        ("e1c://filev/e/Базы/Моя%20база/", file(r"E:\Базы\Моя база")),
        ("e1c://filev/D/", file(r"D:\")),
        ("https://Host/ut/", web("https://host/ut")),
    ] {
        assert_eq!(Connect::from(&Address::parse(address).unwrap()), connect);
    }
}
