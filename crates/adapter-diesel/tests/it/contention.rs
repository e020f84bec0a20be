//! Transactions on PostgreSQL that get in the way of one another, and what they do not get in the way of.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use belgie_adapter_diesel::{PgOptions, PgStore};
use belgie_domain::{User, UserId};
use belgie_ports::{Contention, StoreError, StoreExt as _, Users as _};
use chrono::{DateTime, TimeDelta};
use diesel::sql_types::BigInt;
use diesel_async::SimpleAsyncConnection as _;
use tokio::task::JoinHandle;

use crate::database::TestDatabase;

/// How many transactions change the user at once, and how many look-ups are made of each kind.
const CROWD: i32 = 60;
const LOOK_UPS: u32 = 40;

fn user(number: u8) -> User {
    let now = DateTime::UNIX_EPOCH;
    User::new(UserId::new(now, [number; 10]), None, now)
}

async fn insert(store: &PgStore, user: User) {
    let inserted: Result<(), StoreError> = store
        .transaction(Contention::none(), user, |user, tx| tx.insert_user(user))
        .await;
    inserted.expect("the user is inserted");
}

/// Adds a second to the time that the user was last changed, which is read first.
async fn touch(store: PgStore, id: UserId) -> Result<(), StoreError> {
    let touched = store.transaction(Contention::on_user(id), id, |id, tx| {
        Box::pin(async move {
            let Some(mut user) = tx.find_user(*id).await? else {
                return Err(StoreError::Other("the user is missing".into()));
            };
            user.updated_at += TimeDelta::seconds(1);
            tx.update_user(&user).await.map(drop)
        })
    });
    touched.await
}

/// Two nodes on one database, with time for a slow machine.
async fn two_nodes() -> (TestDatabase, [PgStore; 2]) {
    two_patient_nodes(Duration::from_secs(30)).await
}

async fn two_patient_nodes(patience: Duration) -> (TestDatabase, [PgStore; 2]) {
    let database = TestDatabase::migrated().await;
    let node = || {
        let mut options = PgOptions::new(database.url());
        options.timeout = patience;
        PgStore::open(&options).expect("the store is set up")
    };
    let nodes = [node(), node()];
    (database, nodes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_changes_of_one_user_on_two_nodes_all_succeed_while_look_ups_are_served() {
    let (_database, nodes) = two_nodes().await;
    insert(&nodes[0], user(1)).await;
    let alone = look_up(&nodes).await;

    let id = user(1).id;
    let begun = Instant::now();
    let crowd: Vec<_> = (0..CROWD)
        .map(|number| tokio::spawn(touch(nodes[usize::from(number % 2 == 0)].clone(), id)))
        .collect();
    let beside = look_up(&nodes).await;
    for change in crowd {
        change.await.expect("the task ends").expect("the change");
    }
    let all = begun.elapsed();

    let found = nodes[1].find_user(id).await.unwrap().unwrap();
    let added = found.updated_at - user(1).updated_at;
    assert_eq!(added, TimeDelta::seconds(CROWD.into()));
    // A look-up that waited for the crowd would take as long as all of it.
    assert!(
        beside < all / 2 || beside < alone * 20,
        "{alone:?} {beside:?} {all:?}"
    );
}

/// Looks up the user by both nodes, and returns the median time.
async fn look_up(nodes: &[PgStore; 2]) -> Duration {
    let mut took = Vec::new();
    for _ in 0..LOOK_UPS {
        for node in nodes {
            let begun = Instant::now();
            let found = node.find_user(user(1).id).await;
            assert!(matches!(found, Ok(Some(_))), "{found:?}");
            took.push(begun.elapsed());
        }
    }
    took.sort();
    took[took.len() / 2]
}

#[tokio::test]
async fn transactions_on_different_names_do_not_wait_for_each_other() {
    let (database, nodes) = two_nodes().await;
    insert(&nodes[0], user(1)).await;
    insert(&nodes[0], user(2)).await;

    // One of each node runs, and the others wait for their turn without asking the database. These first runs lose to a
    // change that is committed while they wait at the row: one for its transaction, the other for the row itself. Of the
    // second runs one waits at the row again, and the other one for the names.
    let mut rival = database.connect().await;
    let lock = "BEGIN; UPDATE belgie_users SET name = 'Rival' WHERE id = ";
    let (one, two) = (user(1).id, user(2).id);
    rival
        .batch_execute(&format!("{lock} '{one}'"))
        .await
        .unwrap();
    let waiting: Vec<JoinHandle<_>> = nodes
        .iter()
        .flat_map(|node| (0..10).map(|_| tokio::spawn(touch(node.clone(), one))))
        .collect();
    until_waiting(&database, "tuple", 1).await;
    let again = format!("COMMIT; {lock} '{one}'");
    rival.batch_execute(&again).await.unwrap();
    until_waiting(&database, "advisory", 1).await;

    for node in &nodes {
        touch(node.clone(), two).await.unwrap();
        assert!(node.find_user(one).await.unwrap().is_some());
    }

    assert!(waiting.iter().all(|task| !task.is_finished()));
    rival.batch_execute("COMMIT").await.unwrap();
    for task in waiting {
        task.await.unwrap().unwrap();
    }
    let found = nodes[0].find_user(one).await.unwrap().unwrap();
    assert_eq!(
        found.updated_at - user(1).updated_at,
        TimeDelta::seconds(20)
    );
    assert_eq!(count(&database, "advisory", true).await, 0);
}

/// Waits until so many sessions of the database wait for locks of this type.
async fn until_waiting(database: &TestDatabase, kind: &str, sessions: i64) {
    let begun = Instant::now();
    while count(database, kind, false).await < sessions {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "too few wait: {kind}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn count(database: &TestDatabase, kind: &str, granted: bool) -> i64 {
    let query = format!(
        "SELECT count(*) AS locks FROM pg_locks l JOIN pg_stat_activity a USING (pid)
         WHERE a.datname = current_database() AND l.locktype = '{kind}' AND l.granted = {granted}"
    );
    let rows: Vec<Locks> = database.load(&query).await;
    rows[0].locks
}

#[derive(diesel::QueryableByName)]
struct Locks {
    #[diesel(sql_type = BigInt)]
    locks: i64,
}

/// They conflict all the same: what they read is on the pages of indexes that the others write to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_with_nothing_in_common_are_made_at_once() {
    let (database, nodes) = two_nodes().await;
    let made: Vec<_> = (0..CROWD)
        .map(|number| {
            let number = u8::try_from(number).expect("a small number");
            tokio::spawn(make(nodes[usize::from(number % 2)].clone(), number))
        })
        .collect();
    for user in made {
        user.await.expect("the task ends").expect("the user");
    }

    let rows: Vec<Locks> = database
        .load("SELECT count(*) AS locks FROM belgie_users")
        .await;
    assert_eq!(rows[0].locks, i64::from(CROWD));
}

/// Inserts a user, unless it is there already.
async fn make(store: PgStore, number: u8) -> Result<(), StoreError> {
    let user = user(number);
    let made = store.transaction(Contention::on_user(user.id), user, |user, tx| {
        Box::pin(async move {
            match tx.find_user(user.id).await? {
                Some(_) => Ok(()),
                None => tx.insert_user(user).await,
            }
        })
    });
    made.await
}

/// The lock of the turn that transactions of all nodes take to run again: the session of a node that hangs has it.
const HANG: &str = "SELECT pg_advisory_lock(('x' || encode(substr(sha256('belgie runs again'), 1, 8), 'hex'))::bit(64)::bigint)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_hangs_while_it_runs_a_transaction_again_holds_up_no_other() {
    let patience = Duration::from_secs(10);
    let (database, nodes) = two_patient_nodes(patience).await;
    insert(&nodes[0], user(0)).await;
    let mut hanging = database.connect().await;
    hanging.batch_execute(HANG).await.unwrap();

    let begun = Instant::now();
    let made: Vec<_> = (1..=CROWD)
        .map(|number| {
            let number = u8::try_from(number).expect("a small number");
            tokio::spawn(make_after_a_conflict(
                nodes[usize::from(number % 2)].clone(),
                number,
            ))
        })
        .collect();
    until_waiting(&database, "advisory", 1).await;
    for user in made {
        user.await.expect("the task ends").expect("the user");
    }

    let took = begun.elapsed();
    assert!(took < patience, "{took:?}");
}

/// Inserts a user by a transaction whose first run conflicts.
async fn make_after_a_conflict(store: PgStore, number: u8) -> Result<(), StoreError> {
    let runs = AtomicU32::new(0);
    let made = store.transaction(Contention::none(), runs, move |runs, tx| {
        let is_first = runs.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            let user = user(if is_first { 0 } else { number });
            tx.insert_user(&user).await
        })
    });
    made.await
}
