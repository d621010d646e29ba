//! In time that only the tests move.

use proptest::prelude::*;
use tokio::task::JoinSet;

use super::*;

/// The portal's bucket, as it sees the calls.
#[derive(Debug)]
struct Bucket {
    level: f64,
    seen: Option<Instant>,
    refused: u32,
}

impl Bucket {
    fn new() -> Self {
        Self {
            level: 0.0,
            seen: None,
            refused: 0,
        }
    }

    fn call(&mut self, now: Instant) {
        if let Some(seen) = self.seen {
            self.level = (self.level - 2.0 * now.duration_since(seen).as_secs_f64()).max(0.0);
        }
        self.seen = Some(now);
        self.level += 1.0;
        if self.level > 50.0 {
            self.refused += 1;
        }
    }
}

const LONG: Duration = Duration::from_secs(3600);

/// So many callers at once, each of whose calls takes a while to the portal; how long all take, and what it refuses.
async fn rush(callers: u32, ways: &'static [u64]) -> (Duration, u32) {
    let limits = Limits::new(Rates::CLOUD);
    let bucket = Arc::new(Mutex::new(Bucket::new()));
    let begin = Instant::now();
    let mut rush = JoinSet::new();
    for caller in 0..callers {
        let (limits, bucket) = (limits.clone(), Arc::clone(&bucket));
        rush.spawn(async move {
            limits.turn(&["profile"], LONG).await.unwrap();
            let way = ways[usize::try_from(caller).unwrap() % ways.len()];
            sleep(Duration::from_millis(way)).await;
            bucket.lock().unwrap().call(Instant::now());
        });
    }
    rush.join_all().await;
    let refused = bucket.lock().unwrap().refused;
    (begin.elapsed(), refused)
}

#[tokio::test(start_paused = true)]
async fn three_hundred_calls_take_the_ideal_time_and_none_is_refused() {
    for ways in [&[0][..], &[5, 40, 300], &[0, 0, 0, 900]] {
        let (took, refused) = rush(300, ways).await;
        let ideal = 125.0;
        let took = took.as_secs_f64();
        assert!((took - ideal).abs() <= ideal * 0.05, "{took}");
        assert_eq!(refused, 0, "{ways:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_passes_at_once_and_comes_back_after_a_pause() {
    let (took, _) = rush(48, &[0]).await;
    assert_eq!(took, Duration::ZERO);
    let limits = Limits::new(Rates::CLOUD);
    for _ in 0..48 {
        limits.turn(&["x"], Duration::ZERO).await.unwrap();
    }
    let error = limits.turn(&["x"], Duration::from_millis(400)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.wait()),
        (RestErrorKind::Limit, Some(Duration::from_millis(500)))
    );
    // A wait that was not begun has taken no place.
    sleep(Duration::from_millis(500)).await;
    limits.turn(&["x"], Duration::ZERO).await.unwrap();
    sleep(Duration::from_secs(24)).await;
    for _ in 0..48 {
        limits.turn(&["x"], Duration::ZERO).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_empties_our_room_too() {
    let limits = Limits::new(Rates::CLOUD);
    limits.refused(&["x"], false, Instant::now());
    let begin = Instant::now();
    limits.turn(&["x"], LONG).await.unwrap();
    limits.turn(&["x"], LONG).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_method_rests_until_its_time_is_forgotten() {
    let limits = Limits::new(Rates::CLOUD);
    let time = |operating| Time {
        finish: Some(1000.0),
        operating: Some(operating),
        operating_reset_at: Some(1030.0),
        ..Time::default()
    };
    limits.used("a", Some(&time(400.0)), Instant::now());
    limits.used("b", Some(&time(470.0)), Instant::now());
    limits.used("c", None, Instant::now());
    let begin = Instant::now();
    limits.turn(&["a"], LONG).await.unwrap();
    limits.turn(&["c"], LONG).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::ZERO);
    limits.turn(&["a", "b"], LONG).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
    // Blocked though it should not be: until the time that was told before, or for a minute where none is known.
    limits.used("a", Some(&time(1.0)), Instant::now());
    limits.refused(&["a", "z"], true, Instant::now());
    limits.turn(&["a"], LONG).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::from_secs(60));
    limits.turn(&["z"], LONG).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::from_secs(90));
}

#[tokio::test(start_paused = true)]
async fn no_limits_are_none() {
    let limits = Limits::none();
    limits.refused(&["x"], true, Instant::now());
    for _ in 0..1000 {
        limits.turn(&["x"], Duration::ZERO).await.unwrap();
    }
}

#[test]
fn only_so_many_methods_are_remembered() {
    let (mut state, now) = (State::default(), Instant::now());
    let noted = Method {
        resets_at: now + BASKET,
        resting: true,
    };
    for number in 0..1000 {
        state.note(&format!("m{number}"), noted, now);
    }
    assert_eq!(state.methods.len(), MOST_METHODS);
}

proptest! {
    /// Whenever the calls come, the portal has nothing to refuse, and nobody waits longer than the bucket needs.
    #[test]
    fn whenever_calls_come(gaps in prop::collection::vec(0_u64..3000, 1..200)) {
        let begin = Instant::now();
        let (mut state, mut bucket, mut now) = (State::default(), Bucket::new(), begin);
        let mut sent = Vec::new();
        for gap in gaps {
            now += Duration::from_millis(gap);
            let wait = state.take(Rates::CLOUD, now, LONG).unwrap();
            let waiting = sent.iter().filter(|at| **at > now).count();
            prop_assert!(wait <= Duration::from_millis(500) * u32::try_from(waiting + 1).unwrap());
            sent.push(now + wait);
        }
        prop_assert!(sent.is_sorted());
        for at in sent {
            bucket.call(at);
        }
        prop_assert_eq!(bucket.refused, 0);
    }
}
