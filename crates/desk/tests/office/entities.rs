//! Entities and objects against the office, every call counted.

mod back;
mod forth;
mod set_up;

use hotstart_core::ports::Secrets as _;
use hotstart_core::settings::{BaseSettings, Originator, PortalMapping, PortalSettings, Preset, Settings, secret_key};
use hotstart_desk::{HttpServices, RestEntities, RestPortals};
use hotstart_platform::keyring::Keyring;
use serde_json::{Value, json};

use crate::opened::OpenOffice;

/// A desk before an office whose portal and trade base belong together.
struct Desk {
    office: OpenOffice,
    portal: String,
    settings: Settings,
    entities: RestEntities,
    objects: HttpServices,
}

impl Desk {
    async fn new() -> Self {
        let office = OpenOffice::new().await;
        let portal = office.portal().to_owned();
        let base = BaseSettings {
            alias: "ut".to_owned(),
            name: "УТ".to_owned(),
            publication: Some(office.ut().to_owned()),
            service_user: Some("Администратор".to_owned()),
            ..BaseSettings::default()
        };
        let keyring = Keyring::of_desk();
        keyring
            .keep(secret_key(&portal), office.addresses.webhook.clone(), true)
            .await
            .unwrap();
        keyring
            .keep(base.service_key().unwrap(), "demo".to_owned(), true)
            .await
            .unwrap();
        let mut mapping = PortalMapping::of(&portal);
        mapping.add(Preset::Ut, "ut");
        mapping.originators.push(Originator {
            originator: "1C_UT".to_owned(),
            base: "ut".to_owned(),
        });
        let settings = Settings {
            portals: vec![PortalSettings {
                portal: portal.clone(),
                scheme: "http".to_owned(),
                base: Some("ut".to_owned()),
                ..PortalSettings::default()
            }],
            bases: vec![base],
            mappings: vec![mapping],
            ..Settings::default()
        };
        let portals = RestPortals::new(keyring.clone());
        portals.know(&settings.portals);
        let desk = Self {
            entities: RestEntities::new(portals),
            objects: HttpServices::new(keyring),
            office,
            portal,
            settings,
        };
        desk.calls().await;
        desk
    }

    /// The calls of REST that the portal got since the last time.
    async fn calls(&self) -> Vec<String> {
        let log = self.office.read("/requests").await;
        let path = format!("{}/requests", self.office.addresses.control);
        self.office.http.delete(path).send().await.unwrap();
        let entries = log["requests"].as_array().unwrap().iter();
        let rest = entries.filter(|entry| entry["kind"] == "rest");
        rest.map(|entry| entry["method"].as_str().unwrap().to_lowercase())
            .collect()
    }

    /// Calls the portal as somebody else does.
    async fn portal(&self, method: &str, params: Value) -> Value {
        let path = format!("{}/{method}", self.office.addresses.webhook.trim_end_matches('/'));
        let request = self.office.http.post(path);
        let answer = request
            .header("content-type", "application/json")
            .body(params.to_string())
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        self.calls().await;
        answer["result"].clone()
    }

    /// How the next call of a method ends.
    async fn answer(&self, answer: Value) {
        self.office.order("/portal/answer", &answer).await;
    }

    async fn licences(&self) -> u64 {
        let state = self.office.read("/publication/state").await;
        state["ut"]["in_use"].as_u64().unwrap()
    }
}

/// The reference of an order of the office.
const ORDER: &str = "8936000c29dddd3811ecc9c9312e175a";

fn written(link: &str) -> Value {
    json!({ "UF_CRM_HOTSTART": link })
}
