use belgie::UserId;
use belgie::diesel::{Id, with_connection};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Repository, Result};
use crate::model::tables::conversations;
use crate::model::{Conversation, Page};

impl Repository {
    /// Returns a user's conversations, the most recently used first.
    pub async fn conversations(&self, owner: UserId, page: Page<Id>) -> Result<Vec<Conversation>> {
        let before = page.cursor.unwrap_or(Id::from(Uuid::max()));
        let own = conversations::table
            .filter(conversations::user_id.eq(Id::from(owner)))
            .filter(conversations::used.lt(before))
            .order(conversations::used.desc())
            .limit(page.rows());
        with_connection!(&self.0, db => own.load(db).await)
    }

    /// Returns a user's conversation; `None` also when it is somebody else's.
    pub async fn conversation(&self, owner: UserId, id: Id) -> Result<Option<Conversation>> {
        let own = conversations::table
            .find(id)
            .filter(conversations::user_id.eq(Id::from(owner)));
        with_connection!(&self.0, db => own.first(db).await.optional())
    }

    pub async fn add_conversation(&self, new: &Conversation) -> Result<usize> {
        let insert = diesel::insert_into(conversations::table).values(new);
        with_connection!(&self.0, db => insert.execute(db).await)
    }
}
