use belgie_domain::{Account, EmailAddress, Event, Session, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, Reads, StoreError, UserPage};

use crate::RedbStore;
use crate::key::Span;
use crate::record::{
    ACCOUNTS_OF_USER, EVENTS_OF_USER, Record as _, SESSIONS_OF_USER, USERS_BY_EMAIL, email_key,
    hash_key, user_key,
};
use crate::tables::Tables as _;

impl Reads for RedbStore {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.read(move |tx| tx.find(&user_key(id)))
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        let key = email_key(email);
        self.read(move |tx| tx.find_by(USERS_BY_EMAIL, &key))
    }

    fn users(&self, page: UserPage) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        let after = page.after.map(user_key);
        let span = after.map_or_else(Span::all, |key| Span::after(&key));
        self.read(move |tx| tx.page(&span, page.limit as usize))
    }

    fn find_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        self.read(move |tx| {
            let Some(session) = tx.find::<Session>(&hash_key(token_hash))? else {
                return Ok(None);
            };
            let user = tx.led_to(&user_key(session.user_id))?;
            Ok(Some((session, user)))
        })
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.read(move |tx| tx.last(SESSIONS_OF_USER, &of_user, usize::MAX))
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.read(move |tx| tx.first(ACCOUNTS_OF_USER, &of_user, usize::MAX))
    }

    fn events_of(&self, user: UserId, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.read(move |tx| tx.last(EVENTS_OF_USER, &of_user, limit as usize))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.read(|tx| tx.table(User::TABLE).map(drop))
    }
}
