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
async fn idt_15_net_03_a_body_is_read_to_its_limit_and_no_further() {
    let limit = 256 * 1024;
    for endpoint in ENDPOINTS {
        let party = Party::new().await;
        for bytes in [limit, limit + 4096, 100 << 20, 1 << 30] {
            let start = Instant::now();

            let reason = party
                .unusable(at(endpoint, Answer::HugeBody { bytes }))
                .await;

            assert!(
                reason.contains("is longer than 262144"),
                "{endpoint:?}: {reason}"
            );
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{endpoint:?} {bytes}"
            );
        }
        let fair = Answer::HugeBody {
            bytes: limit - 4096,
        };
        let outcome = party.outcome(at(endpoint, fair)).await;
        assert!(outcome.is_ok(), "{endpoint:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn net_03_a_compressed_body_is_not_read() {
    let party = Party::new().await;
    for endpoint in ENDPOINTS {
        for bytes in [1, 1 << 30] {
            let reason = party
                .unusable(at(endpoint, Answer::GzipBomb { bytes }))
                .await;

            assert!(reason.contains("is compressed"), "{endpoint:?}: {reason}");
        }
    }
}
