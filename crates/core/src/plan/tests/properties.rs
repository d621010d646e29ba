//! Whatever a link, a list or a file of settings holds, a plan is made of whole values.
use proptest::prelude::*;

use super::*;

const KEYS: [&str; 8] = [
    "ENTERPRISE",
    "/IBName",
    "/S",
    "/F",
    "/WS",
    "/URL",
    "/AppAutoCheckVersion-",
    "/MainWindowMode",
];

/// Keys that would do harm, if a value could become one.
const FOREIGN: [&str; 6] = ["/Execute", "/C", "/N", "/P", "/Out", "/@"];

fn any_system() -> impl Strategy<Value = System> {
    prop_oneof![Just(System::Windows), Just(System::Linux), Just(System::MacOs)]
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        Just(" /Execute C:\\evil.epf".to_owned()),
        Just("\" /C\"x\" \"".to_owned()),
        Just("%22%20/N%22admin".to_owned()),
        "[a-zа-я0-9.:/\\\\]{1,8}",
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

fn any_link() -> impl Strategy<Value = String> {
    let base = prop_oneof![Just("ut".to_owned()), Just("Торговля".to_owned()), nasty()];
    let nav = prop_oneof![
        Just(format!("e1cib/data/Документ.Заказ?ref={R}")),
        nasty().prop_map(|rest| format!("e1cib/list/Документ.{rest}")),
        nasty().prop_map(|rest| format!("e1cib/helpservice/{rest}")),
        nasty(),
    ];
    prop_oneof![
        (base, nav.clone()).prop_map(|(base, nav)| format!("hotstart://onec/{base}/{nav}")),
        (nasty(), nav.clone()).prop_map(|(host, nav)| format!("e1c://server/{host}/ut#{nav}")),
        (nasty(), nav).prop_map(|(path, nav)| format!("e1c://filev/C/{path}#{nav}")),
        any::<String>(),
    ]
}

/// Arguments come in the order of the specification, and no value stands where a key is looked for.
fn check(launch: &onec::Launch) -> Result<(), TestCaseError> {
    let arguments = launch.arguments();
    let mut at = arguments.iter();
    while let Some(argument) = at.next() {
        prop_assert!(KEYS.contains(&argument.as_str()), "{:?}", arguments);
        if ["/IBName", "/S", "/F", "/WS", "/URL", "/MainWindowMode"].contains(&argument.as_str()) {
            let value = at.next().cloned().unwrap_or_default();
            let whole_path = argument == "/F" && launch.system() != System::Windows;
            prop_assert!(!value.is_empty() && !value.contains(['"', '\n', '\0']));
            prop_assert!(whole_path || !value.starts_with('/'));
        }
    }
    prop_assert!(!arguments.iter().any(|argument| FOREIGN.contains(&argument.as_str())));
    Ok(())
}

proptest! {
    #[test]
    fn no_link_becomes_an_argument(text in any_link(), system in any_system(), name in nasty(), connect in nasty(), ours: bool, allowed: bool) {
        let mut settings = with(|base| {
            base.methods = vec![Method::Native, Method::Hot];
            base.connect = Some(r#"Srvr="srv";Ref="ut";"#.to_owned());
        });
        settings.bases.push(BaseSettings {
            alias: name.clone(),
            name: name.clone(),
            methods: vec![Method::Native],
            connect: Some(format!("File=\"{connect}\";")),
            platform: Some(connect.clone()),
            ..BaseSettings::default()
        });
        settings.e1c_links = ours;
        let mut desk = facts(system);
        let list = format!("[{name}]\nConnect=File=\"{connect}\";\n");
        desk.listed.extend(infobases::parse(&list).iter().filter_map(Listed::of));
        let aliased = format!("hotstart://onec/{name}/e1cib/list/Документ.Заказ");
        for text in [text, aliased] {
            let Ok(link) = Link::parse(&text) else { continue };
            if let Plan::Open { ways, .. } = plan(&link, &settings, &desk, &Wish::allowed(allowed)) {
                for way in ways.all() {
                    if let Way::Native { launch } = way {
                        check(&launch)?;
                    }
                }
            }
        }
    }
}
