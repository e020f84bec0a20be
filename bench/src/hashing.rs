//! What it costs to compare a password, within this process.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use belgie_adapter_crypto::{Argon2id, HashCost, HashThreads};
use belgie_auth::SystemEntropy;
use belgie_domain::Password;
use belgie_ports::{PasswordHasher as _, PasswordMatch};

use crate::process::own_cpu_time;

const PASSWORD: &str = "correct horse battery staple";

/// Processor time of one hash by the library alone, in a loop that keeps its memory, in microseconds.
pub(crate) fn library(time: Duration) -> anyhow::Result<f64> {
    let cost = HashCost::default();
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32))?;
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        let mut output = [0; 32];
        let memory = &mut memory;
        argon2.hash_password_into_with_memory(
            PASSWORD.as_bytes(),
            &[7; 16],
            &mut output,
            memory,
        )?;
        std::hint::black_box(output);
        done += 1;
    }
    micros(before, done)
}

/// Processor time of one comparison by Belgie.
pub(crate) async fn check(time: Duration) -> anyhow::Result<f64> {
    let hasher = Argon2id::new(HashThreads::start(1)?, SystemEntropy);
    let password = Password::parse(PASSWORD)?;
    let hash = hasher.hash(&password).await?;
    let (until, before, mut done) = (Instant::now() + time, own_cpu_time()?, 0);
    while Instant::now() < until {
        let matched = hasher.verify(&password, Some(&hash)).await?;
        anyhow::ensure!(matched == PasswordMatch::Yes, "the password is another");
        done += 1;
    }
    micros(before, done)
}

fn micros(before: Duration, done: u32) -> anyhow::Result<f64> {
    let spent = own_cpu_time()?.saturating_sub(before).as_secs_f64();
    Ok(spent * 1e6 / f64::from(done))
}
