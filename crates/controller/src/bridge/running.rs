//! Links for a client of 1C that is already open: hot start without a publication and without another licence.
use std::collections::BTreeSet;
use std::time::Duration;

use hotstart_core::bridge::Caller;
use hotstart_core::failure::{Code, Failure};
use tokio::time::Instant;

use super::Done;
use super::polls::Open;
use crate::controller::Controller;
use crate::job::Finished;
use crate::opening::Opening;

/// How long a client may take to fetch a link before another way is gone.
const PATIENCE: Duration = Duration::from_millis(300);

impl Controller {
    /// Bases with a client that polls.
    pub(crate) fn running_bases(&self) -> BTreeSet<String> {
        let now = Instant::now();
        let running = self.bridge.clients.iter().filter(|(_, client)| client.runs(now));
        running.map(|(caller, _)| caller.base.clone()).collect()
    }

    /// Gives a link to the client of the base that polled last.
    pub(crate) fn open_running(&mut self, opening: Opening, nav: String) {
        let now = Instant::now();
        let base = opening.base.clone();
        let here = self
            .bridge
            .clients
            .iter()
            .filter(|(caller, client)| caller.base == base && client.runs(now));
        let Some(caller) = here
            .max_by_key(|(_, client)| client.seen)
            .map(|(caller, _)| caller.clone())
        else {
            let failure = Failure::new(Code::ClientMissing).with("base", self.base_name(&base));
            return self.opened(opening, &base, Err(failure));
        };
        self.bridge.last_open += 1;
        let number = self.bridge.last_open;
        if let Some(client) = self.bridge.clients.get_mut(&caller) {
            client.opens.push_back(Open {
                number,
                nav,
                opening: Some(opening),
                fetched: None,
            });
        }
        self.wake_client(&caller);
        let waits = self.open_of(&caller, number).is_some_and(|open| open.fetched.is_none());
        if waits {
            self.job(Box::pin(tokio::time::sleep(PATIENCE)), move |()| {
                Finished::Bridge(Done::Late { caller, number })
            });
        }
    }

    /// Its time is over: a link that was not fetched goes another way, and never reaches the client any more.
    pub(super) fn open_is_late(&mut self, caller: &Caller, number: u64) {
        let Some(client) = self.bridge.clients.get_mut(caller) else {
            return;
        };
        let late = |open: &Open| open.number == number && open.fetched.is_none();
        let Some(at) = client.opens.iter().position(late) else {
            return;
        };
        let Some(opening) = client.opens.remove(at).and_then(|open| open.opening) else {
            return;
        };
        let base = opening.base.clone();
        let failure = Failure::new(Code::ClientSilent).with("base", self.base_name(&base));
        self.opened(opening, &base, Err(failure));
    }

    fn open_of(&self, caller: &Caller, number: u64) -> Option<&Open> {
        let client = self.bridge.clients.get(caller)?;
        client.opens.iter().find(|open| open.number == number)
    }
}
