//! Scene two: links become documents, hot and cold.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hotstart_stage::clock::{ms_between, wait_for};
use hotstart_stage::memory;
use hotstart_stage::office::Beacon;
use hotstart_stage::pointer::Window;
use hotstart_stage::program::Handed;

use super::report::Step;
use super::start::CLASS;
use super::story::{COLD, LIMIT, Story, WARM};

/// The first open loads the client and may start a web engine that was never used on this machine.
pub(super) const FIRST: Duration = Duration::from_secs(90);

/// Between two opens, so that one never hides in the tail of the other.
const PAUSE: Duration = Duration::from_millis(350);

/// How late a slow base answers: a form is waited for two seconds.
const SLOW_MS: u32 = 1500;

/// Plays the scene.
pub(super) fn play(story: &mut Story) {
    if !story.step("first link: the client is loaded once", first) {
        return;
    }
    story.step("hot opens", hot);
    story.step("the warm window shows the document of the link", document);
    story.step("a hidden window comes up though no new form comes, or late", hidden);
    story.step("link of the deal page", deal);
    story.step("link opened by the desktop", registered);
    story.step("memory with one warm window", memory_of_one);
    story.step("cold opens", cold);
    story.step("one load, one licence", loads);
}

fn first(story: &mut Story, step: &mut Step) -> Result<()> {
    let (link, nav) = story.next_object(WARM);
    let (handed, beacon) = open(story, &link, &nav, FIRST)?;
    let ms = ms_between(handed.started_us, beacon.at_us);
    story.samples.first_open_ms = Some(ms);
    step.ms = Some(ms);
    story.desk.window(CLASS, "", LIMIT).map(drop)
}

fn hot(story: &mut Story, step: &mut Step) -> Result<()> {
    let mut load = None;
    for turn in 0..story.extent.hot {
        let hidden = turn % 2 == 0;
        if hidden {
            hide_all(story)?;
        }
        sleep(PAUSE);
        let (link, nav) = story.next_object(WARM);
        let (handed, beacon) = open(story, &link, &nav, LIMIT)?;
        ensure!(
            *load.get_or_insert_with(|| beacon.load.clone()) == beacon.load,
            "the page was loaded again"
        );
        let ms = ms_between(handed.started_us, beacon.at_us);
        story.samples.hot_open_ms.push(ms);
        let kind = if hidden {
            &mut story.samples.hot_open_hidden_ms
        } else {
            &mut story.samples.hot_open_shown_ms
        };
        kind.push(ms);
        story.samples.handoff_ms.push(handed.ms());
        // An open counts only if the person sees it.
        let title = beacon.title.clone();
        story
            .desk
            .window(CLASS, &title, LIMIT)
            .with_context(|| format!("after open {}", turn + 1))?;
    }
    step.ms = super::report::percentile(&story.samples.hot_open_ms, 50);
    step.note = Some(format!("{} different documents, p50", story.extent.hot));
    Ok(())
}

fn document(story: &mut Story, step: &mut Step) -> Result<()> {
    let (link, nav) = story.next_object(WARM);
    let (_, beacon) = open(story, &link, &nav, LIMIT)?;
    let window = story.desk.window(CLASS, &beacon.title, LIMIT)?;
    sleep(PAUSE);
    let area = story.desk.area(&window.id)?;
    let colours = story.desk.pixels()?.colours(clip(area));
    ensure!(colours > 16, "the window is empty: {colours} colours");
    story.picture(step, "warm-window.png")?;
    step.note = Some(window.title);
    Ok(())
}

/// A hidden window comes up with its new form. One that shows the place already must not wait for a form, and one of a
/// slow base must be there before it.
fn hidden(story: &mut Story, step: &mut Step) -> Result<()> {
    let (link, nav) = story.next_object(WARM);
    let (_, beacon) = open(story, &link, &nav, LIMIT)?;
    sleep(PAUSE);
    hide_all(story)?;
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    story.desk.window(CLASS, &beacon.title, LIMIT)?;
    hide_all(story)?;

    let slow = |story: &Story, delay_ms: u32| story.office.set(WARM, serde_json::json!({"delay_ms": delay_ms}));
    slow(story, SLOW_MS)?;
    let (link, nav) = story.next_object(WARM);
    let after = story.office.last_beacon()?;
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    story.desk.window(CLASS, "", LIMIT)?;
    let early = story.office.last_beacon()? == after;
    slow(story, 0)?;
    let form = story.office.painted(&nav, after, LIMIT, |beacon| beacon.nav == nav)?;
    ensure!(early, "the window of a slow base came up with its form only");
    story.desk.window(CLASS, &form.title, LIMIT)?;
    step.note = Some("the place that it shows; a base that answers late".to_owned());
    Ok(())
}

/// The button of the deal page names only the deal; which document that is, the portal knows.
fn deal(story: &mut Story, step: &mut Step) -> Result<()> {
    let address = format!(
        "{}/crm/deal/details/123/",
        story.office.addresses().portal.trim_end_matches('/')
    );
    let page = hotstart_stage::http::page(&address)?;
    let (_, rest) = page
        .split_once("href=\"hotstart://crm/")
        .context("the deal page has no link to 1C")?;
    let link = format!("hotstart://crm/{}", rest.split('"').next().unwrap_or_default());
    let after = story.office.last_beacon()?;
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let beacon = story
        .office
        .painted(&link, after, LIMIT, |beacon| beacon.nav.starts_with("e1cib/data/"))?;
    step.ms = Some(ms_between(handed.started_us, beacon.at_us));
    story.desk.window(CLASS, &beacon.title, LIMIT)?;
    story.picture(step, "deal-document.png")?;
    step.note = Some(beacon.title);
    Ok(())
}

/// The desktop knows who takes these links. A program under a folder of its own does not register by itself, so that a
/// trial never takes over a user's links; here the whole desk is a trial.
fn registered(story: &mut Story, step: &mut Step) -> Result<()> {
    let mut register = story.program()?.command(&story.desk, "hotstartctl");
    register.args(["scheme", "register", "--json"]);
    hotstart_stage::keeper::output(register)?;
    let (link, nav) = story.next_object(WARM);
    let after = story.office.last_beacon()?;
    let mut click = story.program()?.command_named(&story.desk, "xdg-open");
    click.arg(&link);
    let started_us = hotstart_stage::clock::now_us();
    hotstart_stage::keeper::output(click)?;
    let beacon = story.office.painted(&nav, after, LIMIT, |beacon| beacon.nav == nav)?;
    step.ms = Some(ms_between(started_us, beacon.at_us));
    step.note = Some("xdg-open".to_owned());
    Ok(())
}

fn memory_of_one(story: &mut Story, step: &mut Step) -> Result<()> {
    let shares = story.program()?.memory()?;
    let each: Vec<String> = shares
        .iter()
        .map(|share| format!("{} {}", share.name, share.pss_kb))
        .collect();
    step.note = Some(format!("{} KB: {}", memory::total_kb(&shares), each.join(", ")));
    story.samples.one_warm_kb = Some(memory::total_kb(&shares));
    Ok(())
}

fn cold(story: &mut Story, step: &mut Step) -> Result<()> {
    // A person who works in cold windows needs a licence for each.
    story.office.set("ut", serde_json::json!({"licences": 3}))?;
    let licences = story.office.licences_in_use("ut")?;
    for turn in 0..story.extent.cold {
        let known = story.desk.windows(CLASS)?;
        let (link, nav) = story.next_object(COLD);
        let (handed, beacon) = open(story, &link, &nav, FIRST)?;
        story
            .samples
            .cold_open_ms
            .push(ms_between(handed.started_us, beacon.at_us));
        let fresh = wait_for("the cold window", LIMIT, || {
            let mut windows = story.desk.windows(CLASS)?.into_iter();
            Ok(windows.find(|window| known.iter().all(|known| known.id != window.id)))
        })?;
        if turn == 0 {
            sleep(PAUSE);
            story.picture(step, "cold-window.png")?;
        }
        story.desk.close(&fresh.id)?;
        wait_for("the licence of the closed cold window", LIMIT, || {
            Ok((story.office.licences_in_use("ut")? == licences).then_some(()))
        })?;
        wait_for("the end of the cold window", LIMIT, || {
            Ok(story
                .desk
                .windows(CLASS)?
                .iter()
                .all(|window| window.id != fresh.id)
                .then_some(()))
        })?;
    }
    step.ms = super::report::percentile(&story.samples.cold_open_ms, 50);
    step.note = Some(format!("{} fresh windows, closed again, p50", story.extent.cold));
    Ok(())
}

fn loads(story: &mut Story, step: &mut Step) -> Result<()> {
    let all = story.office.loads("ut")?;
    let cold = u64::try_from(story.samples.cold_open_ms.len())?;
    let warm = all.saturating_sub(cold);
    let licences = story.office.licences_in_use("ut")?;
    story.samples.page_loads = Some(warm);
    story.samples.licences_in_use = Some(licences);
    step.note = Some(format!(
        "{all} loads, {cold} of them cold; {licences} licence(s) in use"
    ));
    ensure!(
        warm == 1 && licences == 1,
        "{all} loads, {cold} of them cold; {licences} licence(s) in use"
    );
    Ok(())
}

/// Clicks a link and waits for its painted form.
pub(super) fn open(story: &Story, link: &str, nav: &str, limit: Duration) -> Result<(Handed, Beacon)> {
    let after = story.office.last_beacon()?;
    let handed = story.program()?.open(&story.desk, link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let beacon = story.office.painted(nav, after, limit, |beacon| {
        beacon.nav == nav || beacon.screen == "login"
    })?;
    if beacon.screen == "login" {
        bail!("the client asks who is there, though the operating system vouches for the user");
    }
    Ok((handed, beacon))
}

/// Closes every window of the program as a person does; a warm one hides.
pub(super) fn hide_all(story: &Story) -> Result<()> {
    for window in story.desk.windows(CLASS)? {
        hide(story, &window)?;
    }
    Ok(())
}

fn hide(story: &Story, window: &Window) -> Result<()> {
    story.desk.close(&window.id)?;
    wait_for("the window going away", LIMIT, || {
        Ok(story
            .desk
            .windows(CLASS)?
            .iter()
            .all(|seen| seen.id != window.id)
            .then_some(()))
    })
}

/// The part of an area that is on the screen.
pub(super) fn clip(area: hotstart_stage::picture::Area) -> hotstart_stage::picture::Area {
    use hotstart_stage::picture::{Area, HEIGHT, WIDTH};
    let (x, y) = (area.x.min(WIDTH - 1), area.y.min(HEIGHT - 1));
    Area {
        x,
        y,
        width: area.width.min(WIDTH - x),
        height: area.height.min(HEIGHT - y),
    }
}
