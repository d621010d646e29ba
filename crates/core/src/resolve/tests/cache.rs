//! How long an answer is good.
use super::*;

#[test]
fn an_answer_is_good_for_a_minute_and_then_while_nothing_changes() {
    let at = |seconds: i64| Timestamp(1_000_000 + seconds * 1000);
    let deal = entity("deal:1");
    let mut cache = Cache::default();
    assert_eq!(cache.known(PORTAL, deal, at(0)), Known::Nothing);
    let known =
        facts(json!({"updatedTime": "2026-11-22T10:00:00+03:00", "lastActivityTime": "2026-11-22T09:00:00+03:00"}));
    let stamp = known.stamp().unwrap();
    cache.put(PORTAL, deal, known.clone(), at(0));
    assert_eq!(cache.known(PORTAL, deal, at(60)), Known::Fresh(&known));
    assert_eq!(cache.known(PORTAL, deal, at(61)), Known::Stale(stamp.clone()));
    assert_eq!(cache.known("other.example.ru", deal, at(1)), Known::Nothing);
    assert_eq!(cache.confirm(PORTAL, deal, at(100)), Some(&known));
    assert_eq!(cache.known(PORTAL, deal, at(160)), Known::Fresh(&known));
    cache.confirm(PORTAL, deal, at(1790));
    assert_eq!(cache.known(PORTAL, deal, at(1800)), Known::Fresh(&known));
    assert_eq!(
        cache.known(PORTAL, deal, at(1801)),
        Known::Nothing,
        "half an hour after it was gathered"
    );
    assert_eq!(
        cache.known(PORTAL, deal, at(-10)),
        Known::Nothing,
        "the clock was set back"
    );
    cache.forget(PORTAL, deal);
    assert_eq!(cache.known(PORTAL, deal, at(1)), Known::Nothing);

    // A portal that does not tell when an activity was added is always asked for everything.
    cache.put(
        PORTAL,
        deal,
        facts(json!({"updatedTime": "2026-11-22T10:00:00+03:00"})),
        at(0),
    );
    assert_eq!(cache.known(PORTAL, deal, at(61)), Known::Nothing);
    for id in 1..=1000 {
        cache.put(PORTAL, entity(&format!("lead:{id}")), EntityFacts::default(), at(id));
    }
    assert_eq!(
        cache.known(PORTAL, entity("lead:1"), at(2)),
        Known::Nothing,
        "it does not grow without end"
    );
    cache.forget_portal(PORTAL);
    assert_eq!(cache.known(PORTAL, entity("lead:1000"), at(1000)), Known::Nothing);
}
