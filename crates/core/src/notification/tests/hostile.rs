//! What nobody should send.
use proptest::prelude::*;

use super::*;

#[test]
fn ids_fall_back_to_the_servers_own() {
    for id in [json!(0), json!("x"), json!(null), json!(-5), json!("../5"), json!([])] {
        let note = noted("notifyAdd", &with(bell(), &["id"], id));
        assert_eq!(note.id, "p.example/event/17953041450000000000000001");
    }
    let timeless = bell();
    let timeless = PortalEvent {
        server_time: None,
        ..event("notifyAdd", &timeless)
    };
    assert_eq!(judge(&timeless, &viewer(&SETTINGS)).note.expect("a note").at, NOW);
}

#[test]
fn long_and_dirty_texts_are_cut_and_cleaned() {
    let dirty = format!("\u{202e}<script>x</script>{}\n[b]", "Ы&amp;\u{0}".repeat(50_000));
    let note = noted(
        "notifyAdd",
        &with(with(bell(), &["title"], json!(dirty)), &["text"], json!(dirty)),
    );
    assert_eq!(
        (note.title.chars().count(), note.text.chars().count()),
        (TITLE_CHARS, TEXT_CHARS)
    );
    assert!(note.title.ends_with('…') && note.title.starts_with("Ы& Ы&"));
    let params = with(group(), &["chat", "12", "name"], json!(dirty));
    let params = with(
        with(params, &["users", "1", "name"], json!(dirty)),
        &["message", "text"],
        json!(dirty),
    );
    let note = noted("messageChat", &params);
    assert!(note.title.chars().count() <= TITLE_CHARS && note.text.chars().count() <= TEXT_CHARS);
}

/// Any JSON, with the names and the kinds of values that the rules look for.
fn any_json() -> impl Strategy<Value = Value> {
    let names = "id|type|text|title|link|tag|silent|users|chat|message|senderId|chatId|dialogId|12|7|notify|files|name|recentConfig|sections|params|list|counter|lastId|userInChat|mute_list|messages|excludeIds";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0u64..20).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9]{1,25}|Y|N|chat12|\\PC{0,20}|\\[url=/x\\]y".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 10, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..10).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn judging_is_total_and_repeatable(
        params in any_json(),
        command in "notifyAdd|message|messageChat|notifyRead|notifyReadAll|notifyDelete|readMessageChat|messageDeleteV2|x",
        user in prop::option::of("7|x|"),
    ) {
        let settings = SETTINGS;
        let viewer = Viewer { user_id: user.as_deref(), ..viewer(&settings) };
        let event = event(&command, &params);
        let verdict = judge(&event, &viewer);
        prop_assert_eq!(&verdict, &judge(&event, &viewer));
        if let Some(note) = verdict.note {
            prop_assert!(crate::inbox::NoteKey::parse(&note.id).is_some());
            prop_assert!(note.title.chars().count() <= TITLE_CHARS && note.text.chars().count() <= TEXT_CHARS);
            prop_assert!(!note.title.chars().chain(note.text.chars()).any(char::is_control));
            prop_assert!(note.link.is_none_or(|link| link.starts_with("hotstart://b24/p.example/")));
        }
    }
}
