use std::sync::Arc;

use anyhow::Context as _;
use belgie_adapter_crypto::{Argon2id, Es256, Guessability, HashThreads, SecretCipher};
use belgie_auth::{Auth, AuthBuilder, Policy, SystemEntropy};
use belgie_ports::{IdentityProvider, Mailer, Store};

use crate::settings::Settings;

const NO_THREADS: &str = "the threads that hash passwords cannot be started";

/// Creates the use cases with this store, these providers and this mailer; without one, no mails are sent.
///
/// # Errors
/// When two providers have the same id, or the threads that hash passwords cannot be started.
pub fn auth(
    settings: &Settings,
    store: Arc<dyn Store>,
    providers: Vec<Arc<dyn IdentityProvider>>,
    mailer: Option<Arc<dyn Mailer>>,
) -> anyhow::Result<Auth> {
    let site = &settings.site;
    let mut policy = Policy::new(site.web.redirects().clone());
    site.after_sign_in
        .as_str()
        .clone_into(&mut policy.after_sign_in);
    policy.joining = settings.joining;
    policy.sessions = settings.sessions.clone();
    policy.access_tokens = settings.access_tokens.clone();
    policy.rate_limits = settings.rate_limits;
    policy.event_retention = settings.event_retention;
    policy.site_name = Some(site.name.clone());
    let mut builder = Auth::builder().shared_store(store);
    if let Some(passwords) = settings.passwords {
        policy.passwords = passwords;
        let threads = HashThreads::start_default().context(NO_THREADS)?;
        let strength = Guessability::start().context(NO_THREADS)?;
        builder = builder.passwords(Argon2id::new(threads, SystemEntropy), strength);
    }
    if let Some(mailer) = mailer {
        builder = builder.shared_mailer(mailer);
    }
    if let Some(secret) = &settings.secret {
        let cipher = SecretCipher::new(secret, SystemEntropy);
        let previous = settings.secret_previous.iter();
        builder = builder.cipher(previous.fold(cipher, SecretCipher::previous));
        builder = builder.access_tokens(Es256);
    }
    let builder = providers
        .into_iter()
        .fold(builder, AuthBuilder::shared_provider);
    Ok(builder.build(policy)?)
}
