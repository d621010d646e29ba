//! The stage set for the story, and its steps: each is noted with its time, its picture and its outcome.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use hotstart_stage::clock::{ms_between, now_us};
use hotstart_stage::program::Place;
use hotstart_stage::tray::Item;
use hotstart_stage::{Desk, Office, Program};
use serde_json::{Value, json};

use super::report::{Samples, Step};
use crate::say;

/// How long anything visible may take on a busy machine before it counts as missing.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// The base that stays warm.
pub(super) const WARM: &str = "ut";
/// The same publication under an alias that opens cold.
pub(super) const COLD: &str = "ut-cold";
/// Another base, for what must not disturb the warm one.
pub(super) const OTHER: &str = "bp";

/// How much the story measures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Hot opens.
    pub(crate) hot: u32,
    /// Cold opens.
    pub(crate) cold: u32,
    /// Notifications.
    pub(crate) notifications: u32,
    /// Seconds from the start to the measure of idle memory.
    pub(crate) idle: u64,
    /// Take pictures.
    pub(crate) pictures: bool,
}

/// Everything the scenes play on.
pub(crate) struct Story {
    pub(super) program: Option<Program>,
    pub(super) office: Office,
    pub(super) desk: Desk,
    pub(super) item: Option<Item>,
    pub(super) extent: Extent,
    pub(super) samples: Samples,
    steps: Vec<Step>,
    folder: PathBuf,
    programs: PathBuf,
    objects: u32,
}

impl Story {
    /// Raises the desk and the office; pictures and notes go to `folder`.
    pub(crate) fn set(programs: &Path, folder: &Path, extent: Extent) -> Result<Self> {
        let desk = Desk::raise().context("raising the desk")?;
        let office = Office::start(desk.keeper(), &programs.join("hotstart-office"), &desk.log("office"))?;
        Ok(Self {
            program: None,
            office,
            desk,
            item: None,
            extent,
            samples: Samples::default(),
            steps: Vec::new(),
            folder: folder.to_owned(),
            programs: programs.to_owned(),
            objects: 0,
        })
    }

    /// Plays one step; what it answers is noted with it. A failed one leaves a picture of what was there instead.
    pub(super) fn step(&mut self, name: &str, play: impl FnOnce(&mut Self, &mut Step) -> Result<()>) -> bool {
        let mut step = Step {
            name: name.to_owned(),
            ok: true,
            ms: None,
            picture: None,
            note: None,
        };
        let started_us = now_us();
        if let Err(error) = play(self, &mut step) {
            step.ok = false;
            step.note = Some(format!("{error:#}"));
            let file = format!("failed-{}.png", self.steps.len() + 1);
            if self.desk.picture(&self.folder.join(&file)).is_ok() {
                step.picture = Some(file);
            }
        }
        let seconds = ms_between(started_us, now_us()) / 1000.0;
        let mark = if step.ok { say::green("ok  ") } else { say::red("FAIL") };
        say::line(&format!(
            "{mark} {name} ({seconds:.1} s) {}",
            step.note.as_deref().unwrap_or_default()
        ));
        let ok = step.ok;
        self.steps.push(step);
        ok
    }

    /// Saves a picture for a step.
    pub(super) fn picture(&self, step: &mut Step, name: &str) -> Result<()> {
        if !self.extent.pictures {
            return Ok(());
        }
        self.desk.picture(&self.folder.join(name))?;
        step.picture = Some(name.to_owned());
        Ok(())
    }

    /// The running program.
    pub(super) fn program(&self) -> Result<&Program> {
        self.program.as_ref().context("the program does not run")
    }

    /// A folder for the program, with settings that know the office.
    pub(super) fn place(&self, name: &str) -> Result<Place> {
        self.place_with(name, &self.settings()?)
    }

    /// A folder for the program, with these settings.
    pub(super) fn place_with(&self, name: &str, settings: &Value) -> Result<Place> {
        let place = Place {
            programs: self.programs.clone(),
            home: self.desk.folder().join(name),
        };
        place.write_settings(settings)?;
        Ok(place)
    }

    /// Starts the program and waits for its tray: a link that comes before finds nobody, and starts another one.
    pub(super) fn start(&mut self, place: Place) -> Result<Item> {
        let mark = self.desk.monitor().mark();
        self.program = Some(Program::start(&self.desk, place)?);
        self.desk.tray_item(mark, LIMIT)
    }

    /// The folder of the programs that are played with.
    pub(super) fn programs(&self) -> &Path {
        &self.programs
    }

    /// The address of a publication of the office.
    pub(super) fn publication(&self, name: &str) -> Result<String> {
        let all = &self.office.addresses().publications;
        let found = all
            .iter()
            .find(|address| address.trim_end_matches('/').ends_with(&format!("/{name}")));
        found
            .cloned()
            .with_context(|| format!("the office publishes {all:?}, not {name}"))
    }

    /// Puts the secret of the office's webhook where the settings window puts it.
    pub(super) fn keep_secret(&self, secret: &str) -> Result<()> {
        let user = self.secret_name();
        self.desk.store_secret("hotstart", &kept_as(&user), secret)
    }

    /// The secret of the office's webhook, as it is in the keyring.
    pub(super) fn kept_secret(&self) -> Result<Option<String>> {
        self.desk.find_secret(&kept_as(&self.secret_name()))
    }

    /// Takes it out of the keyring.
    pub(super) fn forget_secret(&self) -> Result<()> {
        self.desk.forget_secret(&kept_as(&self.secret_name()))
    }

    /// A link to an object that was not opened before, and its navigation link.
    pub(super) fn next_object(&mut self, base: &str) -> (String, String) {
        self.objects += 1;
        // Every base has its own metadata.
        let object = if base == OTHER {
            "Справочник.Контрагенты"
        } else {
            "Документ.ЗаказКлиента"
        };
        let nav = format!(
            "e1cib/data/{object}?ref=9a1c00155d01c8a311ee{:012x}",
            0x5eed_0000 + self.objects
        );
        (format!("hotstart://onec/{base}/{nav}"), nav)
    }

    /// The steps so far and their measures; every beacon of the office goes to `beacons.json`.
    pub(crate) fn finish(self) -> Result<(Vec<Step>, Samples)> {
        let beacons = self.office.read("/publication/beacons?after=0")?;
        fs_err::write(
            self.folder.join("beacons.json"),
            serde_json::to_string_pretty(&beacons)?,
        )?;
        let logs = self.folder.join("logs");
        fs_err::create_dir_all(&logs)?;
        for log in fs_err::read_dir(self.desk.folder().join("logs"))? {
            let log = log?;
            fs_err::copy(log.path(), logs.join(log.file_name()))?;
        }
        drop(self.program);
        Ok((self.steps, self.samples))
    }

    fn settings(&self) -> Result<Value> {
        let base = |alias: &str, name: &str, at: &str, methods: &[&str]| -> Result<Value> {
            Ok(json!({"alias": alias, "name": name, "publication": self.publication(at)?, "methods": methods}))
        };
        Ok(json!({
            "version": 1,
            "language": "ru",
            "portals": [{
                "portal": self.office.portal_host(),
                "scheme": "http",
                "connection": "webhook",
                "base": WARM,
                "userId": "1",
            }],
            "bases": [
                base(WARM, "Управление торговлей", "ut", &["hot", "browser"])?,
                base(COLD, "Управление торговлей (отдельное окно)", "ut", &["cold"])?,
                base(OTHER, "Бухгалтерия предприятия", "bp", &["hot"])?,
            ],
        }))
    }

    fn secret_name(&self) -> String {
        format!("webhook:{}", self.office.portal_host())
    }
}

/// How the program names a secret in the keyring.
fn kept_as(user: &str) -> [(&'static str, &str); 2] {
    [("service", "hotstart"), ("username", user)]
}
