//! The hot pool as a policy: which warm windows give their licence back, when and why.
//!
//! A pure function of the settings, the occasion and the windows. It only proposes: a release by policy never asks the
//! user, and a page that may hold unsaved work refuses it and stays.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::window::WindowId;

mod time_of_day;

pub use time_of_day::{BadTime, TimeOfDay};

/// What the user, or the company, wants of warm windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct PoolSettings {
    /// How many bases stay warm at most. The least recently used hidden one gives way; a shown one never does.
    pub windows: u32,
    /// The company's cap on warm windows of one desk: here a shown one gives way too, if it holds no unsaved work.
    pub company_cap: Option<u32>,
    /// Minutes after which a hidden window that nobody used is released; never without.
    pub idle_minutes: Option<u32>,
    /// Release when the screen is locked.
    pub on_lock: bool,
    /// Release at these times of the day, by the clock of the desk: bases are updated at night.
    pub at: Vec<TimeOfDay>,
    /// MiB of memory that the pages may use together; the least recently used hidden one is released first.
    pub memory_mb: Option<u32>,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            windows: 4,
            company_cap: None,
            idle_minutes: None,
            on_lock: false,
            at: Vec::new(),
            memory_mb: None,
        }
    }
}

impl PoolSettings {
    /// Whether time alone can release a window, so that the clock has to be watched.
    pub fn watches_clock(&self) -> bool {
        self.idle_minutes.is_some() || !self.at.is_empty() || self.memory_mb.is_some()
    }
}

/// A warm window as the policy sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warm {
    /// The window.
    pub window: WindowId,
    /// When a link or the user last had to do with it.
    pub last_used: Timestamp,
    /// It is on the screen.
    pub visible: bool,
    /// Its base is marked "keep": a 1C session in it does work of its own.
    pub keep: bool,
}

/// What gives the policy a reason to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Time has passed.
    Clock {
        /// Now.
        now: Timestamp,
        /// The time of the day of the last look; it was handled then.
        after: TimeOfDay,
        /// The time of the day now.
        until: TimeOfDay,
    },
    /// The screen was locked.
    ScreenLocked,
    /// One more window is about to be made.
    OneMore,
    /// The memory of all pages was measured, in KiB.
    Memory {
        /// How much.
        used_kb: u64,
    },
}

/// Why a window is released by policy; the word in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nobody used it.
    Idle,
    /// The screen was locked.
    ScreenLocked,
    /// The time of the day has come.
    Time,
    /// Too many are warm.
    Number,
    /// The pages use too much memory.
    Memory,
}

impl Why {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::ScreenLocked => "screen-locked",
            Self::Time => "time",
            Self::Number => "number",
            Self::Memory => "memory",
        }
    }
}

/// The windows to release now, least recently used first.
pub fn releases(settings: &PoolSettings, occasion: Occasion, warm: &[Warm]) -> Vec<(WindowId, Why)> {
    let mut candidates: Vec<&Warm> = warm.iter().filter(|window| !window.keep).collect();
    candidates.sort_by_key(|window| window.last_used);
    let chosen = |windows: Vec<&Warm>, why| {
        let named = windows.into_iter().map(|window| (window.window.clone(), why));
        named.collect()
    };
    match occasion {
        Occasion::ScreenLocked if settings.on_lock => chosen(candidates, Why::ScreenLocked),
        Occasion::Clock { after, until, .. } if settings.at.iter().any(|time| time.is_within(after, until)) => {
            chosen(candidates, Why::Time)
        }
        Occasion::Clock { now, .. } => {
            let Some(minutes) = settings.idle_minutes else {
                return Vec::new();
            };
            let patience = u64::from(minutes) * 60_000;
            candidates.retain(|window| !window.visible && now.since(window.last_used) >= patience);
            chosen(candidates, Why::Idle)
        }
        Occasion::OneMore => {
            let surplus =
                |limit: u32| (warm.len() + 1).saturating_sub(usize::try_from(limit.max(1)).unwrap_or(usize::MAX));
            let by_company = settings.company_cap.map_or(0, surplus);
            let by_user = surplus(settings.windows);
            let hidden_first = {
                let (hidden, shown): (Vec<&Warm>, Vec<&Warm>) =
                    candidates.into_iter().partition(|window| !window.visible);
                let by_user = by_user.min(hidden.len());
                hidden.into_iter().chain(shown).take(by_user.max(by_company)).collect()
            };
            chosen(hidden_first, Why::Number)
        }
        Occasion::Memory { used_kb } => {
            let limit = settings.memory_mb.map(|limit| u64::from(limit) * 1024);
            if limit.is_none_or(|limit| used_kb <= limit) {
                return Vec::new();
            }
            // One at a time: what it gave back is measured before the next has to go.
            candidates.retain(|window| !window.visible);
            candidates.truncate(1);
            chosen(candidates, Why::Memory)
        }
        Occasion::ScreenLocked => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
