//! The pictures of the tray, with a badge for unread notes.
use hotstart_core::tray::TrayIcon;

/// A square picture of RGBA pixels.
pub(super) struct Picture {
    pub(super) side: u32,
    pub(super) rgba: Vec<u8>,
}

/// The picture of a state in every size that a panel may want; a picture that cannot be decoded is left out.
pub(super) fn pictures(icon: TrayIcon, unread: u64) -> Vec<Picture> {
    sources(icon)
        .iter()
        .filter_map(|png| decode(png))
        .map(|picture| badge(picture, unread))
        .collect()
}

const fn sources(icon: TrayIcon) -> [&'static [u8]; 2] {
    match icon {
        TrayIcon::Online => [
            include_bytes!("../../../icons/tray/online.png"),
            include_bytes!("../../../icons/tray/online-44.png"),
        ],
        TrayIcon::Connecting => [
            include_bytes!("../../../icons/tray/connecting.png"),
            include_bytes!("../../../icons/tray/connecting-44.png"),
        ],
        TrayIcon::Off => [
            include_bytes!("../../../icons/tray/off.png"),
            include_bytes!("../../../icons/tray/off-44.png"),
        ],
        TrayIcon::Attention => [
            include_bytes!("../../../icons/tray/attention.png"),
            include_bytes!("../../../icons/tray/attention-44.png"),
        ],
    }
}

fn decode(png: &[u8]) -> Option<Picture> {
    let image = image::load_from_memory_with_format(png, image::ImageFormat::Png)
        .ok()?
        .into_rgba8();
    (image.width() == image.height()).then(|| Picture {
        side: image.width(),
        rgba: image.into_raw(),
    })
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
            assert!(
                plain
                    .iter()
                    .zip(&marked)
                    .all(|(plain, marked)| plain.rgba != marked.rgba)
            );
        }
    }
}
