use belgie::diesel::{Id, Moment};
use chrono::Utc;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::Serialize;
use uuid::Uuid;

use super::tables::messages;

/// The most bytes of a message: 64 KiB.
pub const MAX_TEXT: usize = 65_536;

#[derive(Clone, Debug, Insertable, Queryable, Serialize)]
pub struct Message {
    pub id: Id,
    #[serde(skip)]
    pub conversation_id: Id,
    /// Grows within the conversation. An answer follows its question.
    pub position: i64,
    pub author: Author,
    pub text: String,
    pub state: State,
    /// Why the answer failed.
    pub error: Option<String>,
    pub created_at: Moment,
}

impl Message {
    pub fn new(
        conversation_id: Id,
        position: i64,
        author: Author,
        text: impl Into<String>,
    ) -> Self {
        Self {
            id: Uuid::now_v7().into(),
            conversation_id,
            position,
            author,
            text: text.into(),
            state: State::Complete,
            error: None,
            created_at: Utc::now().into(),
        }
    }

    /// The title of a conversation that begins with this message.
    pub fn as_title(&self) -> String {
        let line = self.text.trim().lines().next().unwrap_or_default();
        line.chars().take(60).collect()
    }
}

/// Enums that are words in the database and in JSON.
macro_rules! words {
    ($($name:ident { $($variant:ident = $word:literal,)+ })+) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow, Serialize)]
        #[diesel(sql_type = Text)]
        pub enum $name {
            $(#[serde(rename = $word)] $variant,)+
        }

        impl<DB: Backend> ToSql<Text, DB> for $name
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                match self {
                    $(Self::$variant => ToSql::<Text, DB>::to_sql($word, out),)+
                }
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for $name
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                match &*String::from_sql(value)? {
                    $($word => Ok(Self::$variant),)+
                    word => Err(format!("an unknown word: {word}").into()),
                }
            }
        }
    )+};
}

words! {
    Author { User = "user", Partner = "partner", }
    State { Complete = "complete", Pending = "pending", Failed = "failed", }
}
