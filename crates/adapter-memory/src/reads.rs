use std::future::ready;

use belgie_domain::{Account, EmailAddress, Event, Session, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, Reads, StoreError, UserPage};

use crate::MemoryStore;
use crate::state::State;

impl MemoryStore {
    fn read<'a, T: Send + 'a>(
        &'a self,
        read: impl FnOnce(&State) -> T + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move { Ok(read(&self.current())) })
    }
}

impl Reads for MemoryStore {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.read(move |state| state.users.get(&id).cloned())
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.read(|state| state.user_by_email(email).cloned())
    }

    fn users(&self, page: UserPage) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        self.read(move |state| {
            let all = state.users.values();
            let later = all.filter(|user| page.after.is_none_or(|after| user.id > after));
            later.take(page.limit as usize).cloned().collect()
        })
    }

    fn find_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        self.read(move |state| {
            let session = state.sessions.get(&token_hash)?;
            let user = state.users.get(&session.user_id)?;
            Some((session.clone(), user.clone()))
        })
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        self.read(move |state| state.sessions_of(user))
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        self.read(move |state| state.accounts_of(user))
    }

    fn events_of(&self, user: UserId, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.read(move |state| {
            let newest_first = state.events.values().rev();
            let of_user = newest_first.filter(|event| event.user_id == Some(user));
            of_user.take(limit as usize).cloned().collect()
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }
}
