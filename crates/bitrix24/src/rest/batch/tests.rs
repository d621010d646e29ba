use super::*;
use crate::stage::{Stage, good};

#[test]
fn parameters_become_a_php_query() {
    let line = |params| Call::new("m", params).line();
    assert_eq!(line(json!({})), "m");
    assert_eq!(line(json!(null)), "m");
    assert_eq!(
        line(json!({"fields": {"PHONE": [{"VALUE": "+7 1"}], "OPEN": true}, "id": 5})),
        "m?fields%5BOPEN%5D=1&fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=%2B7%201&id=5"
    );
    assert_eq!(
        line(json!({"ID": "$result[c00][ID]"})),
        "m?ID=%24result%5Bc00%5D%5BID%5D"
    );
    assert_eq!(line(json!({">id": "а&b", "n": null})), "m?%3Eid=%D0%B0%26b&n=");
    assert_eq!(reference(3, &["items", "49", "id"]), "$result[c03][items][49][id]");
}

#[tokio::test]
async fn a_batch_gives_each_call_its_own_outcome() {
    let stage = Stage::new().await;
    stage.plays(|_| {
        good(&json!({
            "result": {"c00": {"ID": 1}},
            "result_error": {"c01": {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "x"}},
            "result_total": {"c00": "7"}, "result_next": {"c00": 50},
            "result_time": {"c00": {"operating": 1.5}, "c01": []}
        }))
    });
    let calls = [
        Call::new("profile", json!({})),
        Call::new("nope", json!({"a": 1})),
        Call::new("scope", json!({})),
    ];
    let results = stage.rest.batch(&calls).await.unwrap();
    assert_eq!(results[0].as_ref().unwrap(), &json!({"ID": 1}));
    assert_eq!(results[1].as_ref().unwrap_err().kind(), RestErrorKind::NoMethod);
    assert_eq!(results[2].as_ref().unwrap_err().kind(), RestErrorKind::Unexpected);
    let asked = stage.asked()[0].json();
    assert_eq!(
        asked["cmd"],
        json!({"c00": "profile", "c01": "nope?a=1", "c02": "scope"})
    );
    assert_eq!(asked["halt"], 0);
    let halting = calls.iter().cloned().collect::<Batch>().halting();
    let outcomes = stage.rest.run::<Value>(&halting).await.unwrap();
    let first = outcomes[0].as_ref().unwrap();
    assert_eq!((first.total, first.next), (Some(7), Some(50)));
    assert_eq!(first.time.unwrap().operating, Some(1.5));
    assert_eq!(outcomes[2].as_ref().unwrap_err().kind(), RestErrorKind::NotMade);
    assert_eq!(stage.asked()[1].json()["halt"], 1);
}

#[tokio::test]
async fn empty_maps_are_arrays() {
    let stage = Stage::new().await;
    stage.plays(|_| {
        good(&json!({
            "result": [], "result_total": [], "result_next": [], "result_time": [],
            "result_error": {"c00": {"error": "QUERY_LIMIT_EXCEEDED", "error_description": ""}}
        }))
    });
    let results = stage.rest.batch(&[Call::new("profile", json!({}))]).await.unwrap();
    assert_eq!(results[0].as_ref().unwrap_err().kind(), RestErrorKind::Limit);
    stage.plays(|_| good(&json!({"result": {"c00": true}, "result_error": []})));
    let results = stage.rest.batch(&[Call::new("x", json!({}))]).await.unwrap();
    assert_eq!(results[0].as_ref().unwrap(), &json!(true));
}

#[tokio::test]
async fn no_call_and_too_many() {
    let stage = Stage::new().await;
    assert!(stage.rest.batch(&[]).await.unwrap().is_empty());
    let many = vec![Call::new("x", json!({})); 51];
    let error = stage.rest.batch(&many).await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Request);
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn calls_are_written_in_their_order() {
    let stage = Stage::new().await;
    let calls: Vec<Call> = (0..50).map(|at| Call::new("x", json!({"n": at}))).collect();
    let _ = stage.rest.batch(&calls).await;
    let body = stage.asked()[0].body.clone();
    let places: Vec<_> = (0..50).map(|at| body.find(&format!("\"x?n={at}\"")).unwrap()).collect();
    assert!(places.is_sorted());
}
