//! One open after the other, each of a document that was not opened before.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::Chromium;
use hotstart_stage::chromium::{Profile, Shown};
use hotstart_stage::clock::{ms_between, now_us, wait_for};

use super::figures::Samples;
use super::settle::settle;
use super::stand::{CLASS, COLD, LIMIT, PAUSE, Stand, WARM};

/// How long a page is left alone after its form was painted: what it still does would be counted on the next one.
const REST: Duration = Duration::from_secs(1);

/// How a running browser is given an address.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// As the desktop does: the program is called a second time.
    Call,
    /// Over its developer tools: no process has to be started.
    Tools,
}

/// Hot opens, with a hidden window and with a visible one in turn.
pub(super) fn hot(stand: &mut Stand, opens: u32, samples: &mut Samples) -> Result<()> {
    samples.settle_s.push(settle()?);
    for _ in 0..opens {
        let hidden = samples.hot_ms.len().is_multiple_of(2);
        if hidden {
            stand.hide_all()?;
        }
        sleep(PAUSE);
        let (link, nav) = stand.next_object(WARM);
        let (ms, beacon) = stand.open(&link, &nav)?;
        ensure!(
            *samples.load.get_or_insert_with(|| beacon.load.clone()) == beacon.load,
            "the page was loaded again"
        );
        // An open counts only if the person sees it.
        stand.desk.window(CLASS, &beacon.title, LIMIT)?;
        samples.hot_ms.push(ms);
        let kind = if hidden {
            &mut samples.hot_hidden_ms
        } else {
            &mut samples.hot_shown_ms
        };
        kind.push(ms);
    }
    stand.picture("hot.png")
}

/// A cold open: a fresh window of the running program, closed again.
pub(super) fn cold(stand: &mut Stand, samples: &mut Samples) -> Result<()> {
    samples.settle_s.push(settle()?);
    let sessions = stand.office.licences_in_use(WARM)?;
    let known = stand.desk.windows(CLASS)?;
    let (link, nav) = stand.next_object(COLD);
    let (ms, _) = stand.open(&link, &nav)?;
    samples.cold_ms.push(ms);
    let fresh = wait_for("the cold window", LIMIT, || {
        let mut windows = stand.desk.windows(CLASS)?.into_iter();
        Ok(windows.find(|window| known.iter().all(|known| known.id != window.id)))
    })?;
    stand.picture("cold.png")?;
    stand.desk.close(&fresh.id)?;
    stand.gone(&fresh.id)?;
    stand.free(sessions)
}

/// A new Chromium: no process of it is there before, and none is left after.
pub(super) fn chromium_cold(stand: &mut Stand, profile: &Profile, samples: &mut Samples) -> Result<()> {
    samples.settle_s.push(settle()?);
    let (browser, beacon, ms) = stand.browse(profile)?;
    samples.chromium_cold_ms.push(ms);
    stand.picture("chromium-cold.png")?;
    browser.end()?;
    stand.log_out(&beacon)
}

/// A running Chromium that shows the publication already opens a form in a new tab: by a second call of the program and by
/// its developer tools in turn.
pub(super) fn chromium_running(stand: &mut Stand, profile: &Profile, rounds: u32, samples: &mut Samples) -> Result<()> {
    let (_, nav) = stand.next_object(WARM);
    let after = stand.office.last_beacon()?;
    let browser = Chromium::start(&stand.desk, profile, Shown::Tab(&stand.address(&nav)?))?;
    let shown = stand.painted(&nav, after)?;
    samples.settle_s.push(settle()?);
    for _ in 0..rounds {
        for way in [Way::Call, Way::Tools] {
            sleep(REST);
            let ms = in_a_tab(stand, &browser, way)?;
            match way {
                Way::Call => samples.chromium_running_call_ms.push(ms),
                Way::Tools => samples.chromium_running_tools_ms.push(ms),
            }
        }
    }
    browser.end()?;
    stand.log_out(&shown)
}

fn in_a_tab(stand: &mut Stand, browser: &Chromium, way: Way) -> Result<f64> {
    let tools = browser.tools()?;
    let known = tools.pages()?;
    let (_, nav) = stand.next_object(WARM);
    let address = stand.address(&nav)?;
    let after = stand.office.last_beacon()?;
    let started_us = match way {
        Way::Call => {
            let (started_us, mut call) = browser.call(&stand.desk, &address)?;
            let status = call.wait(LIMIT).context("the second call of Chromium does not end")?;
            ensure!(status.success(), "the second call of Chromium: {status}");
            started_us
        }
        Way::Tools => {
            let started_us = now_us();
            tools.open(&address)?;
            started_us
        }
    };
    let beacon = stand.painted(&nav, after)?;
    stand.picture("chromium-running.png")?;
    for page in tools.pages()?.iter().filter(|page| !known.contains(page)) {
        tools.close(page)?;
    }
    wait_for("the end of the tab", LIMIT, || {
        Ok((tools.pages()?.len() == known.len()).then_some(()))
    })?;
    stand.log_out(&beacon)?;
    Ok(ms_between(started_us, beacon.at_us))
}
