use belgie_domain::{
    ClientInfo, NewSession, ProviderId, Session, SessionId, SessionPolicy, SessionToken, TokenHash,
    User,
};
use belgie_ports::{StoreError, Transaction};
use chrono::{DateTime, Utc};

use crate::draw::Draw;

/// A session that will begin in a transaction: everything is drawn before, since the transaction may run more than once.
#[derive(Debug)]
pub(crate) struct SessionDraft {
    id: SessionId,
    token: SessionToken,
    provider: Option<ProviderId>,
    client: ClientInfo,
    replaces: Vec<TokenHash>,
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
            now,
        }
    }

    /// Names the provider that verified who the user is.
    pub(crate) fn via(self, provider: &ProviderId) -> Self {
        Self {
            provider: Some(provider.clone()),
            ..self
        }
    }

    /// Names sessions that end when this one begins.
    pub(crate) fn replacing(self, replaces: Vec<TokenHash>) -> Self {
        Self { replaces, ..self }
    }

    /// Returns what opens the session.
    pub(crate) fn token(&self) -> &SessionToken {
        &self.token
    }

    /// Begins the session: it takes the place of those that it replaces, and of the user's oldest when there are too many.
    pub(crate) async fn open(
        &self,
        tx: &dyn Transaction,
        user: &User,
        policy: &SessionPolicy,
    ) -> Result<Session, StoreError> {
        for replaced in &self.replaces {
            tx.consume_session(*replaced).await?;
        }
        let new = NewSession {
            id: self.id,
            token: &self.token,
            user_id: user.id,
            provider: self.provider.clone(),
            client: &self.client,
            now: self.now,
        };
        let session = Session::begin(new, policy);
        tx.insert_session(&session).await?;
        tx.trim_sessions_of(user.id, policy.per_user).await?;
        Ok(session)
    }
}
