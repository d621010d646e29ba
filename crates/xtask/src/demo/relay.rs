//! Scene ten: what happens on the portal reaches 1C inside the company's network. A robot makes an order in a published
//! base, a file base hears the same by polling, a link opens in the client that is already running, and with the tray
//! switched off the relay of the company goes on.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::{ms_between, wait_for};
use hotstart_stage::keeper::output;
use hotstart_stage::program::Place;
use hotstart_stage::{NativeClient, http};
use serde_json::{Value, json};

use super::connections::{APPLICATION_HOME, CLIENT_ID};
use super::first_day::{connections, settings_window};
use super::form::gone;
use super::report::Step;
use super::story::{LIMIT, Story, WARM};

/// A base in a file: nobody publishes it, its client polls.
const FILES: &str = "files";

/// The user of the published base in whose name the service is called.
const SERVICE_USER: &str = "Администратор";
const PASSWORD: &str = "demo";

/// Where the number of the order goes.
const FIELD: &str = "UF_CRM_1C_ORDER";

/// The company of the story.
const COMPANY: u64 = 21;

/// Plays the scene; it begins and ends without a program.
pub(super) fn play(story: &mut Story) {
    if story.step(
        "a robot makes an order in 1C, its number comes back into the deal",
        robot,
    ) {
        story.step("the journal tells of it", journal);
    }
    story.program = None;
    if story.step(
        "a file base hears the same by polling, its client stays responsive",
        polling,
    ) {
        story.step("a link opens in the running client", running);
    }
    story.program = None;
    story.step(
        "the relay of the company carries a changed company with the tray off",
        company,
    );
}

fn robot(story: &mut Story, step: &mut Step) -> Result<()> {
    let publication = story.publication(WARM)?;
    let user = format!("service:{SERVICE_USER}@{}", publication.trim_end_matches('/'));
    let attributes = [("service", "hotstart"), ("username", user.as_str())];
    story.desk.store_secret("hotstart", &attributes, PASSWORD)?;
    story.keep_secret(&story.office.addresses().webhook)?;
    let base = json!({
        "alias": WARM, "name": "Управление торговлей", "publication": publication.trim_end_matches('/'),
        "methods": ["hot"], "serviceUser": SERVICE_USER,
    });
    let relay = json!({
        "bases": [{
            "base": WARM, "way": "service",
            "answers": [{"entity": "deal", "from": "number", "field": FIELD}],
        }],
        "authors": [{"portal": story.office.portal_host(), "userId": "1"}],
    });
    begin(story, "home-relay", WARM, base, relay)?;
    ensure!(
        order_of_deal(story)?.is_empty(),
        "the deal has the number of an order already"
    );
    let sent_us = hotstart_stage::clock::now_us();
    order(story)?;
    let number = wait_for("the number of the order in the deal", LIMIT, || {
        Ok(Some(order_of_deal(story)?).filter(|number| !number.is_empty()))
    })?;
    step.ms = Some(ms_between(sent_us, hotstart_stage::clock::now_us()));
    let applied = applied(story, "hotstart/order")?;
    ensure!(applied == 1, "the order was made {applied} times");
    // One licence for the service, and it is free again when nothing more comes.
    wait_for("the licence of the service", Duration::from_secs(60), || {
        Ok((story.office.licences_in_use(WARM)? == 0).then_some(()))
    })?;
    step.note = Some(number);
    Ok(())
}

fn journal(story: &mut Story, step: &mut Step) -> Result<()> {
    story.program()?.open(&story.desk, "hotstart://settings/journal")?;
    let window = settings_window(story)?;
    story.picture(step, "relay-journal.png")?;
    story.desk.close(&window.id)?;
    gone(story, &window)?;
    let records = story.program()?.journal(&story.desk)?;
    let relayed = records
        .iter()
        .filter(|record| record.get("operation").and_then(Value::as_str) == Some("relay"))
        .count();
    ensure!(relayed > 0, "the journal has no record of the relay");
    step.note = Some(format!("{relayed} records"));
    Ok(())
}

fn polling(story: &mut Story, step: &mut Step) -> Result<()> {
    let base = json!({
        "alias": FILES, "name": "База учёта", "publication": null, "methods": ["running", "native"],
        "connect": "File=\"/srv/1c/База учёта\";",
    });
    let relay = json!({
        "bases": [{
            "base": FILES, "way": "client",
            "answers": [{"entity": "deal", "from": "number", "field": FIELD}],
        }],
        "authors": [{"portal": story.office.portal_host(), "userId": "1"}],
    });
    begin(story, "home-polling", FILES, base, relay)?;
    let (client, bridge) = attach(story)?;
    order(story)?;
    let heard = client.wait("the order at the polling client", 0, LIMIT, |heard| {
        heard.kind == "hotstart/order"
    })?;
    ensure!(
        heard.data.pointer("/entity/id").is_some(),
        "the event names no entity: {}",
        heard.data
    );
    // Its base has made the order, and answers as a published one does; twice, as a client does that was interrupted.
    let number = "ФБ-000017";
    let answer = json!({"results": [{"id": heard.id, "status": "done", "answer": {"number": number}}]});
    for _ in 0..2 {
        let said = http::post_as(&bridge.token, &bridge.call("/v1/answers"), &answer)?;
        let taken = said.pointer("/results/0/taken").and_then(Value::as_bool);
        ensure!(taken == Some(true), "the answer was not taken: {said}");
    }
    wait_for("the number of the file base in the deal", LIMIT, || {
        Ok((order_of_deal(story)? == number).then_some(()))
    })?;
    // With the user's rights it may read what it has written.
    let asked = json!({"entityTypeId": 2, "id": 123, "useOriginalUfNames": "Y"});
    let deal = http::post_as(&bridge.token, &bridge.call("/v1/b24/crm.item.get"), &asked)?;
    ensure!(
        deal.pointer(&format!("/result/item/{FIELD}")).and_then(Value::as_str) == Some(number),
        "the deal reads {deal}"
    );
    // Longer than one question waits at the bridge: nothing stands still meanwhile.
    sleep(Duration::from_secs(6));
    let pause = client.longest_pause_ms();
    ensure!(pause < 1_000.0, "the form of the client stood still for {pause:.0} ms");
    let again = client.heard().iter().filter(|it| it.id == heard.id).count();
    ensure!(again == 1, "the event came {again} times");
    step.note = Some(format!("longest pause of the form {pause:.0} ms"));
    Ok(())
}

fn running(story: &mut Story, step: &mut Step) -> Result<()> {
    let (client, _) = attach(story)?;
    // It counts as running once it has asked.
    sleep(Duration::from_millis(500));
    let (_, nav) = story.next_object(WARM);
    let known = client.heard().len();
    let link = format!("hotstart://onec/{FILES}/{nav}");
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let heard = client.wait("the link at the running client", known, LIMIT, |heard| {
        heard.kind == "open"
    })?;
    ensure!(
        heard.data.get("link").and_then(Value::as_str) == Some(nav.as_str()),
        "the client was given {}",
        heard.data
    );
    step.ms = Some(ms_between(handed.started_us, heard.at_us));
    Ok(())
}

/// The same folder in which the application was connected, now without a window.
fn company(story: &mut Story, step: &mut Step) -> Result<()> {
    let place = Place {
        programs: story.programs().to_owned(),
        home: story.desk.folder().join(APPLICATION_HOME),
    };
    let file = place.home.join("config/settings.json");
    let mut settings: Value = serde_json::from_str(&fs_err::read_to_string(&file)?)?;
    ensure!(
        settings.pointer("/portals/0").is_some(),
        "no portal was connected by an application"
    );
    let publication = story.publication(WARM)?;
    settings["bases"] = json!([{
        "alias": WARM, "name": "Управление торговлей", "publication": publication.trim_end_matches('/'),
        "methods": ["hot"], "serviceUser": SERVICE_USER,
    }]);
    settings["portals"][0]["base"] = json!(WARM);
    settings["relay"] = json!({
        "bases": [{"base": WARM, "way": "service", "events": [{"pattern": "crm/company.*"}]}],
        "authors": [{"portal": story.office.portal_host(), "application": CLIENT_ID}],
        "offline": [{"portal": story.office.portal_host(), "entities": ["company"]}],
    });
    place.write_settings(&settings)?;
    let before = applied(story, "crm/company.update")?;
    let mut command = place.command(&story.desk, "hotstartctl");
    command.arg("relay");
    let mut relay = story.desk.keeper().spawn("relay", command, &story.desk.log("relay"))?;
    sleep(Duration::from_secs(3));
    relay.check().context("the relay of the company")?;
    let change = json!({"type": 4, "id": COMPANY, "fields": {"TITLE": "ООО «Ромашка», новый адрес"}, "user": 2});
    story.office.send("/portal/change", &change)?;
    let arrived = wait_for("the changed company in 1C", Duration::from_secs(90), || {
        Ok((applied(story, "crm/company.update")? > before).then_some(()))
    });
    relay.end();
    if let Err(error) = arrived {
        let mut journal = place.command(&story.desk, "hotstartctl");
        journal.args(["journal", "--format", "csv"]);
        let journal = output(journal)?;
        let last: Vec<&str> = journal.lines().rev().take(4).collect();
        return Err(error.context(last.join(" | ")));
    }
    step.note = Some("by offline events of the application".to_owned());
    Ok(())
}

fn begin(story: &mut Story, home: &str, mapped: &str, base: Value, relay: Value) -> Result<()> {
    let settings = json!({
        "version": 1, "language": "ru",
        "portals": [{
            "portal": story.office.portal_host(), "scheme": "http", "connection": "webhook", "base": mapped, "userId": "1",
        }],
        "bases": [base],
        "relay": relay,
    });
    let place = story.place_with(home, &settings)?;
    story.start(place)?;
    wait_for("the connection to the push server", LIMIT, || {
        Ok((connections(story)? > 0).then_some(()))
    })
}

/// What a robot of a business process does: a call of the portal's own incoming webhook.
fn order(story: &Story) -> Result<()> {
    let text = "Сделка № 123 выиграна\n#hotstart relay deal 123 order answer";
    rest(story, "im.notify.personal.add", &json!({"USER_ID": 1, "MESSAGE": text})).map(drop)
}

fn order_of_deal(story: &Story) -> Result<String> {
    let asked = json!({"entityTypeId": 2, "id": 123, "useOriginalUfNames": "Y"});
    let answer = rest(story, "crm.item.get", &asked)?;
    let number = answer.pointer(&format!("/result/item/{FIELD}"));
    Ok(number.and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn rest(story: &Story, method: &str, params: &Value) -> Result<Value> {
    let webhook = story.office.addresses().webhook.trim_end_matches('/').to_owned();
    http::post(&format!("{webhook}/{method}"), params)
}

/// How many events of a type the published base has applied.
fn applied(story: &Story, kind: &str) -> Result<usize> {
    let told = story
        .office
        .read(&format!("/publication/events?publication={WARM}&after=0"))?;
    let events = told
        .get("events")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let fits = |event: &&Value| event.get("type").and_then(Value::as_str) == Some(kind);
    Ok(events.iter().filter(fits).count())
}

/// The bridge as the client of a base sees it.
struct Bridge {
    port: u16,
    token: String,
}

impl Bridge {
    fn call(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// A client with the token of its base, at the port that the program has written down.
fn attach(story: &Story) -> Result<(NativeClient, Bridge)> {
    let program = story.program()?;
    let token = program.place().pair(&story.desk, FILES)?;
    let port = wait_for("the port of the bridge", LIMIT, || {
        Ok(program.place().bridge_port(program.id()))
    })?;
    Ok((NativeClient::attach(port, &token, "files-1"), Bridge { port, token }))
}
