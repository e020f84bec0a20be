use belgie_domain::{Session, SessionId, UserId};
use belgie_ports::StoreError;
use diesel::prelude::*;

use super::column::{Hash, Id, micros, time};
use super::schema::sessions;
use crate::value::parse_some;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
pub(super) struct SessionRow {
    token_hash: Hash,
    id: Id,
    user_id: Id,
    provider: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    created_at: i64,
    authenticated_at: i64,
    last_used_at: i64,
    expires_at: i64,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            token_hash: session.token_hash.into(),
            id: session.id.as_uuid().into(),
            user_id: session.user_id.as_uuid().into(),
            provider: session.provider.as_ref().map(ToString::to_string),
            ip_address: session.ip_address.map(|address| address.to_string()),
            user_agent: session.user_agent.clone(),
            created_at: micros(session.created_at),
            authenticated_at: micros(session.authenticated_at),
            last_used_at: micros(session.last_used_at),
            expires_at: micros(session.expires_at),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let id = SessionId::from_uuid(row.id.uuid());
        let token_hash = row.token_hash.into();
        let user_id = UserId::from_uuid(row.user_id.uuid());
        let created_at = time(row.created_at, "sessions.created_at")?;
        let expires_at = time(row.expires_at, "sessions.expires_at")?;
        let mut session = Self::new(id, token_hash, user_id, created_at, expires_at);
        session.provider = parse_some(row.provider.as_deref(), "sessions.provider")?;
        session.ip_address = parse_some(row.ip_address.as_deref(), "sessions.ip_address")?;
        session.user_agent = row.user_agent;
        session.authenticated_at = time(row.authenticated_at, "sessions.authenticated_at")?;
        session.last_used_at = time(row.last_used_at, "sessions.last_used_at")?;
        Ok(session)
    }
}
