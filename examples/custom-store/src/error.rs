use belgie_ports::StoreError;

/// Maps redb's errors to those of the port. redb has no conflicts: there is one writer at a time, and uniqueness is
/// checked in `change.rs`.
pub(crate) fn store_error(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::Corrupted(what) => StoreError::Corrupt(what),
        error @ (redb::Error::DatabaseAlreadyOpen
        | redb::Error::DatabaseClosed
        | redb::Error::Io(_)
        | redb::Error::PreviousIo) => StoreError::Unavailable(error.into()),
        error => StoreError::Other(error.into()),
    }
}
