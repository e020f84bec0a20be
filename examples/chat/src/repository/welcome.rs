//! Belgie's hook: a new user finds a first conversation, written in the transaction that creates the user.

use belgie::{Event, EventKind};
use diesel::QueryResult;
use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;

use crate::model::tables::{conversations, messages};
use crate::model::{Author, Conversation, Message};

pub(super) fn on_sqlite(db: &mut SqliteConnection, event: &Event) -> QueryResult<()> {
    use diesel::RunQueryDsl as _;

    if let Some((conversation, message)) = rows(event) {
        diesel::insert_into(conversations::table)
            .values(conversation)
            .execute(db)?;
        diesel::insert_into(messages::table)
            .values(message)
            .execute(db)?;
    }
    Ok(())
}

pub(super) async fn on_postgres(db: &mut AsyncPgConnection, event: &Event) -> QueryResult<()> {
    use diesel_async::RunQueryDsl as _;

    if let Some((conversation, message)) = rows(event) {
        diesel::insert_into(conversations::table)
            .values(conversation)
            .execute(db)
            .await?;
        diesel::insert_into(messages::table)
            .values(message)
            .execute(db)
            .await?;
    }
    Ok(())
}

fn rows(event: &Event) -> Option<(Conversation, Message)> {
    let user = event
        .user_id
        .filter(|_| event.kind == EventKind::UserCreated)?;
    let conversation = Conversation::new(user, "Welcome");
    let text = "Welcome! Write me a message, and I will answer as well as I can.";
    let message = Message::new(conversation.id, 0, Author::Partner, text);
    Some((conversation, message))
}
