use belgie_domain::{Password, PasswordHash};
use belgie_ports::{PasswordHasher, PasswordHasherError, PasswordMatch};

/// Checks that a hasher keeps its contract: it finds the password of a hash and no other, nothing matches without a hash,
/// and a hash that it cannot read is an error.
///
/// # Panics
/// When it does not.
pub async fn password_hasher(hasher: &dyn PasswordHasher) {
    let right = password("correct horse battery staple");
    let hash = hasher.hash(&right).await.expect("it is hashed");

    for (typed, expected) in [
        ("correct horse battery staple", PasswordMatch::Yes),
        ("Correct horse battery staple", PasswordMatch::No),
        ("correct horse battery staple ", PasswordMatch::No),
        ("correct horse battery stapl", PasswordMatch::No),
        ("correct horse battery staple\0", PasswordMatch::No),
    ] {
        let matched = hasher.verify(&password(typed), Some(&hash)).await;
        assert_eq!(matched.ok(), Some(expected), "{typed:?}");
    }

    let without = hasher.verify(&right, None).await;
    assert_eq!(without.ok(), Some(PasswordMatch::No));

    for text in ["", "correct horse battery staple", "$1$salt$hash"] {
        let unusable = PasswordHash::from_phc(text);
        let answer = hasher.verify(&right, Some(&unusable)).await;
        assert!(
            matches!(answer, Err(PasswordHasherError::UnusableHash)),
            "{text:?}: {answer:?}"
        );
    }
}

fn password(typed: &str) -> Password {
    Password::parse(typed).expect("it is a password")
}
