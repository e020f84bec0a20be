use chrono::{DateTime, Utc};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time now, cut to whole microseconds: finer times do not survive a store.
    fn now(&self) -> DateTime<Utc>;
}
