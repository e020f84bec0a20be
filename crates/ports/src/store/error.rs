use std::error::Error;

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another transaction interfered, or the write would violate a uniqueness constraint. Nothing was changed.
    #[error("the write conflicts with another")]
    Conflict,
    /// A stored value is invalid. The message names it but never contains it.
    #[error("a stored value is invalid: {0}")]
    Corrupt(String),
    /// The application's event hook failed; everything was rolled back.
    #[error("the application's event hook failed")]
    Hook(#[source] Box<dyn Error + Send + Sync>),
    /// The store cannot be reached at the moment. A later attempt may succeed.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// Any other error; repeating the call does not help.
    #[error("the store failed")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

/// The decision of a transaction's work to undo everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollback;
