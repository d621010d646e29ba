//! Nothing is lost and nothing is repeated, over every kind of end.
use std::collections::BTreeMap;
use std::io::Read as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::life::{Life, program, run, wait};
use crate::office::Office;

/// Lives of the killed program; the variable asks for more of them.
const ROUNDS: &str = "HOTSTART_KILL_ROUNDS";
const USUAL_ROUNDS: u64 = 20;
/// Events that wait for their reader, at most: servers 1 and 2 keep the last thousand of a channel, and what they have
/// forgotten nobody can print.
const MOST_UNREAD: u64 = 900;

fn number(line: &Value) -> u64 {
    line["params"]["n"].as_u64().expect("a numbered event")
}

fn is_replayed(line: &Value) -> bool {
    line["replayed"].as_bool().expect("a flag")
}

/// A first life that has read one event, so that the state knows where it stands.
fn begun(office: &Office, state: &std::path::Path) {
    let life = Life::of(office.webhook(), state, &["--count", "1"]);
    life.says("connected");
    office.publish("begin", &json!({"n": 0}));
    assert_eq!(number(&life.line()), 0);
    assert_eq!(life.end().1.code(), Some(0));
}

#[test]
fn what_came_while_it_was_away_is_printed_once() {
    let office = Office::start();
    let state = tempfile::tempdir().unwrap();
    begun(&office, state.path());
    for signal in [Signal::TERM, Signal::INT] {
        office.publish("away", &json!({"n": 1}));
        office.publish("away", &json!({"n": 2}));
        let life = Life::of(office.webhook(), state.path(), &[]);
        assert_eq!([number(&life.line()), number(&life.line())], [1, 2]);
        office.publish("live", &json!({"n": 3}));
        assert_eq!(number(&life.line()), 3);
        life.signal(signal);
        let (rest, status) = life.end();
        assert_eq!((rest, status.code()), (Vec::new(), Some(0)));
    }
    let life = Life::of(office.webhook(), state.path(), &["--for", "0.5"]);
    let (rest, status) = life.end();
    assert_eq!(
        (rest, status.code()),
        (Vec::new(), Some(0)),
        "a clean end leaves nothing to repeat"
    );
}

#[test]
fn lines_over_the_count_wait_for_the_next_life_and_are_new_there() {
    let office = Office::start();
    let state = tempfile::tempdir().unwrap();
    begun(&office, state.path());
    // All of them come in one frame, as a replay does.
    for number in 1..=10 {
        office.publish("many", &json!({"n": number}));
    }
    let mut seen = Vec::new();
    for count in ["3", "1", "6"] {
        let life = Life::of(office.webhook(), state.path(), &["--count", count]);
        let (lines, status) = life.end();
        assert_eq!(status.code(), Some(0));
        assert_eq!(lines.len().to_string(), count);
        assert!(!lines.iter().any(is_replayed), "{lines:?}");
        seen.extend(lines.iter().map(number));
    }
    assert_eq!(seen, (1..=10).collect::<Vec<_>>());
}

#[test]
fn a_state_folder_has_one_listener() {
    let office = Office::start();
    let state = tempfile::tempdir().unwrap();
    let first = Life::of(office.webhook(), state.path(), &[]);
    first.says("connected");
    let state_text = state.path().to_str().unwrap();
    let (exit, out, _) = run(program(&["--webhook", office.webhook(), "--state", state_text]));
    let refused: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, refused["error"]["code"].as_str()), (Some(2), Some("state.busy")));
    // The first one never noticed.
    office.publish("x", &json!({"n": 7}));
    assert_eq!(number(&first.line()), 7);
    first.kill();
}

#[test]
fn a_reader_that_is_gone_is_no_reader() {
    let office = Office::start();
    let state = tempfile::tempdir().unwrap();
    begun(&office, state.path());
    let mut command = program(&["--webhook", office.webhook(), "--state", state.path().to_str().unwrap()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    office.publish("x", &json!({"n": 1}));
    assert_eq!(wait(&mut child).code(), Some(1));
    let life = Life::of(office.webhook(), state.path(), &["--count", "1"]);
    let line = life.line();
    assert_eq!(
        (number(&line), is_replayed(&line)),
        (1, true),
        "nobody knows whether it was seen"
    );
    assert_eq!(life.end().1.code(), Some(0));
}

#[test]
fn a_reader_that_does_not_read_holds_up_neither_the_end_nor_the_events() {
    let office = Office::start();
    let state = tempfile::tempdir().unwrap();
    begun(&office, state.path());
    let mut command = program(&["--webhook", office.webhook(), "--state", state.path().to_str().unwrap()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // More than a pipe takes.
    let text = "x".repeat(4_000);
    for number in 1..=60 {
        office.publish("x", &json!({"n": number, "text": text}));
    }
    std::thread::sleep(Duration::from_millis(300));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(wait(&mut child).code(), Some(0));
    let mut first = String::new();
    child.stdout.take().unwrap().read_to_string(&mut first).unwrap();

    let life = Life::of(office.webhook(), state.path(), &["--for", "1.5"]);
    let (again, status) = life.end();
    assert_eq!(status.code(), Some(0));
    let whole = first.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let lines: Vec<Value> = whole.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() < 60, "the pipe took everything");
    check(60, lines.into_iter().chain(again));
}

/// Every number once, in order; more than once only with the flag.
fn check(last: u64, lines: impl IntoIterator<Item = Value>) {
    let mut times: BTreeMap<u64, u32> = BTreeMap::new();
    let mut newest = 0;
    for line in lines {
        let n = number(&line);
        let times = times.entry(n).or_default();
        *times += 1;
        assert!(*times == 1 || is_replayed(&line), "{n} came again as a new one");
        if *times == 1 {
            assert!(n > newest, "{n} came after {newest}");
            newest = n;
        }
    }
    let missing: Vec<u64> = (1..=last).filter(|n| !times.contains_key(n)).collect();
    assert!(missing.is_empty(), "lost: {missing:?}");
}

#[test]
fn killed_at_any_moment_it_loses_nothing() {
    killed_at_any_moment(4);
}

#[test]
fn killed_at_any_moment_it_loses_nothing_of_a_server_without_ids() {
    killed_at_any_moment(2);
}

#[test]
fn killed_at_any_moment_it_loses_nothing_of_a_server_with_text_frames() {
    killed_at_any_moment(3);
}

#[test]
fn killed_at_any_moment_it_loses_nothing_of_a_server_that_forgets() {
    killed_at_any_moment(5);
}

fn killed_at_any_moment(server_version: u8) {
    let rounds = std::env::var(ROUNDS).ok().and_then(|text| text.parse().ok());
    let rounds: u64 = rounds.unwrap_or(USUAL_ROUNDS);
    let office = Office::of_version(server_version);
    let state = tempfile::tempdir().unwrap();
    begun(&office, state.path());

    let (published, printed, stop) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let mut lines = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let next = published.load(Ordering::Relaxed) + 1;
                if next > printed.load(Ordering::Relaxed) + MOST_UNREAD {
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                office.publish("x", &json!({"n": next}));
                published.store(next, Ordering::Relaxed);
            }
        });
        for round in 0..rounds {
            let life = Life::of(office.webhook(), state.path(), &[]);
            // Another moment in every round: while it starts, reads what it missed, commits, prints, or notes.
            let pause = Duration::from_micros(round * 7_919 % 60_000);
            let mut of_life = Vec::new();
            if round % 4 != 0 {
                of_life.push(life.line());
            }
            std::thread::sleep(pause);
            of_life.extend(life.kill());
            // Only what an earlier life has left can have been printed before.
            let fresh = of_life
                .iter()
                .position(|line| !is_replayed(line))
                .unwrap_or(of_life.len());
            assert!(!of_life[fresh..].iter().any(is_replayed), "round {round}");
            let newest = of_life.iter().map(number).max();
            printed.fetch_max(newest.unwrap_or_default(), Ordering::Relaxed);
            lines.extend(of_life);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let last = published.load(Ordering::Relaxed);
    let life = Life::of(office.webhook(), state.path(), &[]);
    while let Some(line) = life.line_within(Duration::from_secs(2)) {
        let end = number(&line) == last;
        lines.push(line);
        if end {
            break;
        }
    }
    life.signal(Signal::TERM);
    assert_eq!(life.end().1.code(), Some(0));
    check(last, lines);
}
