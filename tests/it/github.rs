//! Signing in with GitHub, and what its addresses open.

use belgie_idp_emulator::{Fault, Person};
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::browser::{Browser, code, header};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Site, on_both_databases};
use crate::support::stored::count;

/// A subject that is a number, and thus the id at GitHub.
const OCTOCAT: &str = "583231";

/// Lets the nodes of this site offer the GitHub that stands beside its provider.
fn with_github(mut site: Site) -> Site {
    let octocat = Person::new(OCTOCAT).email("octocat@corp.example");
    site.idp.put_person(octocat.name("Mona Lisa"));
    let base_url = site.idp.issuer().to_owned();
    site.set("GITHUB_CLIENT_ID", CLIENT_ID);
    site.set("GITHUB_CLIENT_SECRET", CLIENT_SECRET);
    site.set("GITHUB_BASE_URL", base_url);
    site
}

async fn try_sign_in(browser: &Browser, node: &Node, site: &Site) -> Response {
    let asked = browser.begin_at(node, "/auth/provider/github/signin").await;
    let callback = site.idp.authorize(&asked, OCTOCAT).await.unwrap();
    browser.get(callback).await
}

fn accounts(site: &Site, user: &str) -> Value {
    let shown: Value = serde_json::from_str(&site.run(&["user", "show", user, "--json"])).unwrap();
    shown["accounts"].clone()
}

on_both_databases! {
    idt_23_a_person_signs_in_with_github,
    idt_23_an_unverified_address_at_github_proves_nothing,
    lnk_02_an_address_at_github_joins_only_where_the_operator_trusts_it,
}

async fn idt_23_a_person_signs_in_with_github(site: Site) {
    let site = with_github(site);
    let (node, browser) = (site.node().await, Browser::new());

    let signed_in = try_sign_in(&browser, &node, &site).await;

    assert_eq!(signed_in.status(), 303, "{}", node.log());
    assert_eq!(header(&signed_in, "location"), "/dashboard");
    let me = browser.me(&node).await.unwrap();
    assert_eq!(me["name"], "Mona Lisa");
    assert_eq!(me["email"], "octocat@corp.example");
    assert_eq!(
        (&me["email_verified"], &me["email_proved"]),
        (&json!(true), &json!(false))
    );
    let account = accounts(&site, "octocat@corp.example")[0].clone();
    assert_eq!(account["provider"], "github");
    assert_eq!(account["issuer"], site.idp.issuer());
    assert_eq!(account["subject"], OCTOCAT);

    browser.sign_out(&node).await;
    site.idp.fault(Fault::github_user("login", "renamed"));
    assert_eq!(try_sign_in(&browser, &node, &site).await.status(), 303);
    assert_eq!(browser.me(&node).await.unwrap()["id"], me["id"]);
    assert_eq!(count(&site, "belgie_users"), 1);
}

async fn idt_23_an_unverified_address_at_github_proves_nothing(site: Site) {
    let mut site = with_github(site);
    site.set("GITHUB_TRUST_EMAIL", "true");
    let unverified = Person::new(OCTOCAT).email("octocat@corp.example");
    site.idp.put_person(unverified.email_verified(false));
    let (node, browser) = (site.node().await, Browser::new());

    assert_eq!(try_sign_in(&browser, &node, &site).await.status(), 303);

    let me = browser.me(&node).await.unwrap();
    assert_eq!(
        (&me["email_verified"], &me["email_proved"]),
        (&json!(false), &json!(false))
    );
}

async fn lnk_02_an_address_at_github_joins_only_where_the_operator_trusts_it(site: Site) {
    let mut site = with_github(site);
    let created = site.run(&["migrate"]);
    assert!(!created.contains("error"), "{created}");
    site.run(&["user", "create", "octocat@corp.example"]);

    for (trusted, joins) in [
        ("false", false),
        ("other.example", false),
        ("corp.example", true),
    ] {
        site.set("GITHUB_TRUST_EMAIL", trusted);
        let (node, browser) = (site.node().await, Browser::new());
        let answer = try_sign_in(&browser, &node, &site).await;
        if joins {
            assert_eq!(answer.status(), 303, "{}", node.log());
        } else {
            assert_eq!(answer.status(), 409, "{trusted}");
            assert_eq!(code(answer).await, "account_exists");
        }
        assert_eq!(browser.me(&node).await.is_some(), joins, "{trusted}");
        assert_eq!(count(&site, "belgie_accounts"), usize::from(joins));
    }
}
