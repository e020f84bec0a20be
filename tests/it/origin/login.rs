//! Being signed in as someone else without knowing (CSR-02, "login CSRF").

use reqwest::Method;

use crate::support::browser::{Browser, client, code};
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{count, dump};

on_both_databases! {
    csr_02_a_callback_begun_by_another_browser_signs_no_one_in,
}

async fn csr_02_a_callback_begun_by_another_browser_signs_no_one_in(site: Site) {
    let (node, attacker) = (site.node().await, Browser::new());
    let stranger = Browser::new();
    let jane = Browser::new();
    jane.sign_in(&node, &site.idp, "jane").await;
    jane.begin(&node).await;

    for victim in [&stranger, &jane] {
        let before = victim.me(&node).await;
        let callback = attacker.authorized(&node, &site.idp, "john").await;
        let followed = victim
            .plain_request(Method::GET, callback.clone())
            .header("sec-fetch-site", "cross-site");
        assert_eq!(code(followed.send().await.unwrap()).await, "invalid_state");
        for (source, status) in [("cross-site", 403), ("same-origin", 415)] {
            let posted = victim
                .plain_request(Method::POST, callback.clone())
                .header("sec-fetch-site", source)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(callback.query().unwrap().to_owned());
            assert_eq!(posted.send().await.unwrap().status(), status, "{source}");
        }
        assert_eq!(victim.me(&node).await, before);
    }
    assert_eq!(
        count(&site, "belgie_users"),
        1,
        "john was signed in somewhere"
    );
}

/// Neither a form of another site nor one without a cookie begins or ends anything.
#[tokio::test]
async fn csr_02_forms_of_other_sites_are_refused_without_a_cookie_too() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let before = dump(&site);

    for headers in [
        &[("origin", "https://evil.example")] as &[_],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        for (path, status) in [
            ("/auth/signout", 403),
            ("/auth/provider/google/signin", 405),
            ("/auth/provider/google/callback", 403),
            ("/auth/exchange", 403),
            ("/auth/register", 403),
            ("/auth/login", 403),
            ("/auth/password/forgot", 403),
            ("/auth/password/reset", 403),
            ("/auth/email/resend", 403),
            ("/auth/email/verify", 403),
            ("/auth/email/confirm", 403),
        ] {
            let form = client()
                .post(node.url(path))
                .header("content-type", "application/x-www-form-urlencoded");
            let form = headers
                .iter()
                .fold(form, |form, (name, value)| form.header(*name, *value));
            let answer = form.body("a=b").send().await.unwrap();
            assert_eq!(answer.status(), status, "{path} {headers:?}");
            assert!(answer.headers().get("set-cookie").is_none(), "{path}");
        }
    }

    assert_eq!(dump(&site), before);
}

/// What a page can load without being asked: none of it begins a sign-in.
#[tokio::test]
async fn csr_02_nothing_that_a_page_embeds_begins_a_sign_in() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());

    for dest in [
        "iframe", "frame", "embed", "object", "image", "script", "style", "video", "worker",
        "prefetch",
    ] {
        for mode in ["navigate", "no-cors"] {
            let request = browser
                .plain_request(Method::GET, node.url("/auth/provider/google/signin"))
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", mode)
                .header("sec-fetch-dest", dest);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 400, "{dest} {mode}");
            assert!(answer.headers().get("set-cookie").is_none(), "{dest}");
        }
    }

    assert_eq!(count(&site, "belgie_attempts"), 0);
}
