use diesel::connection::SimpleConnection as _;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use belgie_ports::StoreError;

use super::schema::belgie_migrations;
use super::temporary_data::TemporaryData;
use crate::error::store_error;
use crate::migration::{MigrationSet, Step, TransactionError};
use crate::{MigrationError, SchemaStatus};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Applies the pending migrations, each in a transaction that locks out other writers.
pub(super) fn migrate(db: &mut SqliteConnection) -> Result<Vec<String>, MigrationError> {
    let known = MigrationSet::of(&MIGRATIONS)?;
    // What a migration sorts to build an index may not fit into memory.
    TemporaryData::InFiles.apply(db).map_err(store_error)?;
    let names = apply_pending(db, &known);
    TemporaryData::InMemory.apply(db).map_err(store_error)?;
    names
}

fn apply_pending(
    db: &mut SqliteConnection,
    known: &MigrationSet<Sqlite>,
) -> Result<Vec<String>, MigrationError> {
    let mut names = Vec::new();
    while let Some(name) = db.immediate_transaction(|db| apply_next(db, known))? {
        names.push(name);
    }
    Ok(names)
}

/// Compares the database with what this program knows.
pub(super) fn status(db: &mut SqliteConnection) -> Result<SchemaStatus, MigrationError> {
    let known = MigrationSet::<Sqlite>::of(&MIGRATIONS)?;
    let applied = applied(db).map_err(store_error)?;
    Ok(known.status(&applied))
}

/// Reads a table that must exist.
pub(super) fn newest(db: &mut SqliteConnection) -> Result<(), StoreError> {
    let newest = belgie_migrations::table.select(max(belgie_migrations::version));
    let version = newest.get_result::<Option<String>>(db);
    version.map(drop).map_err(store_error)
}

fn apply_next(
    db: &mut SqliteConnection,
    known: &MigrationSet<Sqlite>,
) -> Result<Option<String>, TransactionError> {
    let applied = applied(db)?;
    let Some(step) = known.apply_next(&applied, db)? else {
        return Ok(None);
    };
    record(db, step)?;
    Ok(Some(step.name.clone()))
}

/// Returns the applied versions, in order; none if the table is missing.
fn applied(db: &mut SqliteConnection) -> QueryResult<Vec<String>> {
    let tables = sqlite_master::table.filter(sqlite_master::name.eq("belgie_migrations"));
    if tables.count().get_result::<i64>(db)? == 0 {
        return Ok(Vec::new());
    }
    belgie_migrations::table
        .select(belgie_migrations::version)
        .order(belgie_migrations::version)
        .load(db)
}

fn record(db: &mut SqliteConnection, step: &Step) -> QueryResult<()> {
    db.batch_execute(
        "CREATE TABLE IF NOT EXISTS belgie_migrations (
             version TEXT NOT NULL PRIMARY KEY,
             name TEXT NOT NULL,
             applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
         ) STRICT",
    )?;
    let row = (
        belgie_migrations::version.eq(&step.version),
        belgie_migrations::name.eq(&step.name),
    );
    let insert = diesel::insert_into(belgie_migrations::table).values(row);
    insert.execute(db).map(drop)
}

diesel::table! {
    sqlite_master (name) {
        name -> Text,
    }
}
