use std::error::Error as StdError;
#[cfg(feature = "sqlite")]
use std::sync::Arc;

use belgie_ports::StoreError;
use diesel::result::{DatabaseErrorKind, Error};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Maps the error of a failed statement to the port's error.
pub(crate) fn store_error(error: Error) -> StoreError {
    match &error {
        _ if is_conflict(&error) => StoreError::Conflict,
        Error::DatabaseError(
            DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::UniqueViolation,
            _,
        ) => StoreError::Conflict,
        _ if is_transient(&error) => StoreError::Unavailable(Box::new(error)),
        Error::DeserializationError(_) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Other(Box::new(error)),
    }
}

/// Maps the error of a statement that was run for several callers.
#[cfg(feature = "sqlite")]
pub(crate) fn shared_error(error: &Arc<Error>) -> StoreError {
    let shared = Box::new(Arc::clone(error));
    match &**error {
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => StoreError::Conflict,
        error if is_transient(error) => StoreError::Unavailable(shared),
        _ => StoreError::Other(shared),
    }
}

/// Wraps why the database cannot be reached at the moment.
#[cfg(feature = "postgres")]
pub(crate) fn unavailable(error: impl Into<BoxError>) -> StoreError {
    StoreError::Unavailable(error.into())
}

/// Maps the error of an application's hook: a conflict or transient failure of the database stays one; anything else is
/// the application's own error.
pub(crate) fn hook_error(error: BoxError) -> StoreError {
    match database_error(error.as_ref()) {
        Some(cause) if is_conflict(cause) => StoreError::Conflict,
        Some(cause) if is_transient(cause) => StoreError::Unavailable(error),
        _ => StoreError::Hook(error),
    }
}

/// Finds a database error among an error and its causes.
fn database_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.find_map(|error| error.downcast_ref())
}

/// Returns whether another transaction interfered, so that running again may help.
fn is_conflict(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(_, details) => details.message() == DEADLOCK,
        _ => false,
    }
}

/// Returns whether the database is temporarily unavailable, so that trying later may help.
fn is_transient(error: &Error) -> bool {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand,
            _,
        )
        | Error::BrokenTransactionManager => true,
        Error::DatabaseError(_, details) => is_transient_message(details.message()),
        _ => false,
    }
}

fn is_transient_message(message: &str) -> bool {
    TRANSIENT.iter().any(|passing| message.starts_with(passing))
}

/// PostgreSQL's message to the transaction that it aborts to resolve a deadlock.
const DEADLOCK: &str = "deadlock detected";

/// How the messages of transient errors begin; diesel passes on no codes for these.
const TRANSIENT: [&str; 11] = [
    // SQLite
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    // PostgreSQL
    "canceling statement due to",
    "could not connect to",
    "no more connections allowed",
    "terminating connection",
    "the database system is",
    "could not extend file",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(message: &str) -> StoreError {
        let details = Box::new(message.to_owned());
        store_error(Error::DatabaseError(DatabaseErrorKind::Unknown, details))
    }

    #[test]
    fn transient_errors_are_unavailable_and_others_are_not() {
        for message in TRANSIENT {
            let meant = meaning(&format!("{message} …"));
            assert!(matches!(meant, StoreError::Unavailable(_)), "{message}");
        }
        let meant = meaning("no such table: belgie_users");
        assert!(matches!(meant, StoreError::Other(_)));
    }

    #[test]
    fn a_serialization_failure_is_a_conflict() {
        assert!(matches!(meaning(DEADLOCK), StoreError::Conflict));
        for kind in [
            DatabaseErrorKind::ForeignKeyViolation,
            DatabaseErrorKind::SerializationFailure,
            DatabaseErrorKind::UniqueViolation,
        ] {
            let meant = store_error(Error::DatabaseError(kind, Box::new(String::new())));
            assert!(matches!(meant, StoreError::Conflict));
        }
    }

    #[test]
    fn the_database_is_found_among_the_causes_of_a_hooks_error() {
        let failed = |kind| Error::DatabaseError(kind, Box::new(String::new()));
        let wrapped = |kind| Box::new(Wrapped(failed(kind)));

        let lost = hook_error(wrapped(DatabaseErrorKind::SerializationFailure));
        let gone = hook_error(wrapped(DatabaseErrorKind::ClosedConnection));
        let own = hook_error(wrapped(DatabaseErrorKind::UniqueViolation));

        assert!(matches!(lost, StoreError::Conflict), "{lost:?}");
        assert!(matches!(gone, StoreError::Unavailable(_)), "{gone:?}");
        assert!(matches!(own, StoreError::Hook(_)), "{own:?}");
        assert!(matches!(hook_error("no".into()), StoreError::Hook(_)));
    }

    #[derive(Debug, thiserror::Error)]
    #[error("the note cannot be written")]
    struct Wrapped(#[source] Error);
}
