//! Environment variables that the web engine wants before it starts.
//!
//! The libraries of the web engine start a thread before `main`, and the environment must not change under it. So the
//! program that is started is a small one without them, `hotstart`, which starts the shell in its own place with what
//! this desk needs; see [`crate::start`].
//!
//! Each is set only where its trouble is known (that of the garbage is everywhere), only if the user has not set it (to
//! anything), and can be switched off as a whole with `HOTSTART_WORKAROUNDS=off`.
use std::ffi::OsString;

#[cfg(target_os = "linux")]
#[path = "workarounds/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "workarounds/none.rs"]
mod system;

/// Switches all of them off when it is `off`.
pub const SWITCH_VARIABLE: &str = "HOTSTART_WORKAROUNDS";

/// One variable that is set, and why; for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workaround {
    /// The variable.
    pub name: &'static str,
    /// Its value.
    pub value: &'static str,
    /// What would happen without it.
    pub reason: &'static str,
}

/// What this desk needs and nobody has set: for the environment of the shell.
pub fn wanted() -> Vec<Workaround> {
    if off() {
        return Vec::new();
    }
    missing(system::facts(), |name| std::env::var_os(name))
}

/// What this desk needs and this process has.
pub fn present() -> Vec<Workaround> {
    if off() {
        return Vec::new();
    }
    in_force(system::facts(), |name| std::env::var_os(name))
}

fn off() -> bool {
    std::env::var_os(SWITCH_VARIABLE).is_some_and(|value| value == "off")
}

/// Writes to the log what is in force.
pub fn log() {
    for Workaround { name, value, reason } in present() {
        tracing::info!(name, value, reason, "work-around in force");
    }
}

/// What decides.
#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    /// The proprietary NVIDIA driver is loaded.
    nvidia: bool,
    /// The session is a Wayland one.
    wayland: bool,
    /// There is no graphics processor that a program could render on: a terminal server, a virtual machine.
    no_gpu: bool,
}

/// What this desk needs and nobody has set, to whatever value.
fn missing(facts: Facts, known: impl Fn(&str) -> Option<OsString>) -> Vec<Workaround> {
    let needed = needed(facts).into_iter();
    needed.filter(|workaround| known(workaround.name).is_none()).collect()
}

/// What this desk needs and has.
fn in_force(facts: Facts, known: impl Fn(&str) -> Option<OsString>) -> Vec<Workaround> {
    let needed = needed(facts).into_iter();
    needed
        .filter(|workaround| known(workaround.name).is_some_and(|value| value == workaround.value))
        .collect()
}

fn needed(facts: Facts) -> Vec<Workaround> {
    let all = [
        (
            facts.nvidia,
            Workaround {
                name: "WEBKIT_DISABLE_DMABUF_RENDERER",
                value: "1",
                reason: "WebKitGTK shows blank windows or crashes with DMA-BUF on the NVIDIA driver",
            },
        ),
        (
            facts.no_gpu && !facts.nvidia,
            Workaround {
                name: "WEBKIT_DISABLE_DMABUF_RENDERER",
                value: "1",
                // Measured on two cores under Xvfb: hot open p50 43 instead of 67 ms, 90 MB less with one warm window.
                reason: "without a graphics processor the software imitation of one only costs time and memory",
            },
        ),
        (
            facts.no_gpu,
            Workaround {
                name: "GDK_GL",
                value: "disable",
                reason: "without a graphics processor GTK would load a compiler for shaders, 20 MB, and never use it",
            },
        ),
        (
            true,
            Workaround {
                name: "JSC_useGenerationalGC",
                value: "0",
                // Measured over 500 opens of forms in one window: 144 instead of 177 MB after them, and level instead
                // of rising. A whole collection takes 25 to 45 ms beside the page, which waits under a millisecond at a
                // time, about every 80 opens.
                reason: "a window lives all day: forms that were open at a small collection would stay in memory",
            },
        ),
        (
            facts.nvidia && facts.wayland,
            Workaround {
                name: "__NV_DISABLE_EXPLICIT_SYNC",
                value: "1",
                reason: "WebKitGTK ends with a protocol error from explicit sync of the NVIDIA driver on Wayland",
            },
        ),
    ];
    all.into_iter()
        .filter(|(needed, _)| *needed)
        .map(|(_, it)| it)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(facts: Facts, known: &[&str]) -> Vec<&'static str> {
        let known = |name: &str| known.contains(&name).then(|| OsString::from("0"));
        missing(facts, known)
            .into_iter()
            .map(|workaround| workaround.name)
            .collect()
    }

    #[test]
    fn where_nothing_is_known_to_be_wrong_only_the_garbage_is_seen_to() {
        let facts = Facts {
            wayland: true,
            ..Facts::default()
        };
        assert_eq!(names(facts, &[]), ["JSC_useGenerationalGC"]);
        assert!(names(facts, &["JSC_useGenerationalGC"]).is_empty());
    }

    #[test]
    fn what_the_user_set_stays_whatever_it_is() {
        let facts = Facts {
            nvidia: true,
            wayland: true,
            no_gpu: false,
        };
        assert_eq!(
            names(facts, &[]),
            [
                "WEBKIT_DISABLE_DMABUF_RENDERER",
                "JSC_useGenerationalGC",
                "__NV_DISABLE_EXPLICIT_SYNC"
            ]
        );
        assert_eq!(
            names(facts, &["WEBKIT_DISABLE_DMABUF_RENDERER", "JSC_useGenerationalGC"]),
            ["__NV_DISABLE_EXPLICIT_SYNC"]
        );
        assert_eq!(
            names(
                Facts {
                    nvidia: true,
                    ..Facts::default()
                },
                &["JSC_useGenerationalGC"]
            ),
            ["WEBKIT_DISABLE_DMABUF_RENDERER"]
        );
    }

    #[test]
    fn without_a_graphics_processor_none_is_imitated() {
        let facts = Facts {
            no_gpu: true,
            ..Facts::default()
        };
        assert_eq!(
            names(facts, &[]),
            ["WEBKIT_DISABLE_DMABUF_RENDERER", "GDK_GL", "JSC_useGenerationalGC"]
        );
    }

    #[test]
    fn the_shell_knows_what_is_in_force() {
        let facts = Facts {
            no_gpu: true,
            ..Facts::default()
        };
        let known = |name: &str| match name {
            "WEBKIT_DISABLE_DMABUF_RENDERER" => Some(OsString::from("1")),
            // The user's own will, and not what we would have set.
            "GDK_GL" => Some(OsString::from("gles")),
            _ => None,
        };
        let missing: Vec<_> = missing(facts, known).into_iter().map(|it| it.name).collect();
        assert_eq!(missing, ["JSC_useGenerationalGC"]);
        let names: Vec<_> = in_force(facts, known).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["WEBKIT_DISABLE_DMABUF_RENDERER"]);
        assert!(in_force(Facts::default(), known).is_empty());
    }
}
