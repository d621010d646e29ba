//! Scene four: what must not happen. Each bad input gives a code in the journal, and neither a window nor a process nor a
//! request to anybody else.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::Program;
use hotstart_stage::journal::error_code;
use hotstart_stage::memory;
use hotstart_stage::network::Watch;
use serde_json::json;

use super::report::Step;
use super::start::CLASS;
use super::story::{LIMIT, OTHER, Story};

/// A portal that does not answer is given up after its own limit.
const PATIENCE: Duration = Duration::from_secs(75);

/// Links that are refused for what they are.
const REFUSED: [&str; 6] = [
    "hotstart://onec/ut/javascript:alert(1)",
    "hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref=00000000000000000000000000000000",
    "hotstart://onec/ut/e1cib/tempstorage/abc",
    "hotstart://onec/ut/e1cib/data/Документ.ЗаказКлиента?ref=9a1c00155d01c8a311ee00005eed0001&ref=2",
    "hotstart://b24/user:secret@portal.example/crm/",
    "hotstart:\\\\host\\share",
];

/// Plays the scene; it ends with the program stopped.
pub(super) fn play(story: &mut Story) {
    story.step("refused links", refused);
    story.step("unknown base", |story, step| {
        let link = "hotstart://onec/nosuch/e1cib/data/Документ.ЗаказКлиента?ref=9a1c00155d01c8a311ee00005eed0001";
        bad_link(story, step, link, "base.unknown")
    });
    story.step("unknown portal", |story, step| {
        bad_link(
            story,
            step,
            "hotstart://b24/portal.example/crm/deal/details/1/",
            "portal.unknown",
        )
    });
    story.step("busy licence", busy);
    story.step("the program ends when it is asked to", end);
    story.step("wrong webhook secret", wrong_secret);
    story.step("silent portal", silent);
}

fn refused(story: &mut Story, step: &mut Step) -> Result<()> {
    let mut codes = BTreeSet::new();
    for link in REFUSED {
        let known = story.program()?.journal(&story.desk)?.len();
        let quiet = Quiet::begin(story)?;
        let handed = story.program()?.open(&story.desk, link)?;
        // A link is refused by the one who understands links, or already by the one who hands it over.
        if handed.status.code() == Some(2) {
            codes.insert("refused by hotstart-open".to_owned());
        } else {
            let record = story.program()?.journal_code(&story.desk, known, "link.refused", LIMIT);
            codes.extend(error_code(&record.with_context(|| link.to_owned())?).map(str::to_owned));
        }
        quiet.end(story).with_context(|| link.to_owned())?;
    }
    step.note = Some(codes.into_iter().collect::<Vec<_>>().join(", "));
    Ok(())
}

fn bad_link(story: &mut Story, step: &mut Step, link: &str, code: &str) -> Result<()> {
    let known = story.program()?.journal(&story.desk)?.len();
    let quiet = Quiet::begin(story)?;
    story.program()?.open(&story.desk, link)?;
    let record = story.program()?.journal_code(&story.desk, known, code, LIMIT)?;
    quiet.end(story)?;
    step.note = error_code(&record).map(str::to_owned);
    Ok(())
}

fn busy(story: &mut Story, step: &mut Step) -> Result<()> {
    story.office.set(OTHER, json!({"licences": 0}))?;
    let known = story.program()?.journal(&story.desk)?.len();
    let windows = story.desk.windows(CLASS)?.len();
    let link = format!(
        "hotstart://onec/{OTHER}/e1cib/data/Документ.СчетНаОплатуПокупателю?ref=9a1c00155d01c8a311ee00005eed0001"
    );
    story.program()?.open(&story.desk, &link)?;
    let record = story
        .program()?
        .journal_code(&story.desk, known, "licence.busy", LIMIT)?;
    step.note = error_code(&record).map(str::to_owned);
    hotstart_stage::clock::wait_for("the refused window going away", LIMIT, || {
        Ok((story.desk.windows(CLASS)?.len() == windows).then_some(()))
    })
}

fn end(story: &mut Story, step: &mut Step) -> Result<()> {
    let program = story.program.take().context("the program does not run")?;
    let status = program.end().context("the program had to be killed")?;
    step.note = Some(status.to_string());
    hotstart_stage::clock::wait_for("every licence free", LIMIT, || {
        Ok((story.office.licences_in_use("ut")? == 0).then_some(()))
    })
}

fn wrong_secret(story: &mut Story, step: &mut Step) -> Result<()> {
    let webhook = story.office.addresses().webhook.clone();
    let trimmed = webhook.trim_end_matches('/');
    let (head, secret) = trimmed.rsplit_once('/').context("a webhook has a secret")?;
    story.keep_secret(&format!("{head}/{}/", "x".repeat(secret.len())))?;
    let outcome = connecting(story, step, "home-wrong-secret", "auth.refused");
    story.keep_secret(&webhook)?;
    outcome
}

fn silent(story: &mut Story, step: &mut Step) -> Result<()> {
    story.office.send("/fault", &json!({"kind": "portal_silent"}))?;
    let outcome = connecting(story, step, "home-silent-portal", "portal.unreachable");
    story
        .office
        .send("/fault", &json!({"kind": "portal_silent", "on": false}))?;
    outcome
}

/// A fresh start that cannot connect says why, and shows nothing but its tray icon.
fn connecting(story: &mut Story, step: &mut Step, home: &str, code: &str) -> Result<()> {
    let program = Program::start(&story.desk, story.place(home)?)?;
    let watch = Watch::start(program.id());
    let record = program.journal_code(&story.desk, 0, code, PATIENCE)?;
    step.note = error_code(&record).map(str::to_owned);
    let strangers = watch.strangers();
    ensure!(strangers.is_empty(), "strangers were contacted: {strangers:?}");
    ensure!(story.desk.windows(CLASS)?.is_empty(), "a window is open");
    program.end().context("the program had to be killed")?;
    Ok(())
}

/// What must stay as it is.
struct Quiet {
    windows: usize,
    members: BTreeSet<u32>,
    visits: usize,
    loads: u64,
    watch: Watch,
}

impl Quiet {
    fn begin(story: &Story) -> Result<Self> {
        let root = story.program()?.id();
        Ok(Self {
            windows: story.desk.windows(CLASS)?.len(),
            members: memory::members(root)?.into_iter().collect(),
            visits: story.desk.browser().visits().len(),
            loads: story.office.loads("ut")?,
            watch: Watch::start(root),
        })
    }

    fn end(self, story: &Story) -> Result<()> {
        // Whatever a bad link might start shows itself within this time.
        std::thread::sleep(Duration::from_millis(700));
        let strangers = self.watch.strangers();
        ensure!(strangers.is_empty(), "strangers were contacted: {strangers:?}");
        let windows = story.desk.windows(CLASS)?;
        ensure!(windows.len() <= self.windows, "a window opened: {windows:?}");
        let members: BTreeSet<u32> = memory::members(story.program()?.id())?.into_iter().collect();
        let new: Vec<&u32> = members.difference(&self.members).collect();
        ensure!(new.is_empty(), "processes were started: {new:?}");
        ensure!(
            story.desk.browser().visits().len() == self.visits,
            "the browser was asked to open something"
        );
        ensure!(story.office.loads("ut")? == self.loads, "a page was loaded");
        Ok(())
    }
}
