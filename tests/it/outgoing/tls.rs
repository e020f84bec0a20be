//! A provider behind TLS.

use std::sync::Arc;

use belgie_idp_emulator::Fault;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::browser::{Browser, code};
use crate::support::site::{Kind, Site};

/// Takes connections by TLS and passes them on to a provider, in whose documents it stands for the provider.
struct TlsFront {
    issuer: String,
    pem: String,
}

impl TlsFront {
    async fn before(site: &mut Site, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("https://{}", listener.local_addr().unwrap());
        let target = site.idp.issuer().replace("http://", "");
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), target));
        stand_for(site, &issuer);
        Self {
            issuer,
            pem: certificate.pem(),
        }
    }
}

/// Has the provider call itself by the address of its front.
fn stand_for(site: &mut Site, issuer: &str) {
    site.set("GOOGLE_ISSUER_URL", issuer);
    let fault = |name: &str, path: &str| Fault::discovery(name, format!("{issuer}{path}"));
    site.idp.fault(fault("issuer", ""));
    site.idp.fault(fault("token_endpoint", "/token"));
    site.idp.fault(fault("jwks_uri", "/jwks"));
    site.idp.fault(fault("userinfo_endpoint", "/userinfo"));
    // The browser of these tests asks the provider itself, by this address.
    site.idp
        .fault(fault("authorization_endpoint", "/authorize"));
    site.idp.fault(Fault::claim("iss", issuer));
    site.idp.fault(Fault::callback("iss", issuer));
    site.idp.fault(Fault::without_claim("email"));
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, target: String) {
    while let Ok((connection, _)) = listener.accept().await {
        let (acceptor, target) = (acceptor.clone(), target.clone());
        tokio::spawn(async move {
            let Ok(mut incoming) = acceptor.accept(connection).await else {
                return;
            };
            let mut outgoing = TcpStream::connect(target).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut incoming, &mut outgoing).await;
        });
    }
}

/// Begins a sign-in and returns the status and the code of the answer.
async fn outcome(site: &Site) -> (u16, String) {
    let (node, browser) = (site.node().await, Browser::new());
    let response = browser.get(node.url("/auth/provider/google/signin")).await;
    assert!(node.log().contains("certificate"), "{}", node.log());
    (response.status().as_u16(), code(response).await)
}

fn refused() -> (u16, String) {
    (502, "provider_unavailable".to_owned())
}

#[tokio::test]
async fn net_08_an_untrusted_certificate_is_refused_and_a_configured_root_is_accepted() {
    let mut site = Site::new(Kind::Sqlite).await;
    let front = TlsFront::before(&mut site, |_| {}).await;
    assert_eq!(outcome(&site).await, refused());
    assert_eq!(site.idp.requests().discovery, 0);

    site.trust(&front.pem);
    let (node, browser) = (site.node().await, Browser::new());
    let asked = browser.begin(&node).await;
    assert!(asked.as_str().starts_with(&front.issuer), "{asked}");
    let reached = asked.as_str().replace(&front.issuer, site.idp.issuer());
    let callback = site.idp.authorize(reached, "jane").await.unwrap();
    let answer = browser.get(callback).await;

    assert_eq!(answer.status(), 303, "{}", node.log());
    let me = browser.me(&node).await.unwrap();
    assert_eq!(
        me.get("email").and_then(Value::as_str),
        Some("jane@gmail.com")
    );
    assert_eq!(site.idp.requests().userinfo, 1);
}

#[tokio::test]
async fn net_08_an_expired_certificate_and_one_of_another_host_are_refused_though_the_operator_names_them()
 {
    let mut expired = Site::new(Kind::Sqlite).await;
    let front = TlsFront::before(&mut expired, |params| {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    })
    .await;
    expired.trust(&front.pem);
    assert_eq!(outcome(&expired).await, refused());

    let mut other = Site::new(Kind::Sqlite).await;
    let front = TlsFront::before(&mut other, |params| {
        let name = "id.example.com".try_into().unwrap();
        params.subject_alt_names = vec![rcgen::SanType::DnsName(name)];
    })
    .await;
    other.trust(&front.pem);
    assert_eq!(outcome(&other).await, refused());
}

#[tokio::test]
async fn net_08_no_setting_of_the_environment_turns_the_check_off() {
    let mut site = Site::new(Kind::Sqlite).await;
    TlsFront::before(&mut site, |_| {}).await;
    let switches = "SSL_VERIFY=0\nNODE_TLS_REJECT_UNAUTHORIZED=0\nPYTHONHTTPSVERIFY=0\nCURL_INSECURE=1\n\
        BELGIE_TLS_VERIFY=false\nBELGIE_OIDC_INSECURE=true\nBELGIE_GOOGLE_TLS_VERIFY=false\n";
    std::fs::write(site.directory.path().join(".env"), switches).unwrap();

    assert_eq!(outcome(&site).await, refused());
}
