use std::error::Error;

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another transaction got in the way, or the write would break a uniqueness: nothing was changed.
    #[error("the write conflicts with another")]
    Conflict,
    /// A stored value makes no sense; it says which, never the value.
    #[error("a stored value makes no sense: {0}")]
    Corrupt(String),
    /// What the application has registered for events failed; everything was undone.
    #[error("the application's own work on an event failed")]
    Hook(#[source] Box<dyn Error + Send + Sync>),
    /// The store cannot be asked now. Trying later may help.
    #[error("the store does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// Anything else; trying again does not help.
    #[error("the store failed")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

/// The decision of a transaction's work to undo all it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollback;
