//! Scene five: typed text is sacred. Every way to lose it is tried with a real window, and at the end the text is written
//! and read back from the office.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::{ms_between, now_us, wait_for};
use hotstart_stage::pointer::Window;
use serde_json::json;

use super::form::{Order, Part, gone};
use super::opening::open;
use super::report::Step;
use super::start::CLASS;
use super::story::{LIMIT, Story, WARM};

/// What is typed.
const TEXT: &str = "not yet written";

/// The field it is typed into.
const FIELD: &str = "Комментарий";

/// How long an answer may take to be carried out before it is given again: the page may just be drawing itself.
const HEARD: Duration = Duration::from_secs(5);

/// Plays the scene.
pub(super) fn play(story: &mut Story) {
    let mut typed = None;
    story.step("unsaved text survives the next link", |story, step| {
        let order = Order::next(story)?;
        order.comment(story, TEXT)?;
        ensure!(
            story.office.field(WARM, &order.nav, FIELD)?.is_empty(),
            "the text was written though nobody asked for it"
        );
        order.is_kept(story)?;
        story.picture(step, "unsaved-kept.png")?;
        typed = Some(order);
        Ok(())
    });
    let Some(order) = typed else { return };
    story.step("closing the window hides unsaved text", |story, _| hide(story, &order));
    story.step("a page that ignores the link: second window", |story, step| {
        second(story, step, &order)
    });
    story.step("ending the 1C session asks first", |story, step| {
        asked(story, step, &order, "Завершить сеанс 1С", Some("unsaved-question.png"))
    });
    story.step("quitting asks first", |story, step| {
        asked(story, step, &order, "Выход", None)
    });
    story.step("the text is still there and is written", |story, step| {
        write(story, step, &order)
    });
    story.step("a session without unsaved text ends at once", |story, step| {
        release(story, step, &order)
    });
}

fn hide(story: &mut Story, order: &Order) -> Result<()> {
    story.desk.close(&order.window.id)?;
    gone(story, &order.window)?;
    sleep(Duration::from_millis(500));
    ensure!(
        story.office.has_session(WARM, &order.painted.session)?,
        "the session ended with the hidden window"
    );
    order.is_kept(story)
}

/// The page of a publication that does not follow fragments is left alone, and so is what was typed in it. What is typed
/// in the second window is lost only after a question.
fn second(story: &mut Story, step: &mut Step, order: &Order) -> Result<()> {
    story.office.set(WARM, json!({"licences": 3, "follow_hash": false}))?;
    let outcome = second_window(story, step, order);
    story.office.set(WARM, json!({"follow_hash": true}))?;
    let second = outcome?;
    second.comment(story, "to be lost")?;
    story.desk.close(&second.window.id)?;
    let question = question(story)?;
    ensure!(
        story.office.has_session(WARM, &second.painted.session)?,
        "the session ended before the answer"
    );
    answer(story, &question, &["Down", "Return"], || {
        Ok(!story.office.has_session(WARM, &second.painted.session)?)
    })?;
    gone(story, &second.window)?;
    story.desk.close(&question.id)?;
    gone(story, &question)?;
    order.is_kept(story)
}

fn second_window(story: &mut Story, step: &mut Step, order: &Order) -> Result<Order> {
    let known: Vec<String> = story.desk.windows(CLASS)?.into_iter().map(|it| it.id).collect();
    let (link, nav) = story.next_object(WARM);
    let (_, painted) = open(story, &link, &nav, LIMIT)?;
    ensure!(painted.load != order.painted.load, "the page followed");
    let window = wait_for("the second window", LIMIT, || {
        let mut windows = story.desk.windows(CLASS)?.into_iter();
        Ok(windows.find(|window| !known.contains(&window.id) && window.title == painted.title))
    })?;
    ensure!(order.is_marked(story)?, "the first window was touched");
    sleep(Duration::from_millis(300));
    story.picture(step, "second-window.png")?;
    step.note = Some(painted.title.clone());
    Ok(Order {
        link,
        nav,
        painted,
        window,
    })
}

/// Chooses a line of the tray menu that would lose the text; answers the question with "back to the window".
fn asked(story: &mut Story, step: &mut Step, order: &Order, line: &str, picture: Option<&str>) -> Result<()> {
    let item = story.item.clone().context("no tray item")?;
    story.desk.tray_choose(&item, line)?;
    let question = question(story)?;
    if let Some(picture) = picture {
        story.picture(step, picture)?;
    }
    ensure!(
        story.office.has_session(WARM, &order.painted.session)?,
        "the session ended before the answer"
    );
    answer(story, &question, &["Escape"], || {
        Ok(story.desk.active_window().as_ref() == Some(&order.window.id))
    })?;
    story.desk.close(&question.id)?;
    gone(story, &question)?;
    order.is_kept(story)
}

fn write(story: &mut Story, step: &mut Step, order: &Order) -> Result<()> {
    order.press(story, Part::Write)?;
    wait_for("the written form", LIMIT, || {
        Ok((!order.is_marked(story)?).then_some(()))
    })?;
    let written = story.office.field(WARM, &order.nav, FIELD)?;
    ensure!(written == TEXT, "the office got {written:?}");
    step.note = Some(format!("the office has {written:?}"));
    Ok(())
}

/// The licence is free at once; the next link begins anew.
fn release(story: &mut Story, step: &mut Step, order: &Order) -> Result<()> {
    let licences = story.office.licences_in_use(WARM)?;
    let item = story.item.clone().context("no tray item")?;
    let from = now_us();
    story.desk.tray_choose(&item, "Завершить сеанс 1С")?;
    wait_for("the free licence", LIMIT, || {
        Ok((story.office.licences_in_use(WARM)? == licences - 1).then_some(()))
    })?;
    step.ms = Some(ms_between(from, now_us()));
    gone(story, &order.window)?;
    let new = Order::next(story)?;
    ensure!(new.painted.load != order.painted.load, "the page was not loaded anew");
    Ok(())
}

/// Waits for the question about unsaved work, drawn.
fn question(story: &Story) -> Result<Window> {
    let window = story.desk.window(CLASS, "Hotstart", LIMIT)?;
    story.desk.front(&window.id)?;
    wait_for("the drawn question", LIMIT, || {
        let area = super::opening::clip(story.desk.area(&window.id)?);
        Ok((story.desk.pixels()?.colours(area) > 64).then_some(()))
    })?;
    sleep(Duration::from_millis(700));
    Ok(window)
}

/// Answers a question by the keyboard.
fn answer(story: &Story, question: &Window, keys: &[&str], done: impl Fn() -> Result<bool>) -> Result<()> {
    for _ in 0..3 {
        story.desk.front(&question.id)?;
        for key in keys {
            story.desk.key(key)?;
            sleep(Duration::from_millis(120));
        }
        if wait_for("the answer being carried out", HEARD, || Ok(done()?.then_some(()))).is_ok() {
            return Ok(());
        }
    }
    anyhow::bail!("the answer {keys:?} was not carried out")
}
