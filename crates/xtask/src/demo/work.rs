//! Scene four: what a browser can do, a window of 1C can do: print forms and printing, files to save and to attach.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use hotstart_stage::clock::wait_for;
use hotstart_stage::memory;
use serde_json::Value;

use super::form::{Order, Part, gone};
use super::opening::{clip, open};
use super::report::Step;
use super::start::CLASS;
use super::story::{LIMIT, Story};

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

/// The colour of the print form's only button.
const PRINT_BUTTON: [u8; 3] = [0xff, 0xe1, 0x4d];

/// How long the print form may take before its button is pressed again.
const HEARD: Duration = Duration::from_secs(10);

/// A second notice of one file would come within this time.
const ECHO: Duration = Duration::from_millis(1_500);

/// Plays the scene.
pub(super) fn play(story: &mut Story) {
    story.step("print form, print dialog, cancelled", print);
    story.step("a file is saved and told once", download);
    story.step("file chooser, cancelled", choose);
    story.step("no dead processes of browsers", dead);
}

/// The print form is a window of its own that stays open for the next step.
fn print(story: &mut Story, step: &mut Step) -> Result<()> {
    let order = Order::next(story)?;
    order.press(story, Part::Print)?;
    let mut paper = story.desk.window(CLASS, "Печать", HEARD);
    if paper.is_err() {
        // A page that is drawing itself may miss a key; a person presses again.
        order.press(story, Part::Print)?;
        paper = story.desk.window(CLASS, "Печать", LIMIT);
    }
    let paper = paper?;
    story.desk.front(&paper.id)?;
    let button = wait_for("the button of the print form", LIMIT, || {
        let area = clip(story.desk.area(&paper.id)?);
        Ok(story.desk.pixels()?.places(area, PRINT_BUTTON).first().copied())
    })?;
    story.desk.click(button.middle(), 1)?;
    let dialog = story.desk.window(CLASS, "Print", LIMIT)?;
    sleep(Duration::from_millis(700));
    story.picture(step, "print-dialog.png")?;
    story.desk.front(&dialog.id)?;
    story.desk.key("Escape")?;
    gone(story, &dialog)?;
    still_there(story, &order)?;
    step.note = Some(paper.title);
    story.desk.rest()
}

fn download(story: &mut Story, step: &mut Step) -> Result<()> {
    let folder = story.desk.folder().join("home/Downloads");
    let known = files(&folder);
    let records = story.program()?.journal(&story.desk)?.len();
    let order = Order::next(story)?;
    let mark = story.desk.monitor().mark();
    order.press(story, Part::Download)?;
    let file = wait_for("the saved file", LIMIT, || {
        Ok(files(&folder).into_iter().find(|file| !known.contains(file)))
    })?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let told = |message: &hotstart_stage::bus::Message| {
        message.calls(NOTIFICATIONS, "Notify") && message.mentions("Файл сохранён")
    };
    story.desk.monitor().wait("the notice of the file", mark, LIMIT, told)?;
    sleep(ECHO);
    story.picture(step, "download.png")?;
    let text = fs_err::read_to_string(&file)?;
    let title = order.painted.title.split(" - ").next().unwrap_or_default();
    ensure!(
        text.contains(title),
        "the file is not the order {title:?} but begins with {:?}",
        text.lines().next()
    );
    let notices = story.desk.monitor().since(mark).iter().filter(|it| told(it)).count();
    ensure!(notices == 1, "the file was told {notices} times");
    let journal = story.program()?.journal(&story.desk)?;
    let noted = journal.iter().skip(records).filter(|record| is_download(record, &name));
    ensure!(noted.count() == 1, "the journal does not name {name} exactly once");
    ensure!(
        files(&folder).len() == known.len() + 1,
        "more than one file: {:?}",
        files(&folder)
    );
    // The print form of the step before heard of the file, too. Now it goes, and only it.
    for paper in story.desk.windows(CLASS)? {
        if paper.title.contains("Печать") {
            story.desk.close(&paper.id)?;
            gone(story, &paper)?;
        }
    }
    still_there(story, &order)?;
    step.note = Some(name);
    Ok(())
}

fn choose(story: &mut Story, step: &mut Step) -> Result<()> {
    let order = Order::next(story)?;
    let known: Vec<String> = story.desk.windows(CLASS)?.into_iter().map(|it| it.id).collect();
    order.go_to(story, Part::File)?;
    story.desk.key("space")?;
    let chooser = wait_for("the file chooser", LIMIT, || {
        let mut windows = story.desk.windows(CLASS)?.into_iter();
        Ok(windows.find(|window| !known.contains(&window.id)))
    })?;
    sleep(Duration::from_millis(700));
    story.picture(step, "file-chooser.png")?;
    story.desk.front(&chooser.id)?;
    story.desk.key("Escape")?;
    gone(story, &chooser)?;
    still_there(story, &order)?;
    step.note = Some(chooser.title);
    Ok(())
}

/// Each visit of the default browser was a process of its own, and each of them has ended.
fn dead(story: &mut Story, step: &mut Step) -> Result<()> {
    let dead = wait_for("the end of every browser being noticed", Duration::from_secs(5), || {
        Ok(memory::dead(story.program()?.id())?.is_empty().then_some(()))
    });
    if dead.is_err() {
        let names = memory::dead(story.program()?.id())?;
        ensure!(names.is_empty(), "dead and not noticed: {names:?}");
    }
    step.note = Some(format!("after {} visits", story.desk.browser().visits().len()));
    Ok(())
}

/// The program lives and its warm window still takes links without loading.
fn still_there(story: &mut Story, order: &Order) -> Result<()> {
    let (link, nav) = story.next_object(super::story::WARM);
    let (_, painted) = open(story, &link, &nav, LIMIT)?;
    ensure!(painted.load == order.painted.load, "the page was loaded again");
    Ok(())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn is_download(record: &Value, name: &str) -> bool {
    let text = |field: &str| record.get(field).and_then(Value::as_str).unwrap_or_default();
    text("operation") == "download" && text("object_id").ends_with(name)
}
