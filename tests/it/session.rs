use reqwest::Method;
use serde_json::Value;

use crate::browser::{Browser, client, code, header};
use crate::site::{Kind, Site, on_both_databases};

on_both_databases! {
    async fn ses_11_a_user_lists_and_ends_own_sessions(site: Site) {
        let (node, mine, phone, john) = (site.node().await, Browser::new(), Browser::new(), Browser::new());
        for (browser, subject) in [(&mine, "jane"), (&phone, "jane"), (&john, "john")] {
            browser.sign_in(&node, &site.idp, subject).await;
        }

        let list: Value = mine.get(node.url("/auth/sessions")).await.json().await.unwrap();
        let sessions = list["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2);
        let other = sessions.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();

        let path = format!("/auth/sessions/{other}");
        let foreign = john.request(Method::DELETE, node.url(&path)).send().await.unwrap();
        assert_eq!((foreign.status().as_u16(), code(foreign).await.as_str()), (404, "not_found"));
        let own = mine.request(Method::DELETE, node.url(&path)).send().await.unwrap();
        assert_eq!(own.status(), 204);
        assert_eq!(phone.me(&node).await, None);

        phone.sign_in(&node, &site.idp, "jane").await;
        let others = mine.request(Method::DELETE, node.url("/auth/sessions")).send().await.unwrap();
        assert_eq!(others.json::<Value>().await.unwrap()["revoked"], 1);
        assert_eq!((phone.me(&node).await, mine.me(&node).await.is_some()), (None, true));
        assert!(john.me(&node).await.is_some());
    }

    async fn ses_13_a_role_and_a_disabled_user_show_at_the_next_request(site: Site) {
        let (node, browser) = (site.node().await, Browser::new());
        browser.sign_in(&node, &site.idp, "jane").await;

        site.run(&["user", "set-role", "jane@gmail.com", "admin"]);
        assert_eq!(browser.me(&node).await.unwrap()["role"], "admin");
        site.run(&["user", "disable", "jane@gmail.com"]);
        assert_eq!(browser.me(&node).await, None);

        let refused = browser.try_sign_in(&node, &site.idp, "jane").await;
        assert_eq!((refused.status().as_u16(), code(refused).await.as_str()), (403, "account_disabled"));
        site.run(&["user", "enable", "jane@gmail.com"]);
        assert_eq!(browser.me(&node).await, None);
        browser.sign_in(&node, &site.idp, "jane").await;
    }

    async fn the_operator_lists_and_ends_sessions(site: Site) {
        let (node, browser) = (site.node().await, Browser::new());
        browser.sign_in(&node, &site.idp, "jane").await;

        let list: Value = serde_json::from_str(&site.run(&["session", "list", "jane@gmail.com", "--json"])).unwrap();
        let id = list[0]["id"].as_str().unwrap().to_owned();
        site.run(&["session", "revoke", &id]);
        assert_eq!(browser.me(&node).await, None);

        browser.sign_in(&node, &site.idp, "jane").await;
        site.run(&["session", "revoke", "--user", "jane@gmail.com"]);
        assert_eq!(browser.me(&node).await, None);
    }
}

#[tokio::test]
async fn ses_03_a_sign_in_gives_a_new_token_and_a_planted_one_opens_nothing() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let planted = format!("s_{}", "A".repeat(43));
    browser.set_cookie(&node, &format!("belgie_session={planted}"));

    browser.sign_in(&node, &site.idp, "jane").await;
    let first = browser.cookie(&node, "belgie_session").unwrap();
    browser.sign_in(&node, &site.idp, "jane").await;
    let second = browser.cookie(&node, "belgie_session").unwrap();

    assert!(first != planted && second != first);
    for old in [&planted, &first] {
        let thief = Browser::new();
        thief.set_cookie(&node, &format!("belgie_session={old}"));
        assert_eq!(thief.me(&node).await, None);
    }
}

#[tokio::test]
async fn ses_04_a_token_in_the_address_or_the_body_is_no_authentication() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let token = browser.cookie(&node, "belgie_session").unwrap();

    for name in [
        "token",
        "access_token",
        "session",
        "belgie_session",
        "authorization",
    ] {
        let answer = client()
            .get(node.url(&format!("/api/me?{name}={token}")))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 401, "{name}");
        let form = client()
            .post(node.url("/auth/signout"))
            .header("sec-fetch-site", "same-origin");
        let form = form
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("{name}={token}"));
        form.send().await.unwrap();
    }

    assert!(browser.me(&node).await.is_some());
    let bearer = client()
        .get(node.url("/api/me"))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(bearer.status(), 200);
}

#[tokio::test]
async fn ses_07_the_cookie_has_every_protective_attribute_also_when_deleted() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());

    let signed_in = browser.try_sign_in(&node, &site.idp, "jane").await;
    let signed_out = browser
        .request(Method::POST, node.url("/auth/signout"))
        .send()
        .await
        .unwrap();

    for (answer, age) in [(&signed_in, "Max-Age=2592000"), (&signed_out, "Max-Age=0")] {
        let cookie = header(answer, "set-cookie");
        for attribute in [
            "belgie_session=",
            "; HttpOnly",
            "; SameSite=Lax",
            "; Path=/",
            age,
        ] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn ses_08_two_session_cookies_in_one_request_are_refused() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let good = browser.cookie(&node, "belgie_session").unwrap();
    let bad = format!("s_{}", "A".repeat(43));

    for cookies in [(&good, &bad), (&bad, &good), (&good, &good)] {
        let cookies = format!("belgie_session={}; belgie_session={}", cookies.0, cookies.1);
        let answer = client()
            .get(node.url("/api/me"))
            .header("cookie", cookies)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 401);
    }
}

#[tokio::test]
async fn ses_15_altered_and_truncated_tokens_do_not_work() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let token = browser.cookie(&node, "belgie_session").unwrap();

    for at in 0..token.len() {
        let mut altered = token.clone();
        altered.replace_range(at..=at, if &token[at..=at] == "x" { "y" } else { "x" });
        let truncated = [&token[..at], &token[at + 1..]].concat();
        for wrong in [altered, truncated] {
            let answer = client()
                .get(node.url("/api/me"))
                .bearer_auth(&wrong)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 401, "{at}");
        }
    }
}

#[tokio::test]
async fn ses_16_signing_out_takes_a_post_from_this_site() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    let get = browser.get(node.url("/auth/signout")).await;
    assert_eq!(get.status(), 405);
    let foreign = browser
        .request(Method::POST, node.url("/auth/signout"))
        .header("sec-fetch-site", "cross-site");
    assert_ne!(foreign.send().await.unwrap().status(), 204);
    assert!(browser.me(&node).await.is_some());

    let own = browser
        .request(Method::POST, node.url("/auth/signout"))
        .send()
        .await
        .unwrap();
    assert!(own.headers().get("clear-site-data").is_none());
    let again = browser
        .request(Method::POST, node.url("/auth/signout"))
        .send()
        .await
        .unwrap();
    assert_eq!((own.status().as_u16(), again.status().as_u16()), (204, 204));
}

#[tokio::test]
async fn red_06_a_form_is_answered_with_303() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser, other) = (site.node().await, Browser::new(), Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    other.sign_in(&node, &site.idp, "jane").await;
    let list: Value = browser
        .get(node.url("/auth/sessions"))
        .await
        .json()
        .await
        .unwrap();
    let sessions = list["sessions"].as_array().unwrap();
    let ended = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap()["id"]
        .as_str()
        .unwrap();

    for path in [
        &format!("/auth/sessions/{ended}/revoke"),
        "/auth/sessions/revoke-others",
        "/auth/signout",
    ] {
        let form = browser
            .request(Method::POST, node.url(path))
            .header("accept", "text/html");
        let form = form
            .header("content-type", "application/x-www-form-urlencoded")
            .body("");
        let answer = form.send().await.unwrap();
        assert_eq!(answer.status(), 303, "{path}");
        assert!(header(&answer, "location").starts_with('/'), "{path}");
    }

    assert_eq!(
        (browser.me(&node).await, other.me(&node).await),
        (None, None)
    );
}
