//! Whom the server asks for nothing, though a provider says that it should.

mod memory;
mod replies;
mod storm;
mod time;
mod tls;

use belgie_idp_emulator::{Endpoint, Fault, Person};
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::site::{Kind, Site};

#[tokio::test]
async fn net_07_pictures_are_not_fetched_by_the_server() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let trap = site.idp.trap_url();
    // Only an https address is kept; a request there makes a connection, whether or not the certificate is accepted.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let picture = format!("https://{}/pat.png", listener.local_addr().unwrap());
    let person = Person::new("pat")
        .email("pat@gmail.com")
        .email_verified(true);
    site.idp.put_person(person.picture(picture.clone()));
    let by_userinfo = ["email", "email_verified", "picture"].map(Fault::without_claim);
    let elsewhere = [
        Fault::claim("profile", trap.clone()),
        Fault::claim("website", trap.clone()),
        Fault::claim("_claim_sources", json!({ "src1": { "endpoint": trap } })),
        Fault::header("jku", trap.clone()),
        Fault::header("x5u", trap.clone()),
    ];
    for faults in [Vec::new(), by_userinfo.to_vec(), elsewhere.to_vec()] {
        for fault in faults {
            site.idp.fault(fault);
        }
        let browser = Browser::new();

        browser.sign_in(&node, &site.idp, "pat").await;
        let page = browser.get(node.url("/dashboard")).await;
        assert_eq!(page.status(), 200);
        let me = browser.me(&node).await.unwrap();

        assert_eq!(me["image"], picture.as_str());
        site.idp.clear_faults();
    }
    assert_eq!(site.idp.request_count(Endpoint::Trap), 0);
    assert!(listener.accept().is_err(), "the picture was requested");
}
