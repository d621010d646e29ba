//! Scene three: what happens on the portal is told on the desk, and a click leads there; the way back from 1C.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::{ms_between, wait_for};
use serde_json::{Value, json};

use super::opening::{clip, hide_all, open};
use super::report::{Step, percentile};
use super::start::CLASS;
use super::story::{LIMIT, Story, WARM};
use hotstart_stage::picture::Area;

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

/// The push server gathers what follows within 400 ms; one at a time is what is measured.
const APART: Duration = Duration::from_millis(1_100);

/// The deal of the story.
const DEAL: &str = "/crm/deal/details/123/";

/// The colour of links in the client of the office.
const LINK_COLOUR: [u8; 3] = [0x00, 0x6a, 0x91];

/// A link of the form is at least this wide; less is the dot of a letter.
const NARROWEST_LINK: u32 = 60;

/// How long a click on a link may take to reach the browser.
const CLICK: Duration = Duration::from_secs(5);

/// Plays the scene.
pub(super) fn play(story: &mut Story) {
    story.step("notifications", measured);
    story.step("notification, click, deal", click);
    story.step("link to a portal page", link_back);
    story.step("link in the warm window to the portal", click_in_window);
}

pub(super) fn measured(story: &mut Story, step: &mut Step) -> Result<()> {
    hide_all(story)?;
    for turn in 0..story.extent.notifications {
        sleep(APART);
        let text = format!("Задача № {} ждёт ответа", 1000 + turn);
        let (published_us, mark) = notify(story, &text)?;
        let call = story
            .desk
            .monitor()
            .wait("the notification on the bus", mark, LIMIT, |it| {
                it.calls(NOTIFICATIONS, "Notify") && it.mentions(&text)
            })?;
        story.samples.notify_ms.push(ms_between(published_us, call.at_us));
    }
    step.ms = percentile(&story.samples.notify_ms, 50);
    step.note = Some(format!("{} of them, p50", story.extent.notifications));
    Ok(())
}

fn click(story: &mut Story, step: &mut Step) -> Result<()> {
    wait_for("the earlier notifications going away", LIMIT, || {
        Ok(story.desk.windows("xfce4-notifyd")?.is_empty().then_some(()))
    })?;
    let before = story.desk.pixels()?;
    let visits = story.desk.browser().visits().len();
    let (published_us, mark) = notify(story, "Сделка № 123: клиент оплатил счёт")?;
    let call = story
        .desk
        .monitor()
        .wait("the notification", mark, LIMIT, |it| it.calls(NOTIFICATIONS, "Notify"))?;
    step.ms = Some(ms_between(published_us, call.at_us));
    wait_for("the drawn notification", LIMIT, || {
        let windows = story.desk.windows("xfce4-notifyd")?;
        // A window that is being replaced has no place.
        let area = windows.first().and_then(|window| story.desk.area(&window.id).ok());
        let pixels = story.desk.pixels()?;
        Ok(area.and_then(|area| before.difference(&pixels, area)))
    })?;
    sleep(Duration::from_millis(200));
    story.picture(step, "notification.png")?;
    story.desk.click_notification(&before, LIMIT)?;
    let visit = story.desk.browser().wait(visits, LIMIT)?;
    ensure!(visit.address.ends_with(DEAL), "the click opened {}", visit.address);
    step.note = Some(visit.address);
    story.desk.rest()
}

fn link_back(story: &mut Story, step: &mut Step) -> Result<()> {
    let visits = story.desk.browser().visits().len();
    let link = format!("hotstart://b24/{}{DEAL}", story.office.portal_host());
    let handed = story.program()?.open(&story.desk, &link)?;
    let visit = story.desk.browser().wait(visits, LIMIT)?;
    let wanted = format!("{}{DEAL}", story.office.addresses().portal.trim_end_matches('/'));
    ensure!(visit.address == wanted, "{} was opened, not {wanted}", visit.address);
    step.ms = Some(ms_between(handed.started_us, visit.at_us));
    if story.extent.pictures {
        let page = story.desk.show_page(&visit.address)?;
        let window = story.desk.window("MiniBrowser", "", LIMIT)?;
        wait_for("the portal page", LIMIT, || {
            // Below the bar of the browser; an empty page has one colour.
            let area = clip(story.desk.area(&window.id)?);
            let page = Area {
                y: area.y + 90,
                height: area.height.saturating_sub(100),
                ..area
            };
            Ok((story.desk.pixels()?.colours(page) > 32).then_some(()))
        })?;
        sleep(Duration::from_millis(700));
        story.picture(step, "portal-page.png")?;
        drop(page);
    }
    step.note = Some(visit.address);
    Ok(())
}

/// The form of a document leads to its deal twice: by the address of the portal page and by a link for the desk.
fn click_in_window(story: &mut Story, step: &mut Step) -> Result<()> {
    let (link, nav) = story.next_object(WARM);
    let (_, beacon) = open(story, &link, &nav, LIMIT)?;
    let window = story.desk.window(CLASS, &beacon.title, LIMIT)?;
    let area = story.desk.area(&window.id)?;
    let links = wait_for("links in the form", LIMIT, || {
        let mut places = story.desk.pixels()?.places(clip(area), LINK_COLOUR);
        places.retain(|place| place.width >= NARROWEST_LINK);
        Ok((places.len() >= 2).then_some(places))
    })?;
    let mut opened = Vec::new();
    // The links to the portal are the lower ones; those to other objects of the base stand above them.
    for place in links.iter().rev() {
        let visits = story.desk.browser().visits().len();
        story.desk.click(place.middle(), 1)?;
        let answer = story.desk.browser().wait(visits, CLICK);
        let Ok(visit) = answer else { break };
        let (portal, page) = (&story.office.addresses().portal, &visit.address);
        ensure!(
            page.starts_with(portal.as_str()) && page.contains("/crm/"),
            "the click opened {page}"
        );
        opened.push(visit.address);
        if opened.len() == 2 {
            break;
        }
    }
    story.desk.rest()?;
    ensure!(
        opened.len() == 2,
        "of the links at {links:?} only these led to the portal: {opened:?}"
    );
    step.note = opened.pop();
    Ok(())
}

/// Publishes a notification that leads to the deal; the moment right before it went to the push server.
fn notify(story: &Story, text: &str) -> Result<(u64, usize)> {
    let mark = story.desk.monitor().mark();
    let body = json!({"user": 1, "from": 2, "title": "CRM", "text": text, "link": DEAL});
    let answer = story.office.send("/notify", &body)?;
    let at_us = answer
        .get("at_us")
        .and_then(Value::as_u64)
        .with_context(|| format!("no at_us in {answer}"))?;
    Ok((at_us, mark))
}
