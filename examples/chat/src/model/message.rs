use belgie::diesel::Id;
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

use super::tables::messages;

/// The most bytes of a message: 64 KiB.
pub const MAX_TEXT: usize = 65_536;

#[derive(AsChangeset, Clone, Debug, Insertable, Queryable, Serialize)]
pub struct Message {
    pub id: Id,
    #[serde(skip)]
    pub conversation_id: Id,
    /// Grows within the conversation. An answer follows its question.
    pub position: i64,
    /// The partner wrote it.
    pub is_answer: bool,
    pub text: String,
    /// More of its text is to come.
    pub is_pending: bool,
    /// Why the answer failed.
    pub error: Option<String>,
}

impl Message {
    /// A complete message, of the partner or of the conversation's owner.
    pub fn new(conversation_id: Id, is_answer: bool, text: impl Into<String>) -> Self {
        Self {
            id: Uuid::now_v7().into(),
            conversation_id,
            position: 0,
            is_answer,
            text: text.into(),
            is_pending: false,
            error: None,
        }
    }

    /// The answer to this message, which is to come.
    pub fn answer(&self) -> Self {
        Self {
            position: self.position + 1,
            is_pending: true,
            ..Self::new(self.conversation_id, true, "")
        }
    }

    /// The title of a conversation that begins with this message.
    pub fn as_title(&self) -> String {
        let line = self.text.trim().lines().next().unwrap_or_default();
        line.chars().take(60).collect()
    }
}
