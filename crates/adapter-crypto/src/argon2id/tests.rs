use belgie_testkit::SeededEntropy;

use super::*;

fn hasher() -> Argon2id {
    Argon2id::new(HashThreads::start(1).unwrap(), SeededEntropy::default())
}

fn password(typed: &str) -> Password {
    Password::parse(typed).unwrap()
}

async fn matches(hasher: &Argon2id, typed: &str, phc: &str) -> PasswordMatch {
    let hash = PasswordHash::from_phc(phc);
    hasher.verify(&password(typed), Some(&hash)).await.unwrap()
}

/// `password` by the reference implementation: `argon2 somesalt16bytes! -id -m 16 -t 2 -p 1` and the like.
const REFERENCE: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

#[tokio::test]
async fn pwd_01_passwords_are_hashed_with_argon2id_and_a_salt_of_their_own() {
    let hasher = hasher();

    let one = hasher
        .hash(&password("correct horse battery"))
        .await
        .unwrap();
    let other = hasher
        .hash(&password("correct horse battery"))
        .await
        .unwrap();

    let parts: Vec<_> = one.as_phc().split('$').collect();
    assert_eq!(parts[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1"]);
    assert_eq!((parts[4].len(), parts[5].len()), (22, 43)); // 16 and 32 bytes in base64
    assert_ne!(one, other);
    for hash in [one, other] {
        let matched = matches(&hasher, "correct horse battery", hash.as_phc()).await;
        assert_eq!(matched, PasswordMatch::Yes);
    }
}

#[tokio::test]
async fn pwd_03_passwords_that_differ_late_are_different() {
    let hasher = hasher();
    for length in [72, 255] {
        let typed = |last: &str| format!("{}{last}", "x".repeat(length));
        let hash = hasher.hash(&password(&typed("a"))).await.unwrap();

        let same = matches(&hasher, &typed("a"), hash.as_phc()).await;
        let other = matches(&hasher, &typed("b"), hash.as_phc()).await;

        assert_eq!((same, other), (PasswordMatch::Yes, PasswordMatch::No));
    }
}

#[tokio::test]
async fn pwd_05_a_hash_that_costs_less_than_a_new_one_is_outdated() {
    let first = hasher();
    let hash = first
        .hash(&password("correct horse battery"))
        .await
        .unwrap();
    for (cost, matched) in [
        (HashCost::default(), PasswordMatch::Yes),
        (HashCost::default().passes(3), PasswordMatch::Outdated),
        (
            HashCost::default().memory_kib(20 * 1024),
            PasswordMatch::Outdated,
        ),
    ] {
        let hasher = hasher().cost(cost);
        let verified = matches(&hasher, "correct horse battery", hash.as_phc()).await;
        assert_eq!(verified, matched, "{cost:?}");
        let wrong = matches(&hasher, "correct horse batterx", hash.as_phc()).await;
        assert_eq!(wrong, PasswordMatch::No, "{cost:?}");

        let renewed = hasher
            .hash(&password("correct horse battery"))
            .await
            .unwrap();
        let verified = matches(&hasher, "correct horse battery", renewed.as_phc()).await;
        assert_eq!(verified, PasswordMatch::Yes, "{cost:?}");
        // A node that has not been restarted yet does not lower the cost again.
        let verified = matches(&first, "correct horse battery", renewed.as_phc()).await;
        assert_eq!(verified, PasswordMatch::Yes, "{cost:?}");
    }
}

#[tokio::test]
async fn pwd_05_hashes_of_other_programs_are_read_and_renewed() {
    let hasher = hasher();

    assert_eq!(
        matches(&hasher, "password", REFERENCE).await,
        PasswordMatch::Outdated
    );
    assert_eq!(
        matches(&hasher, "Password", REFERENCE).await,
        PasswordMatch::No
    );
}

#[tokio::test]
async fn the_hasher_keeps_the_contract() {
    belgie_testkit::conformance::password_hasher(&hasher()).await;
}

#[tokio::test]
async fn pwd_01_the_cost_cannot_be_set_below_the_recommendation() {
    let cheap = HashCost::default().memory_kib(1).passes(0);

    assert_eq!(cheap, HashCost::LOWEST);
}

#[tokio::test]
async fn rat_07_without_a_hash_nothing_matches() {
    let hasher = hasher();

    for typed in ["password", "\0", " "] {
        let verified = hasher.verify(&password(typed), None).await;
        assert_eq!(verified.unwrap(), PasswordMatch::No);
    }
}

#[test]
fn rat_07_without_a_hash_the_same_is_computed_in_the_same_memory() {
    let (typed, cost) = (password("correct horse battery"), HashCost::default());
    let (mut hashing, mut resembling) = (Memory::new(), Memory::new());
    hash(&typed, &[0; SALT_BYTES], cost, &mut hashing).unwrap();

    resemble(&typed, cost, &mut resembling).unwrap();

    let words = |memory: &Memory| -> Vec<u64> {
        let blocks = memory.iter();
        blocks.flat_map(|block| block.as_ref().to_vec()).collect()
    };
    assert_eq!(resembling.len(), 19_456);
    assert!(words(&resembling) == words(&hashing), "other work was done");
    assert!(words(&resembling).iter().any(|word| *word != 0));
}

#[tokio::test]
async fn a_hash_that_cannot_be_read_is_an_error_and_no_mismatch() {
    let hasher = hasher();
    for phc in [
        "",
        "password",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=19456,t=4294967295,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ] {
        let hash = PasswordHash::from_phc(phc);
        let verified = hasher.verify(&password("password"), Some(&hash)).await;
        assert!(
            matches!(verified, Err(PasswordHasherError::UnusableHash)),
            "{phc}"
        );
    }
}

#[test]
fn rat_10_a_thread_keeps_the_memory_of_one_hash() {
    let (typed, cost) = (password("correct horse battery"), HashCost::default());
    let mut memory = Memory::new();

    for _ in 0..2 {
        hash(&typed, &[7; SALT_BYTES], cost, &mut memory).unwrap();
        assert_eq!(memory.len(), 19_456);
    }
    let place = memory.as_ptr();
    hash(&typed, &[8; SALT_BYTES], cost, &mut memory).unwrap();
    assert_eq!(memory.as_ptr(), place, "it is reused");

    let larger = PasswordHash::from_phc(REFERENCE);
    verify(&typed, &larger, cost, &mut memory).unwrap();
    assert!(memory.capacity() <= 19_456, "{} blocks", memory.capacity());
}

#[test]
fn cfg_02_the_hasher_does_not_print_secrets() {
    let printed = format!("{:?}", hasher());

    assert_eq!(
        printed,
        "Argon2id { threads: HashThreads { threads: 1, .. }, cost: HashCost { memory_kib: 19456, passes: 2 }, .. }"
    );
}
