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
use tokio::task::JoinHandle;
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

/// Listens as a server does that refuses encryption and asks for the password as it is; returns what the client then sends.
async fn asks_for_the_password(listener: TcpListener) -> Vec<u8> {
    let mut received = Vec::new();
    while let Ok((mut client, _)) = listener.accept().await {
        let request = message(&mut client).await;
        if request == 80_877_103_u32.to_be_bytes() {
            let _ = client.write_all(b"N").await;
            let _start = message(&mut client).await;
        }
        let _ = client.write_all(b"R\0\0\0\x08\0\0\0\x03").await;
        let _ = client.read_to_end(&mut received).await;
        if !received.is_empty() {
            return received;
        }
    }
    received
}

/// A message as those before the start are: its length, itself included, and the rest.
async fn message(client: &mut TcpStream) -> Vec<u8> {
    let length = client.read_u32().await.unwrap_or(4).saturating_sub(4);
    let mut message = vec![0; length as usize];
    let _ = client.read_exact(&mut message).await;
    message
}

/// What a server that asks for the password in plain receives, within a second after the store has given up.
async fn received_with(host_and_parameters: (&str, &str)) -> Vec<u8> {
    let (host, parameters) = host_and_parameters;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut received: JoinHandle<Vec<u8>> = tokio::spawn(asks_for_the_password(listener));
    let url = format!("postgres://jane:hunter2@{host}:{port}/belgie?{parameters}");
    let store = PgStore::open(&PgOptions::new(url)).expect("the store is set up");

    let answer = store.ping().await;

    assert!(
        matches!(answer, Err(StoreError::Unavailable(_))),
        "{answer:?}"
    );
    let second = std::time::Duration::from_secs(1);
    let received = tokio::time::timeout(second, &mut received).await;
    received.map_or_else(
        |_| Vec::new(),
        |received| received.expect("the server listens"),
    )
}

#[tokio::test]
async fn a_password_is_sent_unencrypted_only_when_the_url_allows_it() {
    let there = "hostaddr=127.0.0.1";
    for parameter in ["", "&sslmode=require", "&sslmode=verify-full"] {
        let parameters = format!("{there}{parameter}");
        let received = received_with(("db.example", &parameters)).await;
        assert!(received.is_empty(), "{parameter}: {received:?}");
    }
    for (host, parameters) in [
        ("db.example", format!("{there}&sslmode=prefer")),
        ("db.example", format!("{there}&sslmode=disable")),
        ("127.0.0.1", String::new()),
    ] {
        let received = received_with((host, &parameters)).await;
        let password = received.windows(7).any(|part| part == b"hunter2");
        assert!(password, "{host} {parameters}: {received:?}");
    }
}

/// Listens as a pooler does that knows no `options`; returns the starts of two connections.
async fn refuses_options(listener: TcpListener) -> [Vec<u8>; 2] {
    let mut starts = [Vec::new(), Vec::new()];
    for start in &mut starts {
        let (mut client, _) = listener.accept().await.expect("a connection");
        *start = message(&mut client).await;
        let refusal = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        let length = u32::try_from(refusal.len() + 4).expect("it is short");
        let _ = client.write_all(b"E").await;
        let _ = client.write_all(&length.to_be_bytes()).await;
        let _ = client.write_all(refusal).await;
    }
    starts
}

#[tokio::test]
async fn limits_of_statements_are_given_at_the_start_and_left_out_where_they_are_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let starts = tokio::spawn(refuses_options(listener));
    let url = format!("postgres://jane@127.0.0.1:{port}/belgie?sslmode=disable&options=-c%20a.b=1");
    let store = PgStore::open(&PgOptions::new(url)).expect("the store is set up");

    let answer = store.ping().await;

    assert!(answer.is_err(), "{answer:?}");
    let starts = starts.await.expect("two connections");
    let [first, second] = starts.map(|start| String::from_utf8_lossy(&start).into_owned());
    let limits = "options\0-c statement_timeout=2000 -c idle_in_transaction_session_timeout=4000";
    assert!(first.contains(&format!("{limits} -c a.b=1\0")), "{first}");
    assert!(second.contains("options\0-c a.b=1\0"), "{second}");
}
