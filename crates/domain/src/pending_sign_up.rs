use crate::account_details::account_scope;
use crate::user::usable_image;
use crate::{EmailAddress, Issuer, ProviderId, ProviderIdentity, Subject, display_name};

/// The sign-up of a person whose provider has not verified the address: the user is created once the person proves the
/// address by a mailed link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingSignUp {
    /// The provider that authenticated the person.
    pub provider: ProviderId,
    /// The identity's issuer.
    pub issuer: Issuer,
    /// The identity's subject.
    pub subject: Subject,
    /// The full name.
    pub name: Option<String>,
    /// The `https` URL of a picture.
    pub picture: Option<String>,
    /// The granted scope, space-separated.
    pub scope: Option<String>,
}

impl PendingSignUp {
    /// Creates a pending sign-up from an identity. Names, pictures and scopes are reduced to what users and accounts keep of them.
    pub fn new(provider: ProviderId, identity: &ProviderIdentity) -> Self {
        Self {
            provider,
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            name: identity.name.as_deref().and_then(display_name),
            picture: identity.picture.as_deref().and_then(usable_image),
            scope: identity.scope.as_deref().and_then(account_scope),
        }
    }

    /// Returns the identity, with an address that the provider has not verified.
    pub fn identity(&self, email: &EmailAddress) -> ProviderIdentity {
        ProviderIdentity {
            name: self.name.clone(),
            picture: self.picture.clone(),
            scope: self.scope.clone(),
            ..ProviderIdentity::new(self.issuer.clone(), self.subject.clone())
                .with_email(email.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EmailStatus;

    fn pending(change: impl FnOnce(ProviderIdentity) -> ProviderIdentity) -> PendingSignUp {
        let identity = ProviderIdentity::new(
            "https://issuer.example".parse().unwrap(),
            "1".parse().unwrap(),
        );
        PendingSignUp::new("google".parse().unwrap(), &change(identity))
    }

    #[test]
    fn lnk_02_the_provider_has_verified_nothing_about_a_newcomer() {
        let pending = pending(|identity| identity.with_trusted_email("jane@example.com"));

        let identity = pending.identity(&"jane@example.com".parse().unwrap());

        assert_eq!(EmailStatus::of(&identity), EmailStatus::Unverified);
        assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
        assert_eq!(
            (identity.issuer, identity.subject),
            (pending.issuer, pending.subject)
        );
    }

    #[test]
    fn no_more_is_kept_of_a_pending_sign_up_than_users_and_accounts_keep() {
        let huge = "x".repeat(100_000);
        let pending = pending(|identity| {
            let identity = identity.with_name(&huge).with_scope(&huge);
            identity.with_picture(format!("https://pictures.example/{huge}"))
        });

        assert_eq!(pending.picture, None);
        for kept in [pending.name, pending.scope] {
            assert!(kept.is_none_or(|kept| kept.len() < 5000));
        }
    }
}
