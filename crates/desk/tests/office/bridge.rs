//! Calls of 1C over the real bridge to the office's portal.

use std::sync::Arc;

use hotstart_bridge::LoopbackBridge;
use hotstart_core::bridge::{Answer, Call, Calls, Refusal, Serve, methods};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Bridge as _, Portals as _, Secrets as _};
use hotstart_core::settings::secret_key;
use hotstart_desk::RestPortals;
use hotstart_platform::keyring::Keyring;
use serde_json::{Value, json};

use crate::opened::OpenOffice;

/// What the controller does with such a call, without everything else that it does.
fn calls(portals: RestPortals, portal: String) -> Calls {
    Arc::new(move |_, call| {
        let (portals, portal) = (portals.clone(), portal.clone());
        Box::pin(async move {
            let Call::Rest { method, params, .. } = call else {
                return Err(Refusal::Bad(Failure::new(Code::BridgeCall)));
            };
            methods::check(&method, &params, None).map_err(Refusal::Forbidden)?;
            let answer = portals.call(portal, method, params).await;
            answer.map(Answer::Rest).map_err(Refusal::Portal)
        })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_number_gets_into_its_deal() {
    let office = OpenOffice::new().await;
    let portal = office.portal().to_owned();
    let keyring = Keyring::of_desk();
    keyring
        .keep(secret_key(&portal), office.addresses.webhook.clone(), true)
        .await
        .unwrap();

    let folder = tempfile::tempdir().unwrap();
    let bridge = LoopbackBridge::new(folder.path());
    let token = bridge.pair("ut".to_owned()).await.unwrap();
    let calls = calls(RestPortals::new(keyring), portal);
    let port = bridge.serve(Some(Serve { port: None, calls })).await.unwrap().unwrap();
    let call = async |method: &str, params: Value| -> (u16, Value) {
        let address = format!("http://127.0.0.1:{port}/v1/b24/{method}");
        let body = params.to_string();
        let answer = office
            .http
            .post(address)
            .bearer_auth(&token)
            .body(body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    };

    let (status, list) = call("crm.item.list", json!({"entityTypeId": 2, "select": ["id"]})).await;
    assert_eq!(status, 200, "{list}");
    assert!(list["total"].as_u64().is_some(), "{list}");
    let id = list["result"]["items"][0]["id"].clone();
    let fields = json!({"entityTypeId": 2, "id": id, "fields": {"title": "Заказ 15"}});
    assert_eq!(call("crm.item.update", fields).await.0, 200);
    let (_, deal) = call("crm.item.get", json!({"entityTypeId": 2, "id": id})).await;
    assert_eq!(deal["result"]["item"]["title"], "Заказ 15");

    let (status, none) = call("crm.item.get", json!({"entityTypeId": 2, "id": 999_999})).await;
    assert_eq!((status, none["error"]["code"].as_str()), (502, Some("entity.missing")));
    assert!(none["error"]["portal_code"].as_str().is_some(), "{none}");
    let (status, batch) = call(
        "batch",
        json!({"halt": 0, "cmd": {"me": "profile", "one": format!("crm.item.get?entityTypeId=2&id={id}")}}),
    )
    .await;
    assert_eq!(
        (status, &batch["result"]["result"]["one"]["item"]["title"]),
        (200, &json!("Заказ 15")),
        "{batch}"
    );
    let (status, refused) = call(
        "batch",
        json!({"cmd": {"a": "profile", "b": "crm.item.delete?entityTypeId=2&id=1"}}),
    )
    .await;
    assert_eq!(
        (status, refused["error"]["code"].as_str()),
        (403, Some("bridge.method"))
    );
}
