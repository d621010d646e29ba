//! REST: the shapes of answers and refusals.

use hotstart_office::{Office, Options, start};
use serde_json::{Value, json};

use crate::http::{Answer, get, post, send};

async fn office() -> Office {
    start(Options::default()).await.expect("the office starts")
}

async fn ask(office: &Office, call: &str) -> Answer {
    get(&format!("{}{call}", office.addresses().webhook)).await
}

fn refusal(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (answer.status, text("error"), text("error_description"))
}

#[tokio::test]
async fn profile_is_the_connection_test() {
    let office = office().await;
    let answer = ask(&office, "profile").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("application/json"));
    let body = answer.json();
    assert_eq!(body["result"]["ID"], "1");
    assert_eq!(body["result"]["ADMIN"], true);
    for field in ["start", "finish", "duration", "processing", "date_start", "date_finish"] {
        assert!(!body["time"][field].is_null(), "time.{field}");
    }
}

#[tokio::test]
async fn a_method_is_found_however_it_is_written() {
    let office = office().await;
    let webhook = office.addresses().webhook.clone();
    let doubled = webhook.replace("/rest/", "/rest//");
    for url in [
        format!("{webhook}user.current.json"),
        format!("{webhook}USER.CURRENT/"),
        format!("{doubled}/user.current"),
    ] {
        let answer = get(&url).await;
        assert_eq!(answer.json()["result"]["ID"], "1", "{url}");
    }
    let by_login = webhook.replace("/rest/1/", "/rest/sokolova/");
    assert_eq!(get(&format!("{by_login}profile")).await.status, 200);
}

#[tokio::test]
async fn parameters_come_by_query_form_or_json() {
    let office = office().await;
    let url = format!("{}crm.item.get", office.addresses().webhook);
    let by_query = get(&format!("{url}?entityTypeId=2&id=123")).await;
    let by_json = post(&url, &json!({"entityTypeId": 2, "id": 123})).await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let by_form = send("POST", &url, form, b"entityTypeId=2&id=123").await.unwrap();
    for answer in [by_query, by_json, by_form] {
        assert_eq!(answer.json()["result"]["item"]["id"], 123);
    }
    let broken = send("POST", &url, "Content-Type: application/json\r\n", b"{")
        .await
        .unwrap();
    assert_eq!(refusal(&broken).1, "INVALID_REQUEST");
}

#[tokio::test]
async fn refusals_are_those_of_a_portal() {
    let office = office().await;
    let portal = office.addresses().portal.clone();
    let wrong = get(&format!("{portal}/rest/1/wrongsecret/profile")).await;
    let credentials = (
        401,
        "INVALID_CREDENTIALS".to_owned(),
        "Invalid request credentials".to_owned(),
    );
    assert_eq!(refusal(&wrong), credentials);
    // The secret of one user does not open the webhook of another.
    let other = office.addresses().webhook.replace("/rest/1/", "/rest/2/");
    assert_eq!(refusal(&get(&format!("{other}profile")).await), credentials);
    assert_eq!(
        refusal(&get(&format!("{portal}/rest/profile")).await).1,
        "NO_AUTH_FOUND"
    );
    for (call, status, code) in [
        ("no.such.method", 404, "ERROR_METHOD_NOT_FOUND"),
        ("app.info", 400, "ACCESS_DENIED"),
        ("pull.application.config.get", 403, "WRONG_AUTH_TYPE"),
        ("pull.channel.public.list", 400, "INVALID_FORMAT"),
        (
            "pull.channel.public.get?USER_ID=1&APPLICATION=Y",
            400,
            "WRONG_AUTH_TYPE",
        ),
        ("im.notify.personal.add?MESSAGE=x", 400, "USER_ID_EMPTY"),
        ("im.notify.personal.add?USER_ID=1", 400, "MESSAGE_EMPTY"),
    ] {
        let answer = ask(&office, call).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (status, Some(code)),
            "{call}"
        );
    }
    assert_eq!(
        refusal(&ask(&office, "app.info").await).2,
        "Application context required"
    );
}

#[tokio::test]
async fn a_lost_scope_is_seen_everywhere() {
    let office = office().await;
    let exists = |body: Value| {
        (
            body["result"]["isExisting"].clone(),
            body["result"]["isAvailable"].clone(),
        )
    };
    let probe = "method.get?name=pull.config.get";
    assert_eq!(exists(ask(&office, probe).await.json()), (json!(true), json!(true)));
    let fault = json!({"kind": "scopes", "scopes": ["crm"]});
    assert_eq!(
        post(&format!("{}/fault", office.addresses().control), &fault)
            .await
            .status,
        200
    );
    assert_eq!(exists(ask(&office, probe).await.json()), (json!(true), json!(false)));
    assert_eq!(
        exists(ask(&office, "method.get?name=nothing").await.json()),
        (json!(false), json!(false))
    );
    assert_eq!(refusal(&ask(&office, "pull.config.get").await).1, "insufficient_scope");
    assert_eq!(ask(&office, "scope").await.json()["result"], json!(["crm"]));
    assert_eq!(ask(&office, "profile").await.status, 200);
}

#[tokio::test]
async fn the_pull_configuration_has_every_field() {
    let office = office().await;
    let config = ask(&office, "pull.config.get.json?CACHE=N").await.json()["result"].clone();
    let host = office.addresses().portal.strip_prefix("http://").unwrap().to_owned();
    assert_eq!(config["server"]["version"], 4);
    assert_eq!(config["server"]["websocket"], format!("ws://{host}/bitrix/subws/"));
    assert_eq!(
        config["server"]["long_pooling_secure"],
        format!("http://{host}/bitrix/sub/")
    );
    assert!(config["server"]["config_timestamp"].is_i64());
    assert_eq!(config["api"]["revision_web"], 19);
    let private = config["channels"]["private"]["id"].as_str().unwrap();
    let public = config["channels"]["private"]["public_id"].as_str().unwrap();
    assert_eq!((private.len(), public.len()), (32 + 1 + 32 + 1 + 40, 32 + 1 + 40));
    assert_eq!(config["channels"]["shared"]["type"], "shared");
    let descriptor = &config["publicChannels"]["1"];
    let signed = format!(
        "{}.{}",
        descriptor["public_id"].as_str().unwrap(),
        descriptor["signature"].as_str().unwrap()
    );
    assert_eq!(signed, public);
    let listed = ask(&office, "pull.channel.public.list?USERS[]=1&USERS[]=2&USERS[]=99")
        .await
        .json();
    assert_eq!(listed["result"].as_object().unwrap().len(), 2);
    assert_eq!(listed["result"]["1"], *descriptor);
}

#[tokio::test]
async fn a_batch_keeps_results_and_errors_apart() {
    let office = office().await;
    let url = format!("{}batch", office.addresses().webhook);
    let cmd = json!({"me": "user.current", "bad": "no.method", "name": "user.get?ID=$result[me][ID]", "in": "batch"});
    let result = post(&url, &json!({"halt": 0, "cmd": cmd})).await.json()["result"].clone();
    assert_eq!(result["result"]["me"]["ID"], "1");
    assert_eq!(result["result"]["name"][0]["ID"], "1");
    assert_eq!(result["result_error"]["bad"]["error"], "ERROR_METHOD_NOT_FOUND");
    assert_eq!(result["result_error"]["in"]["error"], "ERROR_BATCH_METHOD_NOT_ALLOWED");
    assert_eq!(result["result_total"]["name"], 1);
    assert_eq!(result["result_next"], json!([]));
    let list: Vec<&str> = std::iter::repeat_n("profile", 51).collect();
    let result = post(&url, &json!({"cmd": list})).await.json()["result"].clone();
    assert_eq!(result["result"].as_array().unwrap().len(), 50);
    assert_eq!(result["result_error"]["50"]["error"], "ERROR_BATCH_LENGTH_EXCEEDED");
    let halted = post(&url, &json!({"halt": 1, "cmd": ["no.method", "profile"]}))
        .await
        .json()["result"]
        .clone();
    assert_eq!(halted["result"], json!([]));
}

#[tokio::test]
async fn notifications_are_counted_and_listed() {
    let office = office().await;
    let id = ask(&office, "im.notify.system.add?USER_ID=1&MESSAGE=one&TAG=x")
        .await
        .json()["result"]
        .clone();
    let personal = ask(&office, "im.notify.personal.add?USER_ID=1&MESSAGE=two")
        .await
        .json()["result"]
        .clone();
    assert!(personal.as_u64() > id.as_u64());
    let counters = ask(&office, "im.counters.get").await.json()["result"].clone();
    assert_eq!(
        (&counters["TYPE"]["NOTIFY"], &counters["DIALOG"]),
        (&json!(2), &json!([]))
    );
    let list = ask(&office, "im.notify.get").await.json()["result"].clone();
    assert_eq!(list["notifications"][0]["id"], personal);
    assert_eq!(list["notifications"][0]["author_id"], 1);
    assert_eq!(list["notifications"][1]["notify_type"], 4);
    assert_eq!(list["notifications"][1]["notify_tag"], "", "a webhook's tag is dropped");
    ask(&office, &format!("im.notify.read?ID={id}&ONLY_CURRENT=Y")).await;
    assert_eq!(
        ask(&office, "im.counters.get").await.json()["result"]["TYPE"]["NOTIFY"],
        1
    );
    assert_eq!(
        ask(&office, "im.notify.personal.add?USER_ID=99&MESSAGE=x").await.json()["result"],
        false
    );
}

#[tokio::test]
async fn the_deal_page_leads_to_1c_and_nowhere_outside() {
    let office = office().await;
    let portal = &office.addresses().portal;
    let host = portal.strip_prefix("http://").unwrap();
    let page = get(&format!(
        "{portal}/crm/deal/details/123/?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER"
    ))
    .await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains(&format!("href=\"hotstart://crm/{host}/deal/123\"")));
    assert!(
        text.contains("href=\"hotstart://onec/ut/e1cib/data/%D0%94"),
        "the document's own link"
    );
    assert!(text.contains("ref=8936000c29dddd3811ecc9c9312e175a"));
    for outside in ["http://", "https://", "src=", "//cdn"] {
        assert!(!text.contains(outside), "{outside}");
    }
    for path in [
        "/",
        "/crm/type/128/details/5/",
        "/crm/type/31/details/71/",
        "/crm/company/details/21/",
        "/company/personal/user/2/",
        "/company/personal/user/1/tasks/task/view/15/",
        "/online/?IM_DIALOG=chat12",
        "/crm/lead/details/51/",
        "/crm/deal/list/",
    ] {
        assert_eq!(get(&format!("{portal}{path}")).await.status, 200, "{path}");
    }
    for path in [
        "/crm/deal/details/9999/",
        "/crm/deal/details/x/",
        "/bitrix/admin/",
        "/online/x",
    ] {
        assert_eq!(get(&format!("{portal}{path}")).await.status, 404, "{path}");
    }
    let script = get(&format!("{portal}/online/?IM_DIALOG=%3Cscript%3E")).await.text();
    assert!(!script.contains("<script>"));
}
