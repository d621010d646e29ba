//! Windows are made: the publication is asked first, then the window loads. A warm one that is there takes the link.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::plan::Place;
use hotstart_core::pool::Occasion;
use hotstart_core::window::{WindowCommand, WindowId, WindowRole};

use super::{Fresh, Stage};
use crate::controller::Controller;
use crate::job::Finished;
use crate::opening::Opening;

impl Controller {
    /// The warm window if there is one, else a new one that stays.
    pub(crate) fn open_hot(&mut self, opening: Opening, base: &str, place: Place) {
        let number = self.state.next_number();
        let Some((id, window)) = self.windows.hot(base) else {
            return self.open_fresh(opening, WindowRole::Hot, base, place);
        };
        window.visible = true;
        window.last_used = opening.started;
        if window.stage != Stage::Ready {
            let (id, token, stage) = (id.clone(), opening.token.clone(), window.stage);
            if !window.wait(opening.clone(), place.fragment) {
                return self.refused(&opening, &Failure::new(Code::BaseUnreachable).with("base", base));
            }
            if stage == Stage::Loading || stage == Stage::Login {
                self.ports.shell.window(WindowCommand::Show { id, token });
            }
            return;
        }
        let (id, token) = (id.clone(), opening.token.clone());
        let fragment = place.fragment;
        window.asked.insert(number, (opening, fragment.clone()));
        self.ports.shell.window(WindowCommand::Navigate {
            id,
            navigation: number,
            fragment,
            token,
        });
    }

    /// A window of its own; the publication is asked first, so that none opens in vain.
    pub(crate) fn open_fresh(&mut self, opening: Opening, role: WindowRole, base: &str, place: Place) {
        if role == WindowRole::Hot {
            self.release_by_policy(Occasion::OneMore);
        }
        let number = self.state.next_number();
        let kind = if role == WindowRole::Hot { "hot" } else { "cold" };
        let title = self.base_name(base);
        let id = WindowId(format!("{kind}-{number}"));
        let Place { home, address, .. } = place;
        let work = self.ports.publications.probe(base.to_owned(), home.clone());
        let fresh = Fresh {
            id,
            role,
            base: base.to_owned(),
            address,
            home,
            title,
            opening,
        };
        self.windows.insert(&fresh);
        self.job(work, move |result| Finished::Probed { fresh, result });
    }

    pub(crate) fn probed(&mut self, fresh: Fresh, result: Result<(), Failure>) {
        let Fresh {
            id,
            role,
            address,
            home,
            title,
            opening,
            ..
        } = fresh;
        if let Err(failure) = result {
            let Some(window) = self.windows.remove(&id) else { return };
            self.opened(opening, &window.of, Err(failure.clone()));
            for (waiting, _) in window.waiting {
                self.opened(waiting, &window.of, Err(failure.clone()));
            }
            return;
        }
        let Some(window) = self.windows.get_mut(&id) else {
            return;
        };
        window.stage = Stage::Loading;
        let look = self.state.looks.get(&window.of).copied();
        self.ports.shell.window(WindowCommand::Open {
            id,
            role,
            address,
            home,
            title,
            look,
            token: opening.token,
        });
    }

    pub(crate) fn open_portal(&mut self, opening: Opening, portal: String, home: String, address: String) {
        let id = WindowId(format!("portal-{}", self.state.next_number()));
        let fresh = Fresh {
            id: id.clone(),
            role: WindowRole::Portal,
            base: portal.clone(),
            address: address.clone(),
            home: home.clone(),
            title: portal.clone(),
            opening: opening.clone(),
        };
        self.windows.insert(&fresh);
        // A portal is not asked beforehand whether it is there.
        if let Some(window) = self.windows.get_mut(&id) {
            window.stage = Stage::Loading;
        }
        let token = opening.token.clone();
        self.ports.shell.window(WindowCommand::Open {
            id,
            role: WindowRole::Portal,
            address,
            home,
            title: portal,
            look: None,
            token,
        });
    }
}
