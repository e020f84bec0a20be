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
    about: Option<String>,
}

impl OutboxWrites for PgTransaction<'_> {
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, item)))
    }

    fn delete_outbox_items_about<'a>(
        &'a self,
        about: &'a str,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_about(db, about)))
    }
}

impl Outbox for PgStore {
    fn outbox_items_about<'a>(
        &'a self,
        about: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<OutboxItem>, StoreError>> {
        self.query(move |db, _| Box::pin(list_about(db, about, limit)))
    }

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

async fn list_about(
    db: &mut AsyncPgConnection,
    about: &str,
    limit: u32,
) -> Result<Vec<OutboxItem>, StoreError> {
    let rows: Vec<ItemRow> = outbox::table
        .filter(outbox::about.eq(about))
        .order(outbox::id)
        .limit(limit.into())
        .select(ItemRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(OutboxItem::try_from).collect()
}

async fn delete_about(db: &mut AsyncPgConnection, about: &str) -> Result<u64, StoreError> {
    let items = outbox::table.filter(outbox::about.eq(about));
    let deleted = diesel::delete(items).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

impl From<&OutboxItem> for ItemRow {
    fn from(item: &OutboxItem) -> Self {
        Self {
            id: item.id.as_uuid(),
            topic: item.topic.clone(),
            payload: item.payload.clone(),
            due_at: item.due_at,
            attempts: item.attempts.into(),
            about: item.about.clone(),
        }
    }
}

impl TryFrom<ItemRow> for OutboxItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let id = OutboxId::from_uuid(row.id);
        let mut item = Self::new(id, &row.topic, row.payload, row.due_at);
        item.about = row.about;
        item.attempts = number(row.attempts, "outbox.attempts")?;
        Ok(item)
    }
}
