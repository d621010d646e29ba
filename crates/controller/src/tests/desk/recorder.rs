//! The outside of the desk: every port records what it was asked, and answers as told.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitrix24::Entity;
use bitrix24_pull::scripted::{Script, scripted};
use bitrix24_pull::{Connection, Resume};
use hotstart_core::Timestamp;
use hotstart_core::bridge::Serve;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::Note;
use hotstart_core::pool::TimeOfDay;
use hotstart_core::ports::{
    Bridge, Browser, Clock, Committed, Draft, EntityFields, Launcher, LinkHandler, Memory, Notifier, PortalIdentity,
    Portals, Publications, RelayAnswerable, RelayItem, RelayReply, Services, Shell, Store, Transaction, Waiting,
};
use hotstart_core::relay::Trouble;
use hotstart_core::settings::{BaseSettings, PortalSettings, Settings};
use hotstart_core::tray::Tray;
use hotstart_core::view::View;
use hotstart_core::window::{ActivationToken, Session, WindowCommand};
use hotstart_store::MemoryStore;
use onec::Launch;
use tokio::sync::mpsc;

use super::{Answers, Deed, PORTAL, answer};
use crate::Connector;

#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) deeds: mpsc::UnboundedSender<Deed>,
    pub(super) answers: Arc<Mutex<Answers>>,
    pub(super) scripts: mpsc::UnboundedSender<(Script, Resume)>,
    pub(super) store: MemoryStore,
    pub(super) started: tokio::time::Instant,
}

impl Recorder {
    fn done(&self, deed: Deed) {
        let _ = self.deeds.send(deed);
    }
}

impl Shell for Recorder {
    fn set_tray(&self, _: &Tray) {}
    fn show_view(&self, _: &View) {}
    fn open_settings(&self, _: Option<ActivationToken>) {
        self.done(Deed::Settings);
    }
    fn window(&self, command: WindowCommand) {
        self.done(Deed::Window(command));
    }
    fn quit(&self) {
        self.done(Deed::Quit);
    }
}

impl Notifier for Recorder {
    fn show(&self, note: &Note) {
        self.done(Deed::Toast(note.text.clone()));
    }
    fn withdraw(&self, _: &str) {}
}

impl Browser for Recorder {
    fn open(&self, address: String) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Browsed(address));
        answer(Ok(()))
    }
}

impl Portals for Recorder {
    fn identify(&self, _: String, _: bool) -> Waiting<Result<PortalIdentity, Failure>> {
        let known = self.answers.lock().unwrap().identity.clone();
        answer(known.ok_or_else(|| Failure::new(Code::AuthRefused).with("portal", PORTAL)))
    }
    fn call(
        &self,
        portal: String,
        method: String,
        _: serde_json::Value,
    ) -> Waiting<Result<serde_json::Value, Failure>> {
        self.done(Deed::Called(format!("{portal} {method}")));
        answer(self.answers.lock().unwrap().rest.clone())
    }
    fn write_entity(&self, portal: String, entity: Entity, fields: EntityFields) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Wrote(format!(
            "{portal} {entity} {}",
            serde_json::Value::Object(fields)
        )));
        answer(self.answers.lock().unwrap().writes.pop_front().map_or(Ok(()), Err))
    }
    fn entity(&self, _: String, _: Entity) -> Waiting<Result<EntityFields, Failure>> {
        let answers = self.answers.lock().unwrap();
        let refused = answers
            .entity
            .map(|code| Failure::new(code).with("entity", "x").with("portal", PORTAL));
        answer(refused.map_or_else(|| Ok(answers.fields.clone()), Err))
    }
}

impl Bridge for Recorder {
    fn serve(&self, wanted: Option<Serve>) -> Waiting<Result<Option<u16>, Failure>> {
        let mut answers = self.answers.lock().unwrap();
        if let Some(code) = answers.bridge_port.filter(|_| wanted.is_some()) {
            return answer(Err(Failure::new(code).with("port", "5000")));
        }
        let port = wanted.as_ref().map(|serve| serve.port.unwrap_or(5000));
        answers.bridge = wanted;
        answer(Ok(port))
    }
    fn pair(&self, base: String) -> Waiting<Result<String, Failure>> {
        self.answers.lock().unwrap().paired.push(base);
        answer(Ok("token-of-the-test".to_owned()))
    }
    fn unpair(&self, base: String, renamed: Option<String>) -> Waiting<Result<(), Failure>> {
        let paired = &mut self.answers.lock().unwrap().paired;
        if let Some(at) = paired.iter().position(|known| *known == base) {
            paired.remove(at);
            paired.extend(renamed);
        }
        answer(Ok(()))
    }
    fn paired(&self) -> Waiting<Result<Vec<String>, Failure>> {
        answer(Ok(self.answers.lock().unwrap().paired.clone()))
    }
}

impl Publications for Recorder {
    fn end_session(&self, alias: String, session: Session) -> Waiting<Result<(), Failure>> {
        self.done(Deed::EndedOutside(session.id));
        let refused = self.answers.lock().unwrap().end_session;
        answer(refused.map_or(Ok(()), |code| Err(Failure::new(code).with("base", alias))))
    }
    fn probe(&self, alias: String, _: String) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Probed(alias.clone()));
        let refused = self.answers.lock().unwrap().probe;
        answer(refused.map_or(Ok(()), |code| Err(Failure::new(code).with("base", alias))))
    }
}

impl Connector for Recorder {
    fn connect(&self, _: &PortalSettings, resume: Resume) -> Connection {
        let (connection, script) = scripted();
        let _ = self.scripts.send((script, resume));
        connection
    }
}

impl Store for Recorder {
    fn commit(&self, transaction: Transaction) -> Waiting<Result<Committed, Failure>> {
        let (deeds, journal) = (self.deeds.clone(), transaction.journal.clone());
        let takes = self.answers.lock().unwrap().commit_takes;
        let store = self.store.clone();
        // Begun at once, unless it takes its time.
        let work = takes.is_zero().then(|| store.commit(transaction.clone()));
        Box::pin(async move {
            let committed = if let Some(work) = work {
                work.await?
            } else {
                tokio::time::sleep(takes).await;
                store.commit(transaction).await?
            };
            for record in journal {
                let _ = deeds.send(Deed::Journal(record));
            }
            Ok(committed)
        })
    }
    fn save_settings(&self, settings: Settings) -> Waiting<Result<(), Failure>> {
        self.store.save_settings(settings)
    }
    fn relay_waiting(&self, base: String, after: u64, most: usize) -> Waiting<Result<Vec<RelayItem>, Failure>> {
        self.store.relay_waiting(base, after, most)
    }
    fn relay_replies(&self, portal: String, most: usize) -> Waiting<Result<Vec<RelayReply>, Failure>> {
        self.store.relay_replies(portal, most)
    }
    fn relay_answerable(
        &self,
        base: String,
        ids: Vec<String>,
    ) -> Waiting<Result<Vec<Option<RelayAnswerable>>, Failure>> {
        self.store.relay_answerable(base, ids)
    }
}

impl Launcher for Recorder {
    fn launch(&self, launch: Launch) -> Waiting<Result<(), Failure>> {
        self.done(Deed::Launched(launch.program().to_owned()));
        answer(Ok(()))
    }
}

impl Services for Recorder {
    fn events(&self, base: BaseSettings, events: Vec<RelayItem>) -> Waiting<Result<serde_json::Value, Trouble>> {
        let ids: Vec<String> = events.iter().map(|item| item.event.id.clone()).collect();
        self.done(Deed::Relayed(base.alias, ids.clone()));
        let told = self.answers.lock().unwrap().relay.pop_front();
        let done = told.unwrap_or_else(|| {
            let results: Vec<_> = ids
                .iter()
                .map(|id| serde_json::json!({"id": id, "status": "done", "answer": {"number": "НФ-7"}}))
                .collect();
            Ok(serde_json::json!({"results": results}))
        });
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            done
        })
    }
    fn end_events(&self, base: String) -> Waiting<()> {
        self.done(Deed::EndedEvents(base));
        answer(())
    }
    fn lot(&self) -> f64 {
        1.0
    }
    fn draft(&self, _: BaseSettings, wanted: Draft) -> Waiting<Result<Option<String>, Failure>> {
        self.done(Deed::AskedDraft(wanted.object));
        answer(self.answers.lock().unwrap().draft.clone())
    }
}

impl LinkHandler for Recorder {
    fn take_e1c(&self, take: bool) -> Waiting<Result<(), Failure>> {
        self.done(Deed::TookE1c(take));
        answer(Ok(()))
    }
}

impl Memory for Recorder {
    fn pages_kb(&self) -> Waiting<Option<u64>> {
        answer(self.answers.lock().unwrap().pages_kb)
    }
}

impl Clock for Recorder {
    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.started.elapsed().as_millis()).unwrap();
        Timestamp(1_795_300_000_000 + since)
    }
    fn time_of_day(&self) -> TimeOfDay {
        // The tests begin at half past one in the night.
        let minutes = 90 + self.started.elapsed().as_secs() / 60;
        TimeOfDay::from_minutes(u16::try_from(minutes % 1440).unwrap())
    }
}
