//! How jobs that share a transaction affect each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use belgie_domain::{User, UserId};
use belgie_ports::{Contention, StoreError, StoreExt as _, Users as _};
use chrono::DateTime;
use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::super::{SqliteOptions, SqliteStore};
use crate::error::store_error;

type Answer = JoinHandle<Result<(), StoreError>>;

/// A store whose writer waits until [`Self::go_on`], so that jobs collect in its queue.
struct Busy {
    store: SqliteStore,
    holding: Option<(Sender<()>, Answer)>,
    /// How many transactions were begun, and how many committed.
    transactions: Arc<AtomicUsize>,
    commits: Arc<AtomicUsize>,
    directory: TempDir,
}

impl Busy {
    async fn new(prepare: &'static str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
        let store = SqliteStore::open(&options).unwrap();
        store.migrate().await.unwrap();
        let (transactions, commits) =
            (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (begun, committed) = (Arc::clone(&transactions), Arc::clone(&commits));
        let set_up = store.write(move |db| {
            db.batch_execute(prepare).map_err(store_error)?;
            db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                let counter = match &event {
                    InstrumentationEvent::BeginTransaction { depth, .. } if depth.get() == 1 => {
                        &begun
                    }
                    InstrumentationEvent::CommitTransaction { depth, .. } if depth.get() == 1 => {
                        &committed
                    }
                    _ => return,
                };
                counter.fetch_add(1, Ordering::SeqCst);
            });
            Ok(())
        });
        set_up.await.unwrap();
        let mut this = Self {
            store,
            holding: None,
            transactions,
            commits,
            directory,
        };
        this.hold().await;
        this
    }

    /// Lets the writer wait.
    async fn hold(&mut self) {
        let (started, has_started) = channel();
        let (goes_on, may_go_on) = channel::<()>();
        let held = self
            .queue(move |_| {
                started.send(()).unwrap();
                let _ = may_go_on.recv();
                Ok(())
            })
            .await;
        tokio::task::spawn_blocking(move || has_started.recv().unwrap())
            .await
            .unwrap();
        self.holding = Some((goes_on, held));
    }

    /// Queues a synced write.
    async fn queue(
        &self,
        job: impl FnOnce(&mut SqliteConnection) -> Result<(), StoreError> + Send + 'static,
    ) -> Answer {
        let store = self.store.clone();
        queue(async move { store.write(job).await }).await
    }

    /// Queues a write of this SQL.
    async fn queue_sql(&self, sql: &'static str) -> Answer {
        self.queue(move |db| db.batch_execute(sql).map_err(store_error))
            .await
    }

    /// Queues a transaction that adds users with these numbers.
    async fn queue_users(&self, numbers: &'static [u8]) -> Answer {
        let store = self.store.clone();
        queue(async move {
            store
                .transaction(Contention::none(), numbers, |numbers, tx| {
                    Box::pin(async move {
                        for number in *numbers {
                            tx.insert_user(&user(*number)).await?;
                        }
                        Ok(())
                    })
                })
                .await
        })
        .await
    }

    /// Lets the writer go on; returns the answers, and in how many transactions they were committed.
    async fn go_on(&mut self, answers: Vec<Answer>) -> (Vec<Result<(), StoreError>>, usize) {
        let (goes_on, held) = self.holding.take().unwrap();
        let before = self.commits.load(Ordering::SeqCst);
        goes_on.send(()).unwrap();
        held.await.unwrap().unwrap();
        let mut answered = Vec::new();
        for answer in answers {
            answered.push(answer.await.unwrap());
        }
        let one_for_the_held = 1;
        let commits = self.commits.load(Ordering::SeqCst) - before - one_for_the_held;
        (answered, commits)
    }

    async fn has(&self, number: u8) -> bool {
        let found = self.store.find_user(user(number).id).await;
        found.unwrap().is_some()
    }

    async fn rows(&self, table: &'static str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            rows: i64,
        }
        let count = self.store.write(move |db| {
            let query = diesel::sql_query(format!("SELECT count(*) AS rows FROM {table}"));
            query.get_result::<Count>(db).map_err(store_error)
        });
        count.await.unwrap().rows
    }
}

/// Starts a write, which then waits in the queue.
async fn queue(write: impl Future<Output = Result<(), StoreError>> + Send + 'static) -> Answer {
    let answer = tokio::spawn(write);
    tokio::task::yield_now().await;
    answer
}

fn user(number: u8) -> User {
    let at = DateTime::UNIX_EPOCH;
    User::new(UserId::new(at, [number; 10]), None, at)
}

#[tokio::test]
async fn rel_09_writes_that_wait_at_the_same_time_share_one_commit() {
    let mut busy = Busy::new("").await;
    let queued = vec![
        busy.queue_users(&[1]).await,
        busy.queue_users(&[2, 3]).await,
        busy.queue_sql("CREATE TABLE theirs (id INTEGER)").await,
        busy.queue_users(&[4]).await,
    ];

    let (answers, commits) = busy.go_on(queued).await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(commits, 1);
    for number in 1..=4 {
        assert!(busy.has(number).await, "{number}");
    }
    assert_eq!(busy.rows("theirs").await, 0);
}

#[tokio::test]
async fn a_write_that_fails_undoes_itself_and_nothing_else() {
    let mut busy = Busy::new("").await;
    let queued = vec![
        busy.queue_users(&[1]).await,
        busy.queue_users(&[2, 1]).await,
        busy.queue_sql("INSERT INTO belgie_nowhere VALUES (1)")
            .await,
        busy.queue(|_| panic!("on purpose")).await,
        busy.queue_users(&[3]).await,
    ];

    let (answers, _) = busy.go_on(queued).await;

    let succeeded: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(succeeded, [true, false, false, false, true], "{answers:?}");
    assert!(matches!(answers[1], Err(StoreError::Conflict)));
    assert!(busy.has(1).await && !busy.has(2).await && busy.has(3).await);
}

#[tokio::test]
async fn when_the_first_write_fails_the_transaction_starts_anew_without_it() {
    let mut busy = Busy::new("").await;
    let queued = vec![
        busy.queue_users(&[1, 1]).await,
        busy.queue_users(&[2]).await,
    ];

    let (answers, commits) = busy.go_on(queued).await;

    assert!(
        matches!(answers[..], [Err(StoreError::Conflict), Ok(())]),
        "{answers:?}"
    );
    assert_eq!(commits, 1, "of the second alone");
    assert!(!busy.has(1).await && busy.has(2).await);
}

#[tokio::test]
async fn what_the_first_write_takes_back_is_not_committed_with_those_behind_it() {
    let mut busy = Busy::new("").await;
    let store = busy.store.clone();
    let taken_back = queue(async move {
        let done = store.transaction(Contention::none(), (), |(), tx| {
            Box::pin(async move {
                tx.insert_user(&user(1)).await?;
                Err::<(), _>(StoreError::Other("on second thoughts".into()))
            })
        });
        assert!(matches!(done.await, Err(StoreError::Other(_))));
        Ok(())
    });
    let queued = vec![taken_back.await, busy.queue_users(&[2, 3]).await];

    let (answers, commits) = busy.go_on(queued).await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(commits, 1, "both together");
    assert!(!busy.has(1).await && busy.has(2).await && busy.has(3).await);
}

#[tokio::test]
async fn a_first_write_that_panics_leaves_nothing_behind() {
    let mut busy = Busy::new("").await;
    let panics = busy.queue(|db| {
        let insert = "INSERT INTO belgie_failures VALUES (1, 'sign_in', 'google', 'code', 1)";
        db.batch_execute(insert).unwrap();
        panic!("on purpose")
    });
    let queued = vec![panics.await, busy.queue_users(&[1]).await];

    let (answers, commits) = busy.go_on(queued).await;

    assert!(
        matches!(answers[..], [Err(StoreError::Other(_)), Ok(())]),
        "{answers:?}"
    );
    assert_eq!(commits, 1, "of the second alone");
    assert_eq!(busy.rows("belgie_failures").await, 0);
    assert!(busy.has(1).await);
}

#[tokio::test]
async fn when_the_commit_fails_every_caller_is_told() {
    let mut busy = Busy::new(
        "CREATE TABLE theirs (user_id BLOB REFERENCES belgie_users (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    let queued = vec![
        busy.queue_users(&[1]).await,
        busy.queue_sql("INSERT INTO theirs VALUES (x'00')").await,
        busy.queue_users(&[2]).await,
    ];

    let (answers, _) = busy.go_on(queued).await;

    let refused = |answer: &_| matches!(answer, Err(StoreError::Unavailable(_)));
    assert!(answers.iter().all(refused), "{answers:?}");
    assert!(!busy.has(1).await && !busy.has(2).await);
    assert_eq!(busy.rows("theirs").await, 0);
    busy.queue_users(&[3]).await.await.unwrap().unwrap();
    assert!(busy.has(3).await);
}

#[tokio::test]
async fn a_hook_that_fails_at_the_commit_harms_no_other_write() {
    use belgie_domain::{Event, EventId, EventKind};

    let mut busy = Busy::new(
        "CREATE TABLE theirs (user_id BLOB REFERENCES belgie_users (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    .await;
    let hooked = busy
        .store
        .clone()
        .on_event(|db, _| Ok(db.batch_execute("INSERT INTO theirs VALUES (x'00')")?));
    let at = DateTime::UNIX_EPOCH;
    let event = Event::new(EventId::new(at, [9; 10]), at, EventKind::SignIn);
    let with_hook = queue(async move {
        hooked
            .transaction(Contention::none(), event, |event, tx| {
                Box::pin(async move { tx.insert_event(event).await })
            })
            .await
    })
    .await;
    let queued = vec![
        busy.queue_users(&[1]).await,
        with_hook,
        busy.queue_users(&[2]).await,
    ];

    let (answers, _) = busy.go_on(queued).await;

    let succeeded: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(succeeded, [true, false, true], "{answers:?}");
    assert!(busy.has(1).await && busy.has(2).await);
    assert_eq!(busy.rows("belgie_events").await, 0);
}

#[tokio::test]
async fn when_the_disk_is_full_what_was_acknowledged_is_stored_and_writes_succeed_later() {
    let mut busy = Busy::new("CREATE TABLE theirs (data BLOB)").await;
    let queued = vec![
        busy.queue_sql("PRAGMA max_page_count = 1").await,
        busy.queue_users(&[1]).await,
        busy.queue(|db| {
            let insert = diesel::sql_query("INSERT INTO theirs VALUES (zeroblob(1000000))");
            insert.execute(db).map(drop).map_err(store_error)
        })
        .await,
        busy.queue_users(&[2]).await,
    ];

    let (answers, _) = busy.go_on(queued).await;

    assert!(
        matches!(answers[2], Err(StoreError::Unavailable(_))),
        "{answers:?}"
    );
    for (number, answer) in [(1, &answers[1]), (2, &answers[3])] {
        let is_known = matches!(answer, Ok(()) | Err(StoreError::Unavailable(_)));
        assert!(is_known, "{answers:?}");
        assert_eq!(
            busy.has(number).await,
            answer.is_ok(),
            "{number}: {answers:?}"
        );
    }
    assert_eq!(busy.rows("theirs").await, 0);
    let grown = busy.queue_sql("PRAGMA max_page_count = 1000000").await;
    grown.await.unwrap().unwrap();
    busy.queue_users(&[3]).await.await.unwrap().unwrap();
    assert!(busy.has(3).await);
}

#[tokio::test]
async fn rel_09_a_commit_waits_for_the_disk_if_any_of_its_writes_must() {
    let mut busy = Busy::new("").await;
    let (asked, settings) = channel();
    let note = move |db: &mut SqliteConnection| {
        let synchronous = super::super::tests::setting(db, "synchronous");
        asked
            .send(synchronous)
            .map_err(|error| StoreError::Other(error.into()))
    };
    let (store, unsynced) = (busy.store.clone(), note.clone());
    let queued = vec![
        queue(async move { store.write_unsynced(unsynced).await }).await,
        busy.queue(note).await,
    ];

    let (answers, commits) = busy.go_on(queued).await;

    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(commits, 1);
    assert_eq!(settings.try_iter().collect::<Vec<_>>(), [2, 2], "FULL");
}

#[tokio::test]
async fn while_another_process_writes_for_long_all_that_wait_are_refused_together() {
    let mut busy = Busy::new("PRAGMA busy_timeout = 300").await;
    busy.go_on(vec![]).await;
    let path = busy.directory.path().join("belgie.db");
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let before = busy.transactions.load(Ordering::SeqCst);

    let first = busy.queue_users(&[1]).await;
    while busy.transactions.load(Ordering::SeqCst) == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let abandoned = busy.queue_users(&[2]).await;
    let others = [busy.queue_users(&[3]).await, busy.queue_users(&[4]).await];
    abandoned.abort();
    assert!(abandoned.await.unwrap_err().is_cancelled());

    for refused in [first].into_iter().chain(others) {
        let error = refused.await.unwrap().unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
    // One for the first, and one for all that came while it waited.
    assert_eq!(busy.transactions.load(Ordering::SeqCst) - before, 2);
    other.batch_execute("COMMIT").unwrap();
    busy.queue_users(&[5]).await.await.unwrap().unwrap();
    for (number, is_stored) in [(1, false), (2, false), (3, false), (4, false), (5, true)] {
        assert_eq!(busy.has(number).await, is_stored, "{number}");
    }
}
