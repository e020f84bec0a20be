//! What a server must prove before a client sends it anything.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use belgie_adapter_diesel::{PgOptions, PgStore};
use belgie_ports::{Store as _, StoreError};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// How a client sent its first message to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Encrypted,
    Plain,
    Nothing,
}

/// Listens as PostgreSQL does, up to the point at which a client says who it is.
struct Server {
    address: SocketAddr,
    received: mpsc::UnboundedReceiver<Sent>,
    certificate: PathBuf,
    _directory: TempDir,
}

impl Server {
    /// Starts a server that proves to be `name`.
    async fn named(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let issued = params.self_signed(&key).expect("a certificate");
        let directory = tempfile::tempdir().expect("a directory");
        let certificate = directory.path().join("root.pem");
        std::fs::write(&certificate, issued.pem()).expect("a file");

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(
                vec![issued.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("a certificate with its key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (report, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = TlsAcceptor::from(Arc::new(config.clone()));
                let _ = report.send(listen(client, acceptor).await);
            }
        });
        Self {
            address,
            received,
            certificate,
            _directory: directory,
        }
    }

    /// Lets a store connect, and returns what the server received at each attempt.
    async fn receives(&mut self, host: &str, parameters: &str) -> Vec<Sent> {
        let port = self.address.port();
        let url = format!("postgres://jane:secret@{host}:{port}/belgie?{parameters}");
        let store = PgStore::open(&PgOptions::new(url)).expect("the store is set up");
        let answer = store.ping().await;
        assert!(
            matches!(answer, Err(StoreError::Unavailable(_))),
            "{answer:?}"
        );
        let mut sent = vec![self.received.recv().await.expect("the server listens")];
        while let Ok(more) = self.received.try_recv() {
            sent.push(more);
        }
        sent
    }
}

/// PostgreSQL's protocol, "SSL Session Encryption": a request of 8 bytes, the answer `S`, then TLS.
async fn listen(mut client: TcpStream, acceptor: TlsAcceptor) -> Sent {
    let mut request = [0; 8];
    if client.read_exact(&mut request).await.is_err() {
        return Sent::Nothing;
    }
    if request[4..] != 80_877_103_u32.to_be_bytes() {
        return Sent::Plain;
    }
    if client.write_all(b"S").await.is_err() {
        return Sent::Nothing;
    }
    let Ok(mut client) = acceptor.accept(client).await else {
        return Sent::Nothing;
    };
    match client.read_exact(&mut request).await {
        Ok(_) => Sent::Encrypted,
        Err(_) => Sent::Nothing,
    }
}

#[tokio::test]
async fn a_server_that_proves_its_name_by_sslrootcert_is_trusted() {
    let mut server = Server::named("localhost").await;
    let root = server.certificate.display().to_string();

    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        let parameters = format!("sslmode={mode}&sslrootcert={root}");
        let sent = server.receives("localhost", &parameters).await;
        assert_eq!(sent[0], Sent::Encrypted, "{mode}");
    }
}

#[tokio::test]
async fn a_server_with_an_unknown_certificate_receives_nothing() {
    let mut server = Server::named("localhost").await;

    for mode in ["require", "verify-ca", "verify-full"] {
        let sent = server
            .receives("localhost", &format!("sslmode={mode}"))
            .await;
        assert_eq!(sent, [Sent::Nothing], "{mode}");
    }
}

#[tokio::test]
async fn a_server_that_proves_another_name_receives_nothing() {
    let mut server = Server::named("other.example").await;
    let root = server.certificate.display().to_string();

    for mode in ["require", "verify-ca", "verify-full"] {
        let parameters = format!("sslmode={mode}&sslrootcert={root}");
        let sent = server.receives("localhost", &parameters).await;
        assert_eq!(sent, [Sent::Nothing], "{mode}");
    }
}

#[tokio::test]
async fn a_server_receives_plain_text_only_where_the_mode_allows_it() {
    let mut server = Server::named("localhost").await;

    assert_eq!(
        server.receives("localhost", "sslmode=disable").await,
        [Sent::Plain]
    );
    let preferred = server.receives("localhost", "sslmode=prefer").await;
    assert_eq!(preferred, [Sent::Nothing, Sent::Plain]);
}
