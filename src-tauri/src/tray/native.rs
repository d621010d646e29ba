//! The tray of Windows and macOS, by Tauri's own tray icon. It exists once the window thread runs.
use hotstart_controller::Request;
use hotstart_core::tray::{MenuAction, MenuItem, Tray};
use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem as Line, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::watch;

use super::face;
use super::picture::pictures;
use crate::requests::Requests;

/// Shows the tray and keeps it as watched, until the sender is gone.
pub(crate) async fn start(app: AppHandle, mut shown: watch::Receiver<Tray>, requests: Requests) {
    let mut last: Option<Tray> = None;
    let mut icon: Option<TrayIcon> = None;
    loop {
        let tray = shown.borrow_and_update().clone();
        if icon.is_none() {
            icon = build(&app, &requests);
        }
        if let Some(icon) = &icon {
            // A picture and a menu cost handles each time on Windows, so only what changed is given.
            if let Err(error) = render(&app, icon, &tray, last.as_ref()) {
                tracing::warn!(%error, "the tray could not be drawn");
            }
        }
        last = Some(tray);
        if shown.changed().await.is_err() {
            return;
        }
    }
}

fn build(app: &AppHandle, requests: &Requests) -> Option<TrayIcon> {
    let (menu, click) = (requests.clone(), requests.clone());
    TrayIconBuilder::with_id("hotstart")
        .show_menu_on_left_click(false)
        .on_menu_event(move |_, event| {
            if let Some(action) = parse(event.id().as_ref()) {
                menu.send(Request::Menu(action, None));
            }
        })
        .on_tray_icon_event(move |_, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                click.send(Request::Menu(MenuAction::Activate, None));
            }
        })
        .build(app)
        .inspect_err(|error| tracing::warn!(%error, "no tray yet"))
        .ok()
}

fn render(app: &AppHandle, icon: &TrayIcon, tray: &Tray, last: Option<&Tray>) -> tauri::Result<()> {
    if last.is_none_or(|last| face(last) != face(tray))
        && let Some(picture) = pictures(tray.icon, tray.unread).pop()
    {
        icon.set_icon(Some(Image::new_owned(picture.rgba, picture.side, picture.side)))?;
    }
    icon.set_tooltip(Some(&tray.tooltip))?;
    if last.is_none_or(|last| last.menu != tray.menu) {
        let menu = Menu::new(app)?;
        for item in lines(app, &tray.menu)? {
            menu.append(item.as_ref())?;
        }
        icon.set_menu(Some(menu))?;
    }
    Ok(())
}

fn lines(app: &AppHandle, items: &[MenuItem]) -> tauri::Result<Vec<Box<dyn IsMenuItem<Wry>>>> {
    let mut lines: Vec<Box<dyn IsMenuItem<Wry>>> = Vec::new();
    for item in items {
        lines.push(match item {
            MenuItem::Separator => Box::new(PredefinedMenuItem::separator(app)?),
            MenuItem::Label(label) => Box::new(Line::new(app, label, false, None::<&str>)?),
            MenuItem::Action { action, label } => {
                Box::new(Line::with_id(app, name(action), label, true, None::<&str>)?)
            }
            MenuItem::Submenu { label, items } => {
                let submenu = Submenu::new(app, label, true)?;
                for item in self::lines(app, items)? {
                    submenu.append(item.as_ref())?;
                }
                Box::new(submenu)
            }
        });
    }
    Ok(lines)
}

/// The action as the id of a menu line, and back.
fn name(action: &MenuAction) -> String {
    match action {
        MenuAction::Activate => "activate".to_owned(),
        MenuAction::ShowBase(alias) => format!("show:{alias}"),
        MenuAction::ReleaseBase(alias) => format!("release:{alias}"),
        MenuAction::OpenRecent(link) => format!("recent:{link}"),
        MenuAction::StartConnection => "start".to_owned(),
        MenuAction::StopConnection => "stop".to_owned(),
        MenuAction::Inbox => "inbox".to_owned(),
        MenuAction::Settings => "settings".to_owned(),
        MenuAction::Journal => "journal".to_owned(),
        MenuAction::Quit => "quit".to_owned(),
    }
}

fn parse(name: &str) -> Option<MenuAction> {
    if let Some((kind, value)) = name.split_once(':') {
        let value = value.to_owned();
        return match kind {
            "show" => Some(MenuAction::ShowBase(value)),
            "release" => Some(MenuAction::ReleaseBase(value)),
            "recent" => Some(MenuAction::OpenRecent(value)),
            _ => None,
        };
    }
    match name {
        "activate" => Some(MenuAction::Activate),
        "start" => Some(MenuAction::StartConnection),
        "stop" => Some(MenuAction::StopConnection),
        "inbox" => Some(MenuAction::Inbox),
        "settings" => Some(MenuAction::Settings),
        "journal" => Some(MenuAction::Journal),
        "quit" => Some(MenuAction::Quit),
        _ => None,
    }
}
