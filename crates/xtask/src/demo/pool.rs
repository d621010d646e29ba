//! Scene eight: several bases, their licences, and the native client. Nothing of 1C is held longer than it is wanted, and
//! no link is lost when a session is.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::wait_for;
use hotstart_stage::office::Beacon;
use hotstart_stage::pointer::Window;
use hotstart_stage::program::Place;
use serde_json::{Value, json};

use super::form::gone;
use super::opening::{FIRST, hide_all, open};
use super::report::Step;
use super::start::CLASS;
use super::story::{COLD, LIMIT, OTHER, Story, WARM};

/// A base that only the native client opens.
const NATIVE: &str = "files";

/// The publication of the first base, for the default browser.
const WEB: &str = "ut-web";

/// What a window is resized to.
const SIZE: (u32, u32) = (820, 560);

/// The password of every user of the office's bases.
const PASSWORD: &str = "demo";

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

/// Plays the scene; it begins and ends without a program.
pub(super) fn play(story: &mut Story) {
    if story.step("two bases are warm side by side", two) {
        story.step("cold start in desktop mode; closed, the licence is free", desktop_mode);
        story.step("a window opens as it was left", as_it_was_left);
        story.step("a lost session: the link waits for the login", lost);
        story.step("the native client gets the link", native);
        story.step("the default browser gets the link", browser);
        story.step("a locked screen releases, but not what is to be kept", locked);
        story.step("after a crash the next start gives the licence back", crashed);
        super::stranger::play(story);
    }
    story.program = None;
}

fn two(story: &mut Story, step: &mut Step) -> Result<()> {
    for base in [WARM, OTHER] {
        story.office.set(base, json!({"licences": 3}))?;
    }
    let place = pool_place(story)?;
    story.start(place)?;
    let mut loads: Vec<(&str, String)> = Vec::new();
    // Each base twice, in turn: the second time nothing is loaded.
    for turn in 0..2 {
        for base in [WARM, OTHER] {
            let painted = shown(story, base)?;
            match loads.iter().find(|(known, _)| *known == base) {
                Some((_, load)) => ensure!(*load == painted.load, "{base} was loaded again"),
                None => loads.push((base, painted.load)),
            }
            sleep(Duration::from_millis(300 * (1 - turn)));
        }
    }
    story.picture(step, "two-bases.png")?;
    let licences = [WARM, OTHER].map(|base| story.office.licences_in_use(base));
    let [first, second] = licences;
    let (first, second) = (first?, second?);
    ensure!((first, second) == (1, 1), "licences in use: {first} and {second}");
    step.note = Some("one load and one licence each".to_owned());
    Ok(())
}

fn desktop_mode(story: &mut Story, step: &mut Step) -> Result<()> {
    let before = story.office.licences_in_use(WARM)?;
    let known = story.desk.windows(CLASS)?;
    let (link, nav) = story.next_object(COLD);
    let (_, painted) = open(story, &link, &nav, FIRST)?;
    ensure!(painted.workplace, "the page does not draw itself in desktop mode");
    let fresh = other_than(story, &known)?;
    sleep(Duration::from_millis(500));
    story.picture(step, "desktop-mode.png")?;
    story.desk.resize(&fresh.id, SIZE)?;
    story.desk.front(&fresh.id)?;
    story.desk.key("ctrl+plus")?;
    sleep(Duration::from_millis(500));
    story.desk.close(&fresh.id)?;
    gone(story, &fresh)?;
    wait_for("the licence of the closed window", LIMIT, || {
        Ok((story.office.licences_in_use(WARM)? == before).then_some(()))
    })
}

/// Size and zoom are those that the user left.
fn as_it_was_left(story: &mut Story, step: &mut Step) -> Result<()> {
    let known = story.desk.windows(CLASS)?;
    let (link, nav) = story.next_object(COLD);
    open(story, &link, &nav, FIRST)?;
    let again = other_than(story, &known)?;
    let area = wait_for("the size of the last window", LIMIT, || {
        let area = story.desk.area(&again.id)?;
        Ok(((area.width, area.height) == SIZE).then_some(area))
    });
    if area.is_err() {
        let area = story.desk.area(&again.id)?;
        ensure!(
            (area.width, area.height) == SIZE,
            "the window is {} x {}",
            area.width,
            area.height
        );
    }
    let zoom = story.program()?.zoom(&story.desk, COLD)?;
    ensure!(zoom > 100, "the zoom was kept as {zoom} percent");
    step.note = Some(format!("{} x {}, {zoom} %", SIZE.0, SIZE.1));
    story.desk.close(&again.id)?;
    gone(story, &again)
}

/// The window that was not there before.
fn other_than(story: &Story, known: &[Window]) -> Result<Window> {
    wait_for("the new window", LIMIT, || {
        let mut windows = story.desk.windows(CLASS)?.into_iter();
        Ok(windows.find(|window| known.iter().all(|known| known.id != window.id)))
    })
}

/// The server has forgotten the session of a hidden window. The link brings the login form; after the login it opens.
fn lost(story: &mut Story, step: &mut Step) -> Result<()> {
    hide_all(story)?;
    story
        .office
        .send("/publication/session/lose", &json!({"publication": WARM}))?;
    let (mark, after) = (story.desk.monitor().mark(), story.office.last_beacon()?);
    let (link, nav) = story.next_object(WARM);
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    story
        .office
        .painted("the login form", after, LIMIT, |beacon| beacon.screen == "login")?;
    let told = |it: &hotstart_stage::bus::Message| it.calls(NOTIFICATIONS, "Notify") && it.mentions("Сеанс базы");
    story
        .desk
        .monitor()
        .wait("the notice of the lost session", mark, LIMIT, told)?;
    let window = login_form(story)?;
    story.picture(step, "lost-session.png")?;
    sign_in(story, &window)?;
    let painted = story.office.painted(&nav, after, LIMIT, |beacon| beacon.nav == nav)?;
    story.desk.window(CLASS, &painted.title, LIMIT)?;
    // It takes links as before.
    shown(story, WARM).map(drop)
}

/// A program that notes its arguments, and what of ours is in its environment, stands where the settings of the starter
/// say that 1C is installed.
fn native(story: &mut Story, step: &mut Step) -> Result<()> {
    let (link, nav) = story.next_object(NATIVE);
    let told = told_by_client(story);
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let arguments = wait_for("the arguments of the native client", LIMIT, || {
        Ok(fs_err::read_to_string(&told)
            .ok()
            .filter(|text| text.ends_with("end\n")))
    })?;
    let arguments: Vec<&str> = arguments.lines().collect();
    for expected in ["ENTERPRISE", "/srv/1c/База учёта", nav.as_str()] {
        ensure!(
            arguments.iter().any(|argument| argument.contains(expected)),
            "{expected:?} is not among {arguments:?}"
        );
    }
    // The web engine of our windows is told how to live all day; that of the client has its own mind.
    ensure!(
        !arguments.iter().any(|argument| argument.starts_with("JSC_")),
        "the client has variables of ours: {arguments:?}"
    );
    step.note = Some(arguments.join(" "));
    Ok(())
}

fn browser(story: &mut Story, step: &mut Step) -> Result<()> {
    let visits = story.desk.browser().visits().len();
    let (link, _) = story.next_object(WEB);
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let visit = story.desk.browser().wait(visits, LIMIT)?;
    let expected = format!("{}/#e1cib/data/", story.publication(WARM)?.trim_end_matches('/'));
    ensure!(
        visit.address.starts_with(&expected),
        "the browser got {}",
        visit.address
    );
    step.note = Some(visit.address);
    Ok(())
}

fn locked(story: &mut Story, step: &mut Step) -> Result<()> {
    shown(story, WARM)?;
    shown(story, OTHER)?;
    let mut signal = story.desk.command("dbus-send");
    signal.args([
        "--session",
        "--type=signal",
        "/org/freedesktop/ScreenSaver",
        "org.freedesktop.ScreenSaver.ActiveChanged",
        "boolean:true",
    ]);
    hotstart_stage::keeper::output(signal)?;
    wait_for("the licence of the released base", LIMIT, || {
        Ok((story.office.licences_in_use(WARM)? == 0).then_some(()))
    })?;
    let kept = story.office.licences_in_use(OTHER)?;
    ensure!(kept == 1, "the base to keep has {kept} licences");
    step.note = Some("one base released, the other one kept".to_owned());
    Ok(())
}

/// Nobody logs out when a program dies. Its sessions are written down, and the next start ends them.
fn crashed(story: &mut Story, step: &mut Step) -> Result<()> {
    shown(story, WARM)?;
    // The page is asked for its session a moment after its form was painted; a crash before that leaves nothing to end.
    wait_for("both sessions written down", LIMIT, || {
        Ok((story.program()?.sessions(&story.desk)? == 2).then_some(()))
    })?;
    let program = story.program.take().context("the program does not run")?;
    let place = program.place().clone();
    let mut kill = story.desk.command("kill");
    kill.args(["-KILL", &program.id().to_string()]);
    hotstart_stage::keeper::output(kill)?;
    drop(program);
    sleep(Duration::from_millis(500));
    let left = [
        story.office.licences_in_use(WARM)?,
        story.office.licences_in_use(OTHER)?,
    ];
    ensure!(left == [1, 1], "after the crash the licences in use are {left:?}");
    story.start(place)?;
    wait_for("both licences", LIMIT, || {
        Ok((story.office.licences_in_use(WARM)? + story.office.licences_in_use(OTHER)? == 0).then_some(()))
    })?;
    step.note = Some("two sessions ended from outside".to_owned());
    Ok(())
}

/// Opens an object of a base that was not opened before, in its warm window. A base that asks who is there is told.
fn shown(story: &mut Story, base: &str) -> Result<Beacon> {
    let (link, nav) = story.next_object(base);
    let after = story.office.last_beacon()?;
    let handed = story.program()?.open(&story.desk, &link)?;
    ensure!(handed.status.success(), "hotstart-open: {}", handed.status);
    let fits = |beacon: &Beacon| beacon.nav == nav || beacon.screen == "login";
    let mut painted = story.office.painted(&nav, after, FIRST, fits)?;
    if painted.screen == "login" {
        let window = login_form(story)?;
        sign_in(story, &window)?;
        painted = story.office.painted(&nav, after, LIMIT, |beacon| beacon.nav == nav)?;
    }
    story.desk.window(CLASS, &painted.title, LIMIT)?;
    Ok(painted)
}

/// The window with the login form, in front.
fn login_form(story: &Story) -> Result<Window> {
    let window = story.desk.window(CLASS, "Доступ к информационной базе", LIMIT)?;
    story.desk.front(&window.id)?;
    sleep(Duration::from_millis(500));
    Ok(window)
}

/// Types the password: the form has filled in the name and has the caret in the next field.
fn sign_in(story: &Story, window: &Window) -> Result<()> {
    story.desk.front(&window.id)?;
    story.desk.write(PASSWORD)?;
    story.desk.key("Return")
}

/// The settings of this scene, and a 1C that is one script.
fn pool_place(story: &Story) -> Result<Place> {
    let base = |alias: &str, name: &str, methods: &[&str]| -> Result<Value> {
        let publication = story.publication(if alias == OTHER { "bp" } else { "ut" })?;
        Ok(json!({"alias": alias, "name": name, "publication": publication, "methods": methods}))
    };
    let mut kept = base(OTHER, "Бухгалтерия предприятия", &["hot"])?;
    kept["keep"] = json!(true);
    let settings = json!({
        "version": 1,
        "language": "ru",
        "pool": {"onLock": true},
        "bases": [
            base(WARM, "Управление торговлей", &["hot", "browser"])?,
            base(COLD, "Управление торговлей (отдельное окно)", &["cold"])?,
            base(WEB, "Управление торговлей (браузер)", &["browser"])?,
            kept,
            {
                "alias": NATIVE, "name": "База учёта", "publication": null, "methods": ["native"],
                "connect": "File=\"/srv/1c/База учёта\";"
            },
        ],
    });
    install_client(story)?;
    story.place_with("home-pool", &settings)
}

fn told_by_client(story: &Story) -> std::path::PathBuf {
    story.desk.folder().join("native-client.txt")
}

/// The starter of 1C in the place that its own settings name.
fn install_client(story: &Story) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let installed = story.desk.folder().join("1cv8");
    let starter = installed.join("common/1cestart");
    fs_err::create_dir_all(installed.join("common"))?;
    let told = told_by_client(story);
    let script = format!(
        "#!/bin/sh\n{{ for argument in \"$@\"; do printf '%s\\n' \"$argument\"; done; \
         env | grep '^JSC_'; echo end; }} > '{}'\n",
        told.display()
    );
    fs_err::write(&starter, script)?;
    fs_err::set_permissions(&starter, PermissionsExt::from_mode(0o755))?;
    let settings = story.desk.folder().join("home/.1C/1cestart");
    fs_err::create_dir_all(&settings)?;
    fs_err::write(
        settings.join("1cestart.cfg"),
        format!("InstalledLocation={}\n", installed.display()),
    )?;
    Ok(())
}
