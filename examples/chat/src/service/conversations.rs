use belgie::UserId;
use belgie::diesel::Id;
use uuid::Uuid;

use super::answers::Answers;
use super::{ChatError, Result};
use crate::model::{Conversation, Listed, MAX_TEXT, Message, Page, UNTITLED};
use crate::repository::Sent;

/// Each user's own conversations; for everybody else they do not exist.
#[derive(Clone)]
pub struct Conversations(pub Answers);

/// Whether a message is new, or was sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    First,
    Again,
}

const MAX_TITLE: usize = 200;

impl Conversations {
    pub async fn list(&self, owner: UserId, page: Page<Id>) -> Result<Listed<Conversation>> {
        let rows = self.0.repository.conversations(owner, page).await?;
        Ok(page.listed(rows, |conversation| conversation.used))
    }

    pub async fn find(&self, owner: UserId, id: Id) -> Result<Conversation> {
        let found = self.0.repository.conversation(owner, id).await?;
        found.ok_or(ChatError::NotFound)
    }

    pub async fn create(&self, owner: UserId, title: Option<&str>) -> Result<Conversation> {
        let title = title.map_or(UNTITLED, str::trim);
        if !(1..=MAX_TITLE).contains(&title.chars().count()) || title.contains('\0') {
            return Err(ChatError::Invalid("a title has 1 to 200 characters"));
        }
        let conversation = Conversation::new(owner, title);
        self.0.repository.add_conversation(&conversation).await?;
        Ok(conversation)
    }

    pub async fn messages(
        &self,
        owner: UserId,
        id: Id,
        page: Page<i64>,
    ) -> Result<Listed<Message>> {
        self.find(owner, id).await?;
        let rows = self.0.repository.messages(id, page).await?;
        Ok(page.listed(rows, |message| message.position))
    }

    /// Stores a message, and lets the partner answer. One that is sent again, with the same id, is stored once.
    pub async fn send(
        &self,
        owner: UserId,
        conversation: Id,
        id: Option<Id>,
        text: String,
    ) -> Result<(Delivery, [Message; 2])> {
        if text.len() > MAX_TEXT {
            return Err(ChatError::TooLarge);
        }
        if text.trim().is_empty() || text.contains('\0') {
            return Err(ChatError::Invalid("a message has a text, without NUL"));
        }
        let id = id.unwrap_or_else(|| Uuid::now_v7().into());
        match self
            .0
            .repository
            .send(owner, conversation, id, text)
            .await?
        {
            Sent::Stored(messages) => {
                messages
                    .iter()
                    .for_each(|message| self.0.live.show(message));
                self.0.begin(messages[1].clone());
                Ok((Delivery::First, messages))
            }
            Sent::Known(messages) => Ok((Delivery::Again, messages)),
            Sent::NoConversation => Err(ChatError::NotFound),
            Sent::TakenId => Err(ChatError::Conflict("another message has this id")),
        }
    }

    /// Asks the partner once more for an answer that failed.
    pub async fn retry(&self, owner: UserId, conversation: Id, id: Id) -> Result<Message> {
        self.find(owner, conversation).await?;
        let Some(answer) = self.0.repository.retry(conversation, id).await? else {
            let found = self.0.repository.message(conversation, id).await?;
            found.ok_or(ChatError::NotFound)?;
            return Err(ChatError::Conflict(
                "only an answer that failed is tried again",
            ));
        };
        self.0.live.show(&answer);
        self.0.begin(answer.clone());
        Ok(answer)
    }
}
