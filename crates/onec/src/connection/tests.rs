use proptest::prelude::*;

use super::*;

fn file(path: &str) -> Connect {
    Connect::File { path: path.to_owned() }
}

fn server(srvr: &str, reference: &str) -> Connect {
    Connect::Server {
        srvr: srvr.to_owned(),
        reference: reference.to_owned(),
    }
}

fn web(ws: &str) -> Connect {
    Connect::Web { ws: ws.to_owned() }
}

#[test]
fn bases_are_read() {
    for (text, expected) in [
        (r#"File="C:\x";"#, file(r"C:\x")),
        (
            r#"File="C:\Каталог с ""кавычкой""";"#,
            file(r#"C:\Каталог с "кавычкой""#),
        ),
        (r#"FILE="/home/user/base""#, file("/home/user/base")),
        (r#"file="D:\a;b=c";"#, file(r"D:\a;b=c")),
        (r"File=C:\x;", file(r"C:\x")),
        (r#"File="\\server\share\base";"#, file(r"\\server\share\base")),
        (r#"File="C:\x\";"#, file(r"C:\x\")),
        (r#"Srvr="srv";Ref="demo";"#, server("srv", "demo")),
        (r#"Srvr="srv;backup";Ref="demo";"#, server("srv;backup", "demo")),
        ("Srvr=srv;Ref=demo;", server("srv", "demo")),
        ("Srvr=srv;Ref=demo", server("srv", "demo")),
        (r#"ref="demo";SRVR="srv:1641""#, server("srv:1641", "demo")),
        (r#" Srvr = "srv" ; Ref = demo ;"#, server("srv", "demo")),
        (r#"Srvr="tcp://h:1541";Ref="b";"#, server("tcp://h:1541", "b")),
        (
            r#"Srvr="[fe80::1%eth0]:1541";Ref="b";"#,
            server("[fe80::1%eth0]:1541", "b"),
        ),
        (r#"Srvr="one:1541,two";Ref="b";"#, server("one:1541,two", "b")),
        (
            r#"ws="http://web-server/resource/";"#,
            web("http://web-server/resource/"),
        ),
        (r#"WS="https://[::1]:8443/base";"#, web("https://[::1]:8443/base")),
        ("http://host/base", web("http://host/base")),
        ("HTTPS://host/base?a=b;", web("HTTPS://host/base?a=b")),
    ] {
        let read = Connection::parse(text);
        assert_eq!(read, Ok(Connection::from(expected)), "{text}");
        let read = read.unwrap();
        assert_eq!(Connection::parse(&read.to_string()), Ok(read), "again: {text}");
    }
}

#[test]
fn other_parts_are_kept_in_order() {
    let text = r#"Usr="Иванов";Srvr="srv";Ref="demo";Pwd="a""b;c";Locale=ru_RU;prmod="1";"#;
    let read = Connection::parse(text).unwrap();
    let parts: Vec<_> = read.other.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(
        parts,
        [
            ("Usr", "Иванов"),
            ("Pwd", r#"a"b;c"#),
            ("Locale", "ru_RU"),
            ("prmod", "1")
        ]
    );
    assert_eq!(read.part("USR"), Some("Иванов"));
    assert_eq!(read.part("Zn"), None);
    assert_eq!(
        read.to_string(),
        r#"Srvr="srv";Ref="demo";Usr="Иванов";Pwd="a""b;c";Locale="ru_RU";prmod="1";"#
    );
}

#[test]
fn passwords_are_left_out() {
    let text = r#"ws="http://h/b";wsn="u";wsp="Canary1";wsppwd="Canary2";pwd="Canary3";"#;
    let read = Connection::parse(text).unwrap();
    assert_eq!(read.without_passwords().to_string(), r#"ws="http://h/b";wsn="u";"#);
    let shown = format!("{read:?}");
    assert!(!shown.contains("Canary"), "{shown}");
    assert!(shown.contains("passwords: 3"), "{shown}");
}

#[test]
fn refuses() {
    use ConnectionRefused::{Ambiguous, Control, Incomplete, Part, Quote};
    for (text, why) in [
        ("", Incomplete),
        (";;", Incomplete),
        ("Usr=x;", Incomplete),
        ("Srvr=srv;", Incomplete),
        ("Ref=demo;", Incomplete),
        (r#"File="";"#, Incomplete),
        (r#"Srvr="";Ref="demo";"#, Incomplete),
        ("ws=;", Incomplete),
        ("File=a;Srvr=b;Ref=c;", Ambiguous),
        ("File=a;Ref=c;", Ambiguous),
        ("File=a;file=b;", Ambiguous),
        ("ws=a;ws=b;", Ambiguous),
        (r#"File="C:\x"#, Quote),
        (r#"File="C:\x"y;"#, Quote),
        (r#"File="C:\x"";"#, Quote),
        (r"C:\x", Part),
        ("File", Part),
        ("=x;", Part),
        ("a;b=c", Part),
        ("File=\"C:\\x\r\ny\";", Control),
        ("File=\"C:\\\u{0}x\";", Control),
    ] {
        assert_eq!(Connection::parse(text), Err(why), "{text}");
    }
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof!["[^\\p{Cc}]{1,20}", "[\"; =a\\\\]{1,12}"]
}

fn any_connect() -> impl Strategy<Value = Connect> {
    prop_oneof![
        any_value().prop_map(|path| Connect::File { path }),
        (any_value(), any_value()).prop_map(|(srvr, reference)| Connect::Server { srvr, reference }),
        any_value().prop_map(|ws| Connect::Web { ws }),
    ]
}

proptest! {
    #[test]
    fn print_and_parse_agree(
        connect in any_connect(),
        other in prop::collection::vec(("(Usr|Pwd|Locale|Zn|x[a-z]{1,3})", any_value()), 0..4),
    ) {
        let connection = Connection { connect, other };
        prop_assert_eq!(Connection::parse(&connection.to_string()), Ok(connection));
    }

    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_prints_the_same(
        text in prop_oneof!["\\PC{0,40}", "((File|Srvr|Ref|ws|Usr)|[=\"; a\\\\]){0,20}"],
    ) {
        if let Ok(read) = Connection::parse(&text) {
            prop_assert_eq!(Connection::parse(&read.to_string()), Ok(read));
        }
    }
}
