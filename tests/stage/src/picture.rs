//! Pictures of the screen, for people as PNG and for the story as pixels.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::desk::Desk;
use crate::keeper::output;

/// The size of the screen in pixels.
pub const WIDTH: u32 = 1366;
/// The size of the screen in pixels.
pub const HEIGHT: u32 = 768;

/// A rectangle of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Area {
    /// The point in the middle.
    pub fn middle(self) -> (u32, u32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// The pixels of the screen at one moment, three bytes each.
#[derive(Debug, Clone)]
pub struct Pixels {
    bytes: Vec<u8>,
    width: u32,
}

impl Pixels {
    /// The smallest rectangle inside `within` that holds every pixel that differs.
    pub fn difference(&self, other: &Self, within: Area) -> Option<Area> {
        let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
        for y in within.y..within.y + within.height {
            for x in within.x..within.x + within.width {
                if self.at(x, y) != other.at(x, y) {
                    (left, right) = (left.min(x), right.max(x));
                    (top, bottom) = (top.min(y), bottom.max(y));
                }
            }
        }
        (left <= right).then(|| Area {
            x: left,
            y: top,
            width: right - left + 1,
            height: bottom - top + 1,
        })
    }

    /// How many different colours a rectangle has, up to 4096: an empty window has few.
    pub fn colours(&self, within: Area) -> usize {
        let mut seen = std::collections::BTreeSet::new();
        for y in within.y..within.y + within.height {
            for x in within.x..within.x + within.width {
                seen.insert(self.at(x, y).map(<[u8]>::to_vec));
                if seen.len() >= 4096 {
                    return seen.len();
                }
            }
        }
        seen.len()
    }

    fn at(&self, x: u32, y: u32) -> Option<&[u8]> {
        let from = usize::try_from((u64::from(y) * u64::from(self.width) + u64::from(x)) * 3).ok()?;
        self.bytes.get(from..from + 3)
    }
}

impl Desk {
    /// Saves the screen as a PNG.
    pub fn picture(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            fs_err::create_dir_all(folder)?;
        }
        let mut command = self.command("import");
        command.args(["-silent", "-window", "root"]).arg(file);
        output(command)?;
        Ok(())
    }

    /// Reads the pixels of the screen.
    pub fn pixels(&self) -> Result<Pixels> {
        let mut command: Command = self.command("import");
        let out = command
            .args(["-silent", "-window", "root", "-depth", "8", "rgb:-"])
            .output()?;
        ensure!(out.status.success(), "import: {}", String::from_utf8_lossy(&out.stderr));
        ensure!(
            out.stdout.len() == (WIDTH * HEIGHT * 3) as usize,
            "import gave {} bytes",
            out.stdout.len()
        );
        Ok(Pixels {
            bytes: out.stdout,
            width: WIDTH,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(bytes: [u8; 12]) -> Pixels {
        Pixels {
            bytes: bytes.to_vec(),
            width: 2,
        }
    }

    #[test]
    fn the_difference_is_found_where_it_is() {
        let all = Area {
            x: 0,
            y: 0,
            width: 2,
            height: 2,
        };
        let (before, after) = (small([0; 12]), small([0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0]));
        assert_eq!(
            before.difference(&after, all),
            Some(Area {
                x: 1,
                y: 1,
                width: 1,
                height: 1
            })
        );
        assert_eq!(before.difference(&before, all), None);
        assert_eq!(after.colours(all), 2);
    }
}
