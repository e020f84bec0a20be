use diesel::connection::SimpleConnection as _;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::schema::belgie_migrations;
use crate::migration::{Known, Step};
use crate::{MigrationError, SchemaStatus};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Migrations are written for connections that block; so these run on a thread that may.
type Blocking = AsyncConnectionWrapper<AsyncPgConnection>;

/// What the nodes that migrate at once agree to wait for: any number that no other program takes.
const LOCK: i64 = 0x6265_6c67_6965;

/// Applies what is pending, each migration in a transaction of its own that waits for those of other nodes.
pub(super) fn migrate(connection: AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    let mut db = Blocking::from(connection);
    let known = Known::of(&MIGRATIONS)?;
    let mut names = Vec::new();
    while let Some(name) = db.transaction(|db| apply_next(db, &known))? {
        names.push(name);
    }
    Ok(names)
}

/// Compares the database with what this program knows.
pub(super) fn status(connection: AsyncPgConnection) -> Result<SchemaStatus, MigrationError> {
    let known = Known::<Pg>::of(&MIGRATIONS)?;
    Ok(known.status(&applied(&mut connection.into())?))
}

fn apply_next(db: &mut Blocking, known: &Known<Pg>) -> Result<Option<String>, MigrationError> {
    diesel::select(pg_advisory_xact_lock(LOCK)).execute(db)?;
    let applied = applied(db)?;
    let Some(step) = known.apply_next(&applied, db)? else {
        return Ok(None);
    };
    record(db, step)?;
    Ok(Some(step.name.clone()))
}

/// The versions that were applied, in order; none where the table is missing.
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
