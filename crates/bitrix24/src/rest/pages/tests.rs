use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::rest::php;
use crate::stage::{Asked, Said, Stage, bad, good};

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Deal {
    #[serde(deserialize_with = "php::number")]
    id: u64,
    title: String,
}

/// A page of deals `1..=count`, whose ids are their numbers times ten; `counted` says whether the portal counts.
fn page(count: u64, start: i64, (behind, upto, last): (u64, u64, bool), counted: bool) -> Value {
    let mut ids: Vec<u64> = (1..=count).map(|number| number * 10).collect();
    ids.retain(|id| *id > behind && *id <= upto);
    if last {
        ids.reverse();
    }
    let offset = usize::try_from(start.max(0)).unwrap();
    let items: Vec<Value> = ids
        .into_iter()
        .skip(offset)
        .take(50)
        .map(|id| json!({"id": id.to_string(), "title": format!("Сделка {id}"), "extra": {"x": [1]}}))
        .collect();
    let seen = u64::try_from(offset + items.len()).unwrap();
    let mut answer = json!({"result": {"items": items}});
    if start >= 0 && counted {
        answer["total"] = count.into();
    }
    if start >= 0 && seen < count {
        answer["next"] = seen.into();
    }
    answer
}

/// `crm.item.list` and batches of it, with references.
fn portal(asked: &Asked, count: u64, counted: bool) -> Said {
    let body = asked.json();
    if asked.method() != "batch" {
        let behind = body["filter"][">id"].as_u64().unwrap_or_default();
        let start = body["start"].as_i64().unwrap();
        let upto = body["filter"]["<=id"].as_u64().unwrap_or(u64::MAX);
        let last = body["order"]["id"] == "DESC";
        return (
            200,
            page(count, start, (behind, upto, last), counted).to_string(),
            Vec::new(),
        );
    }
    let (mut results, mut totals) = (serde_json::Map::new(), serde_json::Map::new());
    for at in 0..body["cmd"].as_object().unwrap().len() {
        let name = format!("c{at:02}");
        let query = body["cmd"][&name].as_str().unwrap().split_once('?').unwrap().1;
        let params: BTreeMap<String, String> = query
            .split('&')
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap();
                let text = |part| percent_decode_str(part).decode_utf8().unwrap().into_owned();
                (text(key), text(value))
            })
            .collect();
        let behind = params.get("filter[>id]").map_or(0, |behind| {
            let Some(call) = behind.strip_prefix("$result[c") else {
                return behind.parse().unwrap();
            };
            let call = call.strip_suffix("][items][49][id]").unwrap();
            let id = &results[&format!("c{call}")]["items"][49]["id"];
            // A reference to nothing is nothing.
            id.as_str().map_or(0, |id| id.parse().unwrap())
        });
        let upto = params
            .get("filter[<=id]")
            .map_or(u64::MAX, |upto| upto.parse().unwrap());
        let last = params.get("order[id]").is_some_and(|order| order == "DESC");
        let one = page(count, params["start"].parse().unwrap(), (behind, upto, last), true);
        results.insert(name.clone(), one["result"].clone());
        totals.insert(name, one["total"].clone());
    }
    good(&json!({"result": results, "result_error": [], "result_total": totals}))
}

fn listing() -> Listing<Deal> {
    let params = json!({"entityTypeId": 2, "filter": {"=stageId": "NEW"}});
    Listing::new("crm.item.list", params.as_object().cloned().unwrap())
}

fn by_id() -> Listing<Deal> {
    listing().by_id("id", Some("items"), |deal| deal.id)
}

async fn read(count: u64, counted: bool, listing: Listing<Deal>) -> (Vec<Deal>, Vec<Asked>) {
    let options = crate::rest::ClientOptions {
        limits: crate::rest::Limits::none(),
        ..crate::rest::ClientOptions::default()
    };
    let stage = Stage::with(&options).await;
    stage.plays(move |asked| portal(asked, count, counted));
    let deals = stage.rest.pages(listing).collect(usize::MAX).await.unwrap();
    (deals, stage.asked())
}

fn is_whole(deals: &[Deal], count: u64) -> bool {
    let ids = deals.iter().map(|deal| deal.id);
    ids.eq((1..=count).map(|number| number * 10))
}

#[tokio::test]
async fn by_offset_a_page_to_a_request() {
    let (deals, asked) = read(120, false, listing()).await;
    assert!(is_whole(&deals, 120));
    assert_eq!(deals[119].title, "Сделка 1200");
    let starts: Vec<_> = asked.iter().map(|one| one.json()["start"].as_u64()).collect();
    assert_eq!(starts, [Some(0), Some(50), Some(100)]);
    assert_eq!(asked[2].json()["filter"], json!({"=stageId": "NEW"}));
}

#[tokio::test]
async fn ten_thousand_items_in_five_requests() {
    let (deals, asked) = read(10_000, true, listing().pages_at_once(50).requests_at_once(4)).await;
    assert!(is_whole(&deals, 10_000));
    let sizes: Vec<_> = asked
        .iter()
        .map(|one| one.json()["cmd"].as_object().map(serde_json::Map::len))
        .collect();
    assert_eq!(sizes.len(), 5);
    assert_eq!(sizes.into_iter().flatten().sum::<usize>(), 199);
}

#[tokio::test]
async fn by_id_nothing_is_counted_and_one_request_holds_many_pages() {
    let (deals, asked) = read(120, true, by_id()).await;
    assert!(is_whole(&deals, 120));
    let last = asked.last().unwrap().json();
    assert_eq!(
        (&last["start"], &last["order"], &last["filter"]),
        (
            &json!(-1),
            &json!({"id": "ASC"}),
            &json!({"=stageId": "NEW", ">id": 1000})
        )
    );
    let (deals, asked) = read(5_100, true, by_id().pages_at_once(50)).await;
    assert!(is_whole(&deals, 5_100));
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn by_id_everything_is_read_in_ranges_at_once() {
    let listing = || by_id().pages_at_once(10).requests_at_once(3);
    let (deals, asked) = read(5_100, true, listing()).await;
    assert!(is_whole(&deals, 5_100));
    // The ends, and of each third with 1700 items four requests of ten pages.
    assert_eq!(asked.len(), 1 + 3 * 4);
    let (deals, asked) = read(0, true, listing()).await;
    assert_eq!((deals.len(), asked.len()), (0, 1));
    let stage = Stage::new().await;
    stage.plays(|asked| portal(asked, 5_100, true));
    let deals = stage.rest.pages(listing()).collect(60).await.unwrap();
    assert!(is_whole(&deals, 60));
    assert_eq!(stage.asked().len(), 1, "whoever wants a part reads from the beginning");
}

#[tokio::test]
async fn behind_the_last_page_a_portal_may_refuse() {
    let stage = Stage::new().await;
    stage.plays(|_| {
        let items: Vec<Value> = (1..=7).map(|id| json!({"id": id, "title": "x"})).collect();
        let error = json!({"error": "INVALID_ARG_VALUE", "error_description": ""});
        good(&json!({"result": {"c00": {"items": items}}, "result_error": {"c01": error}}))
    });
    let deals = stage.rest.pages(by_id().pages_at_once(10)).collect(100).await.unwrap();
    assert_eq!(deals.len(), 7);
    stage.plays(|_| {
        let error = json!({"error": "INVALID_ARG_VALUE", "error_description": ""});
        good(&json!({"result": [], "result_error": {"c00": error}}))
    });
    let failed = stage.rest.pages(by_id().pages_at_once(10)).collect(100).await;
    assert_eq!(failed.unwrap_err().kind(), RestErrorKind::Refused);
}

#[tokio::test]
async fn lists_without_a_name_and_empty_ones() {
    let stage = Stage::new().await;
    let all = async |listing: Listing<Deal>| stage.rest.pages(listing).collect(10).await.unwrap().len();
    stage.plays(|_| good(&json!([{"id": 1, "title": "x"}])));
    assert_eq!(all(listing()).await, 1);
    for empty in [json!([]), json!({"items": []}), json!(null), json!({"hasMore": false})] {
        stage.plays(move |_| good(&empty));
        assert_eq!((all(listing()).await, all(by_id()).await), (0, 0));
    }
    stage.plays(|_| good(&json!({"more": 5, "s": "x", "f": -1.5, "n": -1, "tasks": [{"id": 1, "title": "x"}]})));
    assert_eq!(all(listing()).await, 1);
}

#[tokio::test]
async fn portals_that_go_in_circles_are_left() {
    let stage = Stage::new().await;
    let item = json!([{"id": 5, "title": "x"}]);
    let full: Vec<Value> = (0..50).map(|_| item[0].clone()).collect();
    stage.plays(move |_| {
        let body = json!({"result": item, "next": 0});
        (200, body.to_string(), Vec::new())
    });
    let error = stage.rest.pages(listing()).collect(1000).await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Unexpected);
    stage.plays(move |_| good(&json!(full)));
    let mut pages = stage.rest.pages(by_id());
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 50);
    assert_eq!(
        pages.next().await.unwrap().unwrap_err().kind(),
        RestErrorKind::Unexpected
    );
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn an_error_ends_a_list_and_the_stream_of_it() {
    let stage = Stage::new().await;
    let mut calls = 0;
    stage.plays(move |asked| {
        calls += 1;
        if calls > 2 {
            bad(500, "INTERNAL_SERVER_ERROR")
        } else {
            portal(asked, 500, false)
        }
    });
    let mut pages = Box::pin(stage.rest.pages(listing()).into_stream());
    assert_eq!(pages.try_next().await.unwrap().unwrap().len(), 50);
    assert_eq!(pages.try_next().await.unwrap().unwrap()[0].id, 510);
    assert_eq!(pages.try_next().await.unwrap_err().kind(), RestErrorKind::Server);
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test]
async fn nothing_is_read_beyond_what_is_wanted() {
    let stage = Stage::new().await;
    stage.plays(|asked| portal(asked, 10_000, true));
    let mut pages = stage.rest.pages(listing());
    assert!(stage.asked().is_empty());
    pages.next().await.unwrap().unwrap();
    assert_eq!((stage.asked().len(), pages.total()), (1, Some(10_000)));
    let some = stage.rest.pages(listing()).collect(70).await.unwrap();
    assert_eq!(some.len(), 70);
    assert_eq!(stage.asked().len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// However it is read, nothing is lost and nothing comes twice.
    #[test]
    fn every_way_reads_all(count in 0_u64..700, pages in 1_usize..60, ahead in 1_usize..4, counted: bool, id: bool) {
        let listing = if id { by_id() } else { listing() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (deals, _) = runtime.block_on(read(count, counted, listing.pages_at_once(pages).requests_at_once(ahead)));
        prop_assert!(is_whole(&deals, count), "{} of {count}", deals.len());
    }
}
