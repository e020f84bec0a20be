use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::PgOpenError;

/// The certificate authorities trusted to identify a server.
#[derive(Clone, Copy)]
pub(super) enum Roots<'a> {
    /// Those of this file alone.
    Only(&'a Path),
    /// The well-known ones, and those of this file.
    WellKnownAnd(Option<&'a Path>),
}

/// Creates the connector that encrypts connections and verifies servers.
pub(super) fn connector(roots: Roots<'_>) -> Result<MakeRustlsConnect, PgOpenError> {
    let well_known = || RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let roots = match roots {
        Roots::Only(path) => add_roots(path, RootCertStore::empty())?,
        Roots::WellKnownAnd(Some(path)) => add_roots(path, well_known())?,
        Roots::WellKnownAnd(None) => well_known(),
    };
    // Given explicitly, so that the process-wide default provider does not matter.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| PgOpenError::Tls(error.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn add_roots(path: &Path, mut roots: RootCertStore) -> Result<RootCertStore, PgOpenError> {
    let unusable = |source| PgOpenError::RootCertificates {
        path: path.to_owned(),
        source,
    };
    let read = CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.into()))?;
    let known = roots.len();
    for certificate in read {
        let certificate = certificate.map_err(|error| unusable(error.into()))?;
        roots
            .add(certificate)
            .map_err(|error| unusable(error.into()))?;
    }
    if roots.len() == known {
        return Err(unusable("it contains no certificate".into()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_certificates_must_be_there() {
        let directory = tempfile::tempdir().unwrap();
        let empty = directory.path().join("empty.pem");
        std::fs::write(&empty, "no certificate\n").unwrap();

        for path in [empty, directory.path().join("missing.pem")] {
            for roots in [Roots::Only(&path), Roots::WellKnownAnd(Some(&path))] {
                let refused = connector(roots).err().unwrap();
                assert!(refused.to_string().contains(path.to_str().unwrap()));
            }
        }
        assert!(connector(Roots::WellKnownAnd(None)).is_ok());
    }
}
