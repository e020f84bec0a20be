//! What is kept of who did what.

mod mails;
mod rollback;

use std::collections::{BTreeMap, BTreeSet};

use belgie_domain::EventKind;
use belgie_idp_emulator::{Answer, Endpoint, Fault, Person};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::support::browser::{Browser, code, header};
use crate::support::mail_server::MailServer;
use crate::support::program::Node;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{self, is_sqlite};

/// What the browsers of these tests call themselves.
const AGENT: &str = "Mozilla/5.0 (of a test)";

on_both_databases! {
    aud_01_every_event_records_what_happened_to_whom_and_from_where,
    aud_01_failures_of_unknown_people_are_counted_by_minute_and_never_events,
}

async fn aud_01_every_event_records_what_happened_to_whom_and_from_where(mut site: Site) {
    let begun = micros_now();
    let mails = MailServer::start().await;
    site.set("SMTP_URL", mails.url());
    site.set("MAIL_FROM", "no-reply@example.com");
    let node = site.node().await;
    let mut golden = Golden::default();
    people_come_and_go(&site, &node, &mut golden).await;
    mails::links_are_followed((&site, &node), &mails, &mut golden).await;
    the_operator_acts(&site, &node, &mut golden).await;

    let recorded: Vec<_> = events(&site);
    let without_time: Vec<_> = recorded.iter().map(|(_, event)| event.as_str()).collect();
    assert_eq!(without_time, golden.events);
    let times: Vec<_> = recorded.iter().map(|(at, _)| *at).collect();
    assert!(
        times.is_sorted() && times[0] >= begun && times[times.len() - 1] <= micros_now(),
        "{times:?}"
    );
    let kinds: BTreeSet<_> = golden
        .events
        .iter()
        .map(|event| event.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        kinds,
        EventKind::KNOWN.iter().map(EventKind::as_str).collect()
    );
}

async fn aud_01_failures_of_unknown_people_are_counted_by_minute_and_never_events(site: Site) {
    let first_minute = minute_now();
    let mut site = site;
    let node = site.node().await;
    // An owner of the address that a stranger comes with.
    Browser::new().sign_in(&node, &site.idp, "jane").await;
    let before = events(&site);
    let mut tried = BTreeMap::new();
    sign_ins_of_unknown_people_fail(&mut site, &node, &mut tried).await;

    assert_eq!(events(&site), before);
    let counted = counts(&site);
    let mut all = BTreeMap::new();
    for (minute, failure, count) in &counted {
        assert!(
            (first_minute..=minute_now()).contains(minute),
            "{counted:?}"
        );
        *all.entry(failure.clone()).or_insert(0) += count;
    }
    assert_eq!(all, tried);
    let rows: BTreeSet<_> = counted
        .iter()
        .map(|(minute, failure, _)| (minute, failure))
        .collect();
    assert_eq!(
        rows.len(),
        counted.len(),
        "one row a minute and kind: {counted:?}"
    );
    let minutes: BTreeSet<_> = counted.iter().map(|(minute, _, _)| minute).collect();
    let most_of_one = counted.iter().map(|(_, _, count)| *count).max();
    assert!(
        most_of_one > Some(1) || minutes.len() > 1,
        "nothing was counted together: {counted:?}"
    );
}

/// The events that must have been kept, each as the columns of its row.
#[derive(Default)]
struct Golden {
    events: Vec<String>,
}

impl Golden {
    /// An event of a request of the user's own.
    fn expect(&mut self, event: &str, provider: &str, user: &str, answer: &Response) {
        let request = header(answer, "x-request-id");
        self.events.push(format!(
            "{event} {provider} {user} {user} 127.0.0.1 {request} {AGENT}"
        ));
    }

    /// An event at Google that another user caused.
    fn expect_by(&mut self, event: &str, user: &str, actor: &str, answer: &Response) {
        let request = header(answer, "x-request-id");
        self.events.push(format!(
            "{event} google {user} {actor} 127.0.0.1 {request} {AGENT}"
        ));
    }

    /// An event of the operator's making.
    fn expect_by_operator(&mut self, event: &str, user: &str) {
        self.events.push(format!("{event} - {user} - - - -"));
    }
}

async fn people_come_and_go(site: &Site, node: &Node, golden: &mut Golden) {
    site.run(&["user", "create", "boss@gmail.com"]);
    let boss = id_of(site, "boss@gmail.com");
    golden.expect_by_operator("user_created success", &boss);
    site.run(&["user", "create", "squatted@gmail.com", "--unverified"]);
    let squatted = id_of(site, "squatted@gmail.com");
    golden.expect_by_operator("user_created success", &squatted);
    put_person(site, "boss");
    let answer = sign_in(&Browser::new(), site, node, "boss").await;
    golden.expect("account_linked success", "google", &boss, &answer);
    golden.expect("sign_in success", "google", &boss, &answer);
    the_owner_starts_fresh(site, node, golden, &squatted).await;

    let (mine, other) = (Browser::new(), Browser::new());
    let answer = sign_in(&mine, site, node, "jane").await;
    let jane = id_of(site, "jane@gmail.com");
    golden.expect("user_created success", "google", &jane, &answer);
    golden.expect("sign_in success", "google", &jane, &answer);
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
        golden.expect("sign_in success", "google", &jane, &answer);
        let path = path.replace("{id}", &session_of(&other, node).await);
        let answer = send(&mine, method, node.url(&path)).await;
        assert!(
            answer.status().is_success() || answer.status() == 303,
            "{path}"
        );
        golden.expect(event, "-", &jane, &answer);
    }
    accounts_change(&mine, site, node, &jane, golden).await;
    passwords_change(&mine, node, &jane, golden).await;
    let edit = mine.request(Method::PATCH, node.url("/api/me"));
    let edit = edit.header("user-agent", AGENT);
    let answer = edit.json(&serde_json::json!({"name": "J. D."})).send();
    golden.expect(
        "profile_changed success",
        "-",
        &jane,
        &answer.await.unwrap(),
    );
    let answer = send(&mine, Method::POST, node.url("/auth/signout")).await;
    golden.expect("sign_out success", "-", &jane, &answer);
    // No one was signed in any more: nothing happened.
    send(&mine, Method::POST, node.url("/auth/signout")).await;
}

/// Connects an account of another address and disconnects it.
async fn accounts_change(
    browser: &Browser,
    site: &Site,
    node: &Node,
    user: &str,
    golden: &mut Golden,
) {
    put_person(site, "jane-at-work");
    let link = node.url("/auth/provider/google/link");
    let asked = header(&send(browser, Method::POST, link).await, "location");
    let callback = site.idp.authorize(asked, "jane-at-work").await.unwrap();
    let answer = send(browser, Method::GET, callback.to_string()).await;
    golden.expect("account_linked success", "google", user, &answer);
    let again = browser
        .begin_at(node, "/auth/provider/google/signin?reauthenticate=1")
        .await;
    let callback = site.idp.authorize(&again, "jane-at-work").await.unwrap();
    let answer = send(browser, Method::GET, callback.to_string()).await;
    golden.expect("reauthenticated success", "google", user, &answer);
    let accounts = browser.get(node.url("/auth/accounts")).await;
    let accounts: Value = accounts.json().await.unwrap();
    let path = format!(
        "/auth/accounts/{}",
        accounts["accounts"][1]["id"].as_str().unwrap()
    );
    let answer = send(browser, Method::DELETE, node.url(&path)).await;
    golden.expect("account_unlinked success", "google", user, &answer);
}

/// Sets a first password, and changes it at the second try.
async fn passwords_change(browser: &Browser, node: &Node, user: &str, golden: &mut Golden) {
    let (first, second) = ("correct horse battery staple", "a second password of Jane");
    for (path, body, event) in [
        (
            "set",
            serde_json::json!({ "password": first }),
            "password_set success",
        ),
        (
            "change",
            serde_json::json!({ "current_password": second, "new_password": second }),
            "password_changed invalid_credentials",
        ),
        (
            "change",
            serde_json::json!({ "current_password": first, "new_password": second }),
            "password_changed success",
        ),
    ] {
        let request = browser.request(Method::POST, node.url(&format!("/auth/password/{path}")));
        let request = request.header("user-agent", AGENT).json(&body);
        golden.expect(event, "password", user, &request.send().await.unwrap());
    }
}

async fn the_owner_starts_fresh(site: &Site, node: &Node, golden: &mut Golden, former: &str) {
    put_person(site, "squatted");
    let browser = Browser::new();
    let callback = browser.authorized(node, &site.idp, "squatted").await;
    let asked = send(&browser, Method::GET, callback.to_string()).await;
    assert_eq!(code(asked).await, "account_exists");
    let answer = send(&browser, Method::POST, node.url("/auth/pending/fresh")).await;
    let owner = id_of(site, "squatted@gmail.com");
    golden.expect_by("account_claimed success", former, &owner, &answer);
    golden.expect("user_created success", "google", &owner, &answer);
    golden.expect("sign_in success", "google", &owner, &answer);
}

async fn the_operator_acts(site: &Site, node: &Node, golden: &mut Golden) {
    let browser = Browser::new();
    let answer = sign_in(&browser, site, node, "john").await;
    let john = id_of(site, "john@gmail.com");
    golden.expect("user_created success", "google", &john, &answer);
    golden.expect("sign_in success", "google", &john, &answer);

    site.run(&["session", "revoke", &session_of(&browser, node).await]);
    golden.expect_by_operator("session_revoked success", &john);
    let answer = sign_in(&browser, site, node, "john").await;
    golden.expect("sign_in success", "google", &john, &answer);
    site.run(&["session", "revoke", "--user", "john@gmail.com"]);
    golden.expect_by_operator("sessions_revoked success", &john);
    // A role that one has already is no change.
    for role in ["admin", "admin"] {
        site.run(&["user", "set-role", "john@gmail.com", role]);
    }
    golden.expect_by_operator("role_changed success", &john);
    site.run(&["user", "disable", "john@gmail.com"]);
    golden.expect_by_operator("user_disabled success", &john);
    let answer = sign_in(&browser, site, node, "john").await;
    golden.expect("sign_in account_disabled", "google", &john, &answer);
    site.run(&["user", "enable", "john@gmail.com"]);
    golden.expect_by_operator("user_enabled success", &john);
    site.run(&["user", "delete", "john@gmail.com"]);
    golden.expect_by_operator("user_deleted success", &john);
}

/// How often each failure of a stranger is repeated.
const TIMES: u64 = 3;

/// Every way in which a sign-in fails, none of them by a known user.
async fn sign_ins_of_unknown_people_fail(
    site: &mut Site,
    node: &Node,
    tried: &mut BTreeMap<String, u64>,
) {
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
        fail(site, node, "jane", outcome, tried).await;
        site.idp.clear_faults();
    }
    let stranger = Person::new("stranger").email("jane@gmail.com");
    site.idp.put_person(stranger.email_verified(true));
    site.idp.put_person(Person::new("nameless"));
    fail(site, node, "stranger", "account_exists", tried).await;
    fail(site, node, "nameless", "email_required", tried).await;
    let unverified = Person::new("unverified").email("unverified@gmail.com");
    site.idp.put_person(unverified.email_verified(false));
    for (setting, value, outcome) in [
        ("EMAIL_VERIFICATION", "required", "email_not_verified"),
        ("REGISTRATION", "closed", "registration_closed"),
    ] {
        site.set(setting, value);
        let strict = site.node().await;
        fail(site, &strict, "unverified", outcome, tried).await;
    }
}

/// Fails to sign in a few times, for this reason.
async fn fail(
    site: &Site,
    node: &Node,
    subject: &str,
    outcome: &str,
    tried: &mut BTreeMap<String, u64>,
) {
    for _ in 0..TIMES {
        let answer = sign_in(&Browser::new(), site, node, subject).await;
        assert_eq!(code(answer).await, outcome);
    }
    tried.insert(format!("sign_in {outcome} google"), TIMES);
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

/// The counted failures: in which minute since 1970, what, and how often.
fn counts(site: &Site) -> Vec<(u64, String, u64)> {
    let minute = if is_sqlite(site) {
        "minute / 60000000.0"
    } else {
        "extract(epoch FROM minute) / 60"
    };
    let rows = stored::query(
        site,
        &format!(
            "SELECT count || ' ' || ({minute}) || ' ' || kind || ' ' || code || ' ' || provider FROM belgie_failures"
        ),
    );
    let row = |row: &str| {
        let mut columns = row.trim_matches('\'').splitn(3, ' ');
        let count = columns.next().unwrap().parse().unwrap();
        let minute: f64 = columns.next().unwrap().parse().unwrap();
        assert!(minute.fract() == 0.0, "no whole minute: {row}");
        (
            format!("{minute:.0}").parse().unwrap(),
            columns.next().unwrap().to_owned(),
            count,
        )
    };
    rows.lines().map(row).collect()
}

fn minute_now() -> u64 {
    micros_now() / 60_000_000
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program takes its times from the same clock"
)]
fn micros_now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(now.unwrap().as_micros()).unwrap()
}
