use diesel::connection::SimpleConnection as _;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::schema::belgie_migrations;
use crate::error::store_error;
use crate::migration::{MigrationSet, Step, TransactionError};
use crate::{MigrationError, SchemaStatus};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Migrations need a blocking connection, so they run on a blocking thread.
type Blocking = AsyncConnectionWrapper<AsyncPgConnection>;

/// The advisory lock of nodes that migrate at the same time: an arbitrary number that no other program uses.
const LOCK: i64 = 0x6265_6c67_6965;

/// Applies the pending migrations, each in a transaction that waits for other nodes.
pub(super) fn migrate(connection: AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    let mut db = Blocking::from(connection);
    let known = MigrationSet::of(&MIGRATIONS)?;
    let mut names = Vec::new();
    while let Some(name) = db.transaction(|db| apply_next(db, &known))? {
        names.push(name);
    }
    Ok(names)
}

/// Compares the database with what this program knows.
pub(super) fn status(connection: AsyncPgConnection) -> Result<SchemaStatus, MigrationError> {
    let known = MigrationSet::<Pg>::of(&MIGRATIONS)?;
    let applied = applied(&mut connection.into()).map_err(store_error)?;
    Ok(known.status(&applied))
}

fn apply_next(
    db: &mut Blocking,
    known: &MigrationSet<Pg>,
) -> Result<Option<String>, TransactionError> {
    diesel::select(pg_advisory_xact_lock(LOCK)).execute(db)?;
    let applied = applied(db)?;
    let Some(step) = known.apply_next(&applied, db)? else {
        return Ok(None);
    };
    record(db, step)?;
    Ok(Some(step.name.clone()))
}

/// Returns the applied versions, in order; none if the table is missing.
fn applied(db: &mut Blocking) -> QueryResult<Vec<String>> {
    let table = diesel::select(to_regclass("belgie_migrations").is_not_null());
    if !table.get_result::<bool>(db)? {
        return Ok(Vec::new());
    }
    belgie_migrations::table
        .select(belgie_migrations::version)
        .order(belgie_migrations::version)
        .load(db)
}

fn record(db: &mut Blocking, step: &Step) -> QueryResult<()> {
    db.batch_execute(
        "CREATE TABLE IF NOT EXISTS belgie_migrations (
             version TEXT NOT NULL PRIMARY KEY,
             name TEXT NOT NULL,
             applied_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
         )",
    )?;
    let row = (
        belgie_migrations::version.eq(&step.version),
        belgie_migrations::name.eq(&step.name),
    );
    let insert = diesel::insert_into(belgie_migrations::table).values(row);
    insert.execute(db).map(drop)
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
    fn to_regclass(
        name: diesel::sql_types::Text,
    ) -> diesel::sql_types::Nullable<diesel::sql_types::Oid>;
}
