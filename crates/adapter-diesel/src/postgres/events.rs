use belgie_domain::{Event, EventId, EventKind, Outcome, UserId};
use belgie_ports::{BoxFuture, EventMaintenance, EventQuery, EventWrites, Events, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::events;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::value::{found, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct EventRow {
    id: Uuid,
    occurred_at: DateTime<Utc>,
    kind: String,
    user_id: Option<Uuid>,
    actor_id: Option<Uuid>,
    provider: Option<String>,
    outcome: String,
    ip_address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

macro_rules! look_ups {
    ($store:ty) => {
        impl Events for $store {
            fn find_event(&self, id: EventId) -> BoxFuture<'_, Result<Option<Event>, StoreError>> {
                self.query(move |db, _| Box::pin(find(db, id)))
            }

            fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
                self.query(move |db, _| Box::pin(list(db, query)))
            }
        }
    };
}

look_ups!(PgStore);
look_ups!(PgTransaction<'_>);

impl EventWrites for PgTransaction<'_> {
    fn insert_event<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| {
            Box::pin(async move {
                insert(db, event).await?;
                self.hooks.run(db, event).await
            })
        })
    }
}

impl EventMaintenance for PgStore {
    fn erase_clients_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(erase_clients_before(db, before, limit)))
    }
}

pub(super) async fn insert(db: &mut AsyncPgConnection, event: &Event) -> Result<(), StoreError> {
    let insert = diesel::insert_into(events::table).values(EventRow::from(event));
    insert.execute(db).await.map(drop).map_err(store_error)
}

pub(super) async fn find(
    db: &mut AsyncPgConnection,
    id: EventId,
) -> Result<Option<Event>, StoreError> {
    let query = events::table
        .find(id.as_uuid())
        .select(EventRow::as_select());
    let row = found(query.get_result(db).await).map_err(store_error)?;
    row.map(Event::try_from).transpose()
}

/// The condition of events that this user caused to others; its second half is that of the partial index
/// `belgie_events_of_actor`.
macro_rules! is_caused_by {
    ($actor:expr) => {
        events::actor_id
            .eq($actor)
            .and(events::actor_id.ne(events::user_id))
    };
}

pub(super) async fn list(
    db: &mut AsyncPgConnection,
    query: EventQuery,
) -> Result<Vec<Event>, StoreError> {
    let before = query.before.map_or(Uuid::max(), |id| id.as_uuid());
    let sign_in = events::kind
        .eq(EventKind::SignIn.to_string())
        .and(events::outcome.eq(Outcome::Success.to_string()));
    let is_any = (!query.sign_ins).into_sql::<Bool>();
    let newest = events::table
        .filter(sign_in.or(is_any))
        .filter(events::id.lt(before))
        .order(events::id.desc())
        .limit(query.limit.into())
        .select(EventRow::as_select());
    let id = |user: UserId| user.as_uuid();
    let rows: QueryResult<Vec<EventRow>> = match (query.user, query.caused_by) {
        (None, None) => newest.load(db).await,
        (Some(user), None) => newest.filter(events::user_id.eq(id(user))).load(db).await,
        (None, Some(actor)) => newest.filter(is_caused_by!(id(actor))).load(db).await,
        (Some(user), Some(actor)) => {
            newest
                .filter(events::user_id.eq(id(user)))
                .filter(is_caused_by!(id(actor)))
                .load(db)
                .await
        }
    };
    let rows = rows.map_err(store_error)?;
    rows.into_iter().map(Event::try_from).collect()
}

/// The condition is that of the partial index `belgie_events_with_client`, which lists the events that are left to erase.
/// Nodes that do this at once skip each other's rows.
async fn erase_clients_before(
    db: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(events as old);
    let named = (old.field(events::ip_address).is_not_null())
        .or(old.field(events::user_agent).is_not_null());
    let batch = old
        .filter(named)
        .filter(old.field(events::occurred_at).lt(before))
        .limit(limit.into())
        .select(old.field(events::id))
        .for_update()
        .skip_locked();
    let update = diesel::update(events::table.filter(events::id.eq_any(batch))).set((
        events::ip_address.eq(None::<String>),
        events::user_agent.eq(None::<String>),
    ));
    Ok(update.execute(db).await.map_err(store_error)? as u64)
}

impl From<&Event> for EventRow {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id.as_uuid(),
            occurred_at: event.at,
            kind: event.kind.to_string(),
            user_id: event.user_id.map(|id| id.as_uuid()),
            actor_id: event.actor_id.map(|id| id.as_uuid()),
            provider: event.provider.as_ref().map(ToString::to_string),
            outcome: event.outcome.to_string(),
            ip_address: event.client.ip_address.map(|address| address.to_string()),
            user_agent: event.client.user_agent.clone(),
            request_id: event.client.request_id.clone(),
        }
    }
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let at = row.occurred_at;
        let kind = EventKind::from(row.kind.as_str());
        let mut event = Self::new(EventId::from_uuid(row.id), at, kind);
        event.user_id = row.user_id.map(UserId::from_uuid);
        event.actor_id = row.actor_id.map(UserId::from_uuid);
        event.provider = parse_some(row.provider.as_deref(), "events.provider")?;
        event.outcome = Outcome::from(row.outcome.as_str());
        event.client.ip_address = parse_some(row.ip_address.as_deref(), "events.ip_address")?;
        event.client.user_agent = row.user_agent;
        event.client.request_id = row.request_id;
        Ok(event)
    }
}
