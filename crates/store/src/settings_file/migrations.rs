//! Steps from one version of the settings file to the next.
//!
//! A step is frozen the day it ships: it works on JSON and on names written out here, never on types of the settings
//! model, which go on changing. To change the file's form: raise [`CURRENT`], write the step in a file of its own
//! (`from_1.rs`), put it at the end of [`STEPS`], and keep a file of the old version as a test.
use serde_json::{Map, Value};

/// The version that this program writes.
pub(super) const CURRENT: u64 = 1;

/// A document of one version becomes one of the next.
type Step = fn(Map<String, Value>) -> Map<String, Value>;

/// The step at index `n` leads from version `n + 1` to `n + 2`.
const STEPS: &[Step] = &[];

const _: () = assert!(
    STEPS.len() as u64 + 1 == CURRENT,
    "each version but the first has a step that leads to it"
);

/// Brings a document of `version` (1 or more) to the current one; `None` if it is newer.
pub(super) fn migrate(document: Map<String, Value>, version: u64) -> Option<Map<String, Value>> {
    steps(STEPS, document, version)
}

fn steps(steps: &[Step], document: Map<String, Value>, version: u64) -> Option<Map<String, Value>> {
    let done = usize::try_from(version.checked_sub(1)?).ok()?;
    Some(
        steps
            .get(done..)?
            .iter()
            .fold(document, |document, step| step(document)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_older_version_takes_the_steps_it_lacks() {
        let mark = |name: &'static str| Map::from_iter([(name.to_owned(), Value::Bool(true))]);
        let chain: [Step; 2] = [
            |mut document| {
                document.insert("second".to_owned(), Value::Bool(true));
                document
            },
            |mut document| {
                document.remove("first");
                document
            },
        ];
        let names = |version| {
            steps(&chain, mark("first"), version).map(|document| document.keys().cloned().collect::<Vec<_>>())
        };
        assert_eq!(names(1), Some(vec!["second".to_owned()]));
        assert_eq!(names(2), Some(vec![]));
        assert_eq!(names(3), Some(vec!["first".to_owned()]));
        assert_eq!(names(4), None);
        assert_eq!(names(u64::MAX), None);
    }
}
