use std::sync::atomic::{AtomicU64, Ordering};

use belgie_ports::Entropy;

/// Bytes that differ with every draw but are the same in every run. Not secret; for tests only.
#[derive(Debug, Default)]
pub struct SeededEntropy(AtomicU64);

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let step = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            let bytes = mix(step).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood 2014).
fn mix(step: u64) -> u64 {
    let once = (step ^ (step >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    twice ^ (twice >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_differ_and_runs_repeat() {
        let (one, other) = (SeededEntropy::default(), SeededEntropy::default());
        let mut draws = [[0; 32]; 3];
        one.fill(&mut draws[0]);
        one.fill(&mut draws[1]);
        other.fill(&mut draws[2]);

        assert_ne!(draws[0], draws[1]);
        assert_eq!(draws[0], draws[2]);
    }
}
