use belgie::diesel::Id;
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

use super::tables::conversations;

#[derive(Clone, Debug, Insertable, Queryable, Serialize)]
pub struct Conversation {
    pub id: Id,
    #[serde(skip)]
    pub user_id: Id,
    /// Its first message gives it another one.
    pub title: String,
    #[serde(skip)]
    pub used: Id,
}

impl Conversation {
    pub fn new(user_id: impl Into<Id>, title: &str) -> Self {
        let id = Uuid::now_v7().into();
        Self {
            id,
            user_id: user_id.into(),
            title: title.to_owned(),
            used: id,
        }
    }
}
