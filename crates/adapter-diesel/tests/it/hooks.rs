//! An application hangs work of its own, with its own tables, on the events of the store.

use belgie_domain::{Event, EventId, EventKind, User, UserId};
use belgie_ports::{Contention, StoreError, StoreExt};
use chrono::DateTime;
use diesel::result::{DatabaseErrorKind, Error};

fn jane() -> User {
    let now = DateTime::UNIX_EPOCH;
    let mut jane = User::new(UserId::new(now, [1; 10]), None, now);
    jane.name = Some("Jane".to_owned());
    jane
}

/// Creates Jane, and writes the event last, as every change of a user does.
async fn create_jane(store: &impl StoreExt) -> Result<(), StoreError> {
    let now = DateTime::UNIX_EPOCH;
    let mut event = Event::new(EventId::new(now, [2; 10]), now, EventKind::UserCreated);
    event.user_id = Some(jane().id);
    let contention = Contention::on_user(jane().id);
    let created = store.transaction(contention, event, |event, tx| {
        Box::pin(async move {
            tx.insert_user(&jane()).await?;
            tx.insert_event(event).await
        })
    });
    created.await
}

/// What a database answers to a statement that lost to another, inside an error of the application's own.
fn lost() -> Box<dyn std::error::Error + Send + Sync> {
    let kind = DatabaseErrorKind::SerializationFailure;
    Box::new(NoNote(Error::DatabaseError(kind, Box::new(String::new()))))
}

#[derive(Debug, thiserror::Error)]
#[error("the note cannot be written")]
struct NoNote(#[source] Error);

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
    use belgie_domain::{Event, EventKind};
    use belgie_ports::{EventQuery, Events as _, StoreError, Users as _};
    use diesel::connection::SimpleConnection as _;
    use diesel::prelude::*;

    use super::{create_jane, jane, lost};

    type Answer = Result<(), Box<dyn std::error::Error + Send + Sync>>;

    struct Application {
        store: SqliteStore,
        connection: SqliteConnection,
        _directory: tempfile::TempDir,
    }

    impl Application {
        async fn new() -> Self {
            let directory = tempfile::tempdir().expect("a directory");
            let path = directory.path().join("application.db");
            let store = SqliteStore::open(&SqliteOptions::file(&path).create()).expect("a store");
            store.migrate().await.expect("a schema");
            let mut connection =
                SqliteConnection::establish(path.to_str().expect("a path")).expect("a connection");
            let table = "CREATE TABLE notes (author BLOB NOT NULL, text TEXT NOT NULL)";
            connection.batch_execute(table).expect("a table");
            Self {
                store,
                connection,
                _directory: directory,
            }
        }

        fn notes(&mut self) -> Vec<String> {
            let texts = notes::table.select(notes::text);
            texts.load(&mut self.connection).expect("an answer")
        }

        async fn has_nothing(&mut self) -> bool {
            let user = self.store.find_user(jane().id).await.expect("an answer");
            let events = self
                .store
                .events(EventQuery::newest(10))
                .await
                .expect("an answer");
            user.is_none() && events.is_empty() && self.notes().is_empty()
        }
    }

    /// Greets a new user by the name that its row has.
    fn greet(db: &mut SqliteConnection, event: &Event) -> Answer {
        let Some(user) = event
            .user_id
            .filter(|_| event.kind == EventKind::UserCreated)
        else {
            return Ok(());
        };
        let id = user.as_uuid().as_bytes().to_vec();
        let named = belgie_users::table.find(&id).select(belgie_users::name);
        let name: Option<String> = named.get_result(db)?;
        let text = format!("Hello {}", name.unwrap_or_default());
        let note = (notes::author.eq(id), notes::text.eq(text));
        diesel::insert_into(notes::table).values(note).execute(db)?;
        Ok(())
    }

    #[tokio::test]
    async fn an_application_row_is_committed_with_its_user() {
        let mut application = Application::new().await;
        let store = application.store.clone().on_event(greet);

        create_jane(&store).await.unwrap();

        assert_eq!(application.notes(), ["Hello Jane"]);
        assert_eq!(store.find_user(jane().id).await.unwrap(), Some(jane()));
    }

    #[tokio::test]
    async fn an_error_of_any_hook_undoes_the_user_and_what_other_hooks_did() {
        let mut application = Application::new().await;
        let store = application.store.clone();
        let store = store.on_event(greet).on_event(|_, _| Err("no room".into()));

        let refused = create_jane(&store).await.unwrap_err();

        assert!(matches!(&refused, StoreError::Hook(source) if source.to_string() == "no room"));
        assert!(application.has_nothing().await);
        create_jane(&application.store).await.unwrap();
    }

    #[tokio::test]
    async fn a_hook_that_loses_to_another_transaction_runs_again_with_it() {
        let mut application = Application::new().await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let store = application
            .store
            .clone()
            .on_event(greet)
            .on_event(move |_, _| match counted.fetch_add(1, Ordering::Relaxed) {
                0 => Err(lost()),
                _ => Ok(()),
            });

        create_jane(&store).await.unwrap();

        assert_eq!(AtomicU32::load(&runs, Ordering::Relaxed), 2);
        assert_eq!(application.notes(), ["Hello Jane"]);
    }

    #[tokio::test]
    async fn a_hook_that_panics_in_a_savepoint_undoes_all_and_the_store_goes_on() {
        let mut application = Application::new().await;
        let store = application.store.clone();
        let store = store.on_event(|db, event| {
            db.transaction(|db| -> Answer {
                greet(db, event)?;
                panic!("on purpose")
            })
        });

        let refused = create_jane(&store).await.unwrap_err();

        assert!(matches!(refused, StoreError::Other(_)), "{refused:?}");
        assert!(application.has_nothing().await);
        create_jane(&application.store).await.unwrap();
    }

    diesel::table! {
        notes (author) {
            author -> Binary,
            text -> Text,
        }
    }

    diesel::table! {
        belgie_users (id) {
            id -> Binary,
            name -> Nullable<Text>,
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use belgie_adapter_diesel::PgStore;
    use belgie_domain::{Event, EventKind};
    use belgie_ports::{BoxFuture, EventQuery, Events as _, StoreError, Users as _};
    use diesel::prelude::*;
    use diesel_async::{
        AsyncConnection as _, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _,
    };

    use super::{create_jane, jane, lost};
    use crate::database::TestDatabase;

    type Answer = Result<(), Box<dyn std::error::Error + Send + Sync>>;

    struct Application {
        store: PgStore,
        database: TestDatabase,
    }

    impl Application {
        async fn new() -> Self {
            let database = TestDatabase::migrated().await;
            let table = "CREATE TABLE notes (author UUID NOT NULL PRIMARY KEY, text TEXT NOT NULL)";
            database
                .connect()
                .await
                .batch_execute(table)
                .await
                .expect("an answer");
            let store = database.store();
            Self { store, database }
        }

        async fn notes(&self) -> Vec<String> {
            let texts = notes::table.select(notes::text);
            texts
                .load(&mut self.database.connect().await)
                .await
                .expect("an answer")
        }

        async fn has_nothing(&self) -> bool {
            let user = self.store.find_user(jane().id).await.expect("an answer");
            let events = self
                .store
                .events(EventQuery::newest(10))
                .await
                .expect("an answer");
            user.is_none() && events.is_empty() && self.notes().await.is_empty()
        }
    }

    /// Greets a new user by the name that its row has.
    fn greet<'c>(db: &'c mut AsyncPgConnection, event: &'c Event) -> BoxFuture<'c, Answer> {
        Box::pin(async move {
            let Some(user) = event
                .user_id
                .filter(|_| event.kind == EventKind::UserCreated)
            else {
                return Ok(());
            };
            let id = user.as_uuid();
            let named = belgie_users::table.find(id).select(belgie_users::name);
            let name: Option<String> = named.get_result(db).await?;
            let text = format!("Hello {}", name.unwrap_or_default());
            let note = (notes::author.eq(id), notes::text.eq(text));
            let insert = diesel::insert_into(notes::table).values(note);
            insert.execute(db).await?;
            Ok(())
        })
    }

    #[tokio::test]
    async fn an_application_row_is_committed_with_its_user() {
        let application = Application::new().await;
        let store = application.store.clone().on_event(greet);

        create_jane(&store).await.unwrap();

        assert_eq!(application.notes().await, ["Hello Jane"]);
        assert_eq!(store.find_user(jane().id).await.unwrap(), Some(jane()));
    }

    #[tokio::test]
    async fn an_error_of_any_hook_undoes_the_user_and_what_other_hooks_did() {
        let application = Application::new().await;
        let store = application.store.clone().on_event(greet);
        let store = store.on_event(|_, _| Box::pin(async { Err("no room".into()) }));

        let refused = create_jane(&store).await.unwrap_err();

        assert!(matches!(&refused, StoreError::Hook(source) if source.to_string() == "no room"));
        assert!(application.has_nothing().await);
        create_jane(&application.store).await.unwrap();
    }

    #[tokio::test]
    async fn a_hook_that_loses_to_another_transaction_runs_again_with_it() {
        let application = Application::new().await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let store = application.store.clone().on_event(greet);
        let store = store.on_event(move |db, _| {
            let run = counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                match run {
                    0 => Err(lost()),
                    1 => Ok(db.batch_execute(CONFLICT).await?),
                    _ => Ok(()),
                }
            })
        });

        create_jane(&store).await.unwrap();

        assert_eq!(AtomicU32::load(&runs, Ordering::Relaxed), 3);
        assert_eq!(application.notes().await, ["Hello Jane"]);
    }

    /// PostgreSQL itself says that the transaction lost.
    const CONFLICT: &str =
        "DO $$ BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END $$";

    #[tokio::test]
    async fn a_hook_that_panics_in_a_savepoint_undoes_all_and_the_store_goes_on() {
        let application = Application::new().await;
        let store = application.store.clone().on_event(|db, event| {
            Box::pin(db.transaction(async move |db| -> Answer {
                greet(db, event).await?;
                panic!("on purpose")
            }))
        });

        let refused = create_jane(&store).await.unwrap_err();

        assert!(matches!(refused, StoreError::Other(_)), "{refused:?}");
        assert!(application.has_nothing().await);
        create_jane(&application.store).await.unwrap();
    }

    /// A transaction in which a statement failed is rolled back by `COMMIT`, without an error.
    #[tokio::test]
    async fn a_hook_that_ignores_an_error_of_the_database_does_not_lose_the_user_in_silence() {
        let application = Application::new().await;
        let store = application.store.clone().on_event(greet).on_event(|db, _| {
            Box::pin(async move {
                let _ = db.batch_execute("SELECT 1 / 0").await;
                Ok(())
            })
        });

        let refused = create_jane(&store).await;

        assert!(refused.is_err(), "{refused:?}");
        assert!(application.has_nothing().await);
    }

    diesel::table! {
        notes (author) {
            author -> Uuid,
            text -> Text,
        }
    }

    diesel::table! {
        belgie_users (id) {
            id -> Uuid,
            name -> Nullable<Text>,
        }
    }
}
