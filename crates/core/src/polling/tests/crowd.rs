//! A thousand desks behind one address, in virtual time, against one leaky bucket as the portal keeps it.
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;

/// Two requests a second drain, more than fifty overflow.
struct Bucket {
    level: f64,
    at: i64,
}

impl Bucket {
    fn takes(&mut self, now: i64) -> bool {
        let passed = f64::from(u32::try_from(now - self.at).unwrap()) / 1000.0;
        (self.level, self.at) = ((self.level - 2.0 * passed).max(0.0), now);
        let fits = self.level + 1.0 <= 50.0;
        self.level += f64::from(u8::from(fits));
        fits
    }
}

/// Numbers that differ and repeat: an xorshift.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 40).unwrap()) / f64::from(1_u32 << 24)
    }
}

/// What an hour was like.
#[derive(Debug, Default, Clone, PartialEq)]
struct Hour {
    requests: u32,
    refused: u32,
    /// The most requests within one second.
    worst_second: u32,
    /// Rounds of the desk that had the fewest and of the one that had the most.
    fewest: u32,
    most: u32,
}

/// All start within the same minute; one round of ten finds news and takes two requests more.
fn day(desks: usize, settings: &PollingSettings, hours: i64) -> Vec<Hour> {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut bucket = Bucket { level: 0.0, at: 0 };
    let mut paces: Vec<Pace> = Vec::new();
    let mut due = BinaryHeap::new();
    for desk in 0..desks {
        let pace = Pace::new(None, at(0));
        let wait = pace.first(settings, chance.next());
        due.push(Reverse((i64::try_from(wait.as_millis()).unwrap(), desk)));
        paces.push(pace);
    }
    let mut seen = vec![Hour::default(); usize::try_from(hours).unwrap()];
    let mut rounds = vec![vec![0_u32; desks]; seen.len()];
    let mut second = (0, 0);
    while let Some(Reverse((now, desk))) = due.pop() {
        let Some(hour) = seen.get_mut(usize::try_from(now / HOUR).unwrap()) else {
            break;
        };
        rounds[usize::try_from(now / HOUR).unwrap()][desk] += 1;
        let wanted = if chance.next() < 0.1 { 3 } else { 1 };
        let (mut requests, mut refused) = (0, false);
        while requests < wanted && !refused {
            requests += 1;
            refused = !bucket.takes(now);
            hour.requests += 1;
            hour.refused += u32::from(refused);
            second = if second.0 == now / 1000 {
                (second.0, second.1 + 1)
            } else {
                (now / 1000, 1)
            };
            hour.worst_second = hour.worst_second.max(second.1);
        }
        let round = match (refused, wanted) {
            (true, _) => Round::Refused,
            (false, 1) => Round::Quiet,
            (false, _) => Round::News,
        };
        let wait = paces[desk].after(round, requests, settings, at(now), chance.next());
        due.push(Reverse((now + i64::try_from(wait.as_millis()).unwrap(), desk)));
    }
    for (hour, rounds) in seen.iter_mut().zip(&rounds) {
        hour.fewest = rounds.iter().copied().min().unwrap_or(0);
        hour.most = rounds.iter().copied().max().unwrap_or(0);
    }
    seen
}

fn a_second(hour: &Hour) -> f64 {
    f64::from(hour.requests) / 3600.0
}

#[test]
fn a_thousand_desks_of_a_company_that_said_so_stay_under_one_request_a_second() {
    let settings = PollingSettings {
        desks: 1000,
        ..PollingSettings::default()
    };
    for hour in day(1000, &settings, 9) {
        assert!(a_second(&hour) <= 1.0, "{hour:?}");
        assert_eq!(hour.refused, 0, "{hour:?}");
        assert!(hour.worst_second <= 12, "{hour:?}");
        assert!(hour.most <= 5, "{hour:?}");
    }
    // Nobody is left out.
    let hours = day(1000, &settings, 9);
    assert!(hours.iter().filter(|hour| hour.fewest >= 1).count() >= 3, "{hours:?}");
}

#[test]
fn a_thousand_desks_of_which_nobody_said_anything_find_their_place() {
    let hours = day(1000, &PollingSettings::default(), 24);
    // To be seen with --no-capture.
    for hour in &hours {
        eprintln!("{:.2}/s {hour:?}", a_second(hour));
    }
    // The first hour finds the limit, the next ones leave half of it to others.
    let later = &hours[4..];
    let average = later.iter().map(a_second).sum::<f64>() / f64::from(u32::try_from(later.len()).unwrap());
    assert!(average <= 1.2, "{average}");
    for hour in later {
        assert!(a_second(hour) <= 2.0, "{hour:?}");
        assert!(hour.refused * 20 <= hour.requests, "{hour:?}");
        assert!(hour.most <= 60, "{hour:?}");
    }
}

#[test]
fn a_small_office_is_never_refused_and_is_quick() {
    for hour in day(20, &PollingSettings::default(), 3) {
        assert_eq!(hour.refused, 0, "{hour:?}");
        assert!(hour.fewest >= 15, "{hour:?}");
    }
}

#[test]
fn one_refusal_backs_off_and_is_forgotten_in_a_day() {
    let settings = PollingSettings::default();
    let mut pace = Pace::new(None, at(0));
    let met = pace.after(Round::Refused, 1, &settings, at(0), 0.0);
    assert!(met == Duration::from_secs(60), "{met:?}");
    let (mut now, mut wait) = (0, met);
    while now < 72 * HOUR {
        now += i64::try_from(wait.as_millis()).unwrap();
        wait = pace.after(Round::News, 1, &settings, at(now), 0.0);
    }
    assert_eq!(wait, Duration::from_secs(20));
}

#[test]
fn the_next_morning_does_not_begin_with_the_same_lesson() {
    let settings = PollingSettings::default();
    let mut pace = Pace::new(None, at(0));
    pace.after(Round::Refused, 1, &settings, at(0), 0.0);
    let kept = Polled {
        crowded: pace.crowded(),
        ..Polled::default()
    };
    let next = Pace::new(Some(&kept), at(12 * HOUR));
    assert_eq!(next.crowded(), 60);
    assert_eq!(next.first(&settings, 1.0), Duration::from_secs(60));
}
