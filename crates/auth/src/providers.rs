use std::sync::Arc;

use belgie_domain::ProviderId;
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

    pub(crate) fn ids(&self) -> Vec<ProviderId> {
        self.0
            .iter()
            .map(|provider| provider.id().clone())
            .collect()
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
