use belgie::actix::{ApiError, Code, Problem};
use belgie::auth::AuthError;

use crate::repository::RepositoryError;

/// Why the chat refuses a request, or fails.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error("{0}")]
    Conflict(&'static str),
    #[error("{0}")]
    Invalid(&'static str),
    #[error("there is no such thing, or it is somebody else's")]
    NotFound,
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    #[error("a message has at most 64 KiB")]
    TooLarge,
}

pub type Result<T> = std::result::Result<T, ChatError>;

/// Clients are answered as by Belgie itself: with problem details.
impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        let problem = match error {
            ChatError::Auth(error) => error.into(),
            ChatError::Conflict(why) => Problem::invalid(why).with_status(409),
            ChatError::Invalid(why) => Problem::invalid(why),
            ChatError::NotFound => Problem::new(Code::NotFound),
            ChatError::Repository(error) => {
                tracing::error!("{error}");
                Problem::new(Code::Unavailable)
            }
            ChatError::TooLarge => Problem::new(Code::TooLarge),
        };
        problem.into()
    }
}
