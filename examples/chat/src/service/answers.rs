use std::num::NonZeroU8;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::time::{interval, sleep, timeout};

use super::Conversations;
use crate::model::{MAX_TEXT, Message, Page};
use crate::partner::PartnerError;

/// How many earlier messages the partner is sent along with the last one.
const MEMORY: Option<NonZeroU8> = NonZeroU8::new(19);

/// Answers are written by tasks that outlive the requests for them.
impl Conversations {
    /// Begins a pending answer, which is stored when it is complete or has failed.
    pub fn begin(&self, mut answer: Message) {
        let chat = self.clone();
        tokio::spawn(async move {
            chat.show(&answer);
            let asked = timeout(chat.time_limit, chat.ask(&mut answer)).await;
            if let Err(error) = asked.unwrap_or(Err(PartnerError::TimedOut)) {
                tracing::warn!(answer = %answer.id, ?error, "the partner did not answer");
                answer.error = Some(error.to_string());
            }
            answer.is_pending = false;
            // An answer is not lost to a database that is away for a while.
            while let Err(error) = chat.repository.update(&answer).await {
                tracing::error!(answer = %answer.id, %error, "an answer cannot be stored yet");
                sleep(Duration::from_secs(1)).await;
            }
            chat.show(&answer);
        });
    }

    /// Asks the partner. If it fails, the answer keeps the text that has come so far.
    async fn ask(&self, answer: &mut Message) -> Result<(), PartnerError> {
        let (cursor, limit) = (Some(answer.position), MEMORY);
        let history = Page { cursor, limit };
        let history = self.repository.messages(answer.conversation_id, history);
        let mut history = history.await.map_err(anyhow::Error::from)?;
        history.retain(|message| !message.is_pending && message.error.is_none());
        history.reverse();
        let mut parts = self.partner.answer(&history);
        let (mut ticks, mut shown) = (interval(Duration::from_millis(100)), 0);
        loop {
            tokio::select! {
                part = parts.next() => {
                    let Some(part) = part else { break };
                    let part = part?.replace('\0', ""); // PostgreSQL has no NUL
                    if answer.text.len() + part.len() > MAX_TEXT {
                        return Err(PartnerError::TooLong);
                    }
                    answer.text.push_str(&part);
                }
                _ = ticks.tick(), if answer.text.len() > shown => {
                    shown = answer.text.len();
                    // For readers who come later. If this fails, the end of the answer stores it.
                    let _ = self.repository.update(answer).await;
                    self.show(answer);
                }
            }
        }
        let is_silent = answer.text.is_empty();
        (!is_silent).then_some(()).ok_or(PartnerError::Silent)
    }
}
