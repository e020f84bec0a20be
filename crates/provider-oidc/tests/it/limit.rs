use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault, IdTokenFault, JwksFault};

use crate::party::Party;

/// Makes the relying party ask every endpoint, userinfo too.
pub(crate) fn at(endpoint: Endpoint, answer: Answer) -> Vec<Fault> {
    vec![
        Fault::answer(endpoint, answer),
        Fault::without_claim("email"),
    ]
}

pub(crate) const ENDPOINTS: [Endpoint; 4] = [
    Endpoint::Discovery,
    Endpoint::Jwks,
    Endpoint::Token,
    Endpoint::Userinfo,
];

#[tokio::test]
async fn idt_15_an_id_token_beyond_32_kib_is_refused() {
    let party = Party::new().await;

    let large = Fault::IdToken(IdTokenFault::Oversized { bytes: 33 * 1024 });
    let reason = party.refusal([large]).await;
    assert!(reason.contains("longer than 32768 bytes"), "{reason}");

    let fair = Fault::IdToken(IdTokenFault::Oversized { bytes: 30 * 1024 });
    assert!(party.outcome([fair]).await.is_ok());
}

#[tokio::test]
async fn idt_15_a_key_set_of_more_than_100_keys_is_not_used() {
    let party = Party::new().await;

    let reason = party.unusable([Fault::Jwks(JwksFault::Decoys(100))]).await;
    assert!(reason.contains("more than 100 keys"), "{reason}");

    let fair = Fault::Jwks(JwksFault::Decoys(99));
    assert!(party.outcome([fair]).await.is_ok());
}

#[tokio::test]
async fn idt_15_net_03_a_body_of_a_gigabyte_is_not_read() {
    let party = Party::new().await;
    let before = resident_mib();
    let start = Instant::now();
    for endpoint in ENDPOINTS {
        let huge = Answer::HugeBody { bytes: 1 << 30 };

        let reason = party.unusable(at(endpoint, huge)).await;

        assert!(reason.contains("is longer than"), "{endpoint:?}: {reason}");
    }
    assert!(start.elapsed() < Duration::from_secs(30));
    let growth = resident_mib() - before;
    assert!(growth < MOST_GROWTH_MIB, "{growth} MiB");
}

#[tokio::test]
async fn net_03_a_compressed_body_is_not_read() {
    let party = Party::new().await;
    let before = resident_mib();
    for endpoint in ENDPOINTS {
        let bomb = Answer::GzipBomb { bytes: 1 << 30 };

        let reason = party.unusable(at(endpoint, bomb)).await;

        assert!(reason.contains("is compressed"), "{endpoint:?}: {reason}");
    }
    let growth = resident_mib() - before;
    assert!(growth < MOST_GROWTH_MIB, "{growth} MiB");
}

/// Far below a gigabyte, and above what tests that run beside this one in the same process need.
const MOST_GROWTH_MIB: i64 = 64;

/// Returns how much memory the process holds.
fn resident_mib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<i64>().unwrap() / 1024
}
