//! `hotstartctl`: everything that needs no window, so it also runs on servers.
//!
//! Arguments come in, one value goes out: with `--json` success and failure alike are one JSON value on standard output.
//! Exit code 0: done; 2: refused or invalid; 1: failed. Each subcommand is a file of its own that returns an
//! [`output::Outcome`]; only this file reads arguments and only `output` writes.

#[path = "hotstartctl/bridge.rs"]
mod bridge;
#[path = "hotstartctl/doctor.rs"]
mod doctor;
#[path = "hotstartctl/home.rs"]
mod home;
#[path = "hotstartctl/infobases.rs"]
mod infobases;
#[path = "hotstartctl/journal.rs"]
mod journal;
#[path = "hotstartctl/link.rs"]
mod link;
#[path = "hotstartctl/listen.rs"]
mod listen;
#[path = "hotstartctl/open.rs"]
mod open;
#[path = "hotstartctl/output.rs"]
mod output;
#[path = "hotstartctl/plan.rs"]
mod plan;
#[path = "hotstartctl/reference.rs"]
mod reference;
#[path = "hotstartctl/relay.rs"]
mod relay;
#[path = "hotstartctl/report.rs"]
mod report;
#[path = "hotstartctl/scheme.rs"]
mod scheme;
#[path = "hotstartctl/since.rs"]
mod since;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use journal::Printed;
use output::Outcome;

#[derive(Parser)]
#[command(name = "hotstartctl", version, about = "Hotstart without a window")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Prints one JSON value.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Tokens with which 1C calls this program.
    Bridge(bridge::Arguments),
    /// Looks at everything that this desk depends on and says what is wrong.
    Doctor(doctor::Arguments),
    /// Prints the lists of infobases.
    Infobases(infobases::Arguments),
    /// Prints what was done, and how it ended.
    Journal(journal::Arguments),
    /// Shows how a link is understood.
    Link(link::Arguments),
    /// Prints the events of a portal as they arrive, one line of JSON each.
    Listen(listen::Arguments),
    /// Gives a link to the running instance; starts it if need be.
    Open(open::Arguments),
    /// Shows how a link would be opened, and on which command line.
    Plan(plan::Arguments),
    /// Converts a reference of 1C: 32 hexadecimal digits or a UUID.
    Ref(reference::Arguments),
    /// Gives the events of portals to the bases of a company, without a window.
    Relay(relay::Arguments),
    /// Counts, times and errors of a period.
    Report(report::Arguments),
    /// Registers the program for links, or takes that back.
    Scheme(scheme::Arguments),
}

impl Command {
    fn run(self, json: bool) -> ExitCode {
        let outcome: Outcome = match self {
            Self::Bridge(arguments) => bridge::run(&arguments),
            Self::Doctor(arguments) => doctor::run(&arguments),
            Self::Infobases(arguments) => infobases::run(&arguments),
            Self::Journal(arguments) => match journal::run(&arguments, json) {
                Ok(Printed::Text(text)) => return output::finish_text(&text),
                Ok(Printed::Value(value)) => return output::finish(&Ok(value), true),
                Err(failure) => Err(failure),
            },
            Self::Link(arguments) => link::run(&arguments),
            // It has printed its lines itself.
            Self::Listen(arguments) => return output::finish_stream(listen::run(&arguments), json),
            Self::Open(arguments) => open::run(&arguments),
            Self::Plan(arguments) => plan::run(&arguments),
            Self::Ref(arguments) => reference::run(&arguments),
            Self::Relay(arguments) => return output::finish_stream(relay::run(&arguments, json), json),
            Self::Report(arguments) => report::run(&arguments),
            Self::Scheme(arguments) => scheme::run(&arguments),
        };
        output::finish(&outcome, json)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match Arguments::try_parse_from(&arguments) {
        Ok(Arguments { command, json }) => command.run(json),
        // A script that asked for JSON gets JSON for its own mistakes as well.
        Err(error) if error.use_stderr() && arguments.iter().any(|argument| argument == "--json") => {
            let message = output::without_addresses(&error.to_string());
            let first_line = message
                .lines()
                .next()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned();
            output::finish(&Err(output::Failure::refused("usage", first_line)), true)
        }
        Err(error) => output::usage(&error),
    }
}
