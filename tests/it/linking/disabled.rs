//! Users that are disabled (LNK-15).

use std::time::Duration;

use belgie_idp_emulator::{Answer, Endpoint, Fault, Person};

use super::{OTHER, other_provider, sign_in_at, user};
use crate::support::browser::{Browser, client, code};
use crate::support::nodes::{come_back_at_once, two_nodes};
use crate::support::repetition::repetitions;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::count;

const JANE: &str = "jane@gmail.com";

on_both_databases! {
    lnk_15_a_disabled_user_gets_in_by_no_path_and_stays_disabled,
    lnk_15_a_user_disabled_during_the_callback_is_refused,
    lnk_15_no_sign_in_at_the_same_time_enables_or_outlives_it,
}

async fn lnk_15_a_disabled_user_gets_in_by_no_path_and_stays_disabled(site: Site) {
    let mut site = site;
    let other = other_provider(&mut site).await;
    site.set("OIDC_OTHER_TRUST_EMAIL", "true");
    let nodes = two_nodes(&mut site).await;
    let (held, under_way) = (Browser::new(), Browser::new());
    held.sign_in(&nodes[0], &site.idp, "jane").await;
    let token = held.cookie(&nodes[0], "belgie_session").unwrap();
    let callback = under_way.authorized(&nodes[0], &site.idp, "jane").await;

    site.run(&["user", "disable", JANE]);
    for node in &nodes {
        assert_eq!(held.me(node).await, None, "a session was open");
        let bearer = client().get(node.url("/api/me")).bearer_auth(&token);
        assert_eq!(bearer.send().await.unwrap().status(), 401);
    }
    let between = under_way.get(callback).await;
    assert_eq!(
        (between.status().as_u16(), code(between).await.as_str()),
        (403, "account_disabled")
    );
    let own = Browser::new()
        .try_sign_in(&nodes[1], &site.idp, "jane")
        .await;
    assert_eq!(code(own).await, "account_disabled");
    other.put_person(Person::new("jane").email(JANE).email_verified(true));
    let joining = sign_in_at(&Browser::new(), &nodes[0], (OTHER, &other), "jane").await;
    assert_eq!(code(joining).await, "account_disabled");
    assert_eq!(
        user(&site, JANE)["is_active"],
        false,
        "a sign-in enabled the user"
    );
    assert_eq!(
        (
            count(&site, "belgie_sessions"),
            count(&site, "belgie_accounts")
        ),
        (0, 1)
    );

    site.run(&["user", "enable", JANE]);
    for node in &nodes {
        assert_eq!(held.me(node).await, None, "an old session came back");
    }
    held.sign_in(&nodes[0], &site.idp, "jane").await;
}

/// The operator disables the user while the provider is being asked.
async fn lnk_15_a_user_disabled_during_the_callback_is_refused(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    let delay = Duration::from_secs(3);
    site.idp
        .fault_once(Fault::answer(Endpoint::Token, Answer::Slow { delay }));
    let before = site.idp.request_count(Endpoint::Token);

    let coming_back = tokio::spawn({
        let browser = browser.clone();
        async move { browser.get(callback).await }
    });
    while site.idp.request_count(Endpoint::Token) == before {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    site.run_beside(&["user", "disable", JANE]).await;

    assert_eq!(code(coming_back.await.unwrap()).await, "account_disabled");
    assert_eq!(
        (
            user(&site, JANE)["is_active"].as_bool(),
            count(&site, "belgie_sessions")
        ),
        (Some(false), 0)
    );
}

/// A sign-in writes the user's row: it must neither write back what has just been taken away, nor leave a session
/// that works once the user is enabled again.
async fn lnk_15_no_sign_in_at_the_same_time_enables_or_outlives_it(site: Site) {
    let mut site = site;
    let nodes = two_nodes(&mut site).await;
    Browser::new().sign_in(&nodes[0], &site.idp, "jane").await;
    let mut met = 0;
    for _ in 0..repetitions(4, 50) {
        let sign_ins = come_back_at_once(&site, &nodes, &["jane"; 8]).await;
        site.run_beside(&["user", "disable", JANE]).await;

        let came = sign_ins.join_all().await.into_iter();
        let (browsers, answers): (Vec<_>, Vec<_>) = came
            .map(|(browser, answer)| (browser, answer.status().as_u16()))
            .unzip();
        assert!(
            answers
                .iter()
                .all(|status| matches!(status, 303 | 403 | 503)),
            "{answers:?}"
        );
        met += answers.iter().filter(|status| **status != 503).count();
        assert_eq!(
            (
                user(&site, JANE)["is_active"].as_bool(),
                count(&site, "belgie_sessions")
            ),
            (Some(false), 0)
        );
        site.run(&["user", "enable", JANE]);
        for browser in &browsers {
            assert_eq!(browser.me(&nodes[0]).await, None, "a session outlived it");
        }
    }
    assert!(met > 0, "none met the user");
}
