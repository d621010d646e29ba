//! What the bench stands on: the desk, the office, the program, and forms that were not opened before.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::chromium::{Profile, Shown};
use hotstart_stage::clock::{ms_between, wait_for};
use hotstart_stage::office::Beacon;
use hotstart_stage::program::Place;
use hotstart_stage::{Chromium, Desk, Office, Program};
use serde_json::{Value, json};

/// The class of every window of the program.
pub(super) const CLASS: &str = "hotstart";
/// The base that stays warm; the operating system vouches for its user, in our windows as in every browser.
pub(super) const WARM: &str = "ut";
/// The same publication under an alias that opens cold.
pub(super) const COLD: &str = "ut-cold";

/// How long anything visible may take on a busy machine before it counts as missing.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Between two opens, so that one never hides in the tail of the other.
pub(super) const PAUSE: Duration = Duration::from_millis(350);

/// Every open of a browser is a session of its own.
const LICENCES: u32 = 20;

/// The password of every user of the office's bases.
const PASSWORD: &str = "demo";

/// The most warm bases that are measured.
const MOST_BASES: usize = 3;

/// Everything that stands during a run; ended in this order.
#[derive(Debug)]
pub(super) struct Stand {
    program: Option<Program>,
    pub(super) office: Office,
    pub(super) desk: Desk,
    programs: PathBuf,
    folder: PathBuf,
    objects: u32,
    starts: u32,
}

impl Stand {
    /// Raises the desk and starts the office; pictures and logs go to `folder`.
    pub(super) fn set(programs: &Path, folder: PathBuf) -> Result<Self> {
        let desk = Desk::raise().context("raising the desk")?;
        let office = Office::start(desk.keeper(), &programs.join("hotstart-office"), &desk.log("office"))?;
        let stand = Self {
            program: None,
            office,
            desk,
            programs: programs.to_owned(),
            folder,
            objects: 0,
            starts: 0,
        };
        stand.office.set(WARM, json!({"licences": LICENCES}))?;
        let webhook = stand.office.addresses().webhook.clone();
        let user = format!("webhook:{}", stand.office.portal_host());
        let attributes = [("service", "hotstart"), ("username", user.as_str())];
        stand.desk.store_secret("hotstart", &attributes, &webhook)?;
        Ok(stand)
    }

    /// Starts the program in a fresh folder, and waits until it is connected to the portal.
    pub(super) fn start_program(&mut self) -> Result<()> {
        self.starts += 1;
        let place = Place {
            programs: self.programs.clone(),
            home: self.desk.folder().join(format!("home-{}", self.starts)),
        };
        place.write_settings(&self.settings())?;
        self.program = Some(Program::start(&self.desk, place)?);
        wait_for("the connection to the push server", LIMIT, || {
            let state = self.office.read("/state")?;
            let count = |name| state.pointer(name).and_then(Value::as_u64).unwrap_or(0);
            Ok((count("/push/sockets") + count("/push/polls") > 0).then_some(()))
        })
    }

    /// The running program.
    pub(super) fn program(&self) -> Result<&Program> {
        self.program.as_ref().context("the program does not run")
    }

    /// Ends the program, which gives its licences back.
    pub(super) fn end_program(&mut self) -> Result<()> {
        let program = self.program.take().context("the program does not run")?;
        program.end().context("the program had to be killed")?;
        self.free(0)
    }

    /// The aliases of the warm bases, three at most, the measured one first.
    pub(super) fn bases(&self) -> Vec<String> {
        let mut names: Vec<String> = self.publications().map(|(name, _)| name.to_owned()).collect();
        names.sort_by_key(|name| name != WARM);
        names.truncate(MOST_BASES);
        names
    }

    /// A link to an order that was not opened before, and its navigation link.
    pub(super) fn next_object(&mut self, base: &str) -> (String, String) {
        self.objects += 1;
        let nav = order(self.objects);
        (format!("hotstart://onec/{base}/{nav}"), nav)
    }

    /// The address of a place of the measured base, as a browser gets it.
    pub(super) fn address(&self, nav: &str) -> Result<String> {
        let found = self.publications().find(|(name, _)| *name == WARM);
        let (_, address) = found.with_context(|| format!("the office does not publish {WARM}"))?;
        Ok(format!("{}/ru_RU/#{nav}", address.trim_end_matches('/')))
    }

    /// Clicks a link and waits for its painted form; milliseconds from the start of `hotstart-open` to the beacon.
    pub(super) fn open(&self, link: &str, nav: &str) -> Result<(f64, Beacon)> {
        let after = self.office.last_beacon()?;
        let handed = self.program()?.open(&self.desk, link)?;
        ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
        let beacon = self.painted(nav, after)?;
        Ok((ms_between(handed.started_us, beacon.at_us), beacon))
    }

    /// Starts Chromium on an order that was not opened before, in its leanest window; milliseconds from its start to the
    /// beacon.
    pub(super) fn browse(&mut self, profile: &Profile) -> Result<(Chromium, Beacon, f64)> {
        let (_, nav) = self.next_object(WARM);
        let address = self.address(&nav)?;
        let after = self.office.last_beacon()?;
        let browser = Chromium::start(&self.desk, profile, Shown::App(&address))?;
        let beacon = self.painted(&nav, after)?;
        let ms = ms_between(browser.started_us, beacon.at_us);
        Ok((browser, beacon, ms))
    }

    /// Waits for the beacon of a form.
    pub(super) fn painted(&self, nav: &str, after: u64) -> Result<Beacon> {
        let beacon = self.office.painted(nav, after, LIMIT, |beacon| {
            beacon.nav == nav || beacon.screen == "login"
        })?;
        ensure!(
            beacon.screen == "form",
            "the client asks who is there, though the operating system vouches for the user"
        );
        Ok(beacon)
    }

    /// Ends the session of a page that has gone without a word.
    pub(super) fn log_out(&self, beacon: &Beacon) -> Result<()> {
        let gone = json!({"publication": beacon.publication, "session": beacon.session});
        self.office.send("/publication/session/lose", &gone)?;
        ensure!(
            !self.office.has_session(&beacon.publication, &beacon.session)?,
            "the session of Chromium is still there"
        );
        Ok(())
    }

    /// Waits until the measured base has no more than so many sessions.
    pub(super) fn free(&self, sessions: u64) -> Result<()> {
        wait_for("the free licence", LIMIT, || {
            Ok((self.office.licences_in_use(WARM)? <= sessions).then_some(()))
        })
    }

    /// Makes the window of a base warm, signing in where the base asks who is there.
    pub(super) fn warm(&mut self, base: &str) -> Result<()> {
        self.objects += 1;
        // Every configuration has counterparties.
        let nav = format!("e1cib/data/Справочник.Контрагенты?ref={}", reference(self.objects));
        let mut after = self.office.last_beacon()?;
        let link = format!("hotstart://onec/{base}/{nav}");
        self.program()?.open(&self.desk, &link)?;
        let of_base = |beacon: &Beacon| beacon.publication == base;
        let first = self.office.painted(&link, after, LIMIT, of_base)?;
        if first.screen == "login" {
            let window = self.desk.window(CLASS, &first.title, LIMIT)?;
            self.desk.front(&window.id)?;
            sleep(PAUSE);
            self.desk.write(PASSWORD)?;
            self.desk.key("Return")?;
            after = first.n;
        }
        let form = |beacon: &Beacon| of_base(beacon) && beacon.screen == "form";
        self.office.painted(&link, after, LIMIT, form).map(drop)
    }

    /// Closes every window of the program as a person does; a warm one hides.
    pub(super) fn hide_all(&self) -> Result<()> {
        for window in self.desk.windows(CLASS)? {
            self.desk.close(&window.id)?;
            self.gone(&window.id)?;
        }
        Ok(())
    }

    /// Waits until a window is off the screen.
    pub(super) fn gone(&self, id: &str) -> Result<()> {
        wait_for("the window going away", LIMIT, || {
            let windows = self.desk.windows(CLASS)?;
            Ok(windows.iter().all(|seen| seen.id != id).then_some(()))
        })
    }

    /// Saves a picture of the screen, once under each name.
    pub(super) fn picture(&self, name: &str) -> Result<()> {
        let file = self.folder.join(name);
        if file.exists() {
            return Ok(());
        }
        sleep(PAUSE);
        self.desk.picture(&file)
    }

    /// Ends everything; where pictures and logs are.
    pub(super) fn finish(self) -> Result<PathBuf> {
        let logs = self.folder.join("logs");
        fs_err::create_dir_all(&logs)?;
        for log in fs_err::read_dir(self.desk.folder().join("logs"))? {
            let log = log?;
            fs_err::copy(log.path(), logs.join(log.file_name()))?;
        }
        Ok(self.folder)
    }

    fn publications(&self) -> impl Iterator<Item = (&str, &str)> {
        self.office.addresses().publications.iter().map(|address| {
            let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            (name, address.as_str())
        })
    }

    fn settings(&self) -> Value {
        let mut bases: Vec<Value> = self
            .publications()
            .map(|(name, address)| json!({"alias": name, "name": name, "publication": address, "methods": ["hot"]}))
            .collect();
        let cold = self.publications().filter(|(name, _)| *name == WARM);
        bases.extend(
            cold.map(|(_, address)| json!({"alias": COLD, "name": COLD, "publication": address, "methods": ["cold"]})),
        );
        let portal = json!({
            "portal": self.office.portal_host(), "scheme": "http", "connection": "webhook", "base": WARM, "userId": "1",
        });
        json!({"version": 1, "language": "ru", "portals": [portal], "bases": bases})
    }
}

/// The navigation link of an order.
pub(in crate::bench) fn order(number: u32) -> String {
    format!("e1cib/data/Документ.ЗаказКлиента?ref={}", reference(number))
}

/// The reference of an object that the office makes up by it.
pub(super) fn reference(number: u32) -> String {
    format!("9a1c00155d01c8a311ee{:012x}", 0x5eed_0000_u64 + u64::from(number))
}
