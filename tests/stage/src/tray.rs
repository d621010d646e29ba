//! The tray item as its host sees it: registered on the bus, with properties and a menu.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::bus::Message;
use crate::clock::wait_for;
use crate::desk::Desk;
use crate::keeper::output;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// A tray item of a running program.
#[derive(Debug, Clone)]
pub struct Item {
    /// The unique bus name of the program.
    pub owner: String,
    /// The object of the item.
    pub path: String,
    /// When it asked the watcher to be registered.
    pub registered_us: u64,
    /// When the host had its icon: from here on it can be drawn.
    pub shown_us: u64,
}

impl Desk {
    /// Waits for a tray item since `mark` on the bus that the host has registered and read.
    pub fn tray_item(&self, mark: usize, limit: Duration) -> Result<Item> {
        let call = self.monitor().wait("a tray item", mark, limit, |message| {
            message.calls(WATCHER, "RegisterStatusNotifierItem") && !message.arguments.is_empty()
        })?;
        let path = call
            .arguments
            .iter()
            .find_map(|line| Some(line.split_once('"')?.1.trim_end_matches('"')));
        let path = path
            .filter(|path| path.starts_with('/'))
            .unwrap_or("/StatusNotifierItem")
            .to_owned();
        let owner = call.sender.clone();
        let shown_us = wait_for("the host reading the icon", limit, || {
            Ok(icon_read(&self.monitor().since(mark), &owner))
        })?;
        Ok(Item {
            owner,
            path,
            registered_us: call.at_us,
            shown_us,
        })
    }

    /// Reads a property of the item as the bus tool prints it.
    pub fn tray_property(&self, item: &Item, name: &str) -> Result<String> {
        self.gdbus(
            &item.owner,
            &item.path,
            "org.freedesktop.DBus.Properties.Get",
            &[ITEM, name],
        )
    }

    /// A left click, as the host reports it.
    pub fn tray_activate(&self, item: &Item) -> Result<()> {
        self.gdbus(
            &item.owner,
            &item.path,
            "org.kde.StatusNotifierItem.Activate",
            &["0", "0"],
        )
        .map(drop)
    }

    /// The menu as the bus tool prints it.
    pub fn tray_menu(&self, item: &Item) -> Result<String> {
        let path = menu_path(&self.tray_property(item, "Menu")?).context("the item has no menu")?;
        let arguments = ["0", "--", "-1", "[]"];
        self.gdbus(&item.owner, &path, "com.canonical.dbusmenu.GetLayout", &arguments)
    }

    /// Chooses the menu entry whose label contains `label`.
    pub fn tray_choose(&self, item: &Item, label: &str) -> Result<()> {
        let path = menu_path(&self.tray_property(item, "Menu")?).context("the item has no menu")?;
        let layout = self.tray_menu(item)?;
        let id = entry(&layout, label).with_context(|| format!("no entry {label:?} in {layout}"))?;
        let arguments = [id.as_str(), "clicked", "<''>", "0"];
        self.gdbus(&item.owner, &path, "com.canonical.dbusmenu.Event", &arguments)
            .map(drop)
    }

    fn gdbus(&self, destination: &str, path: &str, method: &str, arguments: &[&str]) -> Result<String> {
        let mut command = self.command("gdbus");
        command.args([
            "call",
            "--session",
            "--dest",
            destination,
            "--object-path",
            path,
            "--method",
            method,
        ]);
        command.args(arguments);
        output(command)
    }
}

/// The moment of the first answer of the owner to a question for its properties that holds an icon.
fn icon_read(messages: &[Message], owner: &str) -> Option<u64> {
    let asked: Vec<(&str, &str)> = messages
        .iter()
        .filter(|message| message.kind == "method call" && message.interface == PROPERTIES && message.mentions(ITEM))
        .filter(|message| message.member == "GetAll" || message.mentions("Icon"))
        .map(|message| (message.sender.as_str(), message.serial.as_str()))
        .collect();
    let answer = messages.iter().find(|message| {
        message.kind == "method return"
            && message.sender == owner
            && asked.contains(&(message.destination.as_str(), message.reply_serial.as_str()))
    })?;
    Some(answer.at_us)
}

/// `(<objectpath '/MenuBar'>,)`
fn menu_path(printed: &str) -> Option<String> {
    let rest = printed.split_once('\'')?.1;
    Some(rest.split_once('\'')?.0.to_owned())
}

/// The id of the entry with this label: the number that opens the tuple the label stands in.
fn entry(layout: &str, label: &str) -> Option<String> {
    let mut from = 0;
    loop {
        let at = from + layout.get(from..)?.find("'label': <'")? + "'label': <'".len();
        let text = layout.get(at..)?.split('\'').next().unwrap_or_default();
        if text.replace("__", "_").contains(label) {
            let before = layout.get(..at)?;
            let id = before.rsplit_once('(')?.1;
            let digits: String = id
                .trim_start_matches("int32 ")
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            return (!digits.is_empty()).then_some(digits);
        }
        from = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_by_its_label() {
        let layout = "(uint32 1, (0, {'children-display': <'submenu'>}, [<(3, {'label': <'Настройки'>}, @av [])>, \
                      <(14, {'enabled': <true>, 'label': <'Выход'>}, @av [])>]))";
        assert_eq!(entry(layout, "Выход").as_deref(), Some("14"));
        assert_eq!(entry(layout, "Настройки").as_deref(), Some("3"));
        assert_eq!(entry(layout, "Журнал"), None);
    }

    #[test]
    fn the_menu_path_is_taken_out_of_its_wrapping() {
        assert_eq!(menu_path("(<objectpath '/MenuBar'>,)").as_deref(), Some("/MenuBar"));
        assert_eq!(menu_path("()"), None);
    }

    #[test]
    fn only_an_answer_with_the_icon_counts_as_shown() {
        let call = |member: &str, what: &str, serial: &str| Message {
            kind: "method call".into(),
            interface: PROPERTIES.into(),
            member: member.into(),
            sender: ":1.2".into(),
            serial: serial.into(),
            arguments: vec![format!("   string \"{ITEM}\""), format!("   string \"{what}\"")],
            ..Message::default()
        };
        let answer = |serial: &str, at_us| Message {
            kind: "method return".into(),
            sender: ":1.9".into(),
            destination: ":1.2".into(),
            reply_serial: serial.into(),
            at_us,
            ..Message::default()
        };
        let seen = [
            call("Get", "Title", "5"),
            answer("5", 10),
            call("Get", "IconPixmap", "6"),
            answer("6", 20),
        ];
        assert_eq!(icon_read(&seen, ":1.9"), Some(20));
        assert_eq!(icon_read(&seen[..3], ":1.9"), None);
    }
}
