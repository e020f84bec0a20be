//! Registering and signing in with a password.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::browser::{Browser, client, code, header};
use crate::support::program::Node;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, dump, query};

on_both_databases! {
    pwd_01_only_a_hash_of_a_password_is_kept,
    pwd_10_a_new_installation_has_no_user_and_nobody_registers,
    ses_12_a_changed_password_ends_the_other_sessions,
    lnk_04_an_account_that_waits_joins_the_holder_who_signs_in_with_the_password,
    lnk_08_the_password_of_a_squatter_goes_with_the_address,
    lnk_15_a_disabled_user_does_not_sign_in_with_the_password,
    lnk_17_of_many_registrations_of_one_address_at_once_one_succeeds,
    rat_01_the_eleventh_guess_is_refused_on_every_node,
    rat_10_a_flood_of_passwords_is_refused_and_sessions_go_on,
}

const RIGHT: &str = "correct horse battery staple";
const OTHER: &str = "another password of Jane's own";
const REGISTER: &str = "/auth/register";
const LOGIN: &str = "/auth/login";

/// Lets anyone register, and starts a node.
async fn open(site: &mut Site) -> Node {
    site.set("PASSWORD_REGISTRATION", "true");
    site.node().await
}

async fn post(browser: &Browser, node: &Node, path: &str, body: &Value) -> Response {
    let request = browser.request(Method::POST, node.url(path));
    request.json(body).send().await.unwrap()
}

fn person(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// Registers in a new browser.
async fn register(node: &Node, email: &str) -> Browser {
    let browser = Browser::new();
    let answer = post(&browser, node, REGISTER, &person(email, RIGHT)).await;
    assert_eq!(answer.status(), 201, "{}", node.log());
    assert_eq!(browser.me(node).await.unwrap()["email"], email);
    browser
}

async fn pwd_01_only_a_hash_of_a_password_is_kept(mut site: Site) {
    let node = open(&mut site).await;
    for email in ["a@example.com", "b@example.com"] {
        register(&node, email).await;
    }

    let hashes = query(&site, "SELECT hash FROM belgie_passwords ORDER BY hash");
    let hashes: Vec<_> = hashes.lines().map(|line| line.trim_matches('\'')).collect();

    assert_eq!(hashes.len(), 2);
    for hash in &hashes {
        let parts: Vec<_> = hash.split('$').collect();
        assert_eq!(parts[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1"]);
        assert_eq!((parts[4].len(), parts[5].len()), (22, 43), "{hash}");
    }
    assert_ne!(hashes[0], hashes[1]);
    assert!(!dump(&site).contains(RIGHT));
}

async fn pwd_10_a_new_installation_has_no_user_and_nobody_registers(site: Site) {
    let node = site.node().await;
    let jane = person("jane@example.com", RIGHT);

    let answer = post(&Browser::new(), &node, REGISTER, &jane).await;

    assert_eq!(answer.status(), 403);
    assert_eq!(code(answer).await, "registration_closed");
    assert_eq!(count(&site, "belgie_users"), 0);
    assert_eq!(count(&site, "belgie_passwords"), 0);
}

async fn ses_12_a_changed_password_ends_the_other_sessions(mut site: Site) {
    let first = open(&mut site).await;
    let other = register(&first, "jane@example.com").await;
    let browser = Browser::new();
    let jane = person("jane@example.com", RIGHT);
    assert_eq!(post(&browser, &first, LOGIN, &jane).await.status(), 200);
    let change = json!({"current_password": RIGHT, "new_password": OTHER});
    let before = (browser.me(&first).await, other.me(&first).await);
    assert!(before.0.is_some() && before.0 == before.1);

    let answer = post(&browser, &first, "/auth/password/change", &change).await;

    assert_eq!(answer.status(), 204);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    assert!(browser.me(&first).await.is_some());
    assert_eq!(other.me(&first).await, None);
    let old = post(&Browser::new(), &first, LOGIN, &jane).await;
    assert_eq!(code(old).await, "invalid_credentials");
    let jane = person("jane@example.com", OTHER);
    assert_eq!(post(&other, &first, LOGIN, &jane).await.status(), 200);
}

async fn lnk_04_an_account_that_waits_joins_the_holder_who_signs_in_with_the_password(
    mut site: Site,
) {
    let node = open(&mut site).await;
    let holder = register(&node, "jane@gmail.com").await;
    let browser = Browser::new();
    let asked = browser.try_sign_in(&node, &site.idp, "jane").await;
    assert_eq!(code(asked).await, "account_exists");

    let jane = person("jane@gmail.com", RIGHT);
    assert_eq!(post(&browser, &node, LOGIN, &jane).await.status(), 200);

    let me = browser.me(&node).await.unwrap();
    assert_eq!(me["id"], holder.me(&node).await.unwrap()["id"]);
    assert_eq!(me["email_proved"], true);
    assert_eq!(count(&site, "belgie_accounts"), 1);
    let again = Browser::new();
    again.sign_in(&node, &site.idp, "jane").await;
    assert_eq!(again.me(&node).await.unwrap()["id"], me["id"]);
}

async fn lnk_08_the_password_of_a_squatter_goes_with_the_address(mut site: Site) {
    let node = open(&mut site).await;
    let squatter = register(&node, "jane@gmail.com").await;
    let owner = Browser::new();
    let asked = owner.try_sign_in(&node, &site.idp, "jane").await;
    assert_eq!(code(asked).await, "account_exists");

    let fresh = post(&owner, &node, "/auth/pending/fresh", &json!({})).await;

    assert_eq!(fresh.status(), 200);
    assert_eq!(owner.me(&node).await.unwrap()["email"], "jane@gmail.com");
    assert_eq!(squatter.me(&node).await, None);
    assert_eq!(count(&site, "belgie_passwords"), 0);
    let jane = person("jane@gmail.com", RIGHT);
    let refused = post(&squatter, &node, LOGIN, &jane).await;
    assert_eq!(code(refused).await, "invalid_credentials");
}

async fn lnk_15_a_disabled_user_does_not_sign_in_with_the_password(mut site: Site) {
    let node = open(&mut site).await;
    let browser = register(&node, "jane@example.com").await;
    site.run(&["user", "disable", "jane@example.com"]);

    assert_eq!(browser.me(&node).await, None);
    for (password, expected) in [(RIGHT, "account_disabled"), (OTHER, "invalid_credentials")] {
        let jane = person("jane@example.com", password);
        let refused = post(&browser, &node, LOGIN, &jane).await;
        assert_eq!(code(refused).await, expected);
    }
    assert_eq!(count(&site, "belgie_sessions"), 0);
}

async fn lnk_17_of_many_registrations_of_one_address_at_once_one_succeeds(mut site: Site) {
    let nodes = [open(&mut site).await, site.node().await];
    let all = (0..12).map(|number| {
        let url = nodes[number % 2].url(REGISTER);
        let body = person(["jane@example.com", "JANE@example.com"][number % 2], RIGHT);
        tokio::spawn(async move { client().post(url).json(&body).send().await.unwrap() })
    });

    let mut statuses = Vec::new();
    for one in all.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap().status().as_u16());
    }

    statuses.sort_unstable();
    assert_eq!(statuses[0], 201, "{statuses:?}");
    assert!(statuses[1..].iter().all(|it| *it == 409), "{statuses:?}");
    assert_eq!(count(&site, "belgie_users"), 1);
    assert_eq!(count(&site, "belgie_passwords"), 1);
}

async fn rat_01_the_eleventh_guess_is_refused_on_every_node(mut site: Site) {
    let nodes = [open(&mut site).await, site.node().await];
    register(&nodes[0], "jane@example.com").await;
    for email in ["jane@example.com", "nobody@example.com"] {
        let mut answers = Vec::new();
        for number in 0..11 {
            let guess = client().post(nodes[number % 2].url(LOGIN));
            let answer = guess.json(&person(email, OTHER)).send().await.unwrap();
            answers.push(code(answer).await);
        }
        let expected = [vec!["invalid_credentials"; 10], vec!["rate_limited"]].concat();
        assert_eq!(answers, expected, "{email}");
    }
}

async fn rat_10_a_flood_of_passwords_is_refused_and_sessions_go_on(mut site: Site) {
    site.set("RATE_LIMIT", "off");
    let node = open(&mut site).await;
    let browser = register(&node, "jane@example.com").await;
    let (url, flood) = (node.url(LOGIN), client());
    let all = (0..200).map(|number| {
        let email = format!("person-{number}@example.com");
        let request = flood.post(&url).json(&person(&email, OTHER));
        tokio::spawn(async move {
            let answer = request.send().await.unwrap();
            let retry_after = answer.headers().get("retry-after").cloned();
            (answer.status().as_u16(), retry_after)
        })
    });
    let all: Vec<_> = all.collect();

    for _ in 0..20 {
        assert!(browser.me(&node).await.is_some());
    }

    let (mut compared, mut refused) = (0, 0);
    for one in all {
        match one.await.unwrap() {
            (401, _) => compared += 1,
            (503, retry_after) => {
                assert_eq!(retry_after.unwrap(), "1");
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(compared + refused, 200);
    assert!(compared > 0 && refused > 0, "{compared} and {refused}");
    let jane = person("jane@example.com", RIGHT);
    assert_eq!(post(&browser, &node, LOGIN, &jane).await.status(), 200);
}
