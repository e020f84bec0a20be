//! Mail servers that speak TLS.

use rcgen::{CertificateParams, KeyPair};

use super::{JANE, register};
use crate::support::mail_server::{MailServer, Tls};
use crate::support::site::{Kind, Site};
use crate::support::stored::make_mails_due;

/// A server with a certificate of its own making, and that certificate.
async fn mail_server(site: &Site, tls: Tls) -> (MailServer, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap().pem();
    let [certificate_file, key_file] =
        ["mail.pem", "mail.key"].map(|name| site.directory.path().join(name));
    std::fs::write(&certificate_file, &certificate).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let server = MailServer::start_with(tls, &certificate_file, &key_file).await;
    (server, certificate)
}

async fn mails_go_only_to_a_server_with_a_trusted_certificate(tls: Tls) {
    let mut site = Site::new(Kind::Sqlite).await;
    let (mails, certificate) = mail_server(&site, tls).await;
    site.set("SMTP_URL", mails.url_with(tls));
    site.set("MAIL_FROM", "no-reply@example.com");
    let mut node = site.node().await;
    register(&node).await;
    while !node
        .log()
        .contains("a mail was not sent and will be retried")
    {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(node.log().contains("UnknownIssuer"), "{}", node.log());
    assert_eq!(mails.printed(), "");
    node.kill().await;

    site.trust(&certificate);
    make_mails_due(&site);
    let _node = site.node().await;

    let mail = mails.mail_to(JANE, 1).await;
    assert!(mail.contains("Subject: Confirm"), "{mail}");
}

#[tokio::test]
async fn net_08_smtps_goes_only_to_a_server_with_a_trusted_certificate() {
    mails_go_only_to_a_server_with_a_trusted_certificate(Tls::Smtps).await;
}

#[tokio::test]
async fn net_08_starttls_goes_only_to_a_server_with_a_trusted_certificate() {
    mails_go_only_to_a_server_with_a_trusted_certificate(Tls::StartTls).await;
}
