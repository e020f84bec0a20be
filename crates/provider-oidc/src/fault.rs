use belgie_ports::{InvalidIdentity, ProviderError};
use belgie_provider_http::Fault;

use crate::UnusableProvider;

/// Why the provider cannot be used: the source of [`ProviderError::Unavailable`], for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderFault {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Unusable(#[from] UnusableProvider),
    #[error("the discovery document names a forbidden {name}: {url:?}")]
    ForbiddenEndpoint { name: &'static str, url: String },
}

impl From<ProviderFault> for ProviderError {
    fn from(error: ProviderFault) -> Self {
        match error {
            ProviderFault::Fault(fault) => fault.into(),
            ProviderFault::Unusable(reason) => Self::Unavailable(Box::new(reason)),
            other @ ProviderFault::ForbiddenEndpoint { .. } => Self::Unavailable(Box::new(other)),
        }
    }
}

/// Creates the error for a failed check of an identity.
pub(crate) fn invalid(reason: impl AsRef<str>) -> InvalidIdentity {
    InvalidIdentity::new(reason)
}
