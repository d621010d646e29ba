//! The doctor and the client of 1C against the office's publications, which were written from the same sources by another
//! hand.
use hotstart_core::doctor::{Check, Finding, Verdict};
use hotstart_desk::doctor::{Trust, check_publication};
use onec::client::{Base, Filter, Literal, Login, ODataCode, ServiceError, ServicePath};
use onec::{Identifier, KindName, ObjectType, Publication, Ref, Uuid};
use serde_json::{Value, json};

use crate::opened::{CERTIFICATES, OpenOffice, check};

/// The checks of one publication.
struct Found(Vec<Check>);

impl Found {
    fn finding(&self, code: &str) -> Finding {
        check(&self.0, &format!("publication.{code}")).finding
    }
}

struct Desk {
    office: OpenOffice,
}

impl Desk {
    async fn new() -> Self {
        Self {
            office: OpenOffice::new().await,
        }
    }

    /// The address of the base that signs in at once.
    fn ut(&self) -> &str {
        self.office.ut()
    }

    async fn get(&self, path: &str) -> Value {
        self.office.read(&format!("/publication/{path}")).await
    }

    async fn set(&self, path: &str, body: Value) {
        self.office.order(&format!("/publication/{path}"), &body).await;
    }

    async fn in_use(&self) -> u64 {
        self.get("state").await["ut"]["in_use"].as_u64().unwrap()
    }

    fn base(&self, password: &str) -> Base {
        let login = Login::new("Администратор", password.to_owned().into());
        let publication = Publication::parse(self.ut()).unwrap();
        Base::new(
            self.office.http.clone(),
            publication,
            login,
            onec::client::Options::default(),
        )
        .unwrap()
    }

    async fn doctor(&self, address: &str, trust: Option<&Trust>) -> Found {
        let now = hotstart_core::ports::Clock::now(&hotstart_desk::SystemClock);
        Found(check_publication(address, false, trust, now).await)
    }
}

fn parties() -> ObjectType {
    ObjectType {
        kind: KindName::parse("Справочник").unwrap(),
        name: Identifier::parse("Контрагенты").unwrap(),
    }
}

fn events() -> ServicePath {
    ServicePath::parse("hotstart/v1/events").unwrap()
}

#[tokio::test]
async fn the_doctor_finds_the_office_well_and_takes_no_licence() {
    let desk = Desk::new().await;
    let found = desk.doctor(desk.ut(), None).await;
    assert!(
        found
            .0
            .iter()
            .all(|check| matches!(check.verdict(), Verdict::Ok | Verdict::NotChecked)),
        "{:?}",
        found.0
    );
    assert_eq!(found.finding("client"), Finding::ClientFound);
    assert_eq!(found.finding("odata"), Finding::ODataAsks);
    assert_eq!(found.finding("services"), Finding::ServicesAsks);
    assert_eq!(desk.in_use().await, 0);

    desk.set("set", json!({"publication": "ut", "locked": true})).await;
    assert_eq!(
        desk.doctor(desk.ut(), None).await.finding("reachable"),
        Finding::BaseLocked
    );
    desk.set(
        "set",
        json!({"publication": "ut", "locked": false, "framing": "x_frame_options"}),
    )
    .await;
    assert_eq!(
        desk.doctor(desk.ut(), None).await.finding("window"),
        Finding::WindowFrames
    );
    desk.set("set", json!({"publication": "ut", "moved_to": "https://1c.invalid/ut"}))
        .await;
    assert_eq!(
        desk.doctor(desk.ut(), None).await.finding("redirect"),
        Finding::RedirectHost
    );
    let wrong = desk.ut().replace("/ut", "/nothing");
    assert_eq!(
        desk.doctor(&wrong, None).await.finding("reachable"),
        Finding::NoSuchPublication
    );
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_with_every_certificate() {
    let desk = Desk::new().await;
    let (origins, trust) = desk.office.certificates().await;
    for (origin, expected) in CERTIFICATES {
        let address = format!("{}/ut", origins[origin].as_str().unwrap().trim_end_matches('/'));
        let found = desk.doctor(&address, Some(&trust)).await;
        assert_eq!(found.finding("certificate"), expected, "{origin}");
        let client = if origin == "good" {
            Finding::ClientFound
        } else {
            Finding::ClientUnseen
        };
        assert_eq!(found.finding("client"), client, "{origin}");
    }
}

#[tokio::test]
async fn objects_are_found_and_read_in_one_session() {
    let desk = Desk::new().await;
    let base = desk.base("demo");
    let alive = Filter::equals(Identifier::parse("DeletionMark").unwrap(), Literal::Flag(false));
    let found = base.find(&parties(), &alive, 2).await.unwrap();
    assert_eq!(found.len(), 2);
    let key = Uuid::parse(found[1]["Ref_Key"].as_str().unwrap()).unwrap();
    let read = base.read(&parties(), Ref::from(key)).await.unwrap();
    assert_eq!(read["Description"], found[1]["Description"]);
    let code = Literal::Text(read["Code"].as_str().unwrap().to_owned());
    let by_code = Filter::equals(Identifier::parse("Code").unwrap(), code);
    assert_eq!(
        base.find(&parties(), &by_code, 5).await.unwrap()[0]["Ref_Key"],
        read["Ref_Key"]
    );
    assert_eq!(desk.in_use().await, 1);

    // The office has deleted whatever begins so.
    let deleted = Uuid::parse("ffffffff-1111-11f1-8111-111111111111").unwrap();
    let missing = base.read(&parties(), deleted.into()).await;
    assert!(missing.as_ref().is_err_and(ServiceError::is_missing), "{missing:?}");
    let unknown = Filter::equals(Identifier::parse("НетТакого").unwrap(), Literal::Number(1));
    let refused = base.find(&parties(), &unknown, 1).await.unwrap_err();
    assert!(
        matches!(&refused, ServiceError::OData(fault) if fault.code == ODataCode::NoProperty),
        "{refused:?}"
    );
    assert_eq!(desk.in_use().await, 1, "a refusal ends no session and begins none");
    base.finish().await;
    assert_eq!(desk.in_use().await, 0);
}

#[tokio::test]
async fn events_are_given_and_a_lost_session_is_begun_again() {
    let desk = Desk::new().await;
    let base = desk.base("demo");
    let body = |id: &str| json!({"events": [{"id": id, "type": "deal.updated", "data": {"id": 1}}]});
    for stale in [400, 404, 500] {
        desk.set("set", json!({"publication": "ut", "stale_status": stale}))
            .await;
        let answer = base.post(&events(), &body(&format!("e{stale}"))).await.unwrap();
        assert_eq!(answer.json().unwrap()["results"][0]["id"], format!("e{stale}"));
        desk.set("set", json!({"publication": "ut", "clear_sessions": true}))
            .await;
        assert_eq!(desk.in_use().await, 0);
    }
    base.post(&events(), &body("last")).await.unwrap();
    assert_eq!(desk.in_use().await, 1);
    base.finish().await;
    assert_eq!(desk.in_use().await, 0);
    let kept = desk.get("events?publication=ut").await;
    assert_eq!(
        kept["events"].as_array().unwrap().len(),
        4,
        "nothing was given twice: {kept}"
    );
}

#[tokio::test]
async fn refusals_of_the_office_have_their_kinds() {
    let desk = Desk::new().await;
    assert_eq!(desk.base("wrong").get(&events()).await, Err(ServiceError::Credentials));
    desk.set("set", json!({"publication": "ut", "licences": 0})).await;
    let refused = desk.base("demo").post(&events(), &json!({"events": []})).await;
    assert_eq!(refused, Err(ServiceError::NoLicence));
    desk.set("set", json!({"publication": "ut", "licences": 5, "odata": false}))
        .await;
    let off = desk.base("demo").probe_odata().await;
    assert_eq!(off, Err(ServiceError::Status(404)));
    desk.set(
        "users",
        json!({"publication": "ut", "name": "Администратор", "password": "demo", "services": false}),
    )
    .await;
    assert_eq!(desk.base("demo").get(&events()).await, Err(ServiceError::Access));
}

#[tokio::test]
async fn a_base_with_the_service_makes_a_draft_and_gives_its_licence_back() {
    use bitrix24::Entity;
    use hotstart_core::ports::{Draft, Secrets as _, Services as _};
    use hotstart_core::settings::BaseSettings;
    use hotstart_desk::HttpServices;
    use hotstart_platform::keyring::Keyring;

    let desk = Desk::new().await;
    let keyring = Keyring::of_desk();
    let base = BaseSettings {
        alias: "ut".to_owned(),
        name: "УТ".to_owned(),
        publication: Some(desk.ut().to_owned()),
        service_user: Some("Администратор".to_owned()),
        ..BaseSettings::default()
    };
    let wanted = Draft {
        object: "Документ.ЗаказКлиента".to_owned(),
        portal: "portal.example.ru".to_owned(),
        entity: "deal:123".parse::<Entity>().unwrap(),
    };
    let services = HttpServices::new(keyring.clone());
    let draft = || services.draft(base.clone(), wanted.clone());
    let key = base.service_key().unwrap();

    keyring.keep(key.clone(), "wrong".to_owned(), true).await.unwrap();
    assert_eq!(draft().await.unwrap_err().code_text(), "service.refused");
    keyring.keep(key, "demo".to_owned(), true).await.unwrap();
    let nav = draft().await.unwrap().unwrap();
    assert!(nav.starts_with("e1cib/data/Документ.ЗаказКлиента?ref="), "{nav}");
    assert_eq!(desk.in_use().await, 0, "the session of the service is finished");
    desk.set("set", json!({"publication": "ut", "service": false})).await;
    assert_eq!(draft().await.unwrap(), None, "the base has no such service");
    desk.set("set", json!({"publication": "ut", "service": true, "licences": 0}))
        .await;
    assert_eq!(draft().await.unwrap_err().code_text(), "licence.busy");
}
