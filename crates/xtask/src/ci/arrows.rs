//! The dependency rule: who may know whom. Arrows point down only, so that the values at the bottom can be tested without
//! a screen, a network or a disk, and the shell can be exchanged.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::tree::Tree;

/// Each package of the workspace with the packages of the workspace it may use.
const MAY_USE: [(&str, &[&str]); 16] = [
    ("onec", &[]),
    ("bitrix24", &[]),
    ("bitrix24-pull", &[]),
    ("hotstart-core", &["onec", "bitrix24"]),
    ("hotstart-store", &["hotstart-core", "onec", "bitrix24"]),
    ("hotstart-platform", &["hotstart-core", "onec", "bitrix24"]),
    ("hotstart-bridge", &["hotstart-core", "onec", "bitrix24"]),
    (
        "hotstart-controller",
        &["hotstart-core", "bitrix24-pull", "onec", "bitrix24"],
    ),
    ("hotstart-desk", BELOW_DESK),
    ("hotstart-ctl", BELOW_ROOT),
    ("hotstart", BELOW_ROOT),
    ("hotstart-office", &[]),
    ("hotstart-stage", &[]),
    ("hotstart-herd", &["bitrix24-pull"]),
    ("hotstart-rest", &["bitrix24"]),
    ("xtask", &["hotstart-stage"]),
];

const BELOW_DESK: &[&str] = &[
    "hotstart-controller",
    "hotstart-store",
    "hotstart-platform",
    "hotstart-bridge",
    "hotstart-core",
    "bitrix24-pull",
    "onec",
    "bitrix24",
];

const BELOW_ROOT: &[&str] = &[
    "hotstart-desk",
    "hotstart-controller",
    "hotstart-store",
    "hotstart-platform",
    "hotstart-bridge",
    "hotstart-core",
    "bitrix24-pull",
    "onec",
    "bitrix24",
];

/// Packages that decide without a clock, a runtime, a network or a disk, and what would give them one.
const PURE: [&str; 3] = ["hotstart-core", "onec", "bitrix24"];
const IMPURE: [&str; 9] = [
    "tokio",
    "reqwest",
    "rusqlite",
    "fs-err",
    "zbus",
    "tokio-tungstenite",
    "axum",
    "keyring",
    "webbrowser",
];

/// Only the shell names the window toolkit.
const SHELL: &str = "hotstart";

/// Reads the workspace and reports every arrow that points the wrong way.
pub(super) fn check(tree: &Tree) -> Result<()> {
    let wrong = wrong_arrows(&packages(&tree.metadata()?)?);
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// A dependency of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    to: String,
    for_tests: bool,
    optional: bool,
    features: Vec<String>,
}

fn packages(metadata: &Value) -> Result<BTreeMap<String, Vec<Arrow>>> {
    let list = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("no packages")?;
    list.iter()
        .map(|package| {
            let name = package
                .get("name")
                .and_then(Value::as_str)
                .context("a package without a name")?;
            let arrows = package
                .get("dependencies")
                .and_then(Value::as_array)
                .context("no dependencies")?;
            Ok((name.to_owned(), arrows.iter().filter_map(arrow).collect()))
        })
        .collect()
}

fn arrow(dependency: &Value) -> Option<Arrow> {
    let features = dependency.get("features").and_then(Value::as_array);
    Some(Arrow {
        to: dependency.get("name")?.as_str()?.to_owned(),
        for_tests: dependency.get("kind").and_then(Value::as_str) == Some("dev"),
        optional: dependency.get("optional").and_then(Value::as_bool).unwrap_or_default(),
        features: features
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    })
}

fn wrong_arrows(packages: &BTreeMap<String, Vec<Arrow>>) -> Vec<String> {
    let ours: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    let mut wrong = Vec::new();
    for (name, arrows) in packages {
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| known == name) else {
            wrong.push(format!("{name}: the dependency rule does not know this package"));
            continue;
        };
        for arrow in arrows.iter().filter(|arrow| !arrow.for_tests) {
            let to = arrow.to.as_str();
            if ours.contains(to) && !allowed.contains(&to) {
                wrong.push(format!("{name} must not use {to}"));
            }
            if PURE.contains(&name.as_str()) && IMPURE.contains(&to) && !arrow.optional {
                wrong.push(format!("{name} decides without the world, so it must not use {to}"));
            }
            if (to == "tauri" || to.starts_with("tauri-")) && name != SHELL {
                wrong.push(format!("only {SHELL} may use {to}, not {name}"));
            }
            if name == "hotstart-core" && ["onec", "bitrix24"].contains(&to) && !arrow.features.is_empty() {
                wrong.push(format!(
                    "{name} uses plain types of {to} only, not the features {:?}",
                    arrow.features
                ));
            }
        }
        // The office is a second reading of the protocols: not even its tests may borrow the first one.
        if name == "hotstart-office" {
            let borrowed = arrows.iter().filter(|arrow| ours.contains(arrow.to.as_str()));
            wrong.extend(borrowed.map(|arrow| format!("{name} stands alone, also in tests: {}", arrow.to)));
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(arrows: &[(&str, &str)]) -> BTreeMap<String, Vec<Arrow>> {
        let mut packages: BTreeMap<String, Vec<Arrow>> = MAY_USE
            .iter()
            .map(|(name, _)| ((*name).to_owned(), Vec::new()))
            .collect();
        for (from, to) in arrows {
            let arrow = Arrow {
                to: (*to).to_owned(),
                for_tests: false,
                optional: false,
                features: Vec::new(),
            };
            packages.get_mut(*from).unwrap().push(arrow);
        }
        packages
    }

    #[test]
    fn arrows_down_are_fine() {
        let packages = workspace(&[
            ("hotstart", "hotstart-desk"),
            ("hotstart-core", "onec"),
            ("hotstart", "tauri"),
        ]);
        assert_eq!(wrong_arrows(&packages), Vec::<String>::new());
    }

    #[test]
    fn arrows_up_and_sideways_are_told() {
        for (from, to) in [
            ("hotstart-core", "hotstart-store"),
            ("hotstart-store", "hotstart-platform"),
            ("hotstart-controller", "hotstart-store"),
            ("hotstart-desk", "tauri"),
            ("hotstart-core", "tokio"),
        ] {
            assert_eq!(wrong_arrows(&workspace(&[(from, to)])).len(), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn the_office_stands_alone_also_in_tests() {
        let mut packages = workspace(&[("hotstart-office", "onec")]);
        for arrow in packages.get_mut("hotstart-office").unwrap() {
            arrow.for_tests = true;
        }
        assert_eq!(wrong_arrows(&packages).len(), 1);
    }

    #[test]
    fn core_takes_plain_types_only() {
        let mut packages = workspace(&[("hotstart-core", "bitrix24")]);
        packages.get_mut("hotstart-core").unwrap()[0].features = vec!["client".to_owned()];
        assert_eq!(wrong_arrows(&packages).len(), 1);
    }

    #[test]
    fn this_workspace_keeps_the_rule() {
        check(&Tree::find().unwrap()).unwrap();
    }

    #[test]
    fn a_new_package_must_find_its_place() {
        let mut packages = workspace(&[]);
        packages.insert("hotstart-surprise".to_owned(), Vec::new());
        assert_eq!(wrong_arrows(&packages).len(), 1);
    }

    #[test]
    fn the_rule_itself_has_no_circle() {
        for (name, allowed) in MAY_USE {
            for below in allowed {
                let (_, back) = MAY_USE.iter().find(|(known, _)| known == below).unwrap();
                assert!(!back.contains(&name), "{name} and {below} may use each other");
            }
        }
    }
}
