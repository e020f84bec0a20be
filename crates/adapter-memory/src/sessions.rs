use std::cmp::Reverse;

use belgie_domain::{Session, SessionId, Slide, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, SessionMaintenance, SessionWrites, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{State, insert, refuse_if, remove, remove_where};
use crate::transaction::MemoryTransaction;

look_ups! { Sessions {
    fn find_session_by_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        self.look(move |state| state.with_user(state.sessions.get(&token_hash)?))
    }

    fn find_session_by_id(
        &self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        self.look(move |state| state.with_user(state.session(id)?))
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        self.look(move |state| state.sessions_of(user))
    }
} }

impl SessionWrites for MemoryTransaction {
    fn insert_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| state.insert_session(session))
    }

    fn consume_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.change(move |state| Ok(state.sessions.remove(&token_hash)))
    }

    fn delete_session(&self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| Ok(remove_where(&mut state.sessions, |kept| kept.id == id) > 0))
    }

    fn delete_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        let is_doomed = move |kept: &Session| kept.user_id == user && Some(kept.id) != except;
        self.change(move |state| {
            remove_where(&mut state.codes, |code| code.user_id == user);
            Ok(remove_where(&mut state.sessions, is_doomed))
        })
    }

    fn trim_sessions_of(&self, user: UserId, keep: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let excess = state.sessions_of(user).into_iter().skip(keep as usize);
            let keys = excess.map(|session| session.token_hash);
            Ok(remove(&mut state.sessions, keys))
        })
    }
}

impl SessionMaintenance for MemoryStore {
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| Ok(state.slide_session(slide)))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        let is_over =
            move |kept: &&Session| kept.expires_at <= now || kept.created_at <= created_before;
        self.change(move |state| {
            let over = state.sessions.values().filter(is_over).take(limit as usize);
            let keys: Vec<_> = over.map(|session| session.token_hash).collect();
            Ok(remove(&mut state.sessions, keys))
        })
    }
}

impl State {
    fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.values().find(|session| session.id == id)
    }

    fn with_user(&self, session: &Session) -> Option<(Session, User)> {
        let user = self.users.get(&session.user_id)?;
        Some((session.clone(), user.clone()))
    }

    /// Returns a user's sessions, newest first.
    fn sessions_of(&self, user: UserId) -> Vec<Session> {
        let of_user = self.sessions.values().filter(|kept| kept.user_id == user);
        let mut sessions: Vec<_> = of_user.cloned().collect();
        sessions.sort_by_key(|session| Reverse((session.created_at, session.id)));
        sessions
    }

    fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        refuse_if(!self.users.contains_key(&session.user_id))?;
        refuse_if(self.session(session.id).is_some())?;
        insert(&mut self.sessions, session.token_hash, session.clone())
    }

    fn slide_session(&mut self, slide: Slide) -> bool {
        let found = self.sessions.get_mut(&slide.token_hash);
        let Some(session) = found.filter(|session| session.last_used_at == slide.from) else {
            return false;
        };
        session.last_used_at = slide.last_used_at;
        session.expires_at = slide.expires_at;
        true
    }
}
