//! The contract of `hotstartctl infobases`: an array in the order of the files, nothing merged or sorted.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot start the program or read its answer has failed"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

const LIST: &str = "[Группа]\r\nID=g1\r\nOrderInList=-1\r\nFolder=/\r\n\
    [Вторая]\r\nConnect=Srvr=\"srv;backup\";Ref=\"demo\";Usr=\"Анна\";\r\nID=b2\r\nOrderInList=60.6814814814813\r\n\
    Folder=/Группа\r\nExternal=1\r\nApp=ThinClient\r\nVersion=8.3.25\r\nXTest=1\r\n\
    [Первая]\r\nConnect=File=\"C:\\Каталог с \"\"кавычкой\"\"\";\r\nOrderInList=1\r\nConnectExtra=\r\n\
    [Сайт]\r\nConnect=ws=\"http://web-server/resource/\";\r\n\
    [Вторая]\r\nConnect=http://host/base\r\nID=b2\r\n\
    [Непонятная]\r\nConnect=???\r\n\
    [Пустая]\r\nConnect=\r\n";

fn infobases(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hotstartctl"))
        .arg("infobases")
        .args(arguments)
        .env("HOME", home)
        .env("APPDATA", home)
        .env("ALLUSERSPROFILE", home.join("computer"))
        .output()
        .unwrap()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn names(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|base| base["name"].as_str().unwrap())
        .collect()
}

fn written(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Where the starter keeps the files of this user.
fn starter(home: &Path) -> PathBuf {
    home.join(if cfg!(windows) { "1C/1CEStart" } else { ".1C/1cestart" })
}

#[test]
fn a_list_is_printed_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let file = written(home.path(), "list.v8i", LIST);
    let output = infobases(home.path(), &["--file", &file, "--json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let value = json_of(&output);
    assert_eq!(names(&value), ["Вторая", "Первая", "Сайт", "Вторая", "Непонятная"]);
    assert_eq!(
        value[0],
        json!({
            "name": "Вторая",
            "id": "b2",
            "folder": "/Группа",
            "kind": "server",
            "connect": {"srvr": "srv;backup", "ref": "demo", "usr": "Анна"},
            "app": "ThinClient",
            "version": "8.3.25",
            "order": 60.681_481_481_481_3,
            "external": true,
            "extra": {"XTest": "1"},
        })
    );
    assert_eq!(
        value[1],
        json!({
            "name": "Первая",
            "id": null,
            "folder": null,
            "kind": "file",
            "connect": {"file": "C:\\Каталог с \"кавычкой\""},
            "app": null,
            "version": null,
            "order": 1,
            "external": false,
            "extra": {"ConnectExtra": ""},
        })
    );
    assert_eq!(
        (&value[2]["kind"], &value[2]["connect"]),
        (&json!("web"), &json!({"ws": "http://web-server/resource/"}))
    );
    assert_eq!(value[3]["connect"], json!({"ws": "http://host/base"}));
    assert_eq!(
        (&value[4]["kind"], &value[4]["extra"]["Connect"]),
        (&Value::Null, &json!("???"))
    );
}

#[test]
fn groups_on_demand() {
    let home = tempfile::tempdir().unwrap();
    let file = written(home.path(), "list.v8i", LIST);
    let value = json_of(&infobases(home.path(), &["--groups", "--json", "--file", &file]));
    assert_eq!(
        names(&value),
        ["Группа", "Вторая", "Первая", "Сайт", "Вторая", "Непонятная", "Пустая"]
    );
    assert_eq!(
        (&value[0]["kind"], &value[0]["connect"], &value[0]["order"]),
        (&json!("group"), &Value::Null, &json!(-1))
    );
}

#[test]
fn files_come_in_the_order_given_and_only_they() {
    let home = tempfile::tempdir().unwrap();
    written(&starter(home.path()), "ibases.v8i", "[Своя]\nConnect=File=/own;\n");
    let list = |name: &str| format!("[{name}]\nConnect=File=/x;\n");
    let one = written(home.path(), "1.v8i", list("один"));
    let two = written(
        home.path(),
        "2.v8i",
        list("два")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    let value = json_of(&infobases(
        home.path(),
        &["--file", &two, "--file", &one, "--file", &two, "--json"],
    ));
    assert_eq!(names(&value), ["два", "один", "два"]);
}

#[test]
fn without_files_the_lists_of_the_desk() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(json_of(&infobases(home.path(), &["--json"])), json!([]));
    let shared = written(home.path(), "shared.v8i", "[Общая]\nConnect=File=/s;\n");
    let folder = starter(home.path());
    written(&folder, "ibases.v8i", "[Своя]\nConnect=File=/own;\n");
    written(
        &folder,
        "1cestart.cfg",
        format!("CommonInfoBases={shared}\nCommonInfoBases=none.v8i\n"),
    );
    let output = infobases(home.path(), &["--json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(names(&json_of(&output)), ["Своя", "Общая"]);
    assert!(
        String::from_utf8(output.stderr).unwrap().contains("none.v8i"),
        "a list that is left out is named"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_a_failure() {
    let home = tempfile::tempdir().unwrap();
    for file in [home.path().join("none.v8i"), home.path().to_owned()] {
        let output = infobases(home.path(), &["--json", "--file", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(json_of(&output)["error"]["code"], "list.failed");
    }
}

#[test]
fn any_bytes_are_a_list() {
    let home = tempfile::tempdir().unwrap();
    let file = written(home.path(), "list.v8i", b"[a]\nConnect=\xff\xfe\0=\"\n[\xd0\nID=\x01");
    let output = infobases(home.path(), &["--json", "--groups", "--file", &file]);
    assert_eq!(output.status.code(), Some(0));
    assert!(json_of(&output).is_array());
}
