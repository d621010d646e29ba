//! The schema and its versions (`user_version`). A step is frozen once it has shipped; a change is a new step.
use rusqlite::{Connection, TransactionBehavior};

use super::DatabaseError;

/// The version that this program writes.
pub(super) const CURRENT: u32 = 5;

/// The step at index `n` leads from version `n` to `n + 1`.
const STEPS: [&str; CURRENT as usize] = [
    include_str!("schema/version-1.sql"),
    include_str!("schema/version-2.sql"),
    include_str!("schema/version-3.sql"),
    include_str!("schema/version-4.sql"),
    include_str!("schema/version-5.sql"),
];

/// The version of a database; 0 for a new one.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Refuses what a newer program wrote, before anything is changed.
pub(super) fn refuse_newer(version: i64) -> Result<(), DatabaseError> {
    if (0..=i64::from(CURRENT)).contains(&version) {
        Ok(())
    } else {
        Err(DatabaseError::Newer { version })
    }
}

/// Takes the steps that are missing, all or none.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), DatabaseError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = usize::try_from(version(&transaction)?).unwrap_or(usize::MAX);
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", CURRENT)?;
    Ok(transaction.commit()?)
}
