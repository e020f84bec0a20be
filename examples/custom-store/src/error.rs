use belgie_ports::StoreError;

/// Translates errors of redb into those of the port. redb knows no conflict: it has one writer at a time, which never has
/// to give way, and uniqueness is checked in `change.rs`.
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
