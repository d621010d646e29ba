//! Values that try to become arguments of their own.
use proptest::prelude::*;

use super::*;

const KEYS: [&str; 7] = [
    "ENTERPRISE",
    "/IBName",
    "/S",
    "/F",
    "/WS",
    "/URL",
    "/AppAutoCheckVersion-",
];

fn refusal(system: System, base: &Connect) -> Option<LaunchRefused> {
    let target = Target::Connect(base);
    Launch::client(system, &starter(system), &target, Some(&order()), None).err()
}

#[test]
fn values_are_refused() {
    use LaunchRefused::{Character, Empty, Key, Length, Path, Publication, Server, Slash};
    for (base, why) in [
        (server("srv\" /Execute \"C:\\evil.epf", "ut"), Server),
        (server("srv;backup", "ut"), Server),
        (server("-srv", "ut"), Server),
        (server("/srv", "ut"), Server),
        (server("srv,", "ut"), Server),
        (server("srv:x", "ut"), Server),
        (server("srv /N admin", "ut"), Server),
        (server("srv", "ut\" /P\"x"), Slash),
        (server("srv", "-ut"), Key),
        (server("srv", "/ut"), Slash),
        (server("srv", "ut&calc"), Character),
        (server("srv", "ut\n/Out"), Slash),
        (server("srv", "u\u{202e}t"), Character),
        (server("srv", "u\u{0}t"), Character),
        (server("srv", " "), Empty),
        (file("base"), Path),
        (file("/home/user/base"), Path),
        (file(r"C:base"), Path),
        (file(r"\\"), Path),
        (file(r"\\?\C:\base"), Path),
        (file("-C:\\"), Path),
        (file("C:\\a\" /Out \"b"), Character),
        (file(r"C:\a;b"), Character),
        (file(r"C:\$a"), Character),
        (file(r"\\srv\a$b\c"), Character),
        (file(&format!(r"C:\{}", "a".repeat(9000))), Length),
        (web("https://host/base?P=x"), Publication),
        (web("https://u:p@host/base"), Publication),
        (web("javascript:alert(1)"), Publication),
        (web("/Execute"), Publication),
    ] {
        assert_eq!(refusal(System::Windows, &base), Some(why), "{base:?}");
    }
    for (base, why) in [
        (file(r"C:\base"), Path),
        (file("base"), Path),
        (file("/home/$(id)"), Character),
        (file("/home/`id`"), Character),
        (file("/home/a|b"), Character),
    ] {
        assert_eq!(refusal(System::Linux, &base), Some(why), "{base:?}");
    }
}

#[test]
fn programs_are_whole_paths() {
    let base = server("srv", "ut");
    for (system, path) in [
        (System::Windows, "1cestart.exe"),
        (System::Windows, "/opt/1cv8/common/1cestart"),
        (System::Windows, "C:\\a\" /Execute \"b"),
        (System::Windows, ""),
        (System::Linux, "1cestart"),
        (System::Linux, "/opt/a\u{0}b"),
        (System::MacOs, "C:\\1cestart.exe"),
    ] {
        let program = Program::Starter(path.to_owned());
        let made = Launch::client(system, &program, &Target::Connect(&base), None, None);
        assert!(made.is_err(), "{path}");
    }
}

fn any_system() -> impl Strategy<Value = System> {
    prop_oneof![Just(System::Windows), Just(System::Linux), Just(System::MacOs)]
}

/// Text that looks like a part of a command line more often than chance would have it.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ \"/\\\\\\-;&$|`'\u{a0}\u{202e}\r\n\u{0}]{0,6}",
        Just("/Execute C:\\evil.epf".to_owned()),
        Just("\" /N\"admin\" \"".to_owned()),
        "[a-zа-я0-9:.]{1,8}",
    ];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

fn any_connect() -> impl Strategy<Value = Connect> {
    prop_oneof![
        nasty().prop_map(|path| file(&path)),
        nasty().prop_map(|path| file(&format!("C:\\{path}"))),
        nasty().prop_map(|path| file(&format!("/home/{path}"))),
        (nasty(), nasty()).prop_map(|(srvr, reference)| server(&srvr, &reference)),
        nasty().prop_map(|reference| server("srv:1541", &reference)),
        nasty().prop_map(|path| web(&format!("http://host/{path}"))),
    ]
}

proptest! {
    #[test]
    fn quotes_come_off_again(values in prop::collection::vec(any::<String>(), 1..6)) {
        let line: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        prop_assert_eq!(taken_apart(&line.join(" ")), values);
    }

    /// Whatever the base is called, the line has one program, the mode, one base and one place.
    #[test]
    fn no_value_becomes_an_argument(system in any_system(), connect in any_connect(), name in nasty(), named: bool) {
        let target = if named { Target::Named(&name) } else { Target::Connect(&connect) };
        if let Ok(launch) = Launch::client(system, &starter(system), &target, Some(&order()), None) {
            let arguments = launch.arguments();
            prop_assert_eq!(arguments.len(), 5);
            prop_assert_eq!(&arguments[0], "ENTERPRISE");
            prop_assert!(KEYS.contains(&arguments[1].as_str()));
            prop_assert_eq!(&arguments[3], "/URL");
            prop_assert_eq!(&arguments[4], &order().to_string());
            if system == System::Windows {
                let read = taken_apart(&launch.command_line().unwrap());
                let glued = [
                    launch.program().to_owned(),
                    "ENTERPRISE".to_owned(),
                    format!("{}{}", arguments[1], arguments[2]),
                    format!("/URL{}", arguments[4]),
                ];
                prop_assert_eq!(read, glued);
            }
        }
    }

    /// A link is a place or nothing: whatever reaches `/URL` begins like a place and holds no quote and no space.
    #[test]
    fn a_place_is_one_argument(text in nasty(), system in any_system()) {
        for text in [text.clone(), format!("e1cib/helpservice/{text}"), format!("e1cib/list/Документ.{text}")] {
            let Ok(nav) = NavigationLink::parse(&text) else { continue };
            let base = server("srv", "ut");
            if let Ok(launch) = Launch::client(system, &starter(system), &Target::Connect(&base), Some(&nav), None) {
                let arguments = launch.arguments();
                prop_assert_eq!(arguments.len(), 5);
                prop_assert!(arguments[4].starts_with("e1cib/"));
                if let Some(line) = launch.command_line() {
                    prop_assert_eq!(taken_apart(&line).len(), 4);
                }
            }
        }
    }
}
