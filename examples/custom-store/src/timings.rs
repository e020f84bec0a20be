use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long calls took, by their names. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub struct Timings(Arc<Mutex<BTreeMap<&'static str, Timing>>>);

/// How long the calls of one name took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// How many there were.
    pub calls: u32,
    /// How many of them failed.
    pub failures: u32,
    /// All together.
    pub total: Duration,
    /// The longest of them.
    pub longest: Duration,
}

impl Timings {
    /// Returns what is known of the calls of a name.
    pub fn of(&self, name: &str) -> Timing {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(name).copied().unwrap_or_default()
    }

    pub(crate) fn note(&self, name: &'static str, took: Duration, failed: bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let timing = all.entry(name).or_default();
        timing.calls += 1;
        timing.failures += u32::from(failed);
        timing.total += took;
        timing.longest = timing.longest.max(took);
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<24} {:>6} {:>6} {:>12} {:>12}",
            "call", "count", "failed", "mean", "longest"
        )?;
        for (name, timing) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let Timing {
                calls,
                failures,
                total,
                longest,
            } = timing;
            let mean = total.checked_div(*calls).unwrap_or_default();
            writeln!(
                f,
                "{name:<24} {calls:>6} {failures:>6} {mean:>12.1?} {longest:>12.1?}"
            )?;
        }
        Ok(())
    }
}
