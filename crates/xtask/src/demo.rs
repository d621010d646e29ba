//! `cargo xtask demo`: the main job, shown and measured.

pub(crate) mod bench;
mod connections;
mod events;
mod first_day;
mod form;
mod hostile;
mod live;
mod opening;
mod pool;
mod relay;
pub(crate) mod report;
mod start;
pub(crate) mod story;
mod stranger;
mod unsaved;
mod work;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::tree::Tree;
use crate::{programs, say, setup};
use report::{Samples, Step};
use story::{Extent, Story};

/// A scene that begins and ends without a program.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Scene {
    /// The first day of an employee.
    FirstDay,
    /// Warm windows, cold windows, licences.
    Pool,
    /// Portals connected by an application and by a session.
    Connections,
    /// Events on their way to 1C.
    Relay,
}

/// What the demo plays.
const WHOLE: Extent = Extent {
    hot: 24,
    cold: 6,
    notifications: 12,
    idle: 10,
    pictures: true,
};

/// Installs, builds, then shows the program on this screen or plays the story on a virtual one.
pub(crate) fn run(tree: &Tree, headless: bool, built: Option<PathBuf>, scene: Option<Scene>) -> Result<()> {
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|it| !it.is_empty()));
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            chromium: true,
            pages: true,
            ..setup::Needs::default()
        },
    )?;
    let programs = match built {
        Some(folder) => fs_err::canonicalize(folder)?,
        None => programs::build(tree, "release", &programs::ALL)?,
    };
    if let Some(scene) = scene {
        let folder = tree.fresh_output("scene")?;
        let mut story = Story::set(&programs, &folder, WHOLE)?;
        play_scene(&mut story, scene);
        let (steps, _) = story.finish()?;
        say::line(&format!("pictures and logs: {}", folder.display()));
        return judge(&steps);
    }
    if has_screen && !headless {
        return live::run(tree, &programs);
    }
    let folder = tree.fresh_output("demo")?;
    say::title("the story");
    let (steps, samples) = play(&programs, &folder, WHOLE)?;
    report::write(&folder, &steps, &samples)?;
    report::print(&steps, &samples, true);
    say::line(&format!("pictures and report.json: {}", folder.display()));
    judge(&steps)
}

/// Plays the whole story; failed steps are in its answer.
pub(crate) fn play(programs: &Path, folder: &Path, extent: Extent) -> Result<(Vec<Step>, Samples)> {
    let mut story = Story::set(programs, folder, extent)?;
    if start::play(&mut story) {
        opening::play(&mut story);
        events::play(&mut story);
        // What was measured is measured; from here on the program is worked with.
        work::play(&mut story);
        unsaved::play(&mut story);
        hostile::play(&mut story);
        first_day::play(&mut story);
        pool::play(&mut story);
        connections::play(&mut story);
        relay::play(&mut story);
    }
    story.finish()
}

fn play_scene(story: &mut Story, scene: Scene) {
    match scene {
        Scene::FirstDay => first_day::play(story),
        Scene::Pool => pool::play(story),
        Scene::Connections => connections::play(story),
        // The relay of the company goes on with the application.
        Scene::Relay => {
            connections::play(story);
            relay::play(story);
        }
    }
}

/// Fails if a step failed. A missed bar is shown and fails nothing: times depend on the machine, the story does not.
pub(crate) fn judge(steps: &[Step]) -> Result<()> {
    let failed: Vec<&str> = steps
        .iter()
        .filter(|step| !step.ok)
        .map(|step| step.name.as_str())
        .collect();
    if !failed.is_empty() {
        bail!("steps: {}", failed.join("; "));
    }
    Ok(())
}
