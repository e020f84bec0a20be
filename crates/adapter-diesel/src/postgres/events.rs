use belgie_domain::{ClientInfo, Event, EventId, UserId};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::schema::events;
use crate::error::store_error;
use crate::value::{parse, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
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

pub(super) async fn insert(db: &mut AsyncPgConnection, event: &Event) -> Result<(), StoreError> {
    let insert = diesel::insert_into(events::table).values(EventRow::from(event));
    insert.execute(db).await.map(drop).map_err(store_error)
}

pub(super) async fn of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<EventRow> = events::table
        .filter(events::user_id.eq(user.as_uuid()))
        .order(events::id.desc())
        .limit(limit.into())
        .select(EventRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(Event::try_from).collect()
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
        Ok(Self {
            id: EventId::from_uuid(row.id),
            at: row.occurred_at,
            kind: parse(&row.kind, "events.kind")?,
            user_id: row.user_id.map(UserId::from_uuid),
            actor_id: row.actor_id.map(UserId::from_uuid),
            provider: parse_some(row.provider.as_deref(), "events.provider")?,
            outcome: parse(&row.outcome, "events.outcome")?,
            client: ClientInfo {
                ip_address: parse_some(row.ip_address.as_deref(), "events.ip_address")?,
                user_agent: row.user_agent,
                request_id: row.request_id,
            },
        })
    }
}
