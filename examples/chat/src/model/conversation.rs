use belgie::diesel::{Id, Moment};
use chrono::Utc;
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

use super::tables::conversations;

/// The title of a conversation until its first message gives it one.
pub const UNTITLED: &str = "New conversation";

#[derive(Clone, Debug, Insertable, Queryable, Serialize)]
pub struct Conversation {
    pub id: Id,
    #[serde(skip)]
    pub user_id: Id,
    pub title: String,
    #[serde(skip)]
    pub used: Id,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl Conversation {
    pub fn new(user_id: impl Into<Id>, title: impl Into<String>) -> Self {
        let (id, now) = (Uuid::now_v7().into(), Utc::now().into());
        Self {
            id,
            user_id: user_id.into(),
            title: title.into(),
            used: id,
            created_at: now,
            updated_at: now,
        }
    }
}
