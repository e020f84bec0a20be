use belgie_domain::{Session, SessionId, UserId};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::sessions;
use crate::value::{hash, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
pub(super) struct SessionRow {
    token_hash: Vec<u8>,
    id: Uuid,
    user_id: Uuid,
    provider: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    created_at: DateTime<Utc>,
    authenticated_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            token_hash: session.token_hash.as_bytes().to_vec(),
            id: session.id.as_uuid(),
            user_id: session.user_id.as_uuid(),
            provider: session.provider.as_ref().map(ToString::to_string),
            ip_address: session.ip_address.map(|address| address.to_string()),
            user_agent: session.user_agent.clone(),
            created_at: session.created_at,
            authenticated_at: session.authenticated_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let id = SessionId::from_uuid(row.id);
        let token_hash = hash(&row.token_hash, "sessions.token_hash")?;
        let user_id = UserId::from_uuid(row.user_id);
        let created_at = row.created_at;
        let expires_at = row.expires_at;
        let mut session = Self::new(id, token_hash, user_id, created_at, expires_at);
        session.provider = parse_some(row.provider.as_deref(), "sessions.provider")?;
        session.ip_address = parse_some(row.ip_address.as_deref(), "sessions.ip_address")?;
        session.user_agent = row.user_agent;
        session.authenticated_at = row.authenticated_at;
        session.last_used_at = row.last_used_at;
        Ok(session)
    }
}
