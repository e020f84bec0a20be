use belgie::UserId;
use belgie::diesel::{Id, Moment};
use chrono::Utc;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use uuid::Uuid;

use super::database::on;
use super::{Repository, Result};
use crate::model::tables::{conversations, messages};
use crate::model::{Author, Message, Page, State, UNTITLED};

/// What came of a message.
#[derive(Debug)]
pub enum Sent {
    /// It is stored, with an answer to come.
    Stored([Message; 2]),
    /// It had been stored already, with this answer.
    Known([Message; 2]),
    NoConversation,
    /// Another message has its id.
    TakenId,
}

impl Repository {
    /// Returns the messages of a conversation, newest first.
    pub async fn messages(&self, conversation: Id, page: Page<i64>) -> Result<Vec<Message>> {
        let newest = messages::table
            .filter(messages::conversation_id.eq(conversation))
            .filter(messages::position.lt(page.after.unwrap_or(i64::MAX)))
            .order(messages::position.desc())
            .limit(page.rows());
        Ok(on!(self, db => newest.load(db).await)?)
    }

    pub async fn message(&self, conversation: Id, id: Id) -> Result<Option<Message>> {
        let known = messages::table
            .find(id)
            .filter(messages::conversation_id.eq(conversation));
        Ok(on!(self, db => known.first(db).await).optional()?)
    }

    /// Appends a message, and an answer that is to come. Those that are sent at once follow one another.
    pub async fn send(
        &self,
        owner: UserId,
        conversation: Id,
        id: Id,
        text: String,
    ) -> Result<Sent> {
        let own = conversations::table
            .find(conversation)
            .filter(conversations::user_id.eq(Id::from(owner)));
        let all = messages::table.filter(messages::conversation_id.eq(conversation));
        let sent = on!(self, db => db.transaction(async |db| {
            // The first statement locks the conversation, so that positions are given out one after another.
            let use_now = (
                conversations::used.eq(Id::from(Uuid::now_v7())),
                conversations::updated_at.eq(Moment::from(Utc::now())),
            );
            if diesel::update(own).set(use_now).execute(db).await? == 0 {
                return Ok(Sent::NoConversation);
            }
            let known = all.filter(messages::id.eq(id).and(messages::author.eq(Author::User)));
            if let Some(known) = known.first::<Message>(db).await.optional()? {
                let answer = all.filter(messages::position.eq(known.position + 1));
                return Ok(Sent::Known([known, answer.first(db).await?]));
            }
            let last: Option<i64> = all.select(max(messages::position)).get_result(db).await?;
            let position = last.map_or(0, |last| last + 1);
            let message = Message::new(conversation, position, Author::User, text);
            let message = Message { id, ..message };
            let answer = Message::new(conversation, position + 1, Author::Partner, "");
            let answer = Message { state: State::Pending, ..answer };
            for new in [&message, &answer] {
                diesel::insert_into(messages::table).values(new).execute(db).await?;
            }
            if last.is_none() {
                let untitled = diesel::update(own.filter(conversations::title.eq(UNTITLED)));
                let title = conversations::title.eq(message.as_title());
                untitled.set(title).execute(db).await?;
            }
            Ok(Sent::Stored([message, answer]))
        }).await);
        match sent {
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(Sent::TakenId),
            sent => Ok(sent?),
        }
    }

    /// Makes a failed answer a pending one again; `None` when it has not failed.
    pub async fn retry(&self, conversation: Id, id: Id) -> Result<Option<Message>> {
        let failed = messages::table
            .find(id)
            .filter(messages::conversation_id.eq(conversation))
            .filter(messages::state.eq(State::Failed));
        let anew = (
            messages::state.eq(State::Pending),
            messages::text.eq(""),
            messages::error.eq(None::<String>),
        );
        let retry = diesel::update(failed)
            .set(anew)
            .returning(messages::all_columns);
        Ok(on!(self, db => retry.get_result(db).await).optional()?)
    }

    /// Stores what has become of a pending answer.
    pub async fn settle(&self, answer: &Message) -> Result<()> {
        let settle = diesel::update(messages::table.find(answer.id)).set((
            messages::state.eq(answer.state),
            messages::text.eq(&answer.text),
            messages::error.eq(&answer.error),
        ));
        on!(self, db => settle.execute(db).await)?;
        Ok(())
    }

    /// Fails all answers that are pending.
    pub async fn fail_pending(&self, error: &str) -> Result<()> {
        let pending = messages::table.filter(messages::state.eq(State::Pending));
        let failed = (messages::state.eq(State::Failed), messages::error.eq(error));
        on!(self, db => diesel::update(pending).set(failed).execute(db).await)?;
        Ok(())
    }
}
