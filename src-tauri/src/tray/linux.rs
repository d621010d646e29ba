//! StatusNotifierItem over D-Bus. The library watches the tray host itself: it registers when a host comes, and
//! again after the host was restarted.
use std::time::Duration;

use hotstart_controller::Request;
use hotstart_core::tray::{MenuAction, MenuItem, Tray};
use hotstart_core::window::ActivationToken;
use ksni::menu::{StandardItem, SubMenu};
use ksni::{Icon, TrayMethods};
use tokio::sync::watch;

use super::face;
use super::picture::pictures;
use crate::requests::Requests;

/// How long words wait to be told to the tray host. They change when a form is opened, and a host that builds its menu
/// anew in that moment takes the processor from the form. Nobody reads them so soon; the icon does not wait.
const WORDS_AFTER: Duration = Duration::from_millis(200);

/// Shows the tray and keeps it as watched, until the sender is gone.
pub(crate) async fn start(mut shown: watch::Receiver<Tray>, requests: Requests) {
    let tray = shown.borrow_and_update().clone();
    let mut told = face(&tray);
    let item = Item {
        icons: icons(&tray),
        tray,
        requests,
    };
    let handle = match item.assume_sni_available(true).spawn().await {
        Ok(handle) => handle,
        Err(error) => {
            tracing::warn!(%error, "no session bus, so no tray");
            return;
        }
    };
    while shown.changed().await.is_ok() {
        // Ends early when the icon changes, or with the sender.
        let _ = tokio::time::timeout(WORDS_AFTER, shown.wait_for(|tray| face(tray) != told)).await;
        let tray = shown.borrow_and_update().clone();
        let drawn_anew = face(&tray) != told;
        told = face(&tray);
        handle
            .update(|item: &mut Item| {
                if drawn_anew {
                    item.icons = icons(&tray);
                }
                item.tray = tray;
            })
            .await;
    }
    handle.shutdown().await;
}

struct Item {
    tray: Tray,
    icons: Vec<Icon>,
    requests: Requests,
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "hotstart".to_owned()
    }

    fn title(&self) -> String {
        "Hotstart".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        self.icons.clone()
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        let (title, description) = self.tray.tooltip.split_once('\n').unwrap_or((&self.tray.tooltip, ""));
        ksni::ToolTip {
            title: title.to_owned(),
            description: description.to_owned(),
            ..ksni::ToolTip::default()
        }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.send(MenuAction::Activate);
    }

    fn menu(&self) -> Vec<ksni::MenuItem<Self>> {
        render(&self.tray.menu)
    }

    fn watcher_offline(&self, reason: ksni::OfflineReason) -> bool {
        tracing::info!(?reason, "no tray host at the moment");
        true
    }

    fn watcher_online(&self) {
        tracing::info!("the tray host is back");
    }
}

impl Item {
    fn send(&self, action: MenuAction) {
        let token = ksni::current_xdg_activation_token().map(ActivationToken);
        self.requests.send(Request::Menu(action, token));
    }
}

fn render(items: &[MenuItem]) -> Vec<ksni::MenuItem<Item>> {
    items
        .iter()
        .map(|item| match item {
            MenuItem::Separator => ksni::MenuItem::Separator,
            MenuItem::Label(label) => StandardItem {
                label: escape(label),
                enabled: false,
                ..StandardItem::default()
            }
            .into(),
            MenuItem::Submenu { label, items } => SubMenu {
                label: escape(label),
                submenu: render(items),
                ..SubMenu::default()
            }
            .into(),
            MenuItem::Action { action, label } => {
                let action = action.clone();
                StandardItem {
                    label: escape(label),
                    activate: Box::new(move |item: &mut Item| item.send(action.clone())),
                    ..StandardItem::default()
                }
                .into()
            }
        })
        .collect()
}

/// An underscore would mark a mnemonic.
fn escape(label: &str) -> String {
    label.replace('_', "__")
}

fn icons(tray: &Tray) -> Vec<Icon> {
    pictures(tray.icon, tray.unread)
        .into_iter()
        .filter_map(|mut picture| {
            // The protocol wants ARGB in network byte order.
            picture.rgba.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_right(1));
            let side = i32::try_from(picture.side).ok()?;
            Some(Icon {
                width: side,
                height: side,
                data: picture.rgba,
            })
        })
        .collect()
}
