//! Scene nine: a page that wants what no page may have. Everything it tries is refused, and the program takes links as
//! before.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::wait_for;
use serde_json::{Value, json};

use super::opening::{FIRST, open};
use super::report::Step;
use super::start::CLASS;
use super::story::{LIMIT, Story, WARM};

/// The page needs about twenty seconds for everything that it tries.
const PATIENCE: Duration = Duration::from_secs(90);

/// Windows that may be there in the end: its own, and pop-ups of the same publication that the engine allowed.
const WINDOWS: usize = 2;

/// Links of the flood that pass before it is stopped.
const LINKS: usize = 6;

/// Plays the step with the program of the scene before; its warm window must not be there yet.
pub(super) fn play(story: &mut Story) {
    story.step("a hostile page gets nothing", hostile);
}

fn hostile(story: &mut Story, step: &mut Step) -> Result<()> {
    story.office.set(WARM, json!({"hostile": true}))?;
    let records = story.program()?.journal(&story.desk)?.len();
    let visits = story.desk.browser().visits().len();
    let (link, nav) = story.next_object(WARM);
    open(story, &link, &nav, FIRST)?;
    let read = || story.office.read(&format!("/publication/hostile?publication={WARM}"));
    let report = wait_for("the report of the page", PATIENCE, || {
        Ok(read()?.get("report").filter(|report| report.is_object()).cloned())
    });
    story.office.set(WARM, json!({"hostile": false}))?;
    let report = report?;
    let attempts = report.as_object().context("the report is no object")?;
    let got: Vec<String> = attempts
        .iter()
        .filter(|(_, outcome)| !outcome.as_str().is_some_and(|outcome| outcome.starts_with("refused: ")))
        .map(|(name, outcome)| format!("{name}: {outcome}"))
        .collect();
    ensure!(got.is_empty(), "the page got something: {got:?}");
    let windows = story.desk.windows(CLASS)?;
    ensure!(windows.len() <= WINDOWS, "{} windows are open", windows.len());
    let journal = story.program()?.journal(&story.desk)?;
    let links = journal
        .iter()
        .skip(records)
        .filter(|record| is_page_link(record))
        .count();
    ensure!(links <= LINKS + 1, "{links} links of the flood were taken");
    let visits = story.desk.browser().visits().len() - visits;
    ensure!(visits <= LINKS, "the browser was opened {visits} times");
    // The program and even this window go on.
    let (link, nav) = story.next_object(WARM);
    open(story, &link, &nav, LIMIT)?;
    step.note = Some(format!("{} attempts, {links} links of 60 heard", attempts.len()));
    Ok(())
}

fn is_page_link(record: &Value) -> bool {
    let text = |field: &str| record.get(field).and_then(Value::as_str).unwrap_or_default();
    text("operation") == "open" && text("source_system") == "warm-window"
}
