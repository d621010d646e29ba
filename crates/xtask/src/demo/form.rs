//! The form of an order in a window, worked with by the keyboard.
//!
//! Its parts are reached by the Tab key from the title on: unlike places on the screen, their order does not depend on
//! the fonts of the machine.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hotstart_stage::clock::wait_for;
use hotstart_stage::office::Beacon;
use hotstart_stage::pointer::Window;

use super::opening::{clip, open};
use super::start::CLASS;
use super::story::{LIMIT, Story, WARM};

/// From the corner of a window to a point in the title of its form.
const TITLE: (u32, u32) = (300, 67);

/// A part of the form of an order: how many times Tab is pressed from the title on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// The button that writes the order.
    Write = 2,
    /// The button that opens the print form.
    Print = 3,
    /// The link that saves the order as a file.
    Download = 4,
    /// The comment.
    Comment = 13,
    /// The file to attach.
    File = 14,
}

/// An order that is shown.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// The link that opens it.
    pub(super) link: String,
    /// Its navigation link.
    pub(super) nav: String,
    /// The form as it was painted first.
    pub(super) painted: Beacon,
    /// Its window.
    pub(super) window: Window,
}

impl Order {
    /// Opens an order that was not opened before, in the warm window.
    pub(super) fn next(story: &mut Story) -> Result<Self> {
        let (link, nav) = story.next_object(WARM);
        let (_, painted) = open(story, &link, &nav, LIMIT)?;
        let window = story.desk.window(CLASS, &painted.title, LIMIT)?;
        Ok(Self {
            link,
            nav,
            painted,
            window,
        })
    }

    /// Goes to a part of the form.
    pub(super) fn go_to(&self, story: &Story, part: Part) -> Result<()> {
        story.desk.front(&self.window.id)?;
        let area = story.desk.area(&self.window.id)?;
        story.desk.click((area.x + TITLE.0, area.y + TITLE.1), 1)?;
        story.desk.keys("Tab", part as usize)?;
        sleep(Duration::from_millis(150));
        Ok(())
    }

    /// Goes to a part of the form and presses it.
    pub(super) fn press(&self, story: &Story, part: Part) -> Result<()> {
        self.go_to(story, part)?;
        story.desk.key("Return")
    }

    /// Types a comment; the client marks the title of a form that holds something unsaved.
    pub(super) fn comment(&self, story: &Story, text: &str) -> Result<()> {
        self.go_to(story, Part::Comment)?;
        story.desk.write(text)?;
        // The mark comes with the first letter. A busy page is still behind with the others; it has taken them all when
        // the picture, without the caret of the field, changes no more.
        story.desk.key("Tab")?;
        wait_for("the mark of unsaved work in the title", LIMIT, || {
            Ok(self.is_marked(story)?.then_some(()))
        })?;
        let area = clip(story.desk.area(&self.window.id)?);
        wait_for("the end of typing", LIMIT, || {
            let before = story.desk.pixels()?;
            sleep(Duration::from_millis(500));
            Ok(before.difference(&story.desk.pixels()?, area).is_none().then_some(()))
        })
    }

    /// Whether the window shows a form that holds something unsaved.
    pub(super) fn is_marked(&self, story: &Story) -> Result<bool> {
        let windows = story.desk.windows(CLASS)?;
        let window = windows.iter().find(|window| window.id == self.window.id);
        let window = window.context("the window is not on the screen")?;
        Ok(window.title.contains(" * - "))
    }

    /// Goes elsewhere and back by links: the same page still holds the same unsaved form.
    pub(super) fn is_kept(&self, story: &mut Story) -> Result<()> {
        let (link, nav) = story.next_object(WARM);
        let (_, other) = open(story, &link, &nav, LIMIT)?;
        ensure!(!other.dirty, "another form is marked as unsaved");
        let (_, back) = open(story, &self.link, &self.nav, LIMIT)?;
        ensure!(back.load == self.painted.load, "the page was loaded again");
        ensure!(back.dirty, "the typed text is lost: the form is as it was written");
        wait_for("the form that holds unsaved work", LIMIT, || {
            Ok(self.is_marked(story)?.then_some(()))
        })
    }
}

/// Waits for the end of a window.
pub(super) fn gone(story: &Story, window: &Window) -> Result<()> {
    wait_for(&format!("the end of the window {:?}", window.title), LIMIT, || {
        let windows = story.desk.windows(CLASS)?;
        Ok(windows.iter().all(|seen| seen.id != window.id).then_some(()))
    })
}
