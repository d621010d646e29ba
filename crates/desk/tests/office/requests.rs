//! What leaves the program over REST, word for word, for everything that its ports can be asked: the secret is in the path
//! of a webhook and nowhere else, and nothing is sent that nobody asked for.

mod tape;

use bitrix24::{Entity, EntityType};
use hotstart_core::polling::{Feed, Look};
use hotstart_core::ports::{Act, Entities as _, FieldWanted, Messenger as _, Portals as _};
use hotstart_core::resolve::{By, LinkWrite, Look as Question, Stamp};
use hotstart_desk::doctor::{Means, check_portal};
use hotstart_desk::{RestEntities, RestMessenger, RestPortals, SystemClock};
use serde_json::json;

use tape::Tape;

fn entity(text: &str) -> Entity {
    text.parse().unwrap()
}

#[tokio::test]
async fn connecting_and_the_doctor() {
    let tape = Tape::new().await;
    let portals = tape.portals().await;
    let _ = portals.identify(tape.webhook().to_owned(), true).await;
    tape.mark("the doctor").await;
    let means = Means {
        portals: &portals,
        trust: None,
        clock: &SystemClock,
        patience: std::time::Duration::from_secs(5),
    };
    let _ = check_portal(&tape.settings(), means).await;
    insta::assert_snapshot!(tape.written().await);
}

#[tokio::test]
async fn entities_and_links() {
    let tape = Tape::new().await;
    let portals = tape.portals().await;
    let entities = RestEntities::new(portals.clone());
    let portal = tape.portal().to_owned();
    tape.mark("an entity").await;
    let _ = portals.entity(portal.clone(), entity("deal:123")).await;
    tape.mark("what leads to 1C").await;
    let _ = entities.facts(portal.clone(), entity("deal:123"), None).await;
    tape.mark("has anything changed?").await;
    let stamp = Stamp {
        updated: "2026-11-22T10:00:00+03:00".to_owned(),
        active: String::new(),
    };
    let _ = entities.facts(portal.clone(), entity("company:21"), Some(stamp)).await;
    tape.mark("who leads to an object?").await;
    let reference = "8936000c29dddd3811ecc9c9312e175a".to_owned();
    let questions = [
        By::Field {
            name: "UF_CRM_LINK".to_owned(),
            reference,
        },
        By::Origin {
            originator: "1C_UT".to_owned(),
            ids: vec!["12345678-9abc-1234-5678-123456789abc".to_owned()],
        },
        By::Activity(vec!["1c-127".to_owned()]),
    ];
    let questions = questions.map(|by| Question {
        entity_type: EntityType::Deal,
        by,
    });
    let _ = entities.holders(portal.clone(), questions.into()).await;
    tape.mark("names").await;
    let named = ["deal:123", "128:5", "user:1", "chat:13", "task:1"].map(entity);
    let _ = entities.titles(portal.clone(), named.into()).await;
    tape.mark("a link by hand").await;
    let write = LinkWrite {
        entity: entity("deal:123"),
        field: "UF_CRM_LINK".to_owned(),
        link: "hotstart://onec/ut/e1cib/data/X".to_owned(),
    };
    let _ = entities.write_links(portal.clone(), vec![write]).await;
    let fields = json!({"UF_CRM_LINK": "x"}).as_object().cloned().unwrap();
    let _ = portals.write_entity(portal.clone(), entity("deal:123"), fields).await;
    tape.mark("the field for links").await;
    let wanted = FieldWanted {
        name: "UF_CRM_HOTSTART".to_owned(),
        label: ("1С".to_owned(), "1C".to_owned()),
        types: vec![EntityType::Deal, EntityType::Company],
    };
    let _ = entities.make_fields(portal.clone(), wanted).await;
    let _ = entities.processes(portal.clone()).await;
    tape.mark("what 1C knows already").await;
    let field = "UF_CRM_HOTSTART".to_owned();
    let _ = entities.known_outside(portal, EntityType::Deal, field, 0).await;
    insta::assert_snapshot!(tape.written().await);
}

#[tokio::test]
async fn the_messenger() {
    let tape = Tape::new().await;
    let messenger = RestMessenger::new(tape.portals().await);
    let portal = || tape.portal().to_owned();
    tape.mark("counters").await;
    let _ = messenger.counters(portal()).await;
    tape.mark("everything that is unread").await;
    let _ = messenger.look(portal(), Look::WHOLE).await;
    for feed in [Feed::Begin, Feed::From(17)] {
        tape.mark("the event queue, as its only consumer").await;
        let look = Look {
            bells: false,
            dialogs: true,
            feed: Some(feed),
            thorough: false,
        };
        let _ = messenger.look(portal(), look).await;
    }
    let dialog = || "chat13".to_owned();
    for act in [
        Act::ReadBells(vec![7]),
        Act::ReadBells(vec![7, 8]),
        Act::ReadDialog {
            dialog: dialog(),
            up_to: 5,
        },
        Act::Confirm {
            id: 7,
            value: "Y".to_owned(),
        },
        Act::AnswerBell {
            id: 7,
            text: "да".to_owned(),
        },
        Act::Message {
            dialog: dialog(),
            text: "привет".to_owned(),
        },
    ] {
        tape.mark(&format!("{act:?}")).await;
        let _ = messenger.act(portal(), act).await;
    }
    insta::assert_snapshot!(tape.written().await);
}

#[tokio::test]
async fn a_call_of_1c_goes_out_as_it_was_allowed() {
    let tape = Tape::new().await;
    let portals: RestPortals = tape.portals().await;
    let params = json!({"entityTypeId": 2, "filter": {"=title": "Сделка"}});
    let _ = portals
        .call(tape.portal().to_owned(), "crm.item.list".to_owned(), params)
        .await;
    insta::assert_snapshot!(tape.written().await);
}
