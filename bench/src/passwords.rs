//! Everything about passwords: what a hash costs, storms of sign-ins, and the times of answers.

use std::path::Path;
use std::time::Duration;

use crate::answer_times::{self, Pair};
use crate::hashing;
use crate::storm::{Round, Storms};

/// What was measured, round by round.
#[derive(Debug)]
pub(crate) struct Passwords {
    /// Processor time of a hash by the library alone, in microseconds.
    pub(crate) library: Vec<f64>,
    /// The same of a comparison by Belgie.
    pub(crate) check: Vec<f64>,
    pub(crate) rounds: Vec<Round>,
    /// How much more memory the server took at most since its start, in bytes.
    pub(crate) more_memory: u64,
    pub(crate) answer_times: Vec<Pair>,
}

/// Measures each for so long in each round.
pub(crate) async fn measure(
    program: &Path,
    rounds: usize,
    time: Duration,
) -> anyhow::Result<Passwords> {
    let (mut library, mut check) = (Vec::new(), Vec::new());
    let (storms, mut measured) = (Storms::prepare(program).await?, Vec::new());
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}: passwords");
        library.push(hashing::library(time)?);
        check.push(hashing::check(time).await?);
        measured.push(storms.round(time).await?);
    }
    Ok(Passwords {
        library,
        check,
        rounds: measured,
        more_memory: storms.more_memory()?,
        answer_times: answer_times::measure(program).await?,
    })
}
