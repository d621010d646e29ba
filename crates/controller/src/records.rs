//! The page of the journal: a report of a period, and files of it.
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::export::{SPREADSHEET_MARK, csv, json};
use hotstart_core::journal::moment::utc;
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{Kept, Transaction};
use hotstart_core::report::Report;
use hotstart_core::texts::Key;
use hotstart_core::view::{ExportFormat, RecordsCommand};

use crate::controller::Controller;
use crate::job::{Finished, Reply};

/// How far something about the records has got.
pub(crate) enum Done {
    /// The records of a report came.
    Read {
        since: Option<Timestamp>,
        reply: Reply,
        result: Result<Kept, Failure>,
    },
    /// The records of a file came.
    Fetched {
        format: ExportFormat,
        since: Timestamp,
        reply: Reply,
        result: Result<Kept, Failure>,
    },
    /// A file was written.
    Saved {
        since: Timestamp,
        reply: Reply,
        result: Result<String, Failure>,
    },
}

impl Controller {
    pub(crate) fn records_command(&mut self, command: RecordsCommand, reply: Reply) {
        let now = self.now();
        match command {
            RecordsCommand::Report { period } => {
                let since = period.since(now);
                let work = self.ports.records.kept(since);
                self.job(work, move |result| {
                    Finished::Records(Done::Read { since, reply, result })
                });
            }
            RecordsCommand::Export { period, format } => {
                let work = self.ports.records.kept(period.since(now));
                self.job(work, move |result| {
                    Finished::Records(Done::Fetched {
                        format,
                        since: now,
                        reply,
                        result,
                    })
                });
            }
            RecordsCommand::Close => {
                self.state.report = None;
                let _ = reply.send(Ok(()));
            }
        }
    }

    pub(crate) fn records_done(&mut self, done: Done) {
        match done {
            Done::Read { since, reply, result } => {
                let language = self.state.settings.language;
                let result = result.map(|kept| {
                    let now = self.now();
                    self.state.report = Some(Report::of(&kept.journal, since, now, kept.queue, language));
                });
                self.answer_ui(reply, result);
            }
            Done::Fetched {
                format,
                since,
                reply,
                result,
            } => match result.and_then(|kept| written(format, &kept.journal)) {
                Ok(text) => {
                    let work = self.ports.records.save(file_name(format, since), text);
                    self.job(work, move |result| {
                        Finished::Records(Done::Saved { since, reply, result })
                    });
                }
                Err(failure) => self.answer_ui(reply, Err(failure)),
            },
            Done::Saved { since, reply, result } => {
                let mut record = self.entry("export", "desk", "desk", "", since);
                let mut notes = Vec::new();
                match &result {
                    Ok(path) => {
                        record.object_id.clone_from(path);
                        notes.push(self.own_note(Key::NoteDownloaded, path.clone(), Code::Internal));
                    }
                    Err(failure) => {
                        record = record.with_failure(Outcome::Failed, failure, self.state.settings.language);
                    }
                }
                self.state.add_record(record.clone());
                self.commit(Transaction {
                    journal: vec![record],
                    notes,
                    ..Transaction::default()
                });
                self.answer_ui(reply, result.map(|_| ()));
            }
        }
    }
}

fn written(format: ExportFormat, records: &[JournalRecord]) -> Result<String, Failure> {
    match format {
        ExportFormat::Csv => Ok(format!("{SPREADSHEET_MARK}{}", csv(records))),
        ExportFormat::Json => {
            let values: Vec<serde_json::Value> = records.iter().map(json).collect();
            serde_json::to_string_pretty(&values)
                .map_err(|why| Failure::new(Code::Internal).with("detail", why.to_string()))
        }
    }
}

/// `hotstart-journal-2026-11-22.csv`.
fn file_name(format: ExportFormat, now: Timestamp) -> String {
    let ending = match format {
        ExportFormat::Csv => "csv",
        ExportFormat::Json => "json",
    };
    let moment = utc(now);
    let day = moment.split('T').next().unwrap_or_default();
    format!("hotstart-journal-{day}.{ending}")
}
