use belgie_domain::{Account, EmailAddress, Event, Session, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, Reads, StoreError, UserPage};
use diesel::IntoSql as _;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl as _;

use super::{PgStore, accounts, events, sessions, users};
use crate::error::store_error;

impl Reads for PgStore {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(users::find(db, id))))
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        Box::pin(self.ask(move |db| {
            let email = email.clone();
            Box::pin(async move { users::find_by_email(db, &email).await })
        }))
    }

    fn users(&self, page: UserPage) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(users::page(db, page))))
    }

    fn find_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(sessions::find_with_user(db, token_hash))))
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(sessions::of_user(db, user))))
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(accounts::of_user(db, user))))
    }

    fn events_of(&self, user: UserId, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(events::of_user(db, user, limit))))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.ask(|db| {
            Box::pin(async move {
                let one = diesel::select(1.into_sql::<Integer>());
                let answer = one.get_result::<i32>(db).await;
                answer.map(drop).map_err(store_error)
            })
        }))
    }
}
