use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

/// Where SQLite keeps the copies of pages that a savepoint or a statement may restore, and what it sorts.
#[derive(Clone, Copy, Debug)]
pub(super) enum TemporaryData {
    /// In memory: the copies of one sign-in already exceed what SQLite holds back before it writes a file.
    InMemory,
    /// In temporary files, where there is room for whole tables.
    InFiles,
}

impl TemporaryData {
    /// Applies to this connection, from its next statement on.
    pub(super) fn apply(self, connection: &mut SqliteConnection) -> QueryResult<()> {
        connection.batch_execute(match self {
            TemporaryData::InMemory => "PRAGMA temp_store = MEMORY",
            TemporaryData::InFiles => "PRAGMA temp_store = FILE",
        })
    }
}
