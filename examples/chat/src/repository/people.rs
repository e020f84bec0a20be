use belgie::diesel::Id;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::database::on;
use super::{Repository, Result};
use crate::model::tables::{belgie_users, conversations, messages};
use crate::model::{Author, Page, Person};

impl Repository {
    /// Returns the users in the order of their sign-up.
    pub async fn people(&self, page: Page<Id>) -> Result<Vec<Person>> {
        let first = page
            .after
            .map_or(0, |after| Uuid::from(after).as_u128().saturating_add(1));
        let first = Uuid::from_u128(first).into();
        self.people_between(first, Uuid::max().into(), page.rows())
            .await
    }

    pub async fn person(&self, id: Id) -> Result<Option<Person>> {
        Ok(self.people_between(id, id, 1).await?.pop())
    }

    async fn people_between(&self, first: Id, last: Id, limit: i64) -> Result<Vec<Person>> {
        let sent = messages::table
            .inner_join(conversations::table)
            .filter(conversations::user_id.eq(belgie_users::id))
            .filter(messages::author.eq(Author::User))
            .count();
        let people = belgie_users::table
            .filter(belgie_users::id.between(first, last))
            .order(belgie_users::id)
            .limit(limit)
            .select((
                belgie_users::id,
                belgie_users::name,
                belgie_users::email,
                belgie_users::role,
                belgie_users::is_active,
                sent.single_value().assume_not_null(),
            ));
        Ok(on!(self, db => people.load(db).await)?)
    }
}
