//! Secrets that a test has seen on their way, to be looked for where they must not be.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Site};

/// The secrets, each with what it is.
#[derive(Debug, Default)]
pub(crate) struct Canaries(Vec<(&'static str, String)>);

impl Canaries {
    /// Those that the settings hold.
    pub(crate) fn of_settings(site: &Site) -> Self {
        let mut canaries = Self::default();
        canaries.note("client secret", CLIENT_SECRET);
        canaries.note("credentials", &format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        canaries.note("secret", site.setting("SECRET"));
        let database = url::Url::parse(site.setting("DATABASE_URL")).unwrap();
        if let Some(password) = database.password() {
            canaries.note("password of the database", password);
        }
        canaries
    }

    pub(crate) fn note(&mut self, name: &'static str, value: &str) {
        assert!(
            value.len() >= 16,
            "the {name} is too short to be distinguished from other text"
        );
        self.0.push((name, value.to_owned()));
    }

    /// Notes a parameter of an address, if it is there.
    pub(crate) fn note_parameter(&mut self, name: &'static str, url: &url::Url) {
        if let Some((_, value)) = url.query_pairs().find(|(found, _)| found == name) {
            self.note(name, &value);
        }
    }

    /// Checks that a text holds none of them, however it is spelt, nor anything else that looks like a token.
    pub(crate) fn assert_absent(&self, text: &str) {
        for (name, secret) in &self.0 {
            for spelling in spellings(secret) {
                if let Some(line) = text.lines().find(|line| line.contains(&spelling)) {
                    panic!("the {name} as {spelling} in: {line}");
                }
            }
        }
        if let Some(line) = text.lines().find(|line| words(line).any(is_like_a_token)) {
            panic!("something like a token in: {line}");
        }
    }
}

/// A secret as it is, percent-encoded, in base64, in hexadecimal, and as the list of its bytes.
fn spellings(secret: &str) -> Vec<String> {
    let hexadecimal = secret.bytes().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    let bytes: Vec<_> = secret
        .bytes()
        .take(16)
        .map(|byte| byte.to_string())
        .collect();
    vec![
        secret.to_owned(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hexadecimal,
        bytes.join(", "),
    ]
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|at: char| !at.is_ascii_alphanumeric() && at != '-' && at != '_')
}

/// Whether this may be 256 random bits in base64url, perhaps with a prefix such as `s_`.
fn is_like_a_token(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    (43..=45).contains(&word.len())
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}
