//! Scene seven: the first day of an employee. Nothing is set up; a portal and a base are connected in the settings window
//! by hand, and what was set up is still there after a restart.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::Program;
use hotstart_stage::clock::wait_for;
use hotstart_stage::pointer::Window;
use hotstart_stage::program::Place;
use serde_json::{Value, json};

use super::form::gone;
use super::opening::{FIRST, clip, open};
use super::report::Step;
use super::start::CLASS;
use super::story::{LIMIT, Story, WARM};

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

/// From the first line of the settings window's list of pages to the first part of an empty page: a field, or the ways to
/// connect a portal.
pub(super) const FIRST_PART: usize = 7;

/// The deal of the story.
const DEAL: &str = "/crm/deal/details/123/";

/// Plays the scene; it begins and ends without a program.
pub(super) fn play(story: &mut Story) {
    let begun = story.step("the settings window is opened from the tray", |story, _| begin(story));
    if begun && story.step("a webhook typed into the settings window", webhook) {
        story.step("a base typed into the settings window", base);
        story.step("a portal page in the built-in window", built_in);
        story.step("the connection is there after a restart", again);
    }
    story.program = None;
}

/// A program that knows nothing but the language, and that portal pages open in its own window.
fn begin(story: &mut Story) -> Result<()> {
    story.forget_secret()?;
    ensure!(story.kept_secret()?.is_none(), "there is a secret already");
    let settings = json!({"version": 1, "language": "ru", "portalOpening": "window"});
    let place = story.place_with("home-first-day", &settings)?;
    let item = story.start(place)?;
    ensure!(connections(story)? == 0, "somebody is connected already");
    // The icon is there before its menu.
    wait_for("the menu", LIMIT, || {
        Ok(story.desk.tray_menu(&item)?.contains("Настройки").then_some(()))
    })?;
    story.desk.tray_choose(&item, "Настройки")?;
    settings_window(story).map(drop)
}

fn webhook(story: &mut Story, step: &mut Step) -> Result<()> {
    let window = settings_window(story)?;
    let address = story.office.addresses().webhook.clone();
    story.desk.keys("Tab", FIRST_PART + 1)?;
    story.desk.write(&address)?;
    sleep(Duration::from_millis(300));
    story.picture(step, "settings-webhook.png")?;
    story.desk.key("Return")?;
    wait_for("the connection to the push server", LIMIT, || {
        Ok((connections(story)? > 0).then_some(()))
    })?;
    sleep(Duration::from_millis(700));
    story.picture(step, "settings-connected.png")?;
    let kept = story.kept_secret()?.context("the keyring has no secret")?;
    let secret = secret_of(&address)?;
    ensure!(kept.contains(secret), "the keyring has another secret");
    let place = story.program()?.place().clone();
    ensure!(
        !holds(&place, secret)?,
        "the secret is in a file of {}",
        place.home.display()
    );
    let mark = story.desk.monitor().mark();
    story.office.send(
        "/notify",
        &json!({"user": 1, "from": 2, "title": "CRM", "text": "Первое уведомление", "link": DEAL}),
    )?;
    let told =
        |it: &hotstart_stage::bus::Message| it.calls(NOTIFICATIONS, "Notify") && it.mentions("Первое уведомление");
    story.desk.monitor().wait("the first notification", mark, LIMIT, told)?;
    step.note = Some("in the keyring, in no file; the first notification came".to_owned());
    story.desk.close(&window.id)?;
    gone(story, &window)
}

fn base(story: &mut Story, step: &mut Step) -> Result<()> {
    story.program()?.open(&story.desk, "hotstart://settings/bases")?;
    let window = settings_window(story)?;
    let address = story.publication(WARM)?;
    story.desk.keys("Tab", FIRST_PART)?;
    story.desk.write(&address)?;
    story.desk.key("Return")?;
    let file = story.program()?.place().home.join("config/settings.json");
    wait_for("the base in the settings", LIMIT, || {
        let settings: Value = serde_json::from_str(&fs_err::read_to_string(&file)?)?;
        Ok((settings.pointer("/bases/0/alias") == Some(&json!(WARM))).then_some(()))
    })?;
    sleep(Duration::from_millis(500));
    story.picture(step, "settings-base.png")?;
    story.desk.close(&window.id)?;
    gone(story, &window)?;
    let (link, nav) = story.next_object(WARM);
    let (_, painted) = open(story, &link, &nav, FIRST)?;
    step.note = Some(painted.title);
    Ok(())
}

fn built_in(story: &mut Story, step: &mut Step) -> Result<()> {
    let visits = story.desk.browser().visits().len();
    let records = story.program()?.journal(&story.desk)?.len();
    let known: Vec<String> = story.desk.windows(CLASS)?.into_iter().map(|it| it.id).collect();
    let link = format!("hotstart://b24/{}{DEAL}", story.office.portal_host());
    story.program()?.open(&story.desk, &link)?;
    let page = story.office.addresses().portal.trim_end_matches('/').to_owned() + DEAL;
    let text = hotstart_stage::http::page(&page)?;
    let title = text
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map(|(title, _)| title.trim().replace("&quot;", "\""))
        .context("the deal page has no title")?;
    let window = wait_for("the window with the deal page", LIMIT, || {
        let mut windows = story.desk.windows(CLASS)?.into_iter();
        Ok(windows.find(|window| !known.contains(&window.id) && window.title == title))
    })?;
    wait_for("the drawn deal page", LIMIT, || {
        let area = clip(story.desk.area(&window.id)?);
        Ok((story.desk.pixels()?.colours(area) > 32).then_some(()))
    })?;
    sleep(Duration::from_millis(500));
    story.picture(step, "portal-window.png")?;
    ensure!(
        story.desk.browser().visits().len() == visits,
        "the default browser was asked as well"
    );
    story.desk.close(&window.id)?;
    gone(story, &window)?;
    let (link, nav) = story.next_object(WARM);
    open(story, &link, &nav, LIMIT)?;
    // The page and the document: both are in the journal, after the window was there, and nothing else is.
    let outcomes = || -> Result<Vec<Value>> {
        let journal = story.program()?.journal(&story.desk)?;
        // What the window has shown of itself is noted too, and is no opening.
        let opened = |record: &&Value| record.get("operation").and_then(Value::as_str) == Some("open");
        let status = |record: &Value| record.get("status").cloned();
        Ok(journal.iter().skip(records).filter(opened).filter_map(status).collect())
    };
    wait_for("both openings in the journal", LIMIT, || {
        Ok((outcomes()?.len() >= 2).then_some(()))
    })?;
    let outcomes = outcomes()?;
    ensure!(outcomes == ["done", "done"], "the journal has {outcomes:?}");
    step.note = Some(title);
    Ok(())
}

/// Only the keyring could tell the program the secret.
fn again(story: &mut Story, step: &mut Step) -> Result<()> {
    let program = story.program.take().context("the program does not run")?;
    let place = program.place().clone();
    program.end().context("the program had to be killed")?;
    wait_for("the end of the connection", LIMIT, || {
        Ok((connections(story)? == 0).then_some(()))
    })?;
    story.program = Some(Program::start(&story.desk, place)?);
    wait_for("the connection to the push server", LIMIT, || {
        Ok((connections(story)? > 0).then_some(()))
    })?;
    let program = story.program.take().context("the program does not run")?;
    let status = program.end().context("the program had to be killed")?;
    step.note = Some(status.to_string());
    Ok(())
}

/// The settings window with the keyboard, its page drawn.
pub(super) fn settings_window(story: &Story) -> Result<Window> {
    let window = story.desk.window(CLASS, "Hotstart", LIMIT)?;
    story.desk.front(&window.id)?;
    wait_for("the drawn page", LIMIT, || {
        let area = clip(story.desk.area(&window.id)?);
        Ok((story.desk.pixels()?.colours(area) > 64).then_some(()))
    })?;
    sleep(Duration::from_millis(700));
    Ok(window)
}

/// How many clients the push server has.
pub(super) fn connections(story: &Story) -> Result<u64> {
    let state = story.office.read("/state")?;
    let count = |name: &str| {
        let count = state.pointer(&format!("/push/{name}"));
        count.and_then(Value::as_u64).unwrap_or(0)
    };
    Ok(count("sockets") + count("polls"))
}

fn secret_of(webhook: &str) -> Result<&str> {
    let secret = webhook.trim_end_matches('/').rsplit('/').next();
    secret.filter(|it| it.len() > 8).context("a webhook has a secret")
}

/// Whether a file that the program keeps has this text in it.
pub(super) fn holds(place: &Place, text: &str) -> Result<bool> {
    let mut folders = vec![place.home.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                let bytes = fs_err::read(&path)?;
                if bytes.windows(text.len()).any(|part| part == text.as_bytes()) {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}
