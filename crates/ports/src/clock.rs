use chrono::{DateTime, Utc};

/// The source of the current time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current time in whole microseconds, the precision that stores keep.
    fn now(&self) -> DateTime<Utc>;
}
