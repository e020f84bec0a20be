use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use belgie_auth::SystemClock;
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_http::HttpClient;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::settings::Settings;

/// Creates the configured providers. Nothing is fetched yet, so a misconfigured or unreachable provider affects neither
/// the server nor the others.
///
/// # Errors
/// Names the setting that prevents a provider from being created.
pub fn providers(settings: &Settings) -> anyhow::Result<Vec<Arc<dyn IdentityProvider>>> {
    let http = HttpClient::new(more_roots(settings)?).context("SSL_CERT_FILE")?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let providers = settings.providers.iter().map(|provider| {
        let built = provider.build(http.clone(), Arc::clone(&clock));
        built.with_context(|| format!("the settings of the provider {}", provider.id()))
    });
    providers.collect()
}

/// Reads the additional root certificates for outgoing TLS.
///
/// # Errors
/// When they cannot be read.
pub(super) fn more_roots(settings: &Settings) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let path = settings.more_roots.as_deref();
    Ok(path.map(read_roots).transpose()?.unwrap_or_default())
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
