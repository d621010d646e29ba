//! The contract of `hotstartctl plan`: method, program, arguments, command line or address of a link.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot start the program or read its answer has failed"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const R: &str = "8936000c29dddd3811ecc9c9312e175a";
const LIST: &str = "\u{feff}[Торговля]\r\nConnect=Srvr=\"srv:1541\";Ref=\"ut\";\r\nID=8E6FA6B2-3d55-4a31-9d6f-0e6a3f3e6c11\r\n\
    [Файловая]\r\nConnect=File=\"C:\\Базы\\Моя база\";\r\n\
    [Двойник]\r\nConnect=Srvr=\"srv\";Ref=\"one\";\r\n[двойник]\r\nConnect=Srvr=\"srv\";Ref=\"two\";\r\n\
    [Пара]\r\nConnect=File=\"C:\\x\";\r\n[Пара]\r\nConnect=File=\"C:\\y\";\r\n\
    [Веб]\r\nConnect=ws=\"http://web-server/resource/\";\r\n\
    [-x]\r\nConnect=File=\"C:\\a\"\" /Execute \"\"b\";\r\n";
const STARTER: &str = r"C:\Program Files\1cv8\common\1cestart.exe";

/// A home with a settings file, and a list.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(settings: &Value) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("config")).unwrap();
        fs::write(home.path().join("config/settings.json"), settings.to_string()).unwrap();
        fs::write(home.path().join("list.v8i"), LIST).unwrap();
        Self(home)
    }

    fn empty() -> Self {
        Self::new(&json!({"version": 1}))
    }

    fn list(&self) -> std::path::PathBuf {
        self.0.path().join("list.v8i")
    }

    fn run(&self, link: &str, os: &str, list: Option<&Path>) -> (Option<i32>, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hotstartctl"));
        // Neither the lists nor the programs of the computer that runs the test.
        command.env("HOTSTART_HOME", self.0.path()).env("HOME", self.0.path());
        command.args(["plan", link, "--os", os, "--json"]);
        if let Some(list) = list {
            command.arg("--file").arg(list);
        }
        let output = command.output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
    }

    fn planned(&self, link: &str, os: &str) -> Value {
        let (exit, value) = self.run(link, os, Some(&self.list()));
        assert_eq!(exit, Some(0), "{value}");
        value
    }

    fn refused(&self, link: &str, os: &str) -> String {
        let (exit, value) = self.run(link, os, Some(&self.list()));
        assert_eq!(exit, Some(2), "{value}");
        value["error"]["code"].as_str().unwrap().to_owned()
    }
}

fn order(base: &str) -> String {
    format!("hotstart://onec/{base}/e1cib/data/Документ.Заказ?ref={R}")
}

#[test]
fn bases_of_a_list_open_with_the_native_client() {
    let desk = Desk::empty();
    let nav = format!("e1cib/data/Документ.Заказ?ref={R}");
    for (base, expected) in [
        ("Торговля", r#"/IBName"Торговля""#),
        ("торговля", r#"/IBName"Торговля""#),
        ("8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11", r#"/IBName"Торговля""#),
        ("Файловая", r#"/IBName"Файловая""#),
        ("Двойник", r#"/S"srv\one""#),
        ("Пара", r#"/F"C:\x""#),
    ] {
        let value = desk.planned(&order(base), "windows");
        assert_eq!(value["method"], "native", "{base}");
        assert_eq!(value["program"], STARTER);
        let line = format!(r#""{STARTER}" ENTERPRISE {expected} /URL"{nav}""#);
        assert_eq!(value["command_line"], line.as_str());
    }
    let value = desk.planned(&order("Двойник"), "macos");
    assert_eq!(value["program"], "/opt/1cv8/common/1cestart");
    assert_eq!(value["args"], json!(["ENTERPRISE", "/S", "srv/one", "/URL", nav]));
    assert_eq!(value.get("command_line"), None);
}

#[test]
fn a_published_base_opens_hot_and_has_fallbacks() {
    let desk = Desk::empty();
    let value = desk.planned("hotstart://onec/Веб/e1cib/list/Document.Order", "linux");
    assert_eq!(
        (&value["method"], &value["url"]),
        (
            &json!("hot"),
            &json!("http://web-server/resource/#e1cib/list/Document.Order")
        )
    );
    let methods: Vec<&Value> = value["fallbacks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|way| &way["method"])
        .collect();
    assert_eq!(methods, ["browser", "native"]);
}

#[test]
fn the_settings_decide_for_their_bases() {
    let desk = Desk::new(&json!({"version": 1, "bases": [
        {"alias": "ut", "name": "УТ", "publication": "https://srv.example.ru/ut", "methods": ["cold", "browser"]},
        {"alias": "buh", "name": "БП", "publication": "https://srv.example.ru/buh", "methods": ["browser"]},
        {"alias": "zup", "name": "ЗУП", "publication": null, "methods": ["hot", "native"],
            "id": "8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11"},
    ]}));
    let cold = desk.planned("hotstart://onec/ut/e1cib/list/Document.Order", "windows");
    assert_eq!(cold["method"], "cold");
    assert_eq!(
        cold["url"],
        "https://srv.example.ru/ut/?MainWindowMode=Workplace#e1cib/list/Document.Order"
    );
    let browser = desk.planned("https://srv.example.ru/buh/ru_RU/#e1cib/list/Document.Order", "linux");
    assert_eq!(
        (&browser["method"], &browser["url"]),
        (
            &json!("browser"),
            &json!("https://srv.example.ru/buh/#e1cib/list/Document.Order")
        )
    );
    let native = desk.planned("hotstart://onec/zup/e1cib/list/Документ.Заказ", "linux");
    assert_eq!(native["args"][1], "/IBName");
    assert_eq!(native["args"][2], "Торговля");
}

#[test]
fn what_a_company_has_set_decides_before_the_settings() {
    let desk = Desk::new(&json!({"version": 1, "bases": [
        {"alias": "ut", "name": "УТ", "publication": "https://srv.example.ru/ut", "methods": ["cold"]},
    ]}));
    let policy = json!({"version": 1, "bases": [{"alias": "ut", "methods": ["browser"]}]});
    fs::write(desk.0.path().join("policy.json"), policy.to_string()).unwrap();
    let planned = desk.planned("hotstart://onec/ut/e1cib/list/Document.Order", "linux");
    assert_eq!(planned["method"], "browser");
}

#[test]
fn what_would_be_asked_is_said() {
    let desk = Desk::empty();
    let value = desk.planned("hotstart://onec/Торговля/e1cib/app/Обработка.Загрузка", "linux");
    assert_eq!(value["method"], "native");
    assert_eq!(
        value["asks"],
        json!({"base": "Торговля", "command": "e1cib/app/Обработка.Загрузка"})
    );
    assert_eq!(
        desk.planned("hotstart://settings", "linux"),
        json!({"method": "settings"})
    );
}

#[test]
fn refusals_have_codes() {
    let desk = Desk::empty();
    for (link, code) in [
        (order("Нет такой").as_str(), "base.unknown"),
        ("hotstart://crm/portal.example.ru/deal/5", "portal.unknown"),
        ("e1c://server/elsewhere/base#e1cib/list/Документ.Заказ", "base.unknown"),
        ("hotstart://onec/-x/e1cib/list/Документ.Заказ", "link.refused.base"),
        (
            "hotstart://onec/Торговля/e1cib/list/Документ.Заказ /Execute C:\\evil.epf",
            "link.refused.nav",
        ),
        ("hotstart://onec/Торговля/javascript:alert(1)", "link.refused.nav"),
        ("--gpu-launcher=calc", "link.refused.scheme"),
        ("", "link.refused.empty"),
    ] {
        for os in ["windows", "linux", "macos"] {
            assert_eq!(desk.refused(link, os), code, "{link}");
        }
    }
    assert_eq!(desk.refused(&order("Пара"), "linux"), "launch.refused");
    let missing = desk.0.path().join("none.v8i");
    let (exit, value) = desk.run(&order("ut"), "linux", Some(&missing));
    assert_eq!((exit, &value["error"]["code"]), (Some(1), &json!("list.failed")));
    let (exit, value) = desk.run(&order("ut"), "beos", None);
    assert_eq!((exit, &value["error"]["code"]), (Some(2), &json!("usage")));
}

/// Nothing that stands behind a place, a name or an id reaches a line, raw or encoded.
#[test]
fn hostile_links_are_refused() {
    let desk = Desk::empty();
    let tails = [
        " /Execute C:\\evil.epf",
        "\" /C\"x",
        " /N admin",
        "%20%2FN%22admin%22",
        "%22%20/Out%20C:%5Cx",
        "$(id)",
        "`id`",
        "|calc",
        ";calc",
        "&calc",
        "%0A/Execute",
        "%00",
        "\u{202e}",
        "'",
    ];
    for tail in tails {
        for link in [
            format!("{}{tail}", order("Торговля")),
            format!("hotstart://onec/Торговля/e1cib/list/Документ.Заказ{tail}"),
            format!("hotstart://onec/Торговля{tail}/e1cib/list/Документ.Заказ"),
            format!("e1c://server/srv/ut{tail}#e1cib/list/Документ.Заказ"),
            format!("e1c://server/srv/ut#e1cib/list/Документ.Заказ{tail}"),
        ] {
            let code = desk.refused(&link, "windows");
            assert!(
                code.starts_with("link.refused.") || code == "base.unknown",
                "{link}: {code}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_unicode_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let text = OsStr::from_bytes(b"hotstart://settings/\xff");
    let output = Command::new(env!("CARGO_BIN_EXE_hotstartctl"))
        .arg("plan")
        .arg(text)
        .arg("--json")
        .output()
        .unwrap();
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &value["error"]["code"]),
        (Some(2), &json!("link.refused.encoding"))
    );
}
