//! Runs the embedded migrations. diesel's own harness keeps its versions in a table that belongs to the embedding
//! application.

use belgie_ports::StoreError;
use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::EmbeddedMigrations;

use crate::error::store_error;

/// How the schema of a database compares with what this program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaStatus {
    /// The database has none of our tables.
    Missing,
    /// These migrations are pending.
    Older {
        /// Their names, in order.
        pending: Vec<String>,
    },
    /// Up to date.
    Current {
        /// The version of the last migration.
        version: String,
    },
    /// A newer version of the program has migrated it.
    Newer {
        /// The version of the database's last migration.
        found: String,
        /// The last version that this program knows.
        known: String,
    },
}

/// Why a migration failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A newer version of the program has migrated the database.
    #[error(
        "the database has schema {found}, which is newer than {known}, the newest that this program knows"
    )]
    Newer {
        /// The version of the database's last migration.
        found: String,
        /// The last version that this program knows.
        known: String,
    },
    /// A migration failed. It has changed nothing.
    #[error("the migration {name} failed")]
    Failed {
        /// Its name.
        name: String,
        /// The database's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The schema cannot be read.
    #[error("the schema cannot be read")]
    Store(#[from] StoreError),
}

/// The error of a migration's transaction, which diesel must be able to create.
pub(crate) struct TransactionError(MigrationError);

impl From<diesel::result::Error> for TransactionError {
    fn from(error: diesel::result::Error) -> Self {
        Self(store_error(error).into())
    }
}

impl From<MigrationError> for TransactionError {
    fn from(error: MigrationError) -> Self {
        Self(error)
    }
}

impl From<TransactionError> for MigrationError {
    fn from(error: TransactionError) -> Self {
        error.0
    }
}

/// The migrations that this program knows, in the order of their versions.
pub(crate) struct MigrationSet<DB: Backend>(Vec<(Step, Box<dyn Migration<DB>>)>);

/// Identifies a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) version: String,
    pub(crate) name: String,
}

impl<DB: Backend> MigrationSet<DB> {
    pub(crate) fn of(embedded: &EmbeddedMigrations) -> Result<Self, MigrationError> {
        let all = MigrationSource::<DB>::migrations(embedded).map_err(StoreError::Other)?;
        let named = all
            .into_iter()
            .map(|migration| (Step::of(&*migration), migration));
        let mut known: Vec<_> = named.collect();
        known.sort_by(|(one, _), (other, _)| one.version.cmp(&other.version));
        Ok(Self(known))
    }

    /// Compares the migrations with the applied versions.
    pub(crate) fn status(&self, applied: &[String]) -> SchemaStatus {
        let steps: Vec<_> = self.0.iter().map(|(step, _)| step).collect();
        compare(&steps, applied)
    }

    /// Applies the first pending migration, and returns it to be recorded.
    pub(crate) fn apply_next(
        &self,
        applied: &[String],
        connection: &mut dyn BoxableConnection<DB>,
    ) -> Result<Option<&Step>, MigrationError> {
        if let SchemaStatus::Newer { found, known } = self.status(applied) {
            return Err(MigrationError::Newer { found, known });
        }
        let pending = |(step, _): &&(Step, _)| !applied.contains(&step.version);
        let Some((step, migration)) = self.0.iter().find(pending) else {
            return Ok(None);
        };
        let failed = |source| MigrationError::Failed {
            name: step.name.clone(),
            source,
        };
        migration.run(connection).map_err(failed)?;
        Ok(Some(step))
    }
}

impl Step {
    fn of<DB: Backend>(migration: &dyn Migration<DB>) -> Self {
        Self {
            version: migration.name().version().to_string(),
            name: migration.name().to_string(),
        }
    }
}

/// Compares the known migrations with the applied versions, both in order.
fn compare(known: &[&Step], applied: &[String]) -> SchemaStatus {
    let unknown = applied
        .iter()
        .rfind(|version| known.iter().all(|step| step.version != **version));
    let version = known
        .last()
        .map(|step| step.version.clone())
        .unwrap_or_default();
    if let Some(found) = unknown.cloned() {
        let known = version;
        return SchemaStatus::Newer { found, known };
    }
    if applied.is_empty() {
        return SchemaStatus::Missing;
    }
    let pending = known.iter().filter(|step| !applied.contains(&step.version));
    let pending: Vec<_> = pending.map(|step| step.name.clone()).collect();
    if pending.is_empty() {
        return SchemaStatus::Current { version };
    }
    SchemaStatus::Older { pending }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> [Step; 2] {
        ["1", "2"].map(|version| Step {
            version: version.to_owned(),
            name: format!("{version}_name"),
        })
    }

    fn status(applied: &[&str]) -> SchemaStatus {
        let applied: Vec<_> = applied.iter().map(ToString::to_string).collect();
        compare(&known().each_ref(), &applied)
    }

    #[test]
    fn a_schema_is_missing_older_or_current() {
        let pending = vec!["2_name".to_owned()];
        let version = "2".to_owned();

        assert_eq!(status(&[]), SchemaStatus::Missing);
        assert_eq!(status(&["1"]), SchemaStatus::Older { pending });
        assert_eq!(status(&["1", "2"]), SchemaStatus::Current { version });
    }

    #[test]
    fn rel_11_a_version_that_this_program_does_not_know_makes_the_schema_newer() {
        let (found, known) = ("3".to_owned(), "2".to_owned());

        assert_eq!(
            status(&["1", "2", "3"]),
            SchemaStatus::Newer { found, known }
        );
    }
}
