use std::error::Error as StdError;

use belgie_ports::StoreError;
use diesel::result::{DatabaseErrorKind, Error};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Says what a failed statement means to the caller of the port.
pub(crate) fn store_error(error: Error) -> StoreError {
    match &error {
        _ if lost_to_another(&error) => StoreError::Conflict,
        Error::DatabaseError(
            DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::UniqueViolation,
            _,
        ) => StoreError::Conflict,
        _ if is_passing(&error) => StoreError::Unavailable(Box::new(error)),
        Error::DeserializationError(_) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Other(Box::new(error)),
    }
}

/// Says what the error of an application's hook means: the database's reasons to run the transaction again, or to try
/// later, are the same there; all else is the application's own.
pub(crate) fn hook_error(error: BoxError) -> StoreError {
    match database_error(error.as_ref()) {
        Some(cause) if lost_to_another(cause) => StoreError::Conflict,
        Some(cause) if is_passing(cause) => StoreError::Unavailable(error),
        _ => StoreError::Hook(error),
    }
}

/// Finds the error of the database among an error and its causes.
fn database_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.find_map(|error| error.downcast_ref())
}

/// Whether another transaction got in the way, so that running again may help.
fn lost_to_another(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(_, details) => details.message() == DEADLOCK,
        _ => false,
    }
}

/// Whether the database cannot be asked now, so that trying later may help.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand,
            _,
        )
        | Error::BrokenTransactionManager => true,
        Error::DatabaseError(_, details) => passes(details.message()),
        _ => false,
    }
}

fn passes(message: &str) -> bool {
    PASSING.iter().any(|passing| message.starts_with(passing))
}

/// What PostgreSQL says to the one that it picks to resolve a deadlock.
const DEADLOCK: &str = "deadlock detected";

/// How messages about passing troubles begin: diesel hands on no code for these.
const PASSING: [&str; 11] = [
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
    fn passing_troubles_are_unavailable_and_others_are_not() {
        for message in PASSING {
            let meant = meaning(&format!("{message} …"));
            assert!(matches!(meant, StoreError::Unavailable(_)), "{message}");
        }
        let meant = meaning("no such table: belgie_users");
        assert!(matches!(meant, StoreError::Other(_)));
    }

    #[test]
    fn a_statement_that_loses_to_another_is_a_conflict() {
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
