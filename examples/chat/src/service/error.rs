use belgie::actix::{ApiError, Code, Problem};
use belgie::diesel::DatabaseError;
use diesel::result::{DatabaseErrorKind::UniqueViolation, Error};

/// Why the chat refuses a request, or fails.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    #[error("a message needs text, without NUL characters")]
    NoText,
    #[error("there is no such thing, or it is somebody else's")]
    NotFound,
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("a message has at most 64 KiB")]
    TooLarge,
}

pub type Result<T> = std::result::Result<T, ChatError>;

/// Clients are answered as by Belgie itself: with problem details.
impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        let problem = match error {
            ChatError::NoText => Problem::invalid(error.to_string()),
            ChatError::NotFound => Problem::new(Code::NotFound),
            ChatError::TooLarge => Problem::new(Code::TooLarge),
            ChatError::Database(DatabaseError::Query(Error::DatabaseError(UniqueViolation, _))) => {
                Problem::invalid("something else has this id").with_status(409)
            }
            ChatError::Database(error) => {
                tracing::error!("{error}");
                Problem::new(Code::Unavailable)
            }
        };
        problem.into()
    }
}
