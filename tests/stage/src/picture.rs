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

/// Pixels of one line of text are nearer to each other than this.
const LETTER_GAP: u32 = 12;

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

    fn touches(self, other: Self) -> bool {
        self.x <= other.x + other.width
            && other.x <= self.x + self.width
            && self.y <= other.y + other.height
            && other.y <= self.y + self.height
    }

    fn with(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, below) = (
            (self.x + self.width).max(other.x + other.width),
            (self.y + self.height).max(other.y + other.height),
        );
        Self {
            x,
            y,
            width: right - x,
            height: below - y,
        }
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

    /// The rectangles in which a colour stands, one for each line of text that has it, from top to bottom.
    ///
    /// Letters of one line stand less than twelve pixels apart; lines are told apart by rows without the colour.
    pub fn places(&self, within: Area, colour: [u8; 3]) -> Vec<Area> {
        let mut places: Vec<Area> = Vec::new();
        for y in within.y..within.y + within.height {
            let mut run: Option<(u32, u32)> = None;
            for x in within.x..=within.x + within.width {
                let hit = x < within.x + within.width && self.at(x, y).is_some_and(|pixel| is_near(pixel, colour));
                run = match (run, hit) {
                    (None, true) => Some((x, x)),
                    (Some((from, to)), true) if x - to <= LETTER_GAP => Some((from, x)),
                    (Some(found), true) => {
                        note(&mut places, found, y);
                        Some((x, x))
                    }
                    (run, false) => run,
                };
            }
            if let Some(found) = run {
                note(&mut places, found, y);
            }
        }
        // Two runs of one line may have begun apart and met later.
        let mut merged: Vec<Area> = Vec::new();
        for place in places {
            match merged.iter_mut().find(|known| known.touches(place)) {
                Some(known) => *known = known.with(place),
                None => merged.push(place),
            }
        }
        merged
    }

    fn at(&self, x: u32, y: u32) -> Option<&[u8]> {
        let from = usize::try_from((u64::from(y) * u64::from(self.width) + u64::from(x)) * 3).ok()?;
        self.bytes.get(from..from + 3)
    }
}

/// Smooth letters have few pixels of their pure colour and many near it.
fn is_near(pixel: &[u8], colour: [u8; 3]) -> bool {
    pixel
        .iter()
        .zip(colour)
        .all(|(seen, wanted)| seen.abs_diff(wanted) <= 24)
}

/// Adds a run of pixels to the place it touches, or begins a new one.
fn note(places: &mut Vec<Area>, (from, to): (u32, u32), y: u32) {
    let touching = places.iter_mut().rev().find(|place| {
        y <= place.y + place.height + 2 && from <= place.x + place.width + LETTER_GAP && place.x <= to + LETTER_GAP
    });
    if let Some(place) = touching {
        let right = (place.x + place.width).max(to + 1);
        place.x = place.x.min(from);
        place.width = right - place.x;
        place.height = y - place.y + 1;
    } else {
        places.push(Area {
            x: from,
            y,
            width: to - from + 1,
            height: 1,
        });
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

    #[test]
    fn letters_of_a_line_are_one_place_and_lines_are_two() {
        let (width, height) = (60, 12);
        let mut bytes = vec![255; width * height * 3];
        for (x, y) in [(2, 1), (8, 1), (14, 2), (20, 1), (3, 9), (9, 9)] {
            let at = (y * width + x) * 3;
            bytes[at..at + 3].copy_from_slice(&[0, 106, 145]);
        }
        let pixels = Pixels { bytes, width: 60 };
        let places = pixels.places(
            Area {
                x: 0,
                y: 0,
                width: 60,
                height: 12,
            },
            [0, 106, 145],
        );
        let wanted = [
            Area {
                x: 2,
                y: 1,
                width: 19,
                height: 2,
            },
            Area {
                x: 3,
                y: 9,
                width: 7,
                height: 1,
            },
        ];
        assert_eq!(places, wanted);
    }
}
