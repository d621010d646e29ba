//! From the click to the client of 1C that is open already: `hotstart-open` is started, and the client, which polls the
//! bridge as our extension does, holds the event `open`.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::{ms_between, wait_for};
use hotstart_stage::http;
use hotstart_stage::keeper::Child;
use hotstart_stage::native_client::NativeClient;
use serde_json::Value;

use super::lane::{BASE, LIMIT, Lane};
use crate::bench::open::order;
use crate::say;

/// Opens before the measured ones.
const WARM_UP: u32 = 10;
/// Between two opens: the client asks again.
const PAUSE: Duration = Duration::from_millis(60);

/// Opens documents in a running client of the lane's base; milliseconds of each.
pub(super) fn play(lane: &Lane, opens: u32) -> Result<Vec<f64>> {
    say::title(&format!("{opens} links to a running client"));
    let token = lane.pair()?;
    let mut program = lane.start(None)?;
    lane.connected(&mut program)?;
    let port = port(lane, &mut program)?;
    let client = NativeClient::attach(port, &token, "bench");
    // Until the program counts the client as running, a link opens a window.
    wait_for("a client that runs", LIMIT, || {
        let status = http::get_as(&token, &format!("http://127.0.0.1:{port}/v1/status"))?;
        let runs = status.get("client").and_then(Value::as_bool);
        Ok((runs == Some(true)).then_some(()))
    })?;
    let mut samples = Vec::new();
    for number in 1..=WARM_UP + opens {
        sleep(PAUSE);
        let ms = one(lane, &client, number)?;
        if number > WARM_UP {
            samples.push(ms);
        }
    }
    drop(client);
    program.end().context("the program had to be killed")?;
    Ok(samples)
}

fn one(lane: &Lane, client: &NativeClient, number: u32) -> Result<f64> {
    let nav = order(number);
    let known = client.heard().len();
    let handed = lane.open(&format!("hotstart://onec/{BASE}/{nav}"))?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let heard = client.wait("the event of the link", known, LIMIT, |heard| heard.kind == "open")?;
    let link = heard.data.get("link").and_then(Value::as_str);
    ensure!(link == Some(nav.as_str()), "the client was told {link:?}, not {nav}");
    Ok(ms_between(handed.started_us, heard.at_us))
}

/// Where the bridge of this very process listens.
pub(super) fn port(lane: &Lane, program: &mut Child) -> Result<u16> {
    wait_for("the port of the bridge", LIMIT, || {
        program.check()?;
        Ok(lane.place.bridge_port(program.id()))
    })
}
