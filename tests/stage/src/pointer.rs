//! The user's hands: windows as the window manager shows them, clicks and keys as the X server delivers them.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::clock::wait_for;
use crate::desk::Desk;
use crate::keeper::output;
use crate::picture::{Area, Pixels};

/// From the right edge of a notification of Xfce to the middle of its button.
const BUTTON_FROM_RIGHT: u32 = 57;
/// From the lower edge of a notification of Xfce to the middle of its button.
const BUTTON_FROM_BELOW: u32 = 31;

/// A window on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The X window id.
    pub id: String,
    /// Its title.
    pub title: String,
}

impl Desk {
    /// The visible windows whose class matches the expression (without case).
    pub fn windows(&self, class: &str) -> Result<Vec<Window>> {
        let ids = wait_for("the list of windows", Duration::from_secs(5), || self.search(class))?;
        let mut windows = Vec::new();
        for id in ids.split_whitespace() {
            // A window may go away between the two questions.
            if let Ok(title) = self.xdotool(&["getwindowname", id]) {
                windows.push(Window {
                    id: id.to_owned(),
                    title: title.trim().to_owned(),
                });
            }
        }
        Ok(windows)
    }

    /// Waits for a visible window of this class whose title contains `title`.
    pub fn window(&self, class: &str, title: &str, limit: Duration) -> Result<Window> {
        wait_for(&format!("a window of {class} titled {title:?}"), limit, || {
            Ok(self
                .windows(class)?
                .into_iter()
                .find(|window| window.title.contains(title)))
        })
    }

    /// Gives a window another size, its page without the frame.
    pub fn resize(&self, window: &str, size: (u32, u32)) -> Result<()> {
        let (width, height) = (size.0.to_string(), size.1.to_string());
        self.xdotool(&["windowsize", "--sync", window, &width, &height])
            .map(drop)
    }

    /// Where a window is.
    pub fn area(&self, window: &str) -> Result<Area> {
        let text = self.xdotool(&["getwindowgeometry", "--shell", window])?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|number| number.parse::<i64>().ok())
                .map(|number| u32::try_from(number).unwrap_or(0))
        };
        let read = || {
            Some(Area {
                x: value("X")?,
                y: value("Y")?,
                width: value("WIDTH")?,
                height: value("HEIGHT")?,
            })
        };
        read().with_context(|| format!("no geometry in {text:?}"))
    }

    /// The window that has the keyboard, if any.
    pub fn active_window(&self) -> Option<String> {
        self.xdotool(&["getactivewindow"]).ok().map(|id| id.trim().to_owned())
    }

    /// Presses the button of the only notification on the screen, once it is drawn over what was there `before`.
    ///
    /// Xfce shows the default action as a button below the text; a click beside it only closes the notification.
    pub fn click_notification(&self, before: &Pixels, limit: Duration) -> Result<Area> {
        let window = self.window("xfce4-notifyd", "", limit)?;
        let drawn = wait_for("the drawn notification", limit, || {
            let area = self.area(&window.id)?;
            Ok(before
                .difference(&self.pixels()?, area)
                .filter(|drawn| drawn.height > BUTTON_FROM_BELOW))
        })?;
        let (right, below) = (drawn.x + drawn.width, drawn.y + drawn.height);
        self.click((right - BUTTON_FROM_RIGHT, below - BUTTON_FROM_BELOW), 1)?;
        Ok(drawn)
    }

    /// Moves the pointer there and presses a button: 1 left, 3 right.
    pub fn click(&self, (x, y): (u32, u32), button: u8) -> Result<()> {
        let place = self.xdotool(&["getmouselocation", "--shell"])?;
        // Told to wait for a movement, xdotool waits 15 s for one that is not needed.
        if !place.starts_with(&format!("X={x}\nY={y}\n")) {
            self.xdotool(&["mousemove", "--sync", &x.to_string(), &y.to_string()])?;
        }
        // Xfce's windows take the pointer for arrived a moment later.
        sleep(Duration::from_millis(120));
        self.xdotool(&["click", &button.to_string()])?;
        Ok(())
    }

    /// Puts the pointer where nothing reacts to it.
    pub fn rest(&self) -> Result<()> {
        self.xdotool(&["mousemove", "5", "300"])?;
        Ok(())
    }

    /// Presses keys, as `ctrl+l`.
    pub fn key(&self, keys: &str) -> Result<()> {
        self.xdotool(&["key", "--clearmodifiers", keys])?;
        Ok(())
    }

    /// Presses a key so many times, no faster than a person.
    pub fn keys(&self, key: &str, times: usize) -> Result<()> {
        let mut arguments = vec!["key", "--clearmodifiers", "--delay", "40"];
        arguments.extend(std::iter::repeat_n(key, times));
        self.xdotool(&arguments).map(drop)
    }

    /// Types text.
    pub fn write(&self, text: &str) -> Result<()> {
        self.xdotool(&["type", "--clearmodifiers", "--delay", "15", text])?;
        Ok(())
    }

    /// Closes a window as its close button does: the window manager asks it to go.
    pub fn close(&self, window: &str) -> Result<()> {
        self.front(window)?;
        self.key("alt+F4")
    }

    /// Brings a window to front, as its button on the panel does, until it has the keyboard.
    pub fn front(&self, window: &str) -> Result<()> {
        wait_for("the window coming to front", Duration::from_secs(10), || {
            self.xdotool(&["windowactivate", window])?;
            sleep(Duration::from_millis(40));
            Ok((self.active_window().as_deref() == Some(window)).then_some(()))
        })
    }

    /// Nothing if a window went away in the middle of the search: xdotool ends at once then, with what it has.
    fn search(&self, class: &str) -> Result<Option<String>> {
        let mut command = self.command("timeout");
        let out = command
            .args(["20", "xdotool", "search", "--onlyvisible", "--class", class])
            .output()?;
        let broken = String::from_utf8_lossy(&out.stderr).contains("X Error");
        // It ends with 1 when it finds none.
        Ok((!broken).then(|| String::from_utf8_lossy(&out.stdout).into_owned()))
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<String> {
        // A window that goes away at the wrong moment leaves xdotool waiting for ever.
        let mut command = self.command("timeout");
        command.args(["20", "xdotool"]).args(arguments);
        output(command)
    }
}
