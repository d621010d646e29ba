//! A new object from an entity: where the base has the service for it, it is asked for a filled draft first.
use hotstart_core::failure::Failure;
use hotstart_core::link::Link;
use hotstart_core::plan::Ways;
use hotstart_core::ports::Draft;
use hotstart_core::settings::BaseSettings;

use crate::controller::Controller;
use crate::job::Finished;
use crate::opening::Opening;

impl Controller {
    /// What the base of a plan can be asked for; none for other links, and for a base whose services are not used.
    pub(crate) fn draft_of(&self, link: &Link, base: &str) -> Option<(BaseSettings, Draft)> {
        let Link::CrmNew { portal, entity, object } = link else {
            return None;
        };
        let base = self.state.settings.base(base)?;
        base.service_key()?;
        let wanted = Draft {
            object: object.to_string(),
            portal: portal.to_string(),
            entity: *entity,
        };
        Some((base.clone(), wanted))
    }

    pub(crate) fn ask_draft(&mut self, mut opening: Opening, base: BaseSettings, wanted: Draft, ways: Ways) {
        opening.base.clone_from(&base.alias);
        opening.way = "draft";
        let work = self.ports.services.draft(base, wanted);
        self.job(work, move |result| Finished::Drafted { opening, ways, result });
    }

    /// The draft is opened like any other object. Without one the empty form of a new object is, and the journal says
    /// why the draft failed.
    pub(crate) fn drafted(&mut self, mut opening: Opening, ways: Ways, result: Result<Option<String>, Failure>) {
        match result {
            Ok(Some(nav)) => {
                let link = format!("hotstart://onec/{}/{nav}", opening.base);
                opening.text.clone_from(&link);
                return self.open_found(opening, &link);
            }
            Ok(None) => {}
            Err(failure) => {
                tracing::info!(code = failure.code_text(), "no draft: the empty form is opened");
                opening.instead_of.push(format!("draft: {}", failure.code_text()));
            }
        }
        self.go_first(opening, ways);
    }
}
