//! `hotstartctl plan`: how a link would be opened, and on which command line. Nothing is opened and nobody is asked.
//!
//! It knows the bases of the settings, if there is a settings file, and those of the lists given with `--file`; the
//! settings come first. For the system that it runs on it looks for the programs of 1C; for another one, and where none is
//! found, it takes the starter to be where it usually is.

use std::ffi::OsString;
use std::path::PathBuf;

use hotstart_core::link::{Link, LinkRefused};
use hotstart_core::plan::{Facts, Listed, Plan, Way, Wish, plan};
use hotstart_core::settings::Settings;
use hotstart_core::texts::Language;
use hotstart_desk::onec_facts;
use hotstart_platform::folders::Folders;
use onec::System;
use onec::launch::usual_starter;
use serde_json::{Map, Value, json};

use crate::home::settings;
use crate::infobases::given;
use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The link as it would be clicked or pasted.
    #[arg(allow_hyphen_values = true)]
    text: OsString,
    /// The operating system to plan for; this one, if not given.
    #[arg(long, value_enum)]
    os: Option<Os>,
    /// A list of infobases (*.v8i); its bases can be named by name or id. May be given several times.
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Os {
    Windows,
    Linux,
    Macos,
}

impl From<Os> for System {
    fn from(os: Os) -> Self {
        match os {
            Os::Windows => Self::Windows,
            Os::Linux => Self::Linux,
            Os::Macos => Self::MacOs,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let text = arguments.text.to_str().ok_or(LinkRefused::Encoding);
    let link = text
        .and_then(Link::parse)
        .map_err(|why| Failure::refused(why.code(), why.to_string()))?;
    // Without a home there are no settings.
    let mut settings = Folders::of_desk().map_or_else(|_| Ok(Settings::default()), |folders| settings(&folders))?;
    let mut facts = facts(arguments.os.map_or_else(System::current, System::from));
    if !arguments.file.is_empty() {
        // In the order of the files.
        facts.listed = given(&arguments.file)?.iter().filter_map(Listed::of).collect();
    }
    // A base of a list is opened as the list says, unless the settings know it already.
    for listed in facts.listed.iter().filter(|_| !arguments.file.is_empty()) {
        let id = listed.id.as_deref();
        if settings.base(&listed.name).is_none() && id.is_none_or(|id| settings.base(id).is_none()) {
            settings.bases.push(listed.base());
        }
    }
    let planned = plan(&link, &settings, &facts, &Wish::default());
    let Some(question) = asked(&planned) else {
        return shown(planned).map(Value::Object);
    };
    let mut agreed = shown(plan(&link, &settings, &facts, &Wish::allowed(true)))?;
    agreed.insert("asks".to_owned(), question);
    Ok(Value::Object(agreed))
}

/// What this desk knows of 1C, or what a desk of another system usually has.
fn facts(system: System) -> Facts {
    let mut facts = if system == System::current() {
        onec_facts()
    } else {
        Facts {
            system,
            ..Facts::default()
        }
    };
    if facts.installed.starter.is_none() && facts.installed.platforms.is_empty() {
        facts.installed.starter = Some(usual_starter(system).to_owned());
    }
    facts
}

/// What the user would be asked first, if anything.
fn asked(planned: &Plan) -> Option<Value> {
    match planned {
        Plan::Ask { base, command } => Some(json!({"base": base, "command": command})),
        Plan::ChooseBase { bases } => Some(json!({"bases": bases})),
        Plan::AskUnknown { address } => Some(json!({"address": address})),
        Plan::Settings(_)
        | Plan::Open { .. }
        | Plan::Browser { .. }
        | Plan::PortalWindow { .. }
        | Plan::Resolve { .. }
        | Plan::Refuse(_) => None,
    }
}

fn shown(planned: Plan) -> Result<Map<String, Value>, Failure> {
    let value = match planned {
        Plan::Open { base, ways } => {
            let mut chosen = way(&ways.first);
            let fallbacks: Vec<Value> = ways.rest.iter().map(|fallback| Value::Object(way(fallback))).collect();
            chosen.insert("base".to_owned(), base.into());
            chosen.insert("fallbacks".to_owned(), fallbacks.into());
            return Ok(chosen);
        }
        Plan::Settings(_) => json!({"method": "settings"}),
        Plan::Browser { address, .. } => json!({"method": "browser", "url": address}),
        Plan::PortalWindow { address, .. } => json!({"method": "portal-window", "url": address}),
        Plan::Resolve { portal, entity } => json!({"method": "resolve", "portal": portal, "entity": entity}),
        Plan::Ask { .. } | Plan::ChooseBase { .. } | Plan::AskUnknown { .. } => json!({"method": "ask"}),
        Plan::Refuse(failure) => return Err(Failure::refused(failure.code_text(), failure.text(Language::En))),
    };
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Ok(Map::new()),
    }
}

fn way(way: &Way) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("method".to_owned(), way.word().into());
    match way {
        Way::Running { nav } => {
            fields.insert("nav".to_owned(), nav.clone().into());
        }
        Way::Hot { place } | Way::Cold { place } => {
            fields.insert("url".to_owned(), place.address.clone().into());
        }
        Way::Browser { address } => {
            fields.insert("url".to_owned(), address.clone().into());
        }
        Way::Native { launch } => {
            fields.insert("program".to_owned(), launch.program().into());
            fields.insert("args".to_owned(), launch.arguments().into());
            if let Some(line) = launch.command_line() {
                fields.insert("command_line".to_owned(), line.into());
            }
        }
    }
    fields
}
