use std::num::NonZero;
use std::path::PathBuf;

/// The database and how to use it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// The location of the database.
    pub location: SqliteLocation,
    /// Whether to create a missing file, readable only by its owner. Otherwise a missing file is an error.
    pub create: bool,
    /// The number of connections for session checks, and as many for other look-ups by key: so many run at the same
    /// time. By default one per processor, plus one.
    pub readers: usize,
    /// How much of the file may be mapped into memory, in bytes, by each connection for session checks, lists or writes;
    /// 1 GiB by default. The mappings share the system's cache of the file, although some tools count it once per
    /// connection.
    pub mapped_bytes: u64,
}

/// The location of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqliteLocation {
    /// This file. Other processes may use it at the same time.
    File(PathBuf),
    /// The memory of this process, for as long as the store exists.
    Memory,
}

impl SqliteOptions {
    /// Creates options for a database in an existing file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::at(SqliteLocation::File(path.into()))
    }

    /// Creates options for a database in memory.
    pub fn memory() -> Self {
        Self::at(SqliteLocation::Memory)
    }

    /// Allows creating the file if it is missing.
    #[must_use]
    pub fn create(self) -> Self {
        Self {
            create: true,
            ..self
        }
    }

    fn at(location: SqliteLocation) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            location,
            create: false,
            readers: processors + 1,
            mapped_bytes: 1 << 30,
        }
    }
}
