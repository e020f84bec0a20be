use belgie::UserId;
use belgie::diesel::Id;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::database::on;
use super::{Repository, Result};
use crate::model::tables::conversations;
use crate::model::{Conversation, Page};

impl Repository {
    /// Returns a user's conversations, the most recently used first.
    pub async fn conversations(&self, owner: UserId, page: Page<Id>) -> Result<Vec<Conversation>> {
        let own = conversations::table
            .filter(conversations::user_id.eq(Id::from(owner)))
            .order(conversations::used.desc())
            .limit(page.rows());
        let before = page.after.unwrap_or(Id::from(Uuid::max()));
        let own = own.filter(conversations::used.lt(before));
        Ok(on!(self, db => own.load(db).await)?)
    }

    /// Returns a user's conversation; `None` also when it is somebody else's.
    pub async fn conversation(&self, owner: UserId, id: Id) -> Result<Option<Conversation>> {
        let own = conversations::table
            .find(id)
            .filter(conversations::user_id.eq(Id::from(owner)));
        Ok(on!(self, db => own.first(db).await).optional()?)
    }

    pub async fn add_conversation(&self, new: &Conversation) -> Result<()> {
        let insert = diesel::insert_into(conversations::table).values(new);
        on!(self, db => insert.execute(db).await)?;
        Ok(())
    }
}
