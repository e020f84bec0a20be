//! An application's own table and queries that are the same on both databases.

use belgie_adapter_diesel::{Id, Moment};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::host_application::{insert, jane};

diesel::table! {
    use belgie_adapter_diesel::sql_types::{Id, Moment};

    visits (id) {
        id -> Id,
        author -> Id,
        at -> Moment,
    }
}

belgie_adapter_diesel::users_table!();
diesel::joinable!(visits -> belgie_users (author));
diesel::allow_tables_to_appear_in_same_query!(visits, belgie_users);

#[derive(Clone, Debug, PartialEq, Insertable, Queryable)]
struct Visit {
    id: Id,
    author: Id,
    at: Moment,
}

fn visit() -> Visit {
    let at = DateTime::from_timestamp_nanos(1_700_000_000_123_456_789);
    Visit {
        id: Uuid::from_u128(7).into(),
        author: jane().id.into(),
        at: at.into(),
    }
}

/// A macro, since the type of this query cannot be written down.
macro_rules! earlier_visits_of_jane {
    () => {
        visits::table
            .inner_join(belgie_users::table)
            .filter(belgie_users::id.eq(Id::from(jane().id)))
            .filter(visits::at.lt(Moment::from(DateTime::from_timestamp_nanos(i64::MAX))))
            .select((visits::all_columns, belgie_users::created_at))
    };
}

fn expected() -> Vec<(Visit, Moment)> {
    vec![(visit(), jane().created_at.into())]
}

#[test]
fn what_is_less_than_a_microsecond_is_omitted() {
    let at: DateTime<Utc> = visit().at.into();

    assert_eq!(at.timestamp_nanos_opt(), Some(1_700_000_000_123_456_000));
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn ids_and_times_are_kept_by_sqlite() {
    use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
    use diesel::connection::SimpleConnection as _;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("application.db");
    let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
    store.migrate().await.unwrap();
    insert(&store, jane()).await;
    let mut host = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let create = "CREATE TABLE visits (
        id BLOB PRIMARY KEY,
        author BLOB NOT NULL REFERENCES belgie_users (id),
        at INTEGER NOT NULL
    ) STRICT";
    host.batch_execute(create).unwrap();

    let new = diesel::insert_into(visits::table).values(visit());
    new.execute(&mut host).unwrap();

    let found = earlier_visits_of_jane!().load(&mut host);
    assert_eq!(found, Ok(expected()));
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn ids_and_times_are_kept_by_postgres_on_connections_of_the_store() {
    use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};

    let database = crate::database::TestDatabase::migrated().await;
    let store = database.store();
    insert(&store, jane()).await;
    let mut host = store.pool().get().await.unwrap();
    let create = "CREATE TABLE visits (
        id UUID PRIMARY KEY,
        author UUID NOT NULL REFERENCES belgie_users (id),
        at TIMESTAMPTZ NOT NULL
    )";
    host.batch_execute(create).await.unwrap();

    let new = diesel::insert_into(visits::table).values(visit());
    RunQueryDsl::execute(new, &mut host).await.unwrap();

    let found = RunQueryDsl::load(earlier_visits_of_jane!(), &mut host).await;
    assert_eq!(found, Ok(expected()));
}
