use belgie_domain::{OutboxId, OutboxItem};
use belgie_ports::{BoxFuture, Outbox, OutboxWrites, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Id, micros, time};
use super::query::Query as _;
use super::schema::outbox;
use super::transaction::SqliteTransaction;
use crate::error::store_error;
use crate::value::{found, number};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
struct ItemRow {
    id: Id,
    topic: String,
    payload: String,
    due_at: i64,
    attempts: i64,
    about: Option<String>,
}

impl OutboxWrites for SqliteTransaction<'_> {
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| insert(db, item))
    }

    fn delete_outbox_items_about<'a>(
        &'a self,
        about: &'a str,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.apply(move |db| delete_about(db, about))
    }
}

impl Outbox for SqliteStore {
    fn outbox_items_about<'a>(
        &'a self,
        about: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<OutboxItem>, StoreError>> {
        let about = about.to_owned();
        self.list(move |db| list_about(db, &about, limit))
    }

    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>> {
        let topic = topic.to_owned();
        self.write(move |db| claim(db, &topic, now, until))
    }

    fn postpone_outbox_item(
        &self,
        id: OutboxId,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write(move |db| postpone(db, id, until))
    }

    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write(move |db| delete(db, id))
    }
}

pub(super) fn insert(db: &mut SqliteConnection, item: &OutboxItem) -> Result<(), StoreError> {
    let insert = diesel::insert_into(outbox::table).values(ItemRow::from(item));
    insert.execute(db).map(drop).map_err(store_error)
}

/// One statement finds and postpones, so at most one caller gets an item.
pub(super) fn claim(
    db: &mut SqliteConnection,
    topic: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<OutboxItem>, StoreError> {
    let due = diesel::alias!(outbox as due);
    let first = due
        .filter(due.field(outbox::topic).eq(topic))
        .filter(due.field(outbox::due_at).le(micros(now)))
        .order(due.field(outbox::id))
        .select(due.field(outbox::id))
        .single_value();
    let update = diesel::update(outbox::table.filter(outbox::id.nullable().eq(first))).set((
        outbox::due_at.eq(micros(until)),
        outbox::attempts.eq(outbox::attempts + 1),
    ));
    let row: Option<ItemRow> =
        found(update.returning(ItemRow::as_returning()).get_result(db)).map_err(store_error)?;
    row.map(OutboxItem::try_from).transpose()
}

fn postpone(
    db: &mut SqliteConnection,
    id: OutboxId,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let item = outbox::table.find(Id::from(id.as_uuid()));
    let update = diesel::update(item).set(outbox::due_at.eq(micros(until)));
    Ok(update.execute(db).map_err(store_error)? > 0)
}

pub(super) fn delete(db: &mut SqliteConnection, id: OutboxId) -> Result<bool, StoreError> {
    let delete = diesel::delete(outbox::table.find(Id::from(id.as_uuid())));
    Ok(delete.execute(db).map_err(store_error)? > 0)
}

fn list_about(
    db: &mut SqliteConnection,
    about: &str,
    limit: u32,
) -> Result<Vec<OutboxItem>, StoreError> {
    let rows: Vec<ItemRow> = outbox::table
        .filter(outbox::about.eq(about))
        .order(outbox::id)
        .limit(limit.into())
        .select(ItemRow::as_select())
        .load(db)
        .map_err(store_error)?;
    rows.into_iter().map(OutboxItem::try_from).collect()
}

fn delete_about(db: &mut SqliteConnection, about: &str) -> Result<u64, StoreError> {
    let items = outbox::table.filter(outbox::about.eq(about));
    Ok(diesel::delete(items).execute(db).map_err(store_error)? as u64)
}

impl From<&OutboxItem> for ItemRow {
    fn from(item: &OutboxItem) -> Self {
        Self {
            id: item.id.as_uuid().into(),
            topic: item.topic.clone(),
            payload: item.payload.clone(),
            due_at: micros(item.due_at),
            attempts: item.attempts.into(),
            about: item.about.clone(),
        }
    }
}

impl TryFrom<ItemRow> for OutboxItem {
    type Error = StoreError;

    fn try_from(row: ItemRow) -> Result<Self, StoreError> {
        let id = OutboxId::from_uuid(row.id.uuid());
        let due_at = time(row.due_at, "outbox.due_at")?;
        let mut item = Self::new(id, &row.topic, row.payload, due_at);
        item.about = row.about;
        item.attempts = number(row.attempts, "outbox.attempts")?;
        Ok(item)
    }
}
