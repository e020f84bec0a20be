use belgie_ports::StoreError;

/// Says in the port's words what redb says in its own. redb knows no conflict: it has one writer, who never has to give
/// way, and what is unique we keep unique ourselves.
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
