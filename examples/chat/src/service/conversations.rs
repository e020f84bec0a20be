use std::sync::Arc;
use std::time::Duration;

use belgie::UserId;
use belgie::diesel::Id;
use tokio::sync::broadcast::Sender;

use super::{ChatError, Result};
use crate::model::{Conversation, Listed, MAX_TEXT, Message, Page, Person};
use crate::partner::Partner;
use crate::repository::{Repository, Sent};

/// Each user's own conversations; for everybody else they do not exist.
#[derive(Clone)]
pub struct Conversations {
    pub repository: Repository,
    pub partner: Arc<dyn Partner>,
    /// How long an answer may take.
    pub time_limit: Duration,
    /// Each message that is new or has changed, of all conversations.
    pub shown: Sender<Arc<Message>>,
}

impl Conversations {
    pub async fn list(&self, user: UserId, page: Page<Id>) -> Result<Listed<Conversation>> {
        let rows = self.repository.conversations(user, page).await?;
        Ok(page.listed(rows, |conversation| conversation.used))
    }

    pub async fn find(&self, user: UserId, id: Id) -> Result<Conversation> {
        let found = self.repository.conversation(user, id).await?;
        found.ok_or(ChatError::NotFound)
    }

    pub async fn create(&self, user: UserId) -> Result<Conversation> {
        let conversation = Conversation::new(user, "New conversation");
        self.repository.add_conversation(&conversation).await?;
        Ok(conversation)
    }

    pub async fn messages(&self, user: UserId, id: Id, page: Page<i64>) -> Result<Listed<Message>> {
        self.find(user, id).await?;
        let rows = self.repository.messages(id, page).await?;
        Ok(page.listed(rows, |message| message.position))
    }

    /// Stores a message, and lets the partner answer. One that is sent again, with the same id, is stored once.
    pub async fn send(&self, user: UserId, message: Message) -> Result<Sent> {
        if message.text.len() > MAX_TEXT {
            return Err(ChatError::TooLarge);
        }
        if message.text.trim().is_empty() || message.text.contains('\0') {
            return Err(ChatError::NoText);
        }
        let sent = self.repository.send(user, message).await?;
        let sent = sent.ok_or(ChatError::NotFound)?;
        if sent.is_new {
            self.show(&sent.message);
            self.begin(sent.answer.clone());
        }
        Ok(sent)
    }

    /// Sends a message, as it is now, to everybody who watches its conversation.
    pub(super) fn show(&self, message: &Message) {
        let _ = self.shown.send(Arc::new(message.clone()));
    }

    /// Returns everybody, for admins.
    pub async fn people(&self, page: Page<Id>) -> Result<Listed<Person>> {
        let rows = self.repository.people(page).await?;
        Ok(page.listed(rows, |person| person.id))
    }
}
