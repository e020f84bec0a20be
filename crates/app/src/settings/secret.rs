//! Tells a random secret from one that somebody typed, repeated or copied from a page.

use std::collections::BTreeSet;

/// Fewest characters of a secret.
const LEAST: usize = 32;
/// Fewest different characters: 32 random hexadecimal digits have fewer than this once in a billion times.
const LEAST_DIFFERENT: usize = 8;

/// Whoever has one of these has never changed it.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "placeholder",
    "yoursecret",
    "insertsecret",
    "mysecret",
    "supersecret",
];

/// Words that placeholders are made of, longest first so that none is left in pieces.
const WORDS: &[&str] = &[
    "placeholder",
    "development",
    "production",
    "character",
    "password",
    "generate",
    "insecure",
    "replace",
    "example",
    "minimum",
    "default",
    "private",
    "testing",
    "session",
    "random",
    "secret",
    "belgie",
    "please",
    "change",
    "string",
    "really",
    "enough",
    "should",
    "token",
    "value",
    "least",
    "super",
    "local",
    "dummy",
    "there",
    "these",
    "this",
    "that",
    "your",
    "here",
    "with",
    "long",
    "must",
    "very",
    "some",
    "safe",
    "test",
    "key",
    "for",
    "not",
    "the",
    "and",
    "dev",
    "foo",
    "bar",
    "use",
    "be",
    "me",
    "my",
    "is",
    "it",
    "at",
    "in",
    "to",
    "of",
];

/// Says what is wrong with a secret, without showing any of it.
pub(crate) fn weakness(secret: &str) -> Option<&'static str> {
    let characters: Vec<char> = secret.chars().collect();
    if characters.len() < LEAST {
        return Some("is too short: it needs at least 32 random characters");
    }
    if is_repetition(&characters) {
        return Some("repeats itself: it needs at least 32 random characters");
    }
    if characters.iter().collect::<BTreeSet<_>>().len() < LEAST_DIFFERENT {
        return Some("has too few different characters: it needs at least 32 random ones");
    }
    if is_sequence(&characters) {
        return Some("counts up or down: it needs at least 32 random characters");
    }
    is_placeholder(secret).then_some("is a placeholder: it needs at least 32 random characters")
}

/// Whether the whole is one part again and again, the last one perhaps cut off.
fn is_repetition(characters: &[char]) -> bool {
    (1..=characters.len() / 2).any(|period| {
        let later = characters.iter().skip(period);
        later
            .zip(characters)
            .all(|(later, earlier)| later == earlier)
    })
}

/// Whether most characters are the neighbour of the one before: `abcdefgh…`, `98765…`.
fn is_sequence(characters: &[char]) -> bool {
    let step = |pair: &&[char]| u32::from(pair[0]).abs_diff(u32::from(pair[1])) == 1;
    characters.windows(2).filter(step).count() * 2 > characters.len()
}

fn is_placeholder(secret: &str) -> bool {
    let letters = secret.chars().filter(char::is_ascii_alphanumeric);
    let mut rest: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    if PLACEHOLDERS.iter().any(|known| rest.contains(known)) {
        return true;
    }
    for word in WORDS {
        rest = rest.replace(word, "");
    }
    let counted = rest.chars().filter(char::is_ascii_alphabetic).count();
    rest.len() < LEAST / 2 && counted < 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_secrets_pass() {
        for secret in [
            "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6",
            "b2e9cc41f70d8a36e5914bd27fa0c863",
            "kP3/9vQmZr+T1yLw8XnBd0sFhG5uJcEa",
            "correct-horse-battery-staple-olive-7",
            "Lorem vidit ĉevalon, kiu manĝas pomojn hodiaŭ.",
        ] {
            assert_eq!(weakness(secret), None, "{secret}");
        }
    }

    #[test]
    fn cfg_01_a_secret_that_is_too_short_is_refused() {
        assert!(
            weakness("b2e9cc41f70d8a36e5914bd27fa0c86")
                .unwrap()
                .contains("too short")
        );
    }

    #[test]
    fn cfg_01_constant_and_repeated_secrets_are_refused() {
        for secret in [
            "a".repeat(64),
            "0".repeat(32),
            "abc".repeat(20),
            "0123456789abcdef0123456789abcdef".to_owned(),
            "12345678901234567890123456789012".to_owned(),
            "b2e9cc41f70d8a36e5914bb2e9cc41f70d8a36e5914b".to_owned(),
        ] {
            assert!(weakness(&secret).unwrap().contains("repeats"), "{secret}");
        }
    }

    #[test]
    fn cfg_01_guessable_characters_are_refused() {
        assert!(weakness("aabbaabababbaababbbaabbabaababbab").is_some());
        assert!(
            weakness("abcdefghijklmnopqrstuvwxyz012345")
                .unwrap()
                .contains("counts")
        );
    }

    #[test]
    fn cfg_01_placeholders_are_refused() {
        for secret in [
            "changeme-4f7a1b9c0d2e8f63a5b7c9d1",
            "change_me_change_me_please_change_me",
            "CHANGE-THIS-TO-A-LONG-RANDOM-STRING!",
            "secret-secret_secret.secret-secret-secret",
            "this-is-a-very-long-secret-key-for-testing",
            "your-32-character-secret-key-goes-here",
            "password password1 password12 password123",
            "at-least-32-characters-long-random-string",
            "<at least 32 random characters>.....",
        ] {
            let weakness = weakness(secret).unwrap_or_default();
            assert!(weakness.contains("placeholder"), "{secret}: {weakness}");
        }
    }
}
