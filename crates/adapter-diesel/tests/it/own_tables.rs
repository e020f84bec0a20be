//! Tables of an application's own, on either database by the same queries.

use std::time::Duration;

use belgie_adapter_diesel::{
    Database, DatabaseError, Id, PgOptions, PgStore, SqliteOptions, SqliteStore, with_connection,
};
use belgie_domain::UserId;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tempfile::TempDir;

use crate::database::TestDatabase;
use crate::host_application::{insert, jane};

diesel::table! {
    use belgie_adapter_diesel::sql_types::Id;
    use diesel::sql_types::{Integer, Text};

    notes (id) {
        id -> Integer,
        author -> Id,
        text -> Text,
    }
}

diesel::table! {
    drafts (id) {
        id -> Integer,
    }
}

const SQLITE: EmbeddedMigrations = embed_migrations!("tests/it/host_migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("tests/it/host_migrations/postgres");
/// The first of these succeeds, and the second one fails.
const BROKEN: EmbeddedMigrations = embed_migrations!("tests/it/broken_migrations");

/// A database in which the user Jane exists.
enum Place {
    Sqlite(TempDir),
    Postgres(TestDatabase),
}

impl Place {
    async fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = sqlite_store(&directory);
        store.migrate().await.expect("a migration");
        insert(&store, jane()).await;
        Self::Sqlite(directory)
    }

    async fn postgres() -> Self {
        let database = TestDatabase::migrated().await;
        insert(&postgres_store(&database.url()), jane()).await;
        Self::Postgres(database)
    }

    /// Connections of another node.
    fn database(&self) -> Database {
        match self {
            Self::Sqlite(directory) => sqlite_store(directory).database().expect("a file"),
            Self::Postgres(database) => postgres_store(&database.url()).database(),
        }
    }
}

fn sqlite_store(directory: &TempDir) -> SqliteStore {
    let path = directory.path().join("application.db");
    SqliteStore::open(&SqliteOptions::file(path).create()).expect("a store")
}

fn postgres_store(url: &str) -> PgStore {
    PgStore::open(&PgOptions::new(url)).expect("a store")
}

async fn add_note(database: &Database, id: i32, author: UserId) -> Result<usize, DatabaseError> {
    let note = (
        notes::id.eq(id),
        notes::author.eq(Id::from(author)),
        notes::text.eq("hello"),
    );
    let insert = diesel::insert_into(notes::table).values(note);
    with_connection!(database, db => insert.execute(db).await)
}

macro_rules! on_both {
    ($($name:ident,)+) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name(super::Place::sqlite().await).await; })+
        }
        mod postgres {
            $(#[tokio::test] async fn $name() { super::$name(super::Place::postgres().await).await; })+
        }
    };
}

on_both! {
    one_query_runs_on_either_database,
    nodes_that_migrate_at_once_migrate_once,
    a_migration_that_fails_leaves_nothing_behind,
    a_query_that_is_given_up_does_no_harm,
}

async fn one_query_runs_on_either_database(place: Place) {
    let database = place.database();
    database
        .migrate(SQLITE, POSTGRES)
        .await
        .expect("a migration");

    let added = add_note(&database, 1, jane().id).await;
    let of_nobody = add_note(&database, 2, UserId::from_uuid(uuid::Uuid::max())).await;

    assert_eq!(added.expect("a note"), 1);
    let Err(DatabaseError::Query(Error::DatabaseError(kind, _))) = of_nobody else {
        panic!("{of_nobody:?}");
    };
    assert!(matches!(kind, DatabaseErrorKind::ForeignKeyViolation));
    let authors = notes::table.select(notes::author);
    let authors: Vec<Id> =
        with_connection!(&database, db => authors.load(db).await).expect("authors");
    assert_eq!(authors, [Id::from(jane().id)]);
}

async fn nodes_that_migrate_at_once_migrate_once(place: Place) {
    let nodes: Vec<_> = (0..5).map(|_| place.database()).collect();

    let migrating: Vec<_> = nodes
        .iter()
        .map(|node| {
            let node = node.clone();
            tokio::spawn(async move { node.migrate(SQLITE, POSTGRES).await })
        })
        .collect();

    for migrated in migrating {
        let migrated = migrated.await.expect("the task ends");
        migrated.expect("a migration");
    }
    for (id, node) in (1..).zip(&nodes) {
        assert_eq!(add_note(node, id, jane().id).await.expect("a note"), 1);
    }
}

async fn a_migration_that_fails_leaves_nothing_behind(place: Place) {
    let database = place.database();

    let failed = database.migrate(BROKEN, BROKEN).await;

    assert!(
        matches!(failed, Err(DatabaseError::Migration(_))),
        "{failed:?}"
    );
    let count = drafts::table.count();
    let count: Result<i64, _> = with_connection!(&database, db => count.get_result(db).await);
    assert!(matches!(count, Err(DatabaseError::Query(_))), "{count:?}");
    database
        .migrate(SQLITE, POSTGRES)
        .await
        .expect("a migration");
    assert_eq!(add_note(&database, 1, jane().id).await.expect("a note"), 1);
}

/// As when a handler limits the time of its work. The runtimes of these tests are single-threaded, like those of actix.
async fn a_query_that_is_given_up_does_no_harm(place: Place) {
    let database = place.database();
    database
        .migrate(SQLITE, POSTGRES)
        .await
        .expect("a migration");
    let count = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000000)
        SELECT count(*) FROM numbers";

    let mut given_up = 0;
    for id in 1..=5 {
        let count = diesel::sql_query(count);
        let counted = async { with_connection!(&database, db => count.execute(db).await) };
        let counted = tokio::time::timeout(Duration::from_millis(20), counted).await;

        given_up += u32::from(counted.is_err());
        assert_eq!(add_note(&database, id, jane().id).await.expect("a note"), 1);
    }
    // On a busy machine, a query may end before anybody looks at the clock.
    assert!(given_up > 0, "no query took longer than its limit");
}

#[tokio::test]
async fn a_database_in_memory_has_no_other_connections() {
    let store = SqliteStore::open(&SqliteOptions::memory()).unwrap();

    assert!(store.database().is_none());
}

#[tokio::test]
async fn a_database_that_is_away_is_unreachable() {
    let store = postgres_store("postgres://nobody@127.0.0.1:1/nothing");

    let added = add_note(&store.database(), 1, jane().id).await;

    assert!(
        matches!(added, Err(DatabaseError::Unreachable(_))),
        "{added:?}"
    );
}
