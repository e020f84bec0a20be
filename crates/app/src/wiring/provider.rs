use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use belgie_auth::SystemClock;
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_google::{AccessType, GoogleConfig};
use belgie_provider_oidc::{
    ClientCredentials, HttpClient, OidcConfig, OidcProvider, trust_no_email, trust_verified_email,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::settings::{self, Google, Oidc, Settings};

/// Returns the providers that the settings turn on. Nothing is asked of them yet: one that is broken or out of reach
/// stops neither the server nor the others.
///
/// # Errors
/// Names the setting that a provider cannot be made of.
pub fn providers(settings: &Settings) -> anyhow::Result<Vec<Arc<dyn IdentityProvider>>> {
    let roots = match &settings.more_roots {
        Some(path) => read_roots(path)?,
        None => Vec::new(),
    };
    let http = HttpClient::new(roots).context("SSL_CERT_FILE")?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut providers: Vec<Arc<dyn IdentityProvider>> = Vec::new();
    if let Some(google) = &settings.google {
        let google = google_config(google).provider(http.clone(), Arc::clone(&clock));
        providers.push(Arc::new(google.context("BELGIE_GOOGLE_…")?));
    }
    for oidc in &settings.oidc {
        let config = oidc_config(oidc).with_context(|| format!("the provider {}", oidc.id))?;
        providers.push(Arc::new(OidcProvider::new(
            config,
            http.clone(),
            Arc::clone(&clock),
        )));
    }
    Ok(providers)
}

fn read_roots(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<_> =
        read.context("SSL_CERT_FILE names a file whose certificates cannot be read")?;
    anyhow::ensure!(
        !certificates.is_empty(),
        "SSL_CERT_FILE names a file without a certificate"
    );
    Ok(certificates)
}

fn google_config(google: &Google) -> GoogleConfig {
    let client = ClientCredentials::new(&google.client_id, google.client_secret.clone());
    let mut config = GoogleConfig::new(client)
        .issuer(google.issuer.as_str())
        .scopes(google.scopes.clone())
        .prompt(google.prompt.as_str())
        .access_type(match google.access_type {
            settings::AccessType::Offline => AccessType::Offline,
            settings::AccessType::Online => AccessType::Online,
        });
    if let Some(uri) = &google.redirect_uri {
        config = config.redirect_uri(uri.clone());
    }
    match &google.hosted_domain {
        Some(domain) => config.hosted_domain(domain),
        None => config,
    }
}

fn oidc_config(oidc: &Oidc) -> anyhow::Result<OidcConfig> {
    let client = ClientCredentials::new(&oidc.client_id, oidc.client_secret.clone());
    let issuer = oidc.issuer.as_str();
    let trust = if oidc.trust_email {
        trust_verified_email
    } else {
        trust_no_email
    };
    let config = OidcConfig::new(oidc.id.clone(), issuer, client)?
        .display_name(&oidc.name)
        .scopes(oidc.scopes.clone())?
        .email_trust(trust);
    Ok(match &oidc.redirect_uri {
        Some(uri) => config.redirect_uri(uri.clone()),
        None => config,
    })
}
