use std::fmt;
use std::sync::Arc;

use belgie_domain::{Account, ProviderId};
use belgie_ports::{Brand, IdentityProvider};

use crate::{AuthError, BuildError};

/// A provider as shown to people.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderSummary {
    /// The id in paths.
    pub id: ProviderId,
    /// The display name.
    pub name: String,
    /// The look of its button, if it has a mark of its own.
    pub brand: Option<Brand>,
}

/// The configured providers, in the order they were added.
pub(crate) struct Providers(Vec<Arc<dyn IdentityProvider>>);

impl Providers {
    pub(crate) fn new(providers: Vec<Arc<dyn IdentityProvider>>) -> Result<Self, BuildError> {
        for (at, provider) in providers.iter().enumerate() {
            if *provider.id() == ProviderId::password() {
                return Err(BuildError::ReservedProvider(provider.id().clone()));
            }
            if providers[..at]
                .iter()
                .any(|earlier| earlier.id() == provider.id())
            {
                return Err(BuildError::DuplicateProvider(provider.id().clone()));
            }
        }
        Ok(Self(providers))
    }

    pub(crate) fn find(&self, id: &str) -> Result<&dyn IdentityProvider, AuthError> {
        self.shared(id).map(AsRef::as_ref)
    }

    pub(crate) fn shared(&self, id: &str) -> Result<&Arc<dyn IdentityProvider>, AuthError> {
        let found = self.0.iter().find(|provider| provider.id().as_str() == id);
        found.ok_or_else(|| AuthError::ProviderNotFound(id.chars().take(40).collect()))
    }

    /// Returns whether one can sign in with the account: its provider is configured, and has still the account's issuer.
    pub(crate) fn serve(&self, account: &Account) -> bool {
        let provider = self.find(account.provider.as_str());
        provider.is_ok_and(|provider| provider.serves_issuer(&account.issuer))
    }

    pub(crate) fn summaries(&self) -> Vec<ProviderSummary> {
        let summary = |provider: &Arc<dyn IdentityProvider>| ProviderSummary {
            id: provider.id().clone(),
            name: provider.display_name().to_owned(),
            brand: provider.brand(),
        };
        self.0.iter().map(summary).collect()
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.0.iter().map(|provider| provider.id());
        f.debug_list().entries(ids).finish()
    }
}
