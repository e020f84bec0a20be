//! Distinguishes random secrets from those that were typed, repeated or copied from a page.

use std::collections::{BTreeMap, BTreeSet};

/// The minimum length, in characters.
const MIN_LENGTH: usize = 32;
/// The minimum number of different characters: 32 random hexadecimal digits have fewer once in a billion times.
const MIN_DIFFERENT: usize = 8;

/// The minimum entropy by character frequency, in bits. 32 random decimal digits have about 100.
const MIN_BITS: f64 = 80.0;
/// The minimum number of characters that do not repeat earlier ones. Of 32 random hexadecimal digits, practically
/// always at least 28 do not.
const MIN_NOVEL: usize = 24;
/// The length from which repeated characters count as a repetition.
const REPEATED: usize = 4;
/// Shorter words repeat by chance.
const MIN_WORD_LENGTH: usize = 5;

/// Sequences on keyboards: the rows of usual layouts, and their slanted columns.
const KEYBOARD: &[&str] = &[
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü+",
    "asdfghjklöä#",
    "yxcvbnm,.-",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn,;:!",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
    "0p;/",
    "1qay",
    "2wsx",
    "6zhn",
];

/// Known placeholders.
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

/// Words that occur in placeholders, longest first so that they are removed whole.
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

/// Returns what is wrong with a secret, without showing any of it.
pub(crate) fn weakness(secret: &str) -> Option<&'static str> {
    let characters: Vec<char> = secret.chars().collect();
    if characters.len() < MIN_LENGTH {
        return Some("is too short: it needs at least 32 random characters");
    }
    if is_repetition(&characters) {
        return Some(REPEATS);
    }
    if has_few_characters(&characters) {
        return Some("has too few different characters: it needs at least 32 random ones");
    }
    if is_sequence(&characters) {
        return Some(
            "counts up or down or runs along a keyboard: it needs at least 32 random characters",
        );
    }
    if is_placeholder(secret) {
        return Some("is a placeholder: it needs at least 32 random characters");
    }
    let repeats = novel(&characters) < MIN_NOVEL || repeats_words(secret);
    repeats.then_some(REPEATS)
}

const REPEATS: &str = "repeats itself: it needs at least 32 random characters";

/// Returns whether the whole is one repeated part, possibly cut off at the end.
fn is_repetition(characters: &[char]) -> bool {
    (1..=characters.len() / 2).any(|period| {
        let later = characters.iter().skip(period);
        later
            .zip(characters)
            .all(|(later, earlier)| later == earlier)
    })
}

/// Returns how many characters are not part of a repetition of four or more, ignoring case.
fn novel(characters: &[char]) -> usize {
    let lower: Vec<char> = characters.iter().map(char::to_ascii_lowercase).collect();
    let mut seen = BTreeSet::new();
    let mut novel = vec![true; lower.len()];
    for (start, part) in lower.windows(REPEATED).enumerate() {
        if !seen.insert(part) {
            novel[start..start + REPEATED].fill(false);
        }
    }
    novel.into_iter().filter(|novel| *novel).count()
}

/// Returns whether too little remains without repeated words.
fn repeats_words(secret: &str) -> bool {
    let words = secret.split(|character: char| !character.is_alphabetic());
    let mut seen = BTreeSet::new();
    let long = words.filter(|word| word.chars().count() >= MIN_WORD_LENGTH);
    let again = long.filter(|word| !seen.insert(word.to_lowercase()));
    let repeated: usize = again.map(|word| word.chars().count()).sum();
    repeated > 0 && secret.chars().count() - repeated < MIN_LENGTH
}

/// Returns whether the characters are so few, or so unevenly distributed, that the secret is easy to guess.
fn has_few_characters(characters: &[char]) -> bool {
    let mut counts = BTreeMap::<char, u32>::new();
    for character in characters {
        *counts.entry(*character).or_default() += 1;
    }
    let total: f64 = counts.values().map(|count| f64::from(*count)).sum();
    let bits = |count: &u32| f64::from(*count) * (total / f64::from(*count)).log2();
    counts.len() < MIN_DIFFERENT || counts.values().map(bits).sum::<f64>() < MIN_BITS
}

/// Returns whether most characters are neighbours of the previous one: `abcdefgh…`, `98765…`, `qwertyui…`.
fn is_sequence(characters: &[char]) -> bool {
    let step = |pair: &&[char]| {
        let [one, other] = [pair[0], pair[1]].map(|one| one.to_ascii_lowercase());
        u32::from(one).abs_diff(u32::from(other)) == 1 || are_beside(one, other)
    };
    characters.windows(2).filter(step).count() * 2 > characters.len()
}

/// Returns whether two keys are neighbours.
fn are_beside(one: char, other: char) -> bool {
    KEYBOARD.iter().any(|row| {
        let pairs = row.chars().zip(row.chars().skip(1));
        { pairs }.any(|pair| pair == (one, other) || pair == (other, one))
    })
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
    rest.len() < MIN_LENGTH / 2 && counted < 8
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
    fn cfg_01_what_is_there_again_counts_once() {
        for secret in [
            "correct horse battery staple correct",
            "Tr0ub4dor&3-tr0ub4dor&3-TR0UB4DOR&3-x",
            "kitten-puppy-kitten-duckling-Puppy-1",
            "8f3k1x9z8f3k1x9z-8f3k1x9z8f3k1x9z-abc",
        ] {
            assert!(weakness(secret).unwrap().contains("repeats"), "{secret}");
        }
    }

    #[test]
    fn cfg_01_rows_of_a_keyboard_are_refused() {
        for secret in [
            "qwertyuiopasdfghjklzxcvbnmqwertyui",
            "QWERTZUIOPASDFGHJKLYXCVBNM1234567890",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
            "mnbvcxzlkjhgfdsapoiuytrewq0987654321",
            "azertyuiopqsdfghjklmwxcvbn!1234567890",
        ] {
            assert!(weakness(secret).unwrap().contains("keyboard"), "{secret}");
        }
    }

    #[test]
    fn cfg_01_few_characters_used_often_are_refused() {
        for secret in [
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabcdefghi",
            "0000-0001-0010-0200-0000-3000-4050-06007",
        ] {
            assert!(weakness(secret).is_some(), "{secret}");
        }
    }

    /// Bytes that look random, the same in each run (`SplitMix64`).
    fn random(state: &mut u64) -> [u8; 24] {
        std::array::from_fn(|_| {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed.to_be_bytes()[0]
        })
    }

    fn in_base64(bytes: &[u8]) -> String {
        let characters = bytes.chunks(3).flat_map(|three| {
            let bits = { three.iter() }.fold(0, |bits, byte| (bits << 8) | usize::from(*byte));
            [18, 12, 6, 0].map(|shift| char::from(BASE64[(bits >> shift) & 63]))
        });
        characters.collect()
    }

    #[test]
    fn cfg_01_no_random_secret_is_refused() {
        let mut state = 1;
        for _ in 0..10_000 {
            let bytes = random(&mut state);
            let digits = bytes[..16].iter().map(|byte| format!("{byte:02x}"));
            for secret in [digits.collect(), in_base64(&bytes)] {
                assert_eq!(secret.len(), 32);
                assert_eq!(weakness(&secret), None, "{secret}");
            }
        }
    }

    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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
