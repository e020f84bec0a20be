use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use crate::account_details::{account_email, account_scope};
use crate::user::usable_image;
use crate::{
    Delivery, EmailAddress, EmailStatus, Issuer, ProviderId, ProviderIdentity, Subject, TokenHash,
    UserId, display_name,
};

/// A verified identity that may not sign in by itself, because another user holds its address: it waits until the person
/// has chosen what to do. A browser has at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingSignIn {
    /// The hash of the cookie that the browser must present: the same as for the sign-in itself.
    pub binding_hash: TokenHash,
    /// The provider that verified the identity.
    pub provider: ProviderId,
    /// The identity's issuer.
    pub issuer: Issuer,
    /// The identity's subject.
    pub subject: Subject,
    /// The address, as the provider wrote it.
    pub email: Option<String>,
    /// How far the provider has established the ownership of the address.
    pub email_status: EmailStatus,
    /// The full name.
    pub name: Option<String>,
    /// The `https` URL of a picture.
    pub picture: Option<String>,
    /// The granted scope, space-separated.
    pub scope: Option<String>,
    /// The user who holds the address. The identity can join no other.
    pub holder: UserId,
    /// Where the browser was to go afterwards; it is checked again before it is used.
    pub return_to: String,
    /// The front end's own `state`, returned unchanged.
    pub client_state: Option<String>,
    /// How the result was to reach the front end.
    pub delivery: Delivery,
    /// The hash of the session that the browser held when the sign-in was started; a new session replaces it.
    pub replaces: Option<TokenHash>,
    /// When it began to wait.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// What every pending sign-in has: the input of [`PendingSignIn::new`].
///
/// Deliberately exhaustive: fields that pending sign-ins get in future are added to [`PendingSignIn`] only, with a
/// default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPendingSignIn {
    /// The hash of the cookie that the browser must present.
    pub binding_hash: TokenHash,
    /// The provider that verified the identity.
    pub provider: ProviderId,
    /// The verified identity.
    pub identity: ProviderIdentity,
    /// The user who holds the address.
    pub holder: UserId,
    /// Where the browser was to go afterwards.
    pub return_to: String,
    /// When it begins to wait.
    pub created_at: DateTime<Utc>,
}

impl PendingSignIn {
    /// How long it waits.
    pub const MAX_AGE: TimeDelta = TimeDelta::minutes(10);

    /// Creates a pending sign-in whose result is delivered by cookie. Names, pictures, addresses and scopes are reduced to
    /// what users and accounts keep of them.
    pub fn new(new: NewPendingSignIn) -> Self {
        let identity = &new.identity;
        let spelling = identity.email.as_deref().and_then(account_email);
        let canonical = || identity.address().as_ref().map(ToString::to_string);
        Self {
            binding_hash: new.binding_hash,
            provider: new.provider,
            email: spelling.or_else(canonical),
            email_status: EmailStatus::of(identity),
            name: identity.name.as_deref().and_then(display_name),
            picture: identity.picture.as_deref().and_then(usable_image),
            scope: identity.scope.as_deref().and_then(account_scope),
            issuer: new.identity.issuer,
            subject: new.identity.subject,
            holder: new.holder,
            return_to: new.return_to,
            client_state: None,
            delivery: Delivery::Cookie,
            replaces: None,
            created_at: new.created_at,
            expires_at: new.created_at + Self::MAX_AGE,
        }
    }

    /// Returns the identity that waits, with the status that its address had.
    pub fn identity(&self) -> ProviderIdentity {
        ProviderIdentity {
            email: self.email.clone(),
            email_verified: self.email_status.is_verified(),
            email_trusted: self.email_status == EmailStatus::Proved,
            name: self.name.clone(),
            picture: self.picture.clone(),
            scope: self.scope.clone(),
            ..ProviderIdentity::new(self.issuer.clone(), self.subject.clone())
        }
    }

    /// Returns the address in canonical form.
    pub fn address(&self) -> Option<EmailAddress> {
        self.email.as_deref()?.parse().ok()
    }

    /// Returns a hash of what the person is asked about: the browser, the identity, and the holder of its address. A choice
    /// that carries it is made about this and nothing else, whatever waits in the browser by then. It is no secret.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.binding_hash.as_bytes());
        hash.update(self.holder.as_uuid().as_bytes());
        for part in [
            self.provider.as_str(),
            self.issuer.as_str(),
            self.subject.as_str(),
        ] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// Returns whether it has waited too long.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn pending(identity: ProviderIdentity) -> PendingSignIn {
        PendingSignIn::new(NewPendingSignIn {
            binding_hash: TokenHash::from_bytes([1; 32]),
            provider: "google".parse().unwrap(),
            identity,
            holder: UserId::new(DateTime::UNIX_EPOCH, [1; 10]),
            return_to: "/".to_owned(),
            created_at: DateTime::UNIX_EPOCH,
        })
    }

    fn identity() -> ProviderIdentity {
        ProviderIdentity::new(
            "https://issuer.example".parse().unwrap(),
            "1".parse().unwrap(),
        )
    }

    #[test]
    fn lnk_02_the_status_of_an_address_does_not_rise_while_it_waits() {
        let padded = format!("{}jane@bücher.example", " ".repeat(400));
        for (identity, status) in [
            (
                identity().with_email("jane@example.com"),
                EmailStatus::Unverified,
            ),
            (
                identity().with_verified_email("jane@example.com"),
                EmailStatus::Asserted,
            ),
            (
                identity().with_trusted_email("jane@example.com"),
                EmailStatus::Proved,
            ),
            (
                identity().with_trusted_email("jane@bücher.example"),
                EmailStatus::Asserted,
            ),
            (identity().with_trusted_email(padded), EmailStatus::Asserted),
        ] {
            let waiting = pending(identity.clone());

            assert_eq!(waiting.email_status, status, "{identity:?}");
            assert_eq!(EmailStatus::of(&waiting.identity()), status);
            assert_eq!(waiting.identity().address(), identity.address());
            assert_eq!(waiting.address(), identity.address());
        }
    }

    #[test]
    fn what_waits_is_no_longer_than_what_users_and_accounts_keep() {
        let huge = "x".repeat(100_000);
        let identity = identity()
            .with_name(format!("Jane\u{0}{huge}"))
            .with_picture(format!("https://pictures.example/{huge}"))
            .with_scope(format!("openid \u{0} {huge}"))
            .with_email(format!("jane@example.com{}", " ".repeat(10_000)));

        let waiting = pending(identity);

        assert_eq!(waiting.email.as_deref(), Some("jane@example.com"));
        assert_eq!(waiting.picture, None);
        assert_eq!(waiting.scope.as_deref(), Some("openid"));
        let name = waiting.name.unwrap();
        assert!(name.len() < 1000 && !name.contains('\u{0}'));
    }

    #[test]
    fn lnk_04_a_fingerprint_tells_apart_whatever_the_person_is_asked_about() {
        let waiting = pending(identity());
        let other = |change: fn(&mut PendingSignIn)| {
            let mut other = waiting.clone();
            change(&mut other);
            other.fingerprint()
        };
        let later = |other: &mut PendingSignIn| {
            other.created_at += TimeDelta::seconds(1);
            other.expires_at += TimeDelta::seconds(1);
        };
        assert_eq!(other(later), waiting.fingerprint());

        let fingerprints: BTreeSet<_> = [
            waiting.fingerprint(),
            other(|other| other.binding_hash = TokenHash::from_bytes([2; 32])),
            other(|other| other.provider = "other".parse().unwrap()),
            other(|other| other.issuer = "https://issuer.example1".parse().unwrap()),
            other(|other| other.subject = "2".parse().unwrap()),
            other(|other| other.holder = UserId::new(DateTime::UNIX_EPOCH, [2; 10])),
            other(|other| {
                other.issuer = "https://issuer.exampl".parse().unwrap();
                other.subject = "e1".parse().unwrap();
            }),
        ]
        .into();

        assert_eq!(fingerprints.len(), 7);
    }

    #[test]
    fn it_waits_for_ten_minutes() {
        let waiting = pending(identity());

        assert!(!waiting.is_expired(DateTime::UNIX_EPOCH + TimeDelta::seconds(599)));
        assert!(waiting.is_expired(DateTime::UNIX_EPOCH + TimeDelta::seconds(600)));
    }
}
