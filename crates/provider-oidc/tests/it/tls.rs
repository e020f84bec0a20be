use std::sync::Arc;

use belgie_ports::{IdentityProvider as _, ProviderError};
use belgie_provider_oidc::{HttpClient, OidcProvider};
use belgie_testkit::TestClock;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::party::{causes, config};

/// A TLS server that answers 404 to clients that accept its certificate.
struct TlsServer {
    issuer: String,
    certificate: CertificateDer<'static>,
    task: JoinHandle<()>,
}

impl TlsServer {
    async fn start(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self {
            issuer: format!("https://127.0.0.1:{port}"),
            certificate,
            task: tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)))),
        }
    }

    /// Asks the server as a provider would be asked, and returns why that fails.
    async fn probe(&self, roots: impl IntoIterator<Item = CertificateDer<'static>>) -> String {
        let http = HttpClient::new(roots).unwrap();
        let config = config(&self.issuer, "client", "secret");
        let provider = OidcProvider::new(config, http, Arc::new(TestClock::default()));
        match provider.probe().await {
            Err(ProviderError::Unavailable(source)) => causes(source.as_ref()),
            outcome => panic!("{outcome:?}"),
        }
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    while let Ok((connection, _)) = listener.accept().await {
        if let Ok(mut stream) = acceptor.accept(connection).await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let answer =
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    }
}

#[tokio::test]
async fn net_08_a_self_signed_certificate_is_refused() {
    let server = TlsServer::start("127.0.0.1", |_| {}).await;

    let reason = server.probe([]).await;

    assert!(reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn net_08_a_certificate_that_is_given_as_a_root_is_accepted() {
    let server = TlsServer::start("127.0.0.1", |_| {}).await;

    let reason = server.probe([server.certificate.clone()]).await;

    assert!(reason.contains("status 404"), "{reason}");
}

#[tokio::test]
async fn net_08_another_certificate_as_a_root_changes_nothing() {
    let server = TlsServer::start("127.0.0.1", |_| {}).await;
    let other = TlsServer::start("127.0.0.1", |_| {}).await;

    let reason = server.probe([other.certificate.clone()]).await;

    assert!(reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn net_08_a_certificate_of_another_host_is_refused_though_its_root_is_known() {
    let server = TlsServer::start("id.example.com", |_| {}).await;

    let reason = server.probe([server.certificate.clone()]).await;

    assert!(reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn net_08_an_expired_certificate_is_refused_though_its_root_is_known() {
    let server = TlsServer::start("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    })
    .await;

    let reason = server.probe([server.certificate.clone()]).await;

    assert!(reason.contains("certificate"), "{reason}");
}

#[test]
fn a_root_that_is_no_certificate_is_an_error() {
    let nonsense = CertificateDer::from(vec![1, 2, 3]);

    assert!(HttpClient::new([nonsense]).is_err());
}
