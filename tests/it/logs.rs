//! What must not be in the logs, at the most verbose level.

mod fields;

use belgie_idp_emulator::{Answer, Endpoint, Fault, Signature};
use reqwest::Method;
use serde_json::json;

use crate::support::broken;
use crate::support::browser::{Browser, client};
use crate::support::canary::Canaries;
use crate::support::program::Node;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{self, is_sqlite};

/// What a provider says that fails.
const OF_THE_PROVIDER: &str = "canary-of-the-provider";

on_both_databases! {
    cfg_02_no_secret_is_in_any_log,
}

async fn cfg_02_no_secret_is_in_any_log(site: Site) {
    let mut site = site;
    site.set("SECRET_PREVIOUS", "Yt5vQ0pXk8Rz2Lw7Nc4Hb9Jd1Fs6Ga3E");
    site.set("PASSWORD_REGISTRATION", "true");
    for format in ["text", "json"] {
        site.set("LOG_FORMAT", format);
        let node = Node::start_logging(site.directory.path(), &site.settings, "trace").await;
        let mut canaries = Canaries::of_settings(&site);
        canaries.note("previous secret", site.setting("SECRET_PREVIOUS"));
        canaries.note("provider's answer", OF_THE_PROVIDER);

        succeed(&site, &node, &mut canaries).await;
        use_passwords(&node, &mut canaries).await;
        fail_at_the_provider(&site, &node, &mut canaries).await;
        fail_at_the_database(&site, &node, &mut canaries).await;
        note_verifiers(&site, &mut canaries);

        let log = node.finish().await;
        for expected in [
            "signed in",
            "/auth/provider/google/callback",
            "sign-in failed",
            "a request failed",
            "TRACE",
        ] {
            assert!(log.contains(expected), "no {expected:?} in: {log}");
        }
        canaries.assert_absent(&log);
    }
}

/// Signs in, uses the session in every way, right and wrong, and signs out.
async fn succeed(site: &Site, node: &Node, canaries: &mut Canaries) {
    let browser = try_sign_in(site, node, canaries).await;
    let session = browser.cookie(node, "belgie_session").unwrap();
    for path in ["/dashboard", "/auth/sessions", "/api/me"] {
        assert_eq!(browser.get(node.url(path)).await.status(), 200);
    }
    for request in [
        client().get(node.url("/api/me")).bearer_auth(&session),
        client()
            .get(node.url("/api/me"))
            .bearer_auth(format!("{session}x")),
        client()
            .get(node.url("/api/me"))
            .basic_auth(&session, Some(&session)),
        client().get(node.url(&format!("/api/me?token={session}"))),
        client()
            .get(node.url(&format!("/nowhere?{session}")))
            .header("referer", &session),
        client().get(node.url("/api/me")).header(
            "cookie",
            format!("belgie_session={session}; belgie_session=x"),
        ),
        client().post(node.url("/auth/signout")).json(&session),
    ] {
        request.send().await.unwrap();
    }
    browser.sign_out(node).await;
}

async fn fail_at_the_provider(site: &Site, node: &Node, canaries: &mut Canaries) {
    let reply = |status, content_type: &str, body: &str| Answer::Reply {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    };
    let broken = format!("{{\"access_token\":\"{OF_THE_PROVIDER}\",\"id_token\":{OF_THE_PROVIDER}");
    for fault in [
        Fault::answer(Endpoint::Token, reply(500, "text/plain", OF_THE_PROVIDER)),
        Fault::answer(Endpoint::Token, reply(200, "text/html", OF_THE_PROVIDER)),
        Fault::answer(Endpoint::Token, reply(400, "application/json", &broken)),
        Fault::answer(Endpoint::Token, reply(200, "application/json", &broken)),
        Fault::answer(
            Endpoint::Token,
            Answer::Redirect {
                to: format!("http://127.0.0.1:1/{OF_THE_PROVIDER}"),
            },
        ),
        Fault::answer(Endpoint::Token, Answer::CutOff),
        Fault::answer(Endpoint::Jwks, reply(500, "text/plain", OF_THE_PROVIDER)),
        Fault::answer(
            Endpoint::Discovery,
            reply(200, "text/html", OF_THE_PROVIDER),
        ),
        Fault::token_error("invalid_grant"),
        Fault::token_reply("access_token", format!("{OF_THE_PROVIDER}\n")),
        Fault::token_reply("id_token", OF_THE_PROVIDER),
        Fault::token_reply("expires_in", OF_THE_PROVIDER),
        Fault::token_reply("refresh_token", OF_THE_PROVIDER),
        Fault::claim("nonce", OF_THE_PROVIDER),
        Fault::claim("exp", OF_THE_PROVIDER),
        Fault::claim("at_hash", OF_THE_PROVIDER),
        Fault::signature(Signature::BitFlipped),
        // Its description is for the operator to read.
        Fault::authorization_error("server_error", "a deliberate fault"),
        Fault::callback("state", OF_THE_PROVIDER),
    ] {
        site.idp.fault(fault);
        try_sign_in(site, node, canaries).await;
        site.idp.clear_faults();
    }
}

/// Every statement of a sign-in fails once. PostgreSQL reports the whole row that a constraint refuses.
async fn fail_at_the_database(site: &Site, node: &Node, canaries: &mut Canaries) {
    for table in ["attempts", "users", "accounts", "sessions", "events"] {
        let table = format!("belgie_{table}");
        for all in ["sessions", "accounts", "users"] {
            stored::execute(site, &format!("DELETE FROM belgie_{all}"));
        }
        if is_sqlite(site) {
            broken::refuse(site, "INSERT", &table);
        } else {
            stored::execute(
                site,
                &format!("ALTER TABLE {table} ADD CONSTRAINT none CHECK (false) NOT VALID"),
            );
        }
        let browser = try_sign_in(site, node, canaries).await;
        assert_eq!(browser.cookie(node, "belgie_session"), None, "{table}");
        if is_sqlite(site) {
            broken::mend(site, "INSERT", &table);
        } else {
            stored::execute(site, &format!("ALTER TABLE {table} DROP CONSTRAINT none"));
        }
    }
}

/// Registers, signs in and changes the password, rightly and wrongly.
async fn use_passwords(node: &Node, canaries: &mut Canaries) {
    const PASSWORDS: [&str; 3] = [
        "canary horse battery staple",
        "canary of the second password",
        "canary of a wrong password",
    ];
    for password in PASSWORDS {
        canaries.note("password", password);
    }
    let [first, second, wrong] = PASSWORDS;
    let email = format!("person-{}@example.com", node.id());
    let browser = Browser::new();
    for (path, body) in [
        ("register", json!({"email": email, "password": first})),
        ("register", json!({"email": email, "password": second})),
        ("login", json!({"email": email, "password": wrong})),
        ("login", json!({"email": email, "password": [wrong]})),
        ("login", json!({"email": email, "password": first})),
        ("reauthenticate", json!({"password": wrong})),
        ("reauthenticate", json!({"password": first})),
        ("password/set", json!({"password": wrong})),
        (
            "password/change",
            json!({"current_password": wrong, "new_password": second}),
        ),
        (
            "password/change",
            json!({"current_password": first, "new_password": second}),
        ),
    ] {
        let request = browser.request(Method::POST, node.url(&format!("/auth/{path}")));
        request.json(&body).send().await.unwrap();
    }
    assert!(browser.me(node).await.is_some());
    let session = browser.cookie(node, "belgie_session").unwrap();
    canaries.note("session cookie", &session);
}

/// One sign-in, as far as it comes, with all its secrets noted; its callback is sent twice.
async fn try_sign_in(site: &Site, node: &Node, canaries: &mut Canaries) -> Browser {
    let browser = Browser::new();
    let begun = browser.get(node.url("/auth/provider/google/signin")).await;
    let Some(asked) = begun.headers().get("location") else {
        return browser;
    };
    let asked = url::Url::parse(asked.to_str().unwrap()).unwrap();
    for name in ["state", "nonce"] {
        canaries.note_parameter(name, &asked);
    }
    canaries.note(
        "attempt cookie",
        &browser.cookie(node, "belgie_attempt").unwrap(),
    );
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    canaries.note_parameter("code", &callback);
    for _ in 0..2 {
        browser.get(callback.clone()).await;
    }
    if let Some(session) = browser.cookie(node, "belgie_session") {
        canaries.note("session cookie", &session);
    }
    browser
}

fn note_verifiers(site: &Site, canaries: &mut Canaries) {
    let requests = site.idp.requests().token_requests;
    assert!(!requests.is_empty());
    for request in requests {
        canaries.note(
            "code verifier",
            request.form.first("code_verifier").unwrap(),
        );
    }
}

#[tokio::test]
async fn cfg_09_no_query_of_any_address_is_in_the_log() {
    let mut site = Site::new(Kind::Sqlite).await;
    for format in ["text", "json"] {
        site.set("LOG_FORMAT", format);
        let node = Node::start_logging(site.directory.path(), &site.settings, "trace").await;
        let browser = Browser::new();
        browser.sign_in(&node, &site.idp, "jane").await;

        for path in [
            "/",
            "/signin",
            "/dashboard",
            "/nowhere",
            "/healthz",
            "/readyz",
            "/api/me",
            "/auth",
            "/auth/nowhere",
            "/auth/providers",
            "/auth/provider/google/signin",
            "/auth/provider/google/callback",
            "/auth/provider/nobody/callback",
            "/auth/session",
            "/auth/sessions",
            "/auth/sessions/x",
            "/auth/signout",
        ] {
            for query in [
                "code=canary-query&state=canary-query",
                "canary-query#canary-fragment",
            ] {
                let url = node.url(&format!("{path}?{query}"));
                for method in [Method::GET, Method::POST, Method::HEAD] {
                    let asked = client()
                        .request(method, &url)
                        .header("referer", &url)
                        .header("origin", &url);
                    asked.send().await.unwrap();
                }
                browser.get(&url).await;
            }
        }

        let log = node.finish().await;
        assert!(
            log.contains("/auth/provider/google/callback") && log.contains("answered"),
            "{log}"
        );
        let leaked = log.lines().find(|line| line.contains("canary"));
        assert_eq!(leaked, None);
    }
}
