//! Belgie's hook: a new user finds a first conversation, written in the transaction that creates the user.

use belgie::{Event, EventKind};
use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;

use crate::model::tables::{conversations, messages};
use crate::model::{Conversation, Message};

type Result = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// The same two queries for both databases: SQLite's connection blocks, and PostgreSQL's is awaited.
macro_rules! welcome {
    ($db:ident, $event:ident $(, $await:tt)?) => {{
        if let Some((conversation, message)) = rows($event) {
            let conversation = diesel::insert_into(conversations::table).values(conversation);
            conversation.execute($db)$(.$await)??;
            let message = diesel::insert_into(messages::table).values(message);
            message.execute($db)$(.$await)??;
        }
        Ok(())
    }};
}

pub(super) fn on_sqlite(db: &mut SqliteConnection, event: &Event) -> Result {
    use diesel::RunQueryDsl as _;
    welcome!(db, event)
}

pub(super) async fn on_postgres(db: &mut AsyncPgConnection, event: &Event) -> Result {
    use diesel_async::RunQueryDsl as _;
    welcome!(db, event, await)
}

fn rows(event: &Event) -> Option<(Conversation, Message)> {
    let is_new = event.kind == EventKind::UserCreated;
    let conversation = Conversation::new(event.user_id.filter(|_| is_new)?, "Welcome");
    let text = "Welcome! Write me a message, and I will answer as well as I can.";
    let message = Message::new(conversation.id, true, text);
    Some((conversation, message))
}
