use std::num::NonZero;
use std::path::PathBuf;

/// Where a database is, and how it is used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// Where the database is.
    pub location: SqliteLocation,
    /// Create the file, readable by its owner alone, where there is none. Without it a missing file is an error.
    pub create: bool,
    /// Connections for look-ups: as many can be made at once. By default one for each processor and one more.
    pub readers: usize,
    /// How much of the file each connection may map into memory, in bytes; 1 GiB by default. It is the system's cache
    /// of the file, shared by all, though some tools count it once for each connection.
    pub mapped_bytes: u64,
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteLocation {
    /// In this file. Other processes may use it at the same time.
    File(PathBuf),
    /// In the memory of this process, for as long as the store lives.
    Memory,
}

impl SqliteOptions {
    /// A database in a file that exists.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::at(SqliteLocation::File(path.into()))
    }

    /// A database in memory.
    pub fn memory() -> Self {
        Self::at(SqliteLocation::Memory)
    }

    /// Creates the file where there is none.
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
