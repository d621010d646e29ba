//! Who is polled, what is asked, and a company behind one address.
use super::pace::LONGEST;
use super::*;

mod crowd;

const HOUR: i64 = 3_600_000;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp(1_795_300_000_000 + milliseconds)
}

#[test]
fn a_portal_is_polled_only_where_no_channel_carries_messages() {
    use ConnectionKind::{Application, Session, Webhook};
    let settings = PollingSettings::default();
    let refused = Channel::Failed { sign_in: false };
    let signed_out = Channel::Failed { sign_in: true };
    let away = |minutes: i64| Channel::Away {
        since: at(-minutes * 60_000),
    };
    let table = [
        (Webhook, Channel::Online, None),
        (Webhook, refused, Some(Why::Refused)),
        (Webhook, signed_out, None),
        (Webhook, away(1), None),
        (Webhook, away(3), Some(Why::Away)),
        (Session, away(3), Some(Why::Away)),
        (Session, signed_out, None),
        (Application, Channel::Online, Some(Why::OwnChannelOnly)),
        (Application, away(0), Some(Why::OwnChannelOnly)),
        (Application, refused, Some(Why::OwnChannelOnly)),
        (Application, signed_out, None),
    ];
    for (kind, channel, expected) in table {
        assert_eq!(why(kind, channel, &settings, at(0)), expected, "{kind:?} {channel:?}");
        let forbidden = PollingSettings {
            allowed: false,
            ..settings.clone()
        };
        assert_eq!(why(kind, channel, &forbidden, at(0)), None);
    }
}

fn counters(bell: u64, dialogs: &[(&str, u64)]) -> Counters {
    Counters {
        bell,
        dialogs: dialogs
            .iter()
            .map(|(dialog, unread)| ((*dialog).to_owned(), *unread))
            .collect(),
    }
}

#[test]
fn lists_are_asked_for_only_where_a_counter_has_changed() {
    let settings = PollingSettings::default();
    let (first, polled) = look(None, &counters(1, &[("dialog:5", 2)]), &settings, at(0));
    assert!(first.bells && first.dialogs && first.thorough && first.feed.is_none());
    let asked = |counters: &Counters, now| {
        let (look, _) = look(Some(&polled), counters, &settings, now);
        (look.bells, look.dialogs, look.thorough)
    };
    let same = counters(1, &[("chat:7", 0), ("dialog:5", 2)]);
    assert_eq!(asked(&same, at(1)), (false, false, false));
    assert_eq!(asked(&counters(2, &[("dialog:5", 2)]), at(1)), (true, false, false));
    assert_eq!(asked(&counters(1, &[("dialog:6", 2)]), at(1)), (false, true, false));
    // One read and one new leave the counters as they were; a clock that went back must not stop the looking.
    assert_eq!(asked(&same, at(HOUR)), (true, true, false));
    assert_eq!(asked(&same, at(-1)), (true, true, false));
}

#[test]
fn the_queue_is_read_only_by_its_sole_reader_and_from_where_it_was_kept() {
    let sole = PollingSettings {
        sole_reader: true,
        ..PollingSettings::default()
    };
    let (first, polled) = look(None, &counters(0, &[]), &sole, at(0));
    assert_eq!(first.feed, Some(Feed::Begin));
    let kept = Polled {
        offset: Some(2002),
        ..polled
    };
    let (next, polled) = look(Some(&kept), &counters(0, &[("dialog:5", 1)]), &sole, at(1));
    assert_eq!(next.feed, Some(Feed::From(2002)));
    assert_eq!(polled.offset, Some(2002));
    let (none, _) = look(Some(&kept), &counters(3, &[]), &sole, at(1));
    assert_eq!(none.feed, None);
}

#[test]
fn the_pace_follows_the_news_and_never_passes_the_share() {
    let settings = PollingSettings::default();
    assert_eq!(settings.share(), Duration::from_secs(20));
    let mut pace = Pace::new(None, at(0));
    assert_eq!(pace.first(&settings, 1.0), Duration::from_secs(20));
    let mut waits = Vec::new();
    for _ in 0..8 {
        waits.push(pace.after(Round::Quiet, 1, &settings, at(0), 0.0).as_secs());
    }
    assert_eq!(waits, [30, 45, 67, 101, 151, 180, 180, 180]);
    // A round of three requests is waited out.
    assert_eq!(pace.after(Round::News, 3, &settings, at(0), 0.0).as_secs(), 60);
    let large = PollingSettings {
        desks: 1000,
        ..settings
    };
    assert_eq!(pace.after(Round::News, 1, &large, at(0), 0.0).as_secs(), 1000);
}

proptest::proptest! {
    #[test]
    fn no_desk_ever_asks_more_than_its_share(
        desks in 0_u32..5000,
        per_minute in 0_u32..600,
        rounds in proptest::collection::vec((0_u8..4, 1_u32..8, 0.0_f64..1.0), 1..50),
    ) {
        let settings = PollingSettings { desks, per_minute, ..PollingSettings::default() };
        let mut pace = Pace::new(None, at(0));
        let mut now = 0_i64;
        for (round, requests, chance) in rounds {
            let round = [Round::Quiet, Round::News, Round::Refused, Round::Failed][usize::from(round)];
            let wait = pace.after(round, requests, &settings, at(now), chance);
            proptest::prop_assert!(wait >= settings.share() * requests);
            proptest::prop_assert!(wait <= LONGEST.max(settings.share() * requests) * 5 / 4);
            now += i64::try_from(wait.as_millis()).unwrap();
        }
    }
}
