use belgie_domain::{OutboxId, OutboxItem};
use belgie_ports::{BoxFuture, Outbox, OutboxWrites, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::outbox;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::value::{found, number};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct ItemRow {
    id: Uuid,
    topic: String,
    payload: String,
    due_at: DateTime<Utc>,
    attempts: i64,
}

impl OutboxWrites for PgTransaction<'_> {
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, item)))
    }
}

impl Outbox for PgStore {
    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>> {
        self.query(move |db, _| Box::pin(claim(db, topic, now, until)))
    }

    fn postpone_outbox_item(
        &self,
        id: OutboxId,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(postpone(db, id, until)))
    }

    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(delete(db, id)))
    }
}

async fn insert(db: &mut AsyncPgConnection, item: &OutboxItem) -> Result<(), StoreError> {
    let insert = diesel::insert_into(outbox::table).values(ItemRow::from(item));
    insert.execute(db).await.map(drop).map_err(store_error)
}

/// One statement finds and postpones, so at most one caller gets an item; it skips items that another caller is
/// claiming.
async fn claim(
    db: &mut AsyncPgConnection,
    topic: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<OutboxItem>, StoreError> {
    let due = diesel::alias!(outbox as due);
    let first = due
        .filter(due.field(outbox::topic).eq(topic))
        .filter(due.field(outbox::due_at).le(now))
        .order(due.field(outbox::id))
        .select(due.field(outbox::id))
        .for_update()
        .skip_locked()
        .single_value();
    let update = diesel::update(outbox::table.filter(outbox::id.nullable().eq(first))).set((
        outbox::due_at.eq(until),
        outbox::attempts.eq(outbox::attempts + 1),
    ));
    let update = update.returning(ItemRow::as_returning());
    let row: Option<ItemRow> = found(update.get_result(db).await).map_err(store_error)?;
    row.map(OutboxItem::try_from).transpose()
}

async fn postpone(
    db: &mut AsyncPgConnection,
    id: OutboxId,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let item = outbox::table.find(id.as_uuid());
    let update = diesel::update(item).set(outbox::due_at.eq(until));
    Ok(update.execute(db).await.map_err(store_error)? > 0)
}

async fn delete(db: &mut AsyncPgConnection, id: OutboxId) -> Result<bool, StoreError> {
    let delete = diesel::delete(outbox::table.find(id.as_uuid()));
    Ok(delete.execute(db).await.map_err(store_error)? > 0)
}

impl From<&OutboxItem> for ItemRow {
    fn from(item: &OutboxItem) -> Self {
        Self {
            id: item.id.as_uuid(),
            topic: item.topic.clone(),
            payload: item.payload.clone(),
            due_at: item.due_at,
            attempts: item.attempts.into(),
        }
    }
}

impl TryFrom<ItemRow> for OutboxItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let id = OutboxId::from_uuid(row.id);
        let mut item = Self::new(id, &row.topic, row.payload, row.due_at);
        item.attempts = number(row.attempts, "outbox.attempts")?;
        Ok(item)
    }
}
