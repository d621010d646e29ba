//! Scene one: the program starts and is seen in the tray.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::{ms_between, now_us, wait_for};
use hotstart_stage::{Program, memory};

use super::report::Step;
use super::story::{LIMIT, Story};

/// The class of every window of the program.
pub(super) const CLASS: &str = "hotstart";

/// Plays the scene; false if there is no program to go on with.
pub(super) fn play(story: &mut Story) -> bool {
    story.step("program start to tray", start)
        && story.step("tray menu", menu)
        && story.step("connected to the portal", connected)
        && story.step("idle memory", idle)
}

fn start(story: &mut Story, step: &mut Step) -> Result<()> {
    let webhook = story.office.addresses().webhook.clone();
    story.keep_secret(&webhook)?;
    let place = story.place("home-of-program")?;
    let before = story.desk.pixels()?;
    let mark = story.desk.monitor().mark();
    let program = Program::start(&story.desk, place)?;
    let started_us = program.started_us;
    story.program = Some(program);
    let item = story.desk.tray_item(mark, LIMIT)?;
    let ms = ms_between(started_us, item.shown_us);
    story.samples.start_to_tray_ms = Some(ms);
    step.ms = Some(ms);
    let panel = story.desk.panel();
    let icon = wait_for("the icon on the panel", LIMIT, || {
        Ok(before.difference(&story.desk.pixels()?, panel))
    })?;
    step.note = Some(format!(
        "registered after {:.0} ms",
        ms_between(started_us, item.registered_us)
    ));
    ensure!(
        icon.width <= 64,
        "the panel changed over {} pixels: that is more than an icon",
        icon.width
    );
    story.item = Some(item);
    ensure!(
        story.desk.windows(CLASS)?.is_empty(),
        "a window is open right after the start"
    );
    Ok(())
}

fn menu(story: &mut Story, step: &mut Step) -> Result<()> {
    let item = story.item.clone().context("no tray item")?;
    let layout = story.desk.tray_menu(&item)?;
    for label in ["Настройки", "Журнал", "Выход"] {
        ensure!(layout.contains(label), "the menu has no «{label}»: {layout}");
    }
    // The only thing on the right of the panel is the status tray with one icon.
    let panel = story.desk.panel();
    let place = (panel.width - 16, panel.y + panel.height / 2);
    let before = story.desk.pixels()?;
    story.desk.click(place, 3)?;
    let above = hotstart_stage::picture::Area {
        height: panel.y,
        y: 0,
        ..panel
    };
    wait_for("the open menu", LIMIT, || {
        Ok(before.difference(&story.desk.pixels()?, above))
    })?;
    sleep(Duration::from_millis(400));
    story.picture(step, "tray.png")?;
    story.desk.key("Escape")?;
    story.desk.rest()
}

/// The office sees the push connection of the program.
fn connected(story: &mut Story, step: &mut Step) -> Result<()> {
    let started_us = story.program()?.started_us;
    wait_for("the connection to the push server", LIMIT, || {
        let state = story.office.read("/state")?;
        let count = |name: &str| {
            state
                .pointer(&format!("/push/{name}"))
                .and_then(serde_json::Value::as_u64)
                .unwrap_or(0)
        };
        Ok((count("sockets") + count("polls") > 0).then_some(()))
    })?;
    step.note = Some(format!(
        "at most {:.0} ms after the start",
        ms_between(started_us, now_us())
    ));
    Ok(())
}

fn idle(story: &mut Story, step: &mut Step) -> Result<()> {
    let program = story.program()?;
    let age = Duration::from_micros(now_us().saturating_sub(program.started_us));
    sleep(Duration::from_secs(story.extent.idle).saturating_sub(age));
    let shares = program.memory()?;
    let names: Vec<&str> = shares.iter().map(|share| share.name.as_str()).collect();
    step.note = Some(format!("{} KB in {}", memory::total_kb(&shares), names.join(", ")));
    story.samples.idle_kb = Some(memory::total_kb(&shares));
    Ok(())
}
