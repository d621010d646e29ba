//! The pictures of the tray, with a badge for unread notes.
use hotstart_core::tray::TrayIcon;
use tauri::image::Image;
use tauri::include_image;

/// A square picture of RGBA pixels.
pub(super) struct Picture {
    pub(super) side: u32,
    pub(super) rgba: Vec<u8>,
}

/// The picture of a state in every size that a panel may want.
pub(super) fn pictures(icon: TrayIcon, unread: u64) -> Vec<Picture> {
    sources(icon)
        .iter()
        .map(|source| Picture {
            side: source.width(),
            rgba: source.rgba().to_vec(),
        })
        .map(|picture| badge(picture, unread))
        .collect()
}

/// Square pictures, decoded when the program is built.
const fn sources(icon: TrayIcon) -> &'static [Image<'static>; 2] {
    const ONLINE: &[Image<'static>; 2] = &[
        include_image!("icons/tray/online.png"),
        include_image!("icons/tray/online-44.png"),
    ];
    const CONNECTING: &[Image<'static>; 2] = &[
        include_image!("icons/tray/connecting.png"),
        include_image!("icons/tray/connecting-44.png"),
    ];
    const OFF: &[Image<'static>; 2] = &[
        include_image!("icons/tray/off.png"),
        include_image!("icons/tray/off-44.png"),
    ];
    const ATTENTION: &[Image<'static>; 2] = &[
        include_image!("icons/tray/attention.png"),
        include_image!("icons/tray/attention-44.png"),
    ];
    match icon {
        TrayIcon::Online => ONLINE,
        TrayIcon::Connecting => CONNECTING,
        TrayIcon::Off => OFF,
        TrayIcon::Attention => ATTENTION,
    }
}

/// Draws a red dot with a white rim in the upper right corner when something is unread.
fn badge(mut picture: Picture, unread: u64) -> Picture {
    if unread == 0 {
        return picture;
    }
    let radius = f64::from(picture.side) * 0.24;
    let (centre_x, centre_y) = (f64::from(picture.side) - radius - 0.5, radius + 0.5);
    for y in 0..picture.side {
        for x in 0..picture.side {
            let distance = (f64::from(x) + 0.5 - centre_x).hypot(f64::from(y) + 0.5 - centre_y);
            let colour = if distance <= radius * 0.8 {
                [0xE5, 0x39, 0x35, 0xFF]
            } else if distance <= radius {
                [0xFF, 0xFF, 0xFF, 0xFF]
            } else {
                continue;
            };
            let at = ((y * picture.side + x) * 4) as usize;
            picture.rgba[at..at + 4].copy_from_slice(&colour);
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_both_sizes_and_unread_is_drawn() {
        for icon in [
            TrayIcon::Online,
            TrayIcon::Connecting,
            TrayIcon::Off,
            TrayIcon::Attention,
        ] {
            let plain = pictures(icon, 0);
            let marked = pictures(icon, 3);
            assert_eq!(plain.iter().map(|picture| picture.side).collect::<Vec<_>>(), [22, 44]);
            for picture in &plain {
                assert_eq!(
                    picture.rgba.len(),
                    (picture.side * picture.side * 4) as usize,
                    "not square"
                );
            }
            assert!(
                plain
                    .iter()
                    .zip(&marked)
                    .all(|(plain, marked)| plain.rgba != marked.rgba)
            );
        }
    }
}
