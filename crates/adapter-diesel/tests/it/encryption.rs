//! Who a server must prove to be, before it is told anything.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use belgie_adapter_diesel::{PgOptions, PgStore};
use belgie_ports::{Reads as _, StoreError};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// What a client told a server: encrypted, plain, or nothing since it went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Encrypted,
    Plain,
    Nothing,
}

/// Listens as PostgreSQL does, up to the point at which a client tells who it is.
struct Server {
    address: SocketAddr,
    told: mpsc::UnboundedReceiver<Told>,
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
        let (tell, told) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = TlsAcceptor::from(Arc::new(config.clone()));
                let _ = tell.send(listen(client, acceptor).await);
            }
        });
        Self {
            address,
            told,
            certificate,
            _directory: directory,
        }
    }

    /// Lets a store connect, and returns what the server was told at each attempt.
    async fn is_told(&mut self, host: &str, parameters: &str) -> Vec<Told> {
        let port = self.address.port();
        let url = format!("postgres://jane:secret@{host}:{port}/belgie?{parameters}");
        let store = PgStore::open(&PgOptions::new(url)).expect("the store is set up");
        let answer = store.ping().await;
        assert!(
            matches!(answer, Err(StoreError::Unavailable(_))),
            "{answer:?}"
        );
        let mut told = vec![self.told.recv().await.expect("the server listens")];
        while let Ok(more) = self.told.try_recv() {
            told.push(more);
        }
        told
    }
}

/// PostgreSQL's protocol, "SSL Session Encryption": a request of 8 bytes, the answer `S`, then TLS.
async fn listen(mut client: TcpStream, acceptor: TlsAcceptor) -> Told {
    let mut request = [0; 8];
    if client.read_exact(&mut request).await.is_err() {
        return Told::Nothing;
    }
    if request[4..] != 80_877_103_u32.to_be_bytes() {
        return Told::Plain;
    }
    if client.write_all(b"S").await.is_err() {
        return Told::Nothing;
    }
    let Ok(mut client) = acceptor.accept(client).await else {
        return Told::Nothing;
    };
    match client.read_exact(&mut request).await {
        Ok(_) => Told::Encrypted,
        Err(_) => Told::Nothing,
    }
}

#[tokio::test]
async fn a_server_that_proves_its_name_by_sslrootcert_is_told_who_asks() {
    let mut server = Server::named("localhost").await;
    let root = server.certificate.display().to_string();

    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        let parameters = format!("sslmode={mode}&sslrootcert={root}");
        let told = server.is_told("localhost", &parameters).await;
        assert_eq!(told[0], Told::Encrypted, "{mode}");
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let mut server = Server::named("localhost").await;

    for mode in ["require", "verify-ca", "verify-full"] {
        let told = server
            .is_told("localhost", &format!("sslmode={mode}"))
            .await;
        assert_eq!(told, [Told::Nothing], "{mode}");
    }
}

#[tokio::test]
async fn a_server_that_proves_another_name_is_told_nothing() {
    let mut server = Server::named("other.example").await;
    let root = server.certificate.display().to_string();

    for mode in ["require", "verify-ca", "verify-full"] {
        let parameters = format!("sslmode={mode}&sslrootcert={root}");
        let told = server.is_told("localhost", &parameters).await;
        assert_eq!(told, [Told::Nothing], "{mode}");
    }
}

#[tokio::test]
async fn a_server_is_told_in_plain_only_where_the_mode_allows_it() {
    let mut server = Server::named("localhost").await;

    assert_eq!(
        server.is_told("localhost", "sslmode=disable").await,
        [Told::Plain]
    );
    let preferred = server.is_told("localhost", "sslmode=prefer").await;
    assert_eq!(preferred, [Told::Nothing, Told::Plain]);
}
