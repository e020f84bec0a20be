use belgie_domain::{
    ClientInfo, ProviderId, Session, SessionId, SessionPolicy, SessionToken, TokenHash, User,
};
use belgie_ports::{StoreError, Transaction};
use chrono::{DateTime, Utc};

use crate::draw::Draw;

/// A session to be started in a transaction. Everything random is drawn beforehand, since the transaction may run more
/// than once.
#[derive(Debug)]
pub(crate) struct SessionDraft {
    id: SessionId,
    token: SessionToken,
    provider: Option<ProviderId>,
    client: ClientInfo,
    replaces: Vec<TokenHash>,
    authenticated_at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl SessionDraft {
    /// Draws a session's id and token.
    pub(crate) fn new(draw: &Draw<'_>, now: DateTime<Utc>, client: &ClientInfo) -> Self {
        Self {
            id: draw.session_id(),
            token: SessionToken::from_random(draw.bytes()),
            provider: None,
            client: client.clone(),
            replaces: Vec::new(),
            authenticated_at: now,
            now,
        }
    }

    /// Sets the provider that authenticated the user.
    pub(crate) fn via(self, provider: &ProviderId) -> Self {
        Self {
            provider: Some(provider.clone()),
            ..self
        }
    }

    /// Sets the sessions that end when this one starts.
    pub(crate) fn replacing(self, replaces: Vec<TokenHash>) -> Self {
        Self { replaces, ..self }
    }

    /// Sets when the person authenticated, if that is known and was before the session starts.
    pub(crate) fn authenticated_at(self, at: Option<DateTime<Utc>>) -> Self {
        Self {
            authenticated_at: at.unwrap_or(self.now).min(self.now),
            ..self
        }
    }

    /// Returns the session's token.
    pub(crate) fn token(&self) -> &SessionToken {
        &self.token
    }

    /// Starts the session, ends those it replaces, and deletes the user's oldest sessions beyond the limit.
    pub(crate) async fn open(
        &self,
        tx: &dyn Transaction,
        user: &User,
        policy: &SessionPolicy,
    ) -> Result<Session, StoreError> {
        for replaced in &self.replaces {
            tx.consume_session(*replaced).await?;
        }
        let mut session = Session::begin(self.id, &self.token, user.id, policy, self.now)
            .with_provider(self.provider.clone())
            .with_client(&self.client);
        session.authenticated_at = self.authenticated_at;
        tx.insert_session(&session).await?;
        tx.trim_sessions_of(user.id, policy.per_user).await?;
        Ok(session)
    }
}
