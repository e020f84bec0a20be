use std::fmt;
use std::str::FromStr;

use crate::EmailAddress;

/// A provider's short name in paths and settings: `google`, `corporate-sso`.
///
/// A lower-case letter, then at most 31 lower-case letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(String);

/// The text is not a valid provider id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" cannot name a provider: use a lower-case letter, then at most 31 of a-z, 0-9, - and _"
)]
pub struct InvalidProviderId(String);

impl ProviderId {
    /// Returns the id that stands for a password in sessions and events. No provider can have it.
    pub fn password() -> Self {
        Self("password".to_owned())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProviderId {
    type Err = InvalidProviderId;

    fn from_str(text: &str) -> Result<Self, InvalidProviderId> {
        if is_short_name(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidProviderId(text.chars().take(40).collect()))
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The issuer identifier of a provider, compared byte for byte (OpenID Connect Core §2 `iss`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Issuer(String);

/// The text is not a valid issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an issuer is 1 to 255 printable ASCII characters")]
pub struct InvalidIssuer;

impl Issuer {
    /// Returns the identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Issuer {
    type Err = InvalidIssuer;

    fn from_str(text: &str) -> Result<Self, InvalidIssuer> {
        is_identifier(text)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidIssuer)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's identifier at an issuer: unique there, never reassigned, case-sensitive (OpenID Connect Core §2 `sub`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(String);

/// The text is not a valid subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subject is 1 to 255 printable ASCII characters")]
pub struct InvalidSubject;

impl Subject {
    /// Returns the identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = InvalidSubject;

    fn from_str(text: &str) -> Result<Self, InvalidSubject> {
        is_identifier(text)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidSubject)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The person a provider has authenticated, after every check has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderIdentity {
    /// The issuer that vouches for everything else.
    pub issuer: Issuer,
    /// The person's identifier at the issuer.
    pub subject: Subject,
    /// The address exactly as the provider wrote it; not parsed.
    pub email: Option<String>,
    /// Whether the provider states that this person receives mail at `email`.
    pub email_verified: bool,
    /// Whether the provider is trusted to vouch for this very address, so that the identity may join an existing user.
    pub email_trusted: bool,
    /// The full name.
    pub name: Option<String>,
    /// The URL of a picture. The server never fetches it.
    pub picture: Option<String>,
    /// The organisation that the account belongs to (Google's `hd`).
    pub hosted_domain: Option<String>,
    /// The granted scope, space-separated, if the provider reported it (RFC 6749 §5.1).
    pub scope: Option<String>,
}

impl ProviderIdentity {
    /// Creates an identity with an issuer and a subject, and nothing else.
    pub fn new(issuer: Issuer, subject: Subject) -> Self {
        Self {
            issuer,
            subject,
            email: None,
            email_verified: false,
            email_trusted: false,
            name: None,
            picture: None,
            hosted_domain: None,
            scope: None,
        }
    }

    /// Sets an address that the provider has not verified.
    #[must_use]
    pub fn with_email(self, email: impl Into<String>) -> Self {
        Self {
            email: Some(email.into()),
            email_verified: false,
            email_trusted: false,
            ..self
        }
    }

    /// Sets an address that the provider has verified, without being trusted for it.
    #[must_use]
    pub fn with_verified_email(self, email: impl Into<String>) -> Self {
        Self {
            email_verified: true,
            ..self.with_email(email)
        }
    }

    /// Sets an address that the provider has verified and is trusted for: the identity may join the user who has proved
    /// the same address, and take the address from one who has not.
    #[must_use]
    pub fn with_trusted_email(self, email: impl Into<String>) -> Self {
        Self {
            email_trusted: true,
            ..self.with_verified_email(email)
        }
    }

    /// Sets the full name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..self
        }
    }

    /// Sets the URL of a picture.
    #[must_use]
    pub fn with_picture(self, url: impl Into<String>) -> Self {
        Self {
            picture: Some(url.into()),
            ..self
        }
    }

    /// Sets the organisation that the account belongs to.
    #[must_use]
    pub fn with_hosted_domain(self, domain: impl Into<String>) -> Self {
        Self {
            hosted_domain: Some(domain.into()),
            ..self
        }
    }

    /// Sets the granted scope, space-separated.
    #[must_use]
    pub fn with_scope(self, scope: impl Into<String>) -> Self {
        Self {
            scope: Some(scope.into()),
            ..self
        }
    }

    /// Returns the address in canonical form, if it is usable.
    pub fn address(&self) -> Option<EmailAddress> {
        self.email.as_deref()?.parse().ok()
    }
}

/// Returns whether a text is a lower-case letter followed by at most 31 of `a-z`, `0-9`, `-` and `_`.
pub(crate) fn is_short_name(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.len() <= 32
        && text.bytes().all(allowed)
}

/// OpenID Connect Core §2 limits `sub` to 255 ASCII characters; the same limit keeps issuers indexable.
fn is_identifier(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_id_fits_an_address_and_a_setting() {
        for id in ["google", "corporate-sso", "a1_b"] {
            assert_eq!(id.parse::<ProviderId>().unwrap().as_str(), id);
        }
        for id in ["", "Google", "1st", "a b", "a/b", "é", &"a".repeat(33)] {
            assert!(id.parse::<ProviderId>().is_err(), "{id:?}");
        }
    }

    #[test]
    fn idt_09_a_subject_is_not_empty_and_at_most_255_ascii_characters() {
        assert!("10769150350006150715113082367".parse::<Subject>().is_ok());
        assert!("a".repeat(255).parse::<Subject>().is_ok());
        for subject in ["", "é", "a\nb", &"a".repeat(256)] {
            assert_eq!(
                subject.parse::<Subject>(),
                Err(InvalidSubject),
                "{subject:?}"
            );
        }
    }

    #[test]
    fn an_address_is_verified_and_trusted_only_as_far_as_it_was_said_last() {
        let nobody = ProviderIdentity::new(
            "https://issuer.example".parse().unwrap(),
            "1".parse().unwrap(),
        );
        let of = |identity: &ProviderIdentity| (identity.email_verified, identity.email_trusted);

        let trusted = nobody.clone().with_trusted_email("jane@example.com");
        let verified = trusted.clone().with_verified_email("jane@example.com");
        let unverified = trusted.clone().with_email("jane@example.com");

        assert_eq!(
            (nobody.email.as_deref(), of(&nobody)),
            (None, (false, false))
        );
        assert_eq!(of(&trusted), (true, true));
        assert_eq!(of(&verified), (true, false));
        assert_eq!(of(&unverified), (false, false));
        assert_eq!(unverified.email, trusted.email);
    }

    #[test]
    fn idt_09_subjects_are_compared_with_their_case() {
        assert_ne!("ABC".parse::<Subject>(), "abc".parse::<Subject>());
    }
}
