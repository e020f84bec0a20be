//! Who answers: a port, an adapter that needs nothing, and one for language models.

mod echo;
mod openai;

use futures_util::stream::BoxStream;

use crate::model::Message;

pub use echo::Echo;
pub use openai::OpenAi;

pub trait Partner: Send + Sync {
    /// Answers the last of these messages, part by part. The caller limits the time and the length.
    fn answer(&self, history: &[Message]) -> BoxStream<'static, Result<String, PartnerError>>;
}

/// Why there is no answer, or only a part of one. People read the text.
#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("The partner's answer cannot be understood.")]
    Garbled,
    #[error("The partner refused to answer (HTTP status {0}).")]
    Refused(u16),
    #[error("The partner said nothing.")]
    Silent,
    #[error("The partner took too long.")]
    TimedOut,
    #[error("The partner's answer is too long.")]
    TooLong,
    #[error("The partner cannot be reached, or broke off.")]
    Unavailable(#[from] anyhow::Error),
}
