use belgie::UserId;
use belgie::diesel::{Id, with_connection};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use serde::Serialize;
use uuid::Uuid;

use super::{Repository, Result};
use crate::model::tables::{conversations, messages};
use crate::model::{Message, Page};

/// A message, and its answer.
#[derive(Debug, Serialize)]
pub struct Sent {
    /// The message had not been stored before.
    #[serde(skip)]
    pub is_new: bool,
    pub message: Message,
    pub answer: Message,
}

impl Repository {
    /// Returns the messages of a conversation, newest first.
    pub async fn messages(&self, conversation: Id, page: Page<i64>) -> Result<Vec<Message>> {
        let newest = messages::table
            .filter(messages::conversation_id.eq(conversation))
            .filter(messages::position.lt(page.cursor.unwrap_or(i64::MAX)))
            .order(messages::position.desc())
            .limit(page.rows());
        with_connection!(&self.0, db => newest.load(db).await)
    }

    /// Appends a message, and an answer that is to come. Those that are sent at once follow one another, and one that is
    /// sent again is stored once. Returns `None` when the conversation is not its owner's.
    pub async fn send(&self, owner: UserId, message: Message) -> Result<Option<Sent>> {
        let own = conversations::table
            .find(message.conversation_id)
            .filter(conversations::user_id.eq(Id::from(owner)));
        let all = messages::table.filter(messages::conversation_id.eq(message.conversation_id));
        with_connection!(&self.0, db => db.transaction(async |db| {
            // The first statement locks the conversation, so that positions are given out one after another.
            let used = conversations::used.eq(Id::from(Uuid::now_v7()));
            if diesel::update(own).set(used).execute(db).await? == 0 {
                return Ok(None);
            }
            let known = all.filter(messages::id.eq(message.id).and(messages::is_answer.eq(false)));
            if let Some(message) = known.first::<Message>(db).await.optional()? {
                let answer = all.filter(messages::position.eq(message.position + 1));
                let answer = answer.first(db).await?;
                return Ok(Some(Sent { is_new: false, message, answer }));
            }
            let last: Option<i64> = all.select(max(messages::position)).get_result(db).await?;
            let position = last.map_or(0, |last| last + 1);
            let message = Message { position, ..message };
            let answer = message.answer();
            for new in [&message, &answer] {
                diesel::insert_into(messages::table).values(new).execute(db).await?;
            }
            if position == 0 {
                let title = conversations::title.eq(message.as_title());
                diesel::update(own).set(title).execute(db).await?;
            }
            Ok(Some(Sent { is_new: true, message, answer }))
        }).await)
    }

    /// Stores what has become of an answer so far.
    pub async fn update(&self, answer: &Message) -> Result<usize> {
        let update = diesel::update(messages::table.find(answer.id)).set(answer);
        with_connection!(&self.0, db => update.execute(db).await)
    }

    /// Fails all answers that are pending.
    pub async fn fail_pending(&self, error: &str) -> Result<usize> {
        let pending = messages::table.filter(messages::is_pending.eq(true));
        let failed = (messages::is_pending.eq(false), messages::error.eq(error));
        with_connection!(&self.0, db => diesel::update(pending).set(failed).execute(db).await)
    }
}
