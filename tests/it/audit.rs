//! What is kept of who did what.

use std::collections::BTreeSet;

use belgie_domain::EventKind;
use belgie_idp_emulator::{Answer, Endpoint, Fault, Person};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::browser::{Browser, header};
use crate::program::Node;
use crate::site::{Site, on_both_databases};
use crate::stored::{self, is_sqlite};

/// What the browsers of these tests call themselves.
const AGENT: &str = "Mozilla/5.0 (of a test)";

on_both_databases! {
    async fn aud_01_every_event_says_what_happened_to_whom_from_where(site: Site) {
        let begun = micros_now();
        let mut site = site;
        let node = site.node().await;
        let mut golden = Golden::default();
        people_come_and_go(&site, &node, &mut golden).await;
        the_operator_acts(&site, &node, &mut golden).await;
        sign_ins_fail(&mut site, &node, &mut golden).await;

        let told: Vec<_> = events(&site);
        let without_time: Vec<_> = told.iter().map(|(_, event)| event.as_str()).collect();
        assert_eq!(without_time, golden.events);
        let times: Vec<_> = told.iter().map(|(at, _)| *at).collect();
        assert!(times.is_sorted() && times[0] >= begun && times[times.len() - 1] <= micros_now(), "{times:?}");
        let kinds: BTreeSet<_> = golden.events.iter().map(|event| event.split(' ').next().unwrap()).collect();
        assert_eq!(kinds, EventKind::KNOWN.iter().map(|kind| kind.as_str()).collect());
    }
}

/// The events that must have been kept, each as the columns of its row.
#[derive(Default)]
struct Golden {
    events: Vec<String>,
}

impl Golden {
    /// An event of a request of the user's own.
    fn told(&mut self, event: &str, provider: &str, user: &str, answer: &Response) {
        let request = header(answer, "x-request-id");
        self.events.push(format!(
            "{event} {provider} {user} {user} 127.0.0.1 {request} {AGENT}"
        ));
    }

    /// An event of the operator's making.
    fn told_by_operator(&mut self, event: &str, user: &str) {
        self.events.push(format!("{event} - {user} - - - -"));
    }
}

async fn people_come_and_go(site: &Site, node: &Node, golden: &mut Golden) {
    site.run(&["user", "create", "boss@gmail.com"]);
    let boss = id_of(site, "boss@gmail.com");
    golden.told_by_operator("user_created success", &boss);
    site.run(&["user", "create", "squatted@gmail.com", "--unverified"]);
    let squatted = id_of(site, "squatted@gmail.com");
    golden.told_by_operator("user_created success", &squatted);
    for (subject, user, event) in [
        ("boss", &boss, "account_linked success"),
        ("squatted", &squatted, "account_claimed success"),
    ] {
        put_person(site, subject);
        let answer = sign_in(&Browser::new(), site, node, subject).await;
        golden.told(event, "google", user, &answer);
        golden.told("sign_in success", "google", user, &answer);
    }

    let (mine, other) = (Browser::new(), Browser::new());
    let answer = sign_in(&mine, site, node, "jane").await;
    let jane = id_of(site, "jane@gmail.com");
    golden.told("user_created success", "google", &jane, &answer);
    golden.told("sign_in success", "google", &jane, &answer);
    for (method, path, event) in [
        (
            Method::DELETE,
            "/auth/sessions/{id}",
            "session_revoked success",
        ),
        (
            Method::POST,
            "/auth/sessions/{id}/revoke",
            "session_revoked success",
        ),
        (Method::DELETE, "/auth/sessions", "sessions_revoked success"),
        (
            Method::POST,
            "/auth/sessions/revoke-others",
            "sessions_revoked success",
        ),
    ] {
        let answer = sign_in(&other, site, node, "jane").await;
        golden.told("sign_in success", "google", &jane, &answer);
        let path = path.replace("{id}", &session_of(&other, node).await);
        let answer = send(&mine, method, node.url(&path)).await;
        assert!(
            answer.status().is_success() || answer.status() == 303,
            "{path}"
        );
        golden.told(event, "-", &jane, &answer);
    }
    let answer = send(&mine, Method::POST, node.url("/auth/signout")).await;
    golden.told("sign_out success", "-", &jane, &answer);
    // Nobody was signed in any more: nothing happened.
    send(&mine, Method::POST, node.url("/auth/signout")).await;
}

async fn the_operator_acts(site: &Site, node: &Node, golden: &mut Golden) {
    let browser = Browser::new();
    let answer = sign_in(&browser, site, node, "john").await;
    let john = id_of(site, "john@gmail.com");
    golden.told("user_created success", "google", &john, &answer);
    golden.told("sign_in success", "google", &john, &answer);

    site.run(&["session", "revoke", &session_of(&browser, node).await]);
    golden.told_by_operator("session_revoked success", &john);
    let answer = sign_in(&browser, site, node, "john").await;
    golden.told("sign_in success", "google", &john, &answer);
    site.run(&["session", "revoke", "--user", "john@gmail.com"]);
    golden.told_by_operator("sessions_revoked success", &john);
    // A role that one has already is no change.
    for role in ["admin", "admin"] {
        site.run(&["user", "set-role", "john@gmail.com", role]);
    }
    golden.told_by_operator("role_changed success", &john);
    site.run(&["user", "disable", "john@gmail.com"]);
    golden.told_by_operator("user_disabled success", &john);
    let answer = sign_in(&browser, site, node, "john").await;
    golden.told("sign_in account_disabled", "google", &john, &answer);
    site.run(&["user", "enable", "john@gmail.com"]);
    golden.told_by_operator("user_enabled success", &john);
    site.run(&["user", "delete", "john@gmail.com"]);
    golden.told_by_operator("user_deleted success", &john);
}

/// Every way in which somebody who began to sign in does not get in; none of them is anybody we know.
async fn sign_ins_fail(site: &mut Site, node: &Node, golden: &mut Golden) {
    let unavailable = Answer::Status(503);
    for (outcome, fault) in [
        (
            "access_denied",
            Fault::authorization_error("access_denied", "no"),
        ),
        (
            "provider_error",
            Fault::authorization_error("server_error", "no"),
        ),
        (
            "issuer_mismatch",
            Fault::callback("iss", "https://evil.example"),
        ),
        ("code_rejected", Fault::token_error("invalid_grant")),
        (
            "invalid_id_token",
            Fault::claim("nonce", "of another sign-in"),
        ),
        (
            "provider_unavailable",
            Fault::answer(Endpoint::Token, unavailable),
        ),
    ] {
        site.idp.fault(fault);
        let answer = sign_in(&Browser::new(), site, node, "jane").await;
        site.idp.clear_faults();
        golden.told(&format!("sign_in {outcome}"), "google", "-", &answer);
    }
    let stranger = Person::new("stranger").email("jane@gmail.com");
    site.idp.put_person(stranger.email_verified(true));
    site.idp.put_person(Person::new("nameless"));
    for (outcome, subject) in [
        ("account_exists", "stranger"),
        ("email_required", "nameless"),
    ] {
        let answer = sign_in(&Browser::new(), site, node, subject).await;
        golden.told(&format!("sign_in {outcome}"), "google", "-", &answer);
    }
    let unverified = Person::new("unverified").email("unverified@gmail.com");
    site.idp.put_person(unverified.email_verified(false));
    for (setting, value, outcome) in [
        ("EMAIL_VERIFICATION", "required", "email_not_verified"),
        ("REGISTRATION", "closed", "registration_closed"),
    ] {
        site.set(setting, value);
        let strict = site.node().await;
        let answer = sign_in(&Browser::new(), site, &strict, "unverified").await;
        golden.told(&format!("sign_in {outcome}"), "google", "-", &answer);
    }
}

fn put_person(site: &Site, subject: &str) {
    let person = Person::new(subject).email(format!("{subject}@gmail.com"));
    site.idp.put_person(person.email_verified(true));
}

/// Signs in, or tries to, and returns the answer of the callback.
async fn sign_in(browser: &Browser, site: &Site, node: &Node, subject: &str) -> Response {
    let asked = browser.begin(node).await;
    let callback = site.idp.authorize(&asked, subject).await.unwrap();
    send(browser, Method::GET, callback.to_string()).await
}

async fn send(browser: &Browser, method: Method, url: String) -> Response {
    let request = browser.request(method, url).header("user-agent", AGENT);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.send().await.unwrap()
}

async fn session_of(browser: &Browser, node: &Node) -> String {
    let session = browser.get(node.url("/auth/session")).await;
    let session: Value = session.json().await.unwrap();
    session["session"]["id"].as_str().unwrap().to_owned()
}

fn id_of(site: &Site, email: &str) -> String {
    let users: Value = serde_json::from_str(&site.run(&["user", "list", "--json"])).unwrap();
    let users = users.as_array().unwrap();
    let user = users.iter().find(|user| user["email"] == email).unwrap();
    user["id"].as_str().unwrap().replace('-', "")
}

/// All events, oldest first: when, and every other column in the order in which [`Golden`] has them.
fn events(site: &Site) -> Vec<(u64, String)> {
    let (id, at) = if is_sqlite(site) {
        ("lower(hex(ID))", "occurred_at")
    } else {
        (
            "replace(ID::text, '-', '')",
            "(extract(epoch FROM occurred_at) * 1000000)::bigint",
        )
    };
    let id = |column| {
        let id = format!("CASE WHEN ID IS NULL THEN '-' ELSE {id} END");
        id.replace("ID", column)
    };
    let columns = [
        at.to_owned(),
        "kind".to_owned(),
        "outcome".to_owned(),
        "coalesce(provider, '-')".to_owned(),
        id("user_id"),
        id("actor_id"),
        "coalesce(ip_address, '-')".to_owned(),
        "coalesce(request_id, '-')".to_owned(),
        "coalesce(user_agent, '-')".to_owned(),
    ];
    let row = columns.join(" || ' ' || ");
    let rows = stored::query(
        site,
        &format!("SELECT {row} FROM belgie_events ORDER BY id"),
    );
    let event = |row: &str| {
        let (at, event) = row.trim_matches('\'').split_once(' ').unwrap();
        (at.parse().unwrap(), event.to_owned())
    };
    rows.lines().map(event).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program takes its times from the same clock"
)]
fn micros_now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(now.unwrap().as_micros()).unwrap()
}
