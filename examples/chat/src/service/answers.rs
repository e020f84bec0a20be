use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::time::{sleep, timeout};

use crate::model::{MAX_TEXT, Message, Page, State};
use crate::partner::{Partner, PartnerError};
use crate::repository::Repository;
use crate::service::Live;

/// Lets the partner answer, in tasks that do not depend on who asked.
#[derive(Clone)]
pub struct Answers {
    pub repository: Repository,
    pub partner: Arc<dyn Partner>,
    pub time_limit: Duration,
    pub live: Live,
}

/// How many of the latest messages the partner is told.
const MEMORY: usize = 20;
/// The pause between two looks at an answer under way.
const PACE: Duration = Duration::from_millis(50);
/// The pause before an answer is stored again.
const PAUSE: Duration = Duration::from_secs(1);

impl Answers {
    /// Begins a pending answer, which is stored when it is complete or has failed.
    pub fn begin(&self, mut answer: Message) {
        let answers = self.clone();
        tokio::spawn(async move {
            let asked = timeout(answers.time_limit, answers.ask(&mut answer)).await;
            answer.state = State::Complete;
            if let Err(error) = asked.unwrap_or(Err(PartnerError::TimedOut)) {
                tracing::warn!(answer = %answer.id, ?error, "the partner did not answer");
                answer.state = State::Failed;
                answer.error = Some(error.to_string());
            }
            // An answer is not lost to a database that is away for a while.
            while let Err(error) = answers.repository.settle(&answer).await {
                tracing::error!(answer = %answer.id, %error, "an answer cannot be stored yet");
                sleep(PAUSE).await;
            }
            answers.live.show(&answer);
        });
    }

    /// Asks the partner. What has come stays in the answer's text, also when it fails.
    async fn ask(&self, answer: &mut Message) -> Result<(), PartnerError> {
        let (after, limit) = (Some(answer.position), MEMORY);
        let history = self
            .repository
            .messages(answer.conversation_id, Page { after, limit });
        let mut history = history.await.map_err(PartnerError::unavailable)?;
        history.retain(|message| message.state == State::Complete);
        history.reverse();
        let mut parts = self.partner.answer(&history);
        let mut shown_at = None::<Instant>;
        while let Some(part) = parts.next().await {
            let part = part?.replace('\0', ""); // PostgreSQL has no NUL
            if answer.text.len() + part.len() > MAX_TEXT {
                return Err(PartnerError::TooLong);
            }
            answer.text.push_str(&part);
            if shown_at.is_none_or(|at| at.elapsed() >= PACE) {
                self.live.draft(answer);
                shown_at = Some(Instant::now());
            }
        }
        let is_silent = answer.text.is_empty();
        if is_silent {
            Err(PartnerError::Silent)
        } else {
            Ok(())
        }
    }
}
