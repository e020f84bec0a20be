//! The providers' tokens: encrypted at rest, refreshed once, given to servers only.

mod refresh;
mod rotation;

use belgie_idp_emulator::{Emulator, Fault};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::support::browser::{Browser, client, code, header};
use crate::support::program::Node;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Site, on_both_databases};
use crate::support::stored::{count, dump, is_sqlite};

/// A signed-in person, as the application's server knows them.
#[derive(Clone, Debug)]
struct Person {
    browser: Browser,
    /// The session token.
    token: String,
    account: String,
}

const ACCESS_TOKEN: &str = "canary-access-token-of-the-provider";
const REFRESH_TOKEN: &str = "canary-refresh-token-of-the-provider";

impl Person {
    async fn sign_in(site: &Site, node: &Node, subject: &str) -> Self {
        let browser = Browser::new();
        browser.sign_in(node, &site.idp, subject).await;
        let token = browser.cookie(node, "belgie_session").unwrap();
        let accounts = browser.get(node.url("/auth/accounts")).await;
        let accounts: Value = accounts.json().await.unwrap();
        let account = accounts["accounts"][0]["id"].as_str().unwrap().to_owned();
        Self {
            browser,
            token,
            account,
        }
    }

    /// Signs in with an access token that is due at once.
    async fn sign_in_due(site: &Site, node: &Node, subject: &str) -> Self {
        site.idp.fault_once(Fault::token_reply("expires_in", 30));
        Self::sign_in(site, node, subject).await
    }

    fn path(&self) -> String {
        format!("/auth/accounts/{}/token", self.account)
    }

    /// Asks for the provider's token as the application's server does.
    async fn ask(&self, node: &Node) -> Response {
        let request = client().post(node.url(&self.path()));
        request.bearer_auth(&self.token).send().await.unwrap()
    }

    /// The provider's access token.
    async fn access_token(&self, node: &Node) -> String {
        let answer = self.ask(node).await;
        assert_eq!(answer.status(), 200, "{}", node.log());
        let answer: Value = answer.json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

/// How often the provider was asked to refresh.
fn refreshes(idp: &Emulator) -> usize {
    let requests = idp.requests().token_requests;
    let refreshes = requests
        .iter()
        .filter(|request| request.form.first("grant_type") == Some("refresh_token"));
    refreshes.count()
}

/// Makes the provider issue tokens that a test recognizes.
fn issue_canaries(idp: &Emulator) {
    idp.fault(Fault::token_reply("access_token", ACCESS_TOKEN));
    idp.fault(Fault::token_reply("refresh_token", REFRESH_TOKEN));
}

on_both_databases! {
    cfg_06_the_database_holds_no_token_of_a_provider,
    aud_07_a_browser_gets_no_token_of_a_provider,
    aud_07_the_application_gets_the_token_by_the_session_token_only,
    lnk_14_a_removed_account_takes_its_tokens_along,
    ses_13_a_disabled_user_gets_no_token,
}

async fn cfg_06_the_database_holds_no_token_of_a_provider(site: Site) {
    let node = site.node().await;
    issue_canaries(&site.idp);

    let jane = Person::sign_in(&site, &node, "jane").await;
    assert_eq!(jane.access_token(&node).await, ACCESS_TOKEN);
    jane.browser.sign_in(&node, &site.idp, "jane").await;

    // An ID token begins with an encoded `{"alg":` or `{"typ":`.
    let plain = [ACCESS_TOKEN, REFRESH_TOKEN, "eyJhbGciOi", "eyJ0eXAiOi"];
    assert_eq!(count(&site, "belgie_provider_tokens"), 1);
    let dump = dump(&site).to_lowercase();
    for token in plain {
        let hexadecimal: Vec<_> = token.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!dump.contains(&token.to_lowercase()), "{token}");
        assert!(!dump.contains(&hexadecimal.concat()), "{token}");
    }
    if is_sqlite(&site) {
        for entry in std::fs::read_dir(site.directory.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for token in plain {
                let found = bytes
                    .windows(token.len())
                    .any(|part| part == token.as_bytes());
                assert!(!found, "{token} in {}", path.display());
            }
        }
    }
}

async fn aud_07_a_browser_gets_no_token_of_a_provider(site: Site) {
    let node = site.node().await;
    issue_canaries(&site.idp);
    let jane = Person::sign_in(&site, &node, "jane").await;
    let read = crate::support::route::ROUTES.iter();
    let read = read.filter(|route| route.takes.contains(&"GET"));

    for route in read {
        let answer = jane.browser.get(node.url(route.path)).await;
        let headers = format!("{:?}", answer.headers());
        let text = headers + &answer.text().await.unwrap();
        for token in [ACCESS_TOKEN, REFRESH_TOKEN] {
            assert!(!text.contains(token), "{}", route.path);
        }
    }
    let refused = jane.browser.request(Method::POST, node.url(&jane.path()));
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(code(refused).await, "bearer_required");
    let log = node.finish().await;
    assert!(!log.contains(ACCESS_TOKEN) && !log.contains(REFRESH_TOKEN));
}

async fn aud_07_the_application_gets_the_token_by_the_session_token_only(site: Site) {
    let node = site.node().await;
    let jane = Person::sign_in(&site, &node, "jane").await;
    let john = Person::sign_in(&site, &node, "john").await;

    let answer = jane.ask(&node).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let token: Value = answer.json().await.unwrap();
    assert_eq!(token["scope"], "openid email profile");
    assert!(token["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(token.as_object().unwrap().len(), 3);

    let signed_out = client().post(node.url(&jane.path())).send().await.unwrap();
    assert_eq!(code(signed_out).await, "not_authenticated");
    let request = client().post(node.url(&jane.path()));
    let other = request.bearer_auth(&john.token).send().await.unwrap();
    assert_eq!(code(other).await, "not_found");
    let request = client().post(node.url(&jane.path())).body("a=b");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let form = request.bearer_auth(&jane.token).send().await.unwrap();
    assert_eq!(code(form).await, "unsupported_media_type");
}

async fn lnk_14_a_removed_account_takes_its_tokens_along(mut site: Site) {
    let other = Emulator::builder().client_any_redirect(CLIENT_ID, CLIENT_SECRET);
    let other = other.start().await.unwrap();
    let jane = belgie_idp_emulator::Person::new("jane-there").email("jane@other.example");
    other.put_person(jane);
    site.set("OIDC_PROVIDERS", "other");
    site.set("OIDC_OTHER_ISSUER_URL", other.issuer());
    site.set("OIDC_OTHER_CLIENT_ID", CLIENT_ID);
    site.set("OIDC_OTHER_CLIENT_SECRET", CLIENT_SECRET);
    let node = site.node().await;
    let jane = Person::sign_in(&site, &node, "jane").await;
    let request = jane
        .browser
        .request(Method::POST, node.url("/auth/provider/other/link"));
    let link = request
        .header("accept", "application/json")
        .json(&serde_json::json!({}));
    let link: Value = link.send().await.unwrap().json().await.unwrap();
    let back = other
        .authorize(link["url"].as_str().unwrap(), "jane-there")
        .await;
    assert_eq!(jane.browser.get(back.unwrap()).await.status(), 303);
    assert_eq!(count(&site, "belgie_provider_tokens"), 2);

    let path = format!("/auth/accounts/{}", jane.account);
    let request = jane.browser.request(Method::DELETE, node.url(&path));
    assert_eq!(request.send().await.unwrap().status(), 204);

    assert_eq!(count(&site, "belgie_provider_tokens"), 1);
    assert_eq!(
        (site.idp.requests().revocation, other.requests().revocation),
        (1, 0)
    );
    assert_eq!(code(jane.ask(&node).await).await, "not_found");
}

async fn ses_13_a_disabled_user_gets_no_token(site: Site) {
    let node = site.node().await;
    let jane = Person::sign_in_due(&site, &node, "jane").await;

    site.run(&["user", "disable", "jane@gmail.com"]);

    assert_eq!(code(jane.ask(&node).await).await, "not_authenticated");
    assert_eq!(refreshes(&site.idp), 0);
}
