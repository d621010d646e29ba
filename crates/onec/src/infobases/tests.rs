use proptest::prelude::*;

use super::*;
use crate::connection::Connect;
use crate::starter::text_of;

/// The shapes that occur in the wild, in one list.
const LIST: &str = "\u{feff}; список баз\r\n\
    [Клиенты]\r\nID=1b0c9e6e-0d1b-4f7e-9a5b-2f9f2d5c0001\r\nOrderInList=-1\r\nFolder=/\r\nOrderInTree=16384\r\nExternal=0\r\n\
    [Торговля [рабочая]]\r\nConnect=Srvr=\"srv-1c:1641\";Ref=\"trade\";\r\nID=1b0c9e6e-0d1b-4f7e-9a5b-2f9f2d5c0002\r\n\
    OrderInList=60.6814814814813\r\nFolder=/Клиенты\r\nOrderInTree=1\r\nExternal=1\r\nClientConnectionSpeed=Normal\r\n\
    App=ThinClient\r\nWA=1\r\nVersion=8.3.25\r\nDefaultVersion=8.3.25.1257\r\nAppArch=x86_64\r\nXTest=1\r\n\
    [Без ID]\r\n  ; заметка\r\nConnect=File=\"C:\\Базы\\a;b\";\r\nFolder=/Сирота\r\nno value\r\n=nothing\r\n\
    [Пустая]\r\nConnect=\r\n\
    [С пробелами]\r\nConnect = File=\"C:\\x\";\r\nApp = ThinClient\r\n\
    [Сайт]\r\nConnect=ws=\"http://web-server/resource/\";\r\n\
    [Старый адрес]\r\nconnect=http://host/base\r\n\
    [Непонятная]\r\nConnect=C:\\x\r\n";

fn read(text: &str) -> Vec<Entry> {
    parse(&text_of(text.as_bytes()))
}

#[test]
fn the_shapes_in_the_wild() {
    let entries = read(LIST);
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Клиенты",
            "Торговля [рабочая]",
            "Без ID",
            "Пустая",
            "С пробелами",
            "Сайт",
            "Старый адрес",
            "Непонятная"
        ]
    );
    let groups: Vec<bool> = entries.iter().map(Entry::is_group).collect();
    assert_eq!(groups, [true, false, false, true, true, false, false, false]);

    let trade = &entries[1];
    assert_eq!(
        trade.connection().map(|connection| &connection.connect),
        Some(&Connect::Server {
            srvr: "srv-1c:1641".to_owned(),
            reference: "trade".to_owned()
        })
    );
    assert_eq!(trade.order, Some(60.681_481_481_481_3));
    assert_eq!(trade.folder.as_deref(), Some("/Клиенты"));
    assert_eq!(trade.app(), App::Thin);
    assert!(trade.external);
    assert_eq!(trade.value("xtest"), Some("1"));
    let wish = trade.wish(Client::Thin);
    assert_eq!(wish.version.map(|mask| mask.to_string()).as_deref(), Some("8.3.25"));
    assert_eq!(
        wish.default_version.map(|mask| mask.to_string()).as_deref(),
        Some("8.3.25.1257")
    );
    assert_eq!(wish.arch, Some(ArchWish::X86_64));

    assert_eq!(entries[2].id, None);
    assert_eq!(entries[2].extra, []);
    assert_eq!(entries[0].order, Some(-1.0));
    assert_eq!(entries[4].extra.len(), 2, "a space before `=` makes another key");
    assert_eq!(entries[4].app(), App::Auto);
    assert_eq!(entries[7].content, Content::Unreadable("C:\\x".to_owned()));
}

#[test]
fn any_line_end_and_indentation() {
    for ends in ["\n", "\r\n", "\r"] {
        let text = ["[a]", " \tConnect=File=x;", "[b", "Version=8.3"].join(ends);
        let entries = read(&text);
        assert_eq!(entries.len(), 2, "{ends:?}");
        assert!(!entries[0].is_group());
        assert_eq!(
            (entries[1].name.as_str(), entries[1].version.as_deref()),
            ("b", Some("8.3"))
        );
    }
}

#[test]
fn a_key_that_comes_twice_is_the_last_one() {
    let entries = read("[a]\nConnect=File=x;\nID=1\nID=2\nOrderInList=1\nOrderInList=NaN\nConnect=\nX=1\nx=2\n");
    assert!(entries[0].is_group());
    assert_eq!(entries[0].id.as_deref(), Some("2"));
    assert_eq!(entries[0].order, Some(1.0));
    assert_eq!(entries[0].value("X"), Some("2"));
    assert_eq!(entries[0].value("OrderInList"), Some("NaN"));
}

#[test]
fn lines_outside_of_a_section_are_passed_over() {
    assert_eq!(read("Connect=File=x;\nID=1\n"), []);
    assert_eq!(read(""), []);
}

#[test]
fn apps() {
    for (text, app) in [
        ("", App::Auto),
        ("Auto", App::Auto),
        ("ThinClient", App::Thin),
        ("thickclient", App::Thick),
        ("WebClient", App::Web),
        ("Something", App::Auto),
    ] {
        assert_eq!(read(&format!("[a]\nApp={text}\n"))[0].app(), app, "{text}");
    }
}

fn printed(entries: &[Entry]) -> String {
    entries.iter().map(ToString::to_string).collect()
}

#[test]
fn what_was_read_prints_and_reads_the_same() {
    let entries = read(LIST);
    assert_eq!(parse(&printed(&entries)), entries);
}

#[test]
fn ten_thousand_bases_are_each_looked_at_once() {
    let section = |at: usize| {
        format!(
            "[База {at}]\r\nConnect=Srvr=\"srv\";Ref=\"base{at}\";\r\nID={at}\r\nOrderInList={at}\r\nFolder=/Г{}\r\n",
            at % 50
        )
    };
    let text: String = (0..10_000).map(section).collect();
    let entries = parse(&text);
    assert_eq!(entries.len(), 10_000);
    assert!(
        entries
            .iter()
            .enumerate()
            .all(|(at, entry)| entry.id.as_deref() == Some(&at.to_string()))
    );
    assert_eq!(tree::rows(&entries).len(), 10_050);
}

proptest! {
    #[test]
    fn any_bytes_are_a_list(bytes: Vec<u8>) {
        let entries = parse(&text_of(&bytes));
        prop_assert_eq!(parse(&printed(&entries)), entries);
    }

    #[test]
    fn lines_of_a_list_in_any_order(
        lines in prop::collection::vec(
            prop_oneof![
                "\\[[a-zА-Я\\]\\[ ]{0,6}\\]?",
                "(Connect|ID|Folder|External|OrderInList|OrderInTree|App|Version|X)[ ]?=[ /\"=;a-c0-9.-]{0,12}",
                "Connect=(File|Srvr|Ref|ws)=[\"a;=]{0,9}",
                "[;=\\[] ?\\PC{0,8}",
            ],
            0..30,
        ),
    ) {
        let entries = parse(&lines.join("\n"));
        prop_assert_eq!(parse(&printed(&entries)), entries.clone());
        let bases = entries.iter().filter(|entry| !entry.is_group()).count();
        let rows = tree::rows(&entries);
        prop_assert_eq!(rows.iter().filter(|row| !row.group).count(), bases);
    }
}
