use std::sync::Arc;

use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_auth::{Auth, BuildError, Policy, SystemEntropy};
use belgie_ports::{IdentityProvider, Store};

use crate::settings::Settings;

/// Creates the use cases with this store and these providers.
///
/// # Errors
/// When two providers have the same id.
pub fn auth(
    settings: &Settings,
    store: Arc<dyn Store>,
    providers: Vec<Arc<dyn IdentityProvider>>,
) -> Result<Auth, BuildError> {
    let site = &settings.site;
    let mut policy = Policy::new(site.web.redirects().clone());
    site.after_sign_in
        .as_str()
        .clone_into(&mut policy.after_sign_in);
    policy.joining = settings.joining;
    policy.sessions = settings.sessions.clone();
    policy.access_tokens = settings.access_tokens.clone();
    policy.rate_limits = settings.rate_limits;
    let mut builder = Auth::builder().shared_store(store);
    if let Some(secret) = &settings.secret {
        let cipher = SecretCipher::new(secret, SystemEntropy);
        let previous = settings.secret_previous.iter();
        builder = builder.cipher(previous.fold(cipher, SecretCipher::previous));
        builder = builder.access_tokens(Es256);
    }
    providers
        .into_iter()
        .fold(builder, |builder, provider| {
            builder.shared_provider(provider)
        })
        .build(policy)
}
