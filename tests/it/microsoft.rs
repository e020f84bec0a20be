//! Signing in with Microsoft, whose tenants have an issuer each.

use belgie_idp_emulator::{Emulator, Fault, Person};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::browser::{Browser, code, header};
use crate::support::mail_server::{MailServer, token_in};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site};
use crate::support::stored::count;

const CONTOSO: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const FABRIKAM: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

fn jane(tenant: &str, email: &str) -> Person {
    Person::new("jane")
        .tenant(tenant)
        .email(email)
        .name("Jane Doe")
}

/// A site with Google and Microsoft, which admits accounts of this tenant.
async fn site_with_microsoft(tenant: &str) -> (Site, Emulator) {
    let microsoft = Emulator::builder()
        .microsoft()
        .client_any_redirect(CLIENT_ID, CLIENT_SECRET)
        .person(jane(CONTOSO, "jane@contoso.example"));
    let microsoft = microsoft.start().await.unwrap();
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("MICROSOFT_CLIENT_ID", CLIENT_ID);
    site.set("MICROSOFT_CLIENT_SECRET", CLIENT_SECRET);
    site.set("MICROSOFT_ISSUER_URL", microsoft.issuer());
    site.set("MICROSOFT_TENANT", tenant);
    (site, microsoft)
}

async fn try_sign_in(browser: &Browser, node: &Node, microsoft: &Emulator) -> Response {
    let path = "/auth/provider/microsoft/signin";
    let asked = browser.begin_at(node, path).await;
    let callback = microsoft.authorize(&asked, "jane").await.unwrap();
    browser.get(callback).await
}

/// Signs in as Jane; nothing may go wrong. Returns who that is.
async fn sign_in(browser: &Browser, node: &Node, microsoft: &Emulator) -> Value {
    let answer = try_sign_in(browser, node, microsoft).await;
    assert_eq!(answer.status(), 303, "{}", node.log());
    assert_eq!(header(&answer, "location"), "/dashboard");
    browser.me(node).await.unwrap()
}

#[tokio::test]
async fn mix_04_the_same_subject_in_two_tenants_is_two_users() {
    let (site, microsoft) = site_with_microsoft("common").await;
    let (node, browser) = (site.node().await, Browser::new());
    let mut ids = Vec::new();

    for (tenant, email) in [
        (CONTOSO, "jane@contoso.example"),
        (FABRIKAM, "jane@fabrikam.example"),
        (PERSONAL, "jane@outlook.example"),
        (CONTOSO, "jane@contoso.example"),
    ] {
        microsoft.put_person(jane(tenant, email));
        let me = sign_in(&browser, &node, &microsoft).await;
        assert_eq!(
            (&me["email"], &me["name"]),
            (&email.into(), &"Jane Doe".into())
        );
        assert_eq!(me["email_verified"], false);
        ids.push(me["id"].clone());
    }

    assert_eq!(ids[0], ids[3]);
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    for tenant in [CONTOSO, FABRIKAM, PERSONAL] {
        let issuer = microsoft.tenant_issuer(tenant);
        let stored = format!("belgie_accounts WHERE issuer = '{issuer}'");
        assert_eq!(count(&site, &stored), 1, "{tenant}");
    }
}

#[tokio::test]
async fn idt_22_an_account_of_a_foreign_tenant_leaves_nothing() {
    for (admitted, foreign) in [
        (CONTOSO, Fault::tenant(FABRIKAM)),
        (CONTOSO, Fault::claim("tid", FABRIKAM)),
        ("organizations", Fault::tenant(PERSONAL)),
        ("consumers", Fault::tenant(CONTOSO)),
        ("common", Fault::claim("tid", FABRIKAM)),
        ("common", Fault::without_claim("tid")),
    ] {
        let (site, microsoft) = site_with_microsoft(admitted).await;
        let (node, browser) = (site.node().await, Browser::new());
        microsoft.fault(foreign.clone());

        let refused = try_sign_in(&browser, &node, &microsoft).await;

        assert_eq!(refused.status(), 401, "{foreign:?} at {admitted}");
        assert_eq!(code(refused).await, "invalid_id_token");
        assert_eq!(browser.me(&node).await, None);
        for table in ["belgie_users", "belgie_accounts", "belgie_sessions"] {
            assert_eq!(count(&site, table), 0, "{table}");
        }
    }
}

#[tokio::test]
async fn idt_22_an_address_at_microsoft_opens_nobodys_account() {
    let (site, microsoft) = site_with_microsoft("common").await;
    let (node, owner, intruder) = (site.node().await, Browser::new(), Browser::new());
    owner.sign_in(&node, &site.idp, "jane").await;
    microsoft.put_person(jane(FABRIKAM, "jane@gmail.com"));

    for claim in ["email_verified", "xms_edov"] {
        microsoft.fault(Fault::claim(claim, true));
        let refused = try_sign_in(&intruder, &node, &microsoft).await;

        assert_eq!(refused.status(), 409, "{claim}");
        assert_eq!(code(refused).await, "account_exists");
        assert_eq!(intruder.me(&node).await, None);
    }
    assert_eq!(count(&site, "belgie_accounts"), 1);
}

#[tokio::test]
async fn a_microsoft_account_without_an_address_needs_one() {
    let (site, microsoft) = site_with_microsoft("common").await;
    let (node, browser) = (site.node().await, Browser::new());
    let named = Person::new("jane").tenant(CONTOSO).name("Jane Doe");
    microsoft.put_person(named.claim("preferred_username", "jane@contoso.example"));

    let refused = try_sign_in(&browser, &node, &microsoft).await;

    assert_eq!(code(refused).await, "email_required");
    assert_eq!(count(&site, "belgie_users"), 0);
}

/// Microsoft never says that an address is verified.
#[tokio::test]
async fn lnk_12_where_addresses_are_verified_people_of_microsoft_sign_up_by_a_mailed_link() {
    let (mut site, microsoft) = site_with_microsoft("common").await;
    let mails = MailServer::start().await;
    site.set("EMAIL_VERIFICATION", "required");
    site.set("SMTP_URL", mails.url());
    site.set("MAIL_FROM", "no-reply@example.com");
    let (node, browser) = (site.node().await, Browser::new());

    let refused = try_sign_in(&browser, &node, &microsoft).await;
    assert_eq!(code(refused).await, "email_not_verified");
    let token = token_in(&mails.mail_to("jane@contoso.example", 1).await);
    let verify = browser.request(Method::POST, node.url("/auth/email/verify"));
    let verified = verify.json(&json!({"token": token})).send().await.unwrap();

    assert_eq!(verified.status(), 204, "{}", node.log());
    let me = sign_in(&browser, &node, &microsoft).await;
    assert_eq!(me["email_proved"], true);
}
