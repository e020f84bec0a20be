//! A number stored in a user's name: each transaction reads it and writes the next.

use std::sync::Arc;

use belgie_domain::User;
use belgie_ports::{Contention, Store, StoreError, StoreExt as _, Transaction};

use super::TestStore;
use super::row::put;
use super::sample::user;
use crate::changed;

pub(super) async fn put_zero(tested: &TestStore) {
    let zero = changed(user(1), |user| user.name = Some("0".to_owned()));
    put(&tested.store, [(&zero).into()]).await;
}

/// Adds one, without naming what it contends for.
pub(super) async fn add_one(store: Arc<dyn Store>) -> Result<(), StoreError> {
    add(&store, Contention::none()).await
}

/// Adds one, naming the user as what it contends for.
pub(super) async fn add_one_in_turn(store: Arc<dyn Store>) -> Result<(), StoreError> {
    add(&store, Contention::on_user(user(1).id)).await
}

pub(super) async fn total(tested: &TestStore) -> u32 {
    let found = tested.store.find_user(user(1).id).await;
    number(found.expect("it is looked up").as_ref()).expect("the counter is there")
}

async fn add(store: &dyn Store, contention: Contention) -> Result<(), StoreError> {
    let transaction = store.transaction(contention, (), |(), tx| Box::pin(step(tx)));
    transaction.await
}

async fn step(tx: &dyn Transaction) -> Result<(), StoreError> {
    let counter = tx.find_user(user(1).id).await?;
    let next = number(counter.as_ref())? + 1;
    let next = changed(user(1), |user| user.name = Some(next.to_string()));
    tx.update_user(&next).await.map(drop)
}

fn number(counter: Option<&User>) -> Result<u32, StoreError> {
    let name = counter.and_then(|user| user.name.as_deref());
    let number = name.and_then(|name| name.parse().ok());
    number.ok_or_else(|| StoreError::Other("the counter is lost".into()))
}
