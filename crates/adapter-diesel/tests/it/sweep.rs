//! What two nodes that delete expired rows at once leave to each other.

use belgie_domain::{Attempt, CodeVerifier, NewAttempt, Nonce, TokenHash};
use belgie_ports::Attempts as _;
use chrono::{DateTime, TimeDelta};
use diesel_async::SimpleAsyncConnection as _;

use crate::database::TestDatabase;

/// An attempt that expires ten minutes after the epoch.
fn attempt(number: u8) -> Attempt {
    Attempt::new(NewAttempt {
        state_hash: TokenHash::from_bytes([number; 32]),
        binding_hash: TokenHash::from_bytes([number / 2; 32]),
        provider: "google".parse().expect("the id is valid"),
        nonce: Nonce::from_random([number; 32]),
        code_verifier: CodeVerifier::from_random([number; 32]),
        return_to: "/".to_owned(),
        created_at: DateTime::UNIX_EPOCH,
    })
}

#[tokio::test]
async fn rel_14_attempts_that_another_node_deletes_do_not_count_as_part_of_a_batch() {
    let database = TestDatabase::migrated().await;
    let store = database.store();
    for number in 1..=6 {
        store.insert_attempt(&attempt(number), 100).await.unwrap();
    }
    let mut rival = database.connect().await;
    let lock = "BEGIN; SELECT FROM belgie_attempts WHERE expires_at <= now() LIMIT 3 FOR UPDATE";
    rival.batch_execute(lock).await.unwrap();
    let now = DateTime::UNIX_EPOCH + TimeDelta::hours(1);

    let batch = store.delete_expired_attempts(now, 3).await;

    assert_eq!(batch.unwrap(), 3);
    assert_eq!(store.delete_expired_attempts(now, 3).await.unwrap(), 0);
    rival.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(store.delete_expired_attempts(now, 3).await.unwrap(), 3);
}
