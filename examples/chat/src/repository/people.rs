use belgie::diesel::{Id, with_connection};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Repository, Result};
use crate::model::tables::{belgie_users, conversations, messages};
use crate::model::{Page, Person};

impl Repository {
    /// Returns the users in the order of their sign-up.
    pub async fn people(&self, page: Page<Id>) -> Result<Vec<Person>> {
        let sent = messages::table
            .inner_join(conversations::table)
            .filter(conversations::user_id.eq(belgie_users::id))
            .filter(messages::is_answer.eq(false))
            .count();
        let people = belgie_users::table
            .filter(belgie_users::id.gt(page.cursor.unwrap_or(Uuid::nil().into())))
            .order(belgie_users::id)
            .limit(page.rows())
            .select((
                belgie_users::id,
                belgie_users::name,
                belgie_users::email,
                belgie_users::role,
                belgie_users::is_active,
                sent.single_value().assume_not_null(),
            ));
        with_connection!(&self.0, db => people.load(db).await)
    }
}
