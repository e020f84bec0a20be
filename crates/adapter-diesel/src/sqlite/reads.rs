use belgie_domain::{Account, EmailAddress, Event, Session, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, Reads, StoreError, UserPage};

use super::{SqliteStore, accounts, events, migrations, sessions, users};

impl Reads for SqliteStore {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        Box::pin(self.look_up(move |db| users::find(db, id)))
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        let email = email.clone();
        Box::pin(self.look_up(move |db| users::find_by_email(db, &email)))
    }

    fn users(&self, page: UserPage) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        Box::pin(self.list(move |db| users::page(db, page)))
    }

    fn find_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        Box::pin(self.look_up(move |db| sessions::find_with_user(db, token_hash)))
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        Box::pin(self.list(move |db| sessions::of_user(db, user)))
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        Box::pin(self.list(move |db| accounts::of_user(db, user)))
    }

    fn events_of(&self, user: UserId, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        Box::pin(self.list(move |db| events::of_user(db, user, limit)))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async {
            if self.is_gone() {
                return Err(StoreError::Unavailable("the file is gone".into()));
            }
            self.look_up(migrations::newest).await
        })
    }
}
