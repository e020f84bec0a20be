//! The provider's own clock, which a test can set or move.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

type Source = Arc<dyn Fn() -> SystemTime + Send + Sync>;

pub(crate) struct Clock {
    source: Source,
    offset: AtomicI64,
}

impl Clock {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            offset: AtomicI64::new(0),
        }
    }

    pub(crate) fn system() -> Source {
        #[expect(
            clippy::disallowed_methods,
            reason = "the emulator's one reading of the system clock; `EmulatorBuilder::clock` replaces it"
        )]
        Arc::new(SystemTime::now)
    }

    /// Returns the seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        let source = match (self.source)().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        source.saturating_add(self.offset.load(Ordering::Relaxed))
    }

    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn clock_moves_by_its_offset() {
        let clock = Clock::new(Arc::new(|| UNIX_EPOCH + Duration::from_secs(1_000)));

        clock.set_offset(-400);

        assert_eq!(clock.now(), 600);
    }
}
