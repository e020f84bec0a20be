use belgie_ports::StoreError;
use diesel::result::{DatabaseErrorKind, Error};

/// Says what a failed statement means to the caller of the port.
pub(crate) fn store_error(error: Error) -> StoreError {
    match &error {
        Error::DatabaseError(
            DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::UniqueViolation,
            _,
        ) => StoreError::Conflict,
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand,
            _,
        )
        | Error::BrokenTransactionManager => unavailable(error),
        Error::DatabaseError(_, details) if details.message() == DEADLOCK => StoreError::Conflict,
        Error::DatabaseError(_, details) if passes(details.message()) => unavailable(error),
        Error::DeserializationError(_) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Other(Box::new(error)),
    }
}

fn unavailable(error: Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn passes(message: &str) -> bool {
    PASSING.iter().any(|passing| message.starts_with(passing))
}

/// What PostgreSQL says to the one that it picks to resolve a deadlock.
const DEADLOCK: &str = "deadlock detected";

/// How messages begin that tell of what passes: diesel hands on no code for these.
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
    fn what_passes_is_told_from_what_does_not() {
        for message in PASSING {
            let meant = meaning(&format!("{message} …"));
            assert!(matches!(meant, StoreError::Unavailable(_)), "{message}");
        }
        let meant = meaning("no such table: belgie_users");
        assert!(matches!(meant, StoreError::Other(_)));
    }

    #[test]
    fn whoever_loses_to_another_has_a_conflict() {
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
}
