//! Scene nine: a portal connected by an application and by the user's own session, in the real settings window; from the
//! deal to its document and back with either of them.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::Chromium;
use hotstart_stage::chromium::{Profile, Shown};
use hotstart_stage::clock::wait_for;
use serde_json::{Value, json};

use super::first_day::{FIRST_PART, connections, holds, settings_window};
use super::form::gone;
use super::opening::FIRST;
use super::report::Step;
use super::start::CLASS;
use super::story::{LIMIT, Story, WARM};

/// The folder of the program that is connected by an application; the relay of the company goes on in it.
pub(super) const APPLICATION_HOME: &str = "home-application";

/// The application as the portal knows it.
pub(super) const CLIENT_ID: &str = "local.65f1a0b2c3d4e5.10203040";
const CLIENT_SECRET: &str = "CanaryOfTheApplicationSecret0123456789abcdef";

/// The return address that its card names.
const PORT: u16 = 8400;

/// The owner of the portal, an administrator.
const LOGIN: &str = "sokolova";
const PASSWORD: &str = "demo";

/// The deal of the story.
const DEAL: &str = "/crm/deal/details/123/";

/// Plays the scene; it begins and ends without a program.
pub(super) fn play(story: &mut Story) {
    if story.step(
        "a portal connected by an application, in the default browser",
        application,
    ) {
        story.step("application: from the deal to its document and back", there_and_back);
    }
    story.program = None;
    if story.step("a portal connected by the user's own session", session) {
        story.step("session: from the deal to its document and back", there_and_back);
        story.step(
            "the portal ends the session: the user is asked to sign in again",
            session_ends,
        );
    }
    story.program = None;
}

fn application(story: &mut Story, step: &mut Step) -> Result<()> {
    let registered = json!({
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "title": "Hotstart",
        "redirect_uri": format!("http://127.0.0.1:{PORT}/b24/callback"),
        "scopes": ["crm", "im", "pull"], "installed": true,
    });
    story.office.send("/portal/application", &registered)?;
    begin(story, APPLICATION_HOME)?;
    let window = settings_window(story)?;
    let visits = story.desk.browser().visits().len();
    // The second of the three ways, then the fields of its form.
    story.desk.keys("Tab", FIRST_PART)?;
    story.desk.key("Down")?;
    fill(story, &[&portal(story), CLIENT_ID, CLIENT_SECRET])?;
    story.picture(step, "settings-application.png")?;
    story.desk.key("Return")?;
    let visit = story.desk.browser().wait(visits, LIMIT)?;
    ensure!(
        visit.address.contains("/oauth/authorize/?client_id=") && !visit.address.contains(CLIENT_SECRET),
        "the browser was given {}",
        visit.address
    );
    // The default browser of the stage only notes; the person's is a real one.
    let profile = Profile::fresh(&story.desk, "chromium-person")?;
    let browser = Chromium::start(&story.desk, &profile, Shown::Tab(&visit.address))?;
    let form = story.desk.window("chromium", "Авторизация", FIRST)?;
    sleep(Duration::from_secs(1));
    story.desk.front(&form.id)?;
    sign_in(story)?;
    connected(story, "application")?;
    sleep(Duration::from_secs(1));
    story.picture(step, "browser-signed-in.png")?;
    browser.end()?;
    no_secret(story, &[CLIENT_SECRET])?;
    story.desk.front(&window.id)?;
    sleep(Duration::from_millis(700));
    story.picture(step, "settings-application-connected.png")?;
    story.desk.close(&window.id)?;
    gone(story, &window)
}

fn session(story: &mut Story, step: &mut Step) -> Result<()> {
    story.office.send("/portal/set", &json!({"login_required": true}))?;
    begin(story, "home-session")?;
    let settings = settings_window(story)?;
    let known: Vec<String> = story.desk.windows(CLASS)?.into_iter().map(|it| it.id).collect();
    story.desk.keys("Tab", FIRST_PART)?;
    story.desk.keys("Down", 2)?;
    fill(story, &[&portal(story)])?;
    story.desk.key("Return")?;
    let form = wait_for("the sign-in window", LIMIT, || {
        let mut windows = story.desk.windows(CLASS)?.into_iter();
        Ok(windows.find(|window| !known.contains(&window.id) && window.title.contains("Авторизация")))
    })?;
    story.desk.front(&form.id)?;
    sleep(Duration::from_millis(700));
    story.picture(step, "portal-sign-in.png")?;
    sign_in(story)?;
    connected(story, "session")?;
    story.desk.front(&settings.id)?;
    sleep(Duration::from_millis(700));
    story.picture(step, "settings-session-connected.png")?;
    story.desk.close(&settings.id)?;
    gone(story, &settings)
}

/// The button of the deal page leads to the document, the link of the document to the deal.
fn there_and_back(story: &mut Story, step: &mut Step) -> Result<()> {
    let host = story.office.portal_host().to_owned();
    let after = story.office.last_beacon()?;
    let handed = story
        .program()?
        .open(&story.desk, &format!("hotstart://crm/{host}/deal/123"))?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let painted = story
        .office
        .painted("the document of the deal", after, FIRST, |beacon| {
            beacon.nav.starts_with("e1cib/data/")
        })?;
    let visits = story.desk.browser().visits().len();
    story
        .program()?
        .open(&story.desk, &format!("hotstart://b24/{host}{DEAL}"))?;
    let visit = story.desk.browser().wait(visits, LIMIT)?;
    ensure!(visit.address.ends_with(DEAL), "{} was opened", visit.address);
    step.note = Some(painted.title);
    Ok(())
}

fn session_ends(story: &mut Story, step: &mut Step) -> Result<()> {
    let known = story.program()?.journal(&story.desk)?.len();
    story.office.send("/portal/sessions", &json!({"end": true}))?;
    // The next question to the portal finds it out.
    let company = format!("hotstart://crm/{}/company/21", story.office.portal_host());
    story.program()?.open(&story.desk, &company)?;
    let record = story
        .program()?
        .journal_code(&story.desk, known, "auth.sign-in", Duration::from_secs(60))?;
    story.program()?.open(&story.desk, "hotstart://settings/portals")?;
    let window = settings_window(story)?;
    story.picture(step, "settings-sign-in-again.png")?;
    story.desk.close(&window.id)?;
    gone(story, &window)?;
    story.office.send("/portal/set", &json!({"login_required": false}))?;
    step.note = record.get("details").and_then(Value::as_str).map(str::to_owned);
    Ok(())
}

/// A program that knows a base and no portal, with its settings window open.
fn begin(story: &mut Story, home: &str) -> Result<()> {
    let settings = json!({
        "version": 1, "language": "ru",
        "bases": [{
            "alias": WARM, "name": "Управление торговлей", "publication": story.publication(WARM)?,
            "methods": ["hot", "browser"],
        }],
    });
    let place = story.place_with(home, &settings)?;
    story.start(place)?;
    ensure!(connections(story)? == 0, "somebody is connected already");
    story.program()?.open(&story.desk, "hotstart://settings/portals")?;
    Ok(())
}

/// Types each text into the next field.
fn fill(story: &Story, texts: &[&str]) -> Result<()> {
    for text in texts {
        story.desk.key("Tab")?;
        story.desk.write(text)?;
    }
    sleep(Duration::from_millis(300));
    Ok(())
}

fn portal(story: &Story) -> String {
    story.office.addresses().portal.trim_end_matches('/').to_owned()
}

/// The caret is in the first field of the portal's form.
fn sign_in(story: &Story) -> Result<()> {
    story.desk.write(LOGIN)?;
    story.desk.key("Tab")?;
    story.desk.write(PASSWORD)?;
    story.desk.key("Return")
}

/// Waits until the settings have the portal, and its channel is held.
fn connected(story: &Story, kind: &str) -> Result<()> {
    let file = story.program()?.place().home.join("config/settings.json");
    wait_for("the portal in the settings", LIMIT, || {
        let settings: Value = serde_json::from_str(&fs_err::read_to_string(&file)?).unwrap_or_default();
        Ok((settings.pointer("/portals/0/connection") == Some(&json!(kind))).then_some(()))
    })?;
    wait_for("the connection to the push server", LIMIT, || {
        Ok((connections(story)? > 0).then_some(()))
    })
}

/// Neither what was typed nor what was given for it is in a file of the program or in its log.
fn no_secret(story: &Story, more: &[&str]) -> Result<()> {
    let place = story.program()?.place().clone();
    let log = fs_err::read_to_string(story.desk.log("hotstart")).context("the log of the program")?;
    for secret in more {
        ensure!(
            !holds(&place, secret)?,
            "a secret is in a file of {}",
            place.home.display()
        );
        ensure!(!log.contains(secret), "a secret is in the log");
    }
    Ok(())
}
