use proptest::prelude::*;

use super::*;

fn warm(name: &str, last_used: i64, visible: bool) -> Warm {
    Warm {
        window: WindowId(name.to_owned()),
        last_used: Timestamp(last_used * 60_000),
        visible,
        keep: false,
    }
}

fn time(text: &str) -> TimeOfDay {
    text.parse().unwrap()
}

fn names(settings: &PoolSettings, occasion: Occasion, warm: &[Warm]) -> Vec<String> {
    let releases = releases(settings, occasion, warm);
    releases.into_iter().map(|(window, _)| window.0).collect()
}

fn clock(now: i64, after: &str, until: &str) -> Occasion {
    Occasion::Clock {
        now: Timestamp(now * 60_000),
        after: time(after),
        until: time(until),
    }
}

#[test]
fn by_default_nothing_but_the_number_releases() {
    let settings = PoolSettings::default();
    let pool: Vec<_> = (0..4).map(|at| warm(&format!("w{at}"), at, false)).collect();
    for occasion in [
        clock(1_000_000, "00:00", "23:59"),
        Occasion::ScreenLocked,
        Occasion::Memory { used_kb: u64::MAX },
    ] {
        assert!(names(&settings, occasion, &pool).is_empty(), "{occasion:?}");
    }
    assert!(!settings.watches_clock());
    assert_eq!(names(&settings, Occasion::OneMore, &pool), ["w0"]);
    assert!(names(&settings, Occasion::OneMore, &pool[1..]).is_empty());
}

#[test]
fn idle_windows_go_and_shown_ones_stay() {
    let settings = PoolSettings {
        idle_minutes: Some(30),
        ..PoolSettings::default()
    };
    let pool = [warm("old", 0, false), warm("shown", 0, true), warm("new", 71, false)];
    assert_eq!(names(&settings, clock(100, "10:00", "10:01"), &pool), ["old"]);
    assert_eq!(names(&settings, clock(101, "10:00", "10:01"), &pool), ["old", "new"]);
    // The clock went back: nothing is idle.
    assert!(names(&settings, clock(-5, "10:00", "10:01"), &pool).is_empty());
}

#[test]
fn at_the_hour_and_at_the_lock_all_go_but_those_to_keep() {
    let settings = PoolSettings {
        at: vec![time("02:00"), time("13:30")],
        on_lock: true,
        ..PoolSettings::default()
    };
    let mut pool = vec![warm("a", 2, true), warm("b", 1, false), warm("kept", 0, false)];
    pool[2].keep = true;
    for (occasion, gone) in [
        (clock(0, "01:59", "02:00"), true),
        (clock(0, "02:00", "02:01"), false),
        (clock(0, "23:50", "02:10"), true),
        (clock(0, "13:29", "13:31"), true),
        (clock(0, "10:00", "10:00"), false),
        (Occasion::ScreenLocked, true),
    ] {
        let expected: &[&str] = if gone { &["b", "a"] } else { &[] };
        assert_eq!(names(&settings, occasion, &pool), expected, "{occasion:?}");
    }
}

#[test]
fn the_user_s_number_spares_shown_windows_and_the_company_s_cap_does_not() {
    let pool = [warm("shown", 0, true), warm("hidden", 5, false)];
    let of = |windows, company_cap| PoolSettings {
        windows,
        company_cap,
        ..PoolSettings::default()
    };
    assert_eq!(names(&of(2, None), Occasion::OneMore, &pool), ["hidden"]);
    assert_eq!(names(&of(1, None), Occasion::OneMore, &pool), ["hidden"]);
    // None would leave no window at all: the link that comes needs one.
    assert_eq!(names(&of(0, None), Occasion::OneMore, &pool), ["hidden"]);
    assert_eq!(names(&of(9, Some(1)), Occasion::OneMore, &pool), ["hidden", "shown"]);
    assert_eq!(names(&of(9, Some(2)), Occasion::OneMore, &pool), ["hidden"]);
    assert!(names(&of(9, Some(3)), Occasion::OneMore, &pool).is_empty());
}

#[test]
fn memory_takes_one_hidden_window_at_a_time() {
    let settings = PoolSettings {
        memory_mb: Some(100),
        ..PoolSettings::default()
    };
    let pool = [warm("b", 2, false), warm("a", 1, false), warm("shown", 0, true)];
    assert_eq!(names(&settings, Occasion::Memory { used_kb: 102_401 }, &pool), ["a"]);
    assert!(names(&settings, Occasion::Memory { used_kb: 102_400 }, &pool).is_empty());
}

#[test]
fn times_are_read_as_they_are_written() {
    for (text, expected) in [
        ("02:30", Some("02:30")),
        ("2:05", Some("02:05")),
        ("23:59", Some("23:59")),
        ("24:00", None),
        ("12:60", None),
        ("1:5", None),
        ("+1:05", None),
        ("", None),
        ("0230", None),
        ("02:30:00", None),
    ] {
        let read = text.parse::<TimeOfDay>().ok().map(|time| time.to_string());
        assert_eq!(read.as_deref(), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_to_be_kept_is_never_released(
        pool in proptest::collection::vec((0i64..100, any::<bool>(), any::<bool>()), 0..8),
        cap in proptest::option::of(0u32..9), windows in 0u32..9, used_kb in any::<u64>(), now in 0i64..200,
        after in 0u16..1440, until in 0u16..1440,
    ) {
        let pool: Vec<Warm> = pool.iter().enumerate().map(|(at, (last_used, visible, keep))| Warm {
            keep: *keep, ..warm(&at.to_string(), *last_used, *visible)
        }).collect();
        let settings = PoolSettings {
            windows, company_cap: cap, idle_minutes: Some(10), on_lock: true, at: vec![time("03:00")], memory_mb: Some(1),
        };
        let clock = Occasion::Clock {
            now: Timestamp(now * 60_000), after: TimeOfDay::from_minutes(after), until: TimeOfDay::from_minutes(until),
        };
        for occasion in [clock, Occasion::ScreenLocked, Occasion::OneMore, Occasion::Memory { used_kb }] {
            let gone = releases(&settings, occasion, &pool);
            let kept = |id: &WindowId| pool.iter().any(|window| window.window == *id && window.keep);
            prop_assert!(gone.iter().all(|(id, _)| !kept(id)));
            let mut once: Vec<_> = gone.iter().map(|(id, _)| id.clone()).collect();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), gone.len());
        }
    }
}
