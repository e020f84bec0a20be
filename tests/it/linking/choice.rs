//! What a person chooses whose address is in use already (LNK-04, LNK-08, LNK-13).

use belgie_idp_emulator::{Emulator, Person};
use reqwest::Response;
use serde_json::{Value, json};
use url::Url;

use super::{OTHER, begin_path, choices, other_provider, sign_in_at, start_fresh, user};
use crate::support::browser::{Browser, code, header};
use crate::support::nodes::at;
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, execute, query};

on_both_databases! {
    lnk_04_the_holder_connects_at_another_node,
    lnk_04_of_many_choices_at_once_to_start_fresh_one_is_made,
    lnk_04_of_connecting_and_starting_fresh_at_once_one_happens,
    lnk_08_the_operator_moves_an_address_while_somebody_chooses,
    lnk_04_what_waits_ends_after_ten_minutes,
}

/// Two nodes, and another provider, where a squatter has signed in as this person of ours.
async fn squatted(site: &mut Site, subject: &str) -> ([Node; 2], Emulator) {
    let other = other_provider(site).await;
    let first = site.node().await;
    for (setting, provider) in [("GOOGLE", "google"), ("OIDC_OTHER", OTHER)] {
        let callback = first.url(&format!("/auth/provider/{provider}/callback"));
        site.set(&format!("{setting}_REDIRECT_URI"), callback);
    }
    let nodes = [first, site.node().await];
    squat(&nodes[0], &other, subject).await;
    (nodes, other)
}

/// Lets a squatter enter the address of a person of ours, and returns the id of the squatter's user.
async fn squat(node: &Node, other: &Emulator, subject: &str) -> Value {
    let squatter = format!("squatter-of-{subject}");
    let person = Person::new(&squatter).email(format!("{subject}@gmail.com"));
    other.put_person(person);
    let browser = Browser::new();
    let answer = sign_in_at(&browser, node, (OTHER, other), &squatter).await;
    assert_eq!(answer.status(), 303, "{}", node.log());
    browser.me(node).await.unwrap()["id"].clone()
}

/// Signs in as the owner of the address, who is asked.
async fn ask(site: &Site, node: &Node, subject: &str) -> Browser {
    let person = Person::new(subject).email(format!("{subject}@gmail.com"));
    site.idp.put_person(person);
    let browser = Browser::new();
    let asked = browser.try_sign_in(node, &site.idp, subject).await;
    assert_eq!(code(asked).await, "account_exists");
    browser
}

/// Returns the callback of the squatter's sign-in in this browser.
async fn come_as_squatter(browser: &Browser, node: &Node, other: &Emulator, subject: &str) -> Url {
    let asked = browser.begin_at(node, &begin_path(OTHER)).await;
    let squatter = format!("squatter-of-{subject}");
    other.authorize(&asked, &squatter).await.unwrap()
}

async fn lnk_04_the_holder_connects_at_another_node(site: Site) {
    let mut site = site;
    let (nodes, other) = squatted(&mut site, "jane").await;
    let holder = user(&site, "jane@gmail.com");
    let browser = ask(&site, &nodes[0], "jane").await;
    assert_eq!(choices(&browser, &nodes[1]).await, ["connect", "fresh"]);

    let callback = come_as_squatter(&browser, &nodes[0], &other, "jane").await;
    let answer = browser.get(at(&nodes[1], &callback)).await;

    assert_eq!(answer.status(), 303, "{}", nodes[1].log());
    let after = user(&site, "jane@gmail.com");
    assert_eq!(after["id"], holder["id"]);
    assert_eq!(
        (&holder["email_proved"], &after["email_proved"]),
        (&json!(false), &json!(true))
    );
    let providers: Vec<_> = after["accounts"].as_array().unwrap().iter().collect();
    let providers: Vec<_> = providers
        .iter()
        .map(|account| &account["provider"])
        .collect();
    assert_eq!(providers, ["other", "google"]);
    assert_eq!(choices(&browser, &nodes[0]).await, [""; 0]);
    let again = Browser::new();
    again.sign_in(&nodes[1], &site.idp, "jane").await;
    assert_eq!(again.me(&nodes[0]).await.unwrap()["id"], holder["id"]);
}

async fn lnk_04_of_many_choices_at_once_to_start_fresh_one_is_made(site: Site) {
    let mut site = site;
    let (nodes, other) = squatted(&mut site, "new-0").await;
    for round in 0..repetitions(3, 30) {
        let subject = format!("new-{round}");
        if round > 0 {
            squat(&nodes[0], &other, &subject).await;
        }
        let browser = ask(&site, &nodes[0], &subject).await;

        let made = [0, 1, 0, 1].map(|node| start_fresh(&browser, &nodes[node]));
        let mut statuses = Vec::new();
        for answer in futures_util::future::join_all(made).await {
            statuses.push(answer.status().as_u16());
        }

        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404, 404, 404], "{}", nodes[0].log());
        let users = 2 * (round + 1);
        assert_eq!(
            (
                count(&site, "belgie_users"),
                count(&site, "belgie_accounts")
            ),
            (users, users)
        );
    }
}

/// Which of them happens is left open; the other must find nothing to do.
async fn lnk_04_of_connecting_and_starting_fresh_at_once_one_happens(site: Site) {
    let mut site = site;
    let (nodes, other) = squatted(&mut site, "new-0").await;
    let mut accounts = 1;
    for round in 0..repetitions(4, 40) {
        let subject = format!("new-{round}");
        if round > 0 {
            squat(&nodes[0], &other, &subject).await;
            accounts += 1;
        }
        let holder = user(&site, &format!("{subject}@gmail.com"));
        let browser = ask(&site, &nodes[0], &subject).await;
        let callback = come_as_squatter(&browser, &nodes[0], &other, &subject).await;

        let (connected, fresh) = tokio::join!(
            browser.get(at(&nodes[round % 2], &callback)),
            start_fresh(&browser, &nodes[(round + 1) % 2]),
        );

        accounts += 1;
        assert_eq!(connected.status(), 303, "the holder can sign in either way");
        let now = user(&site, &format!("{subject}@gmail.com"));
        let moved = now["id"] != holder["id"];
        assert_eq!(
            fresh.status(),
            if moved { 303 } else { 404 },
            "{}",
            nodes[0].log()
        );
        let shown: Value = serde_json::from_str(&site.run(&[
            "user",
            "show",
            holder["id"].as_str().unwrap(),
            "--json",
        ]))
        .unwrap();
        let of_holder = shown["accounts"].as_array().unwrap().len();
        assert_eq!(of_holder, if moved { 1 } else { 2 }, "{shown}");
        assert_eq!(now["email_proved"], true);
        assert_eq!(count(&site, "belgie_accounts"), accounts);
    }
}

async fn lnk_08_the_operator_moves_an_address_while_somebody_chooses(site: Site) {
    let mut site = site;
    let (nodes, _other) = squatted(&mut site, "jane").await;
    let squatted = user(&site, "jane@gmail.com")["id"].clone();
    let browser = ask(&site, &nodes[0], "jane").await;

    site.run(&["user", "create", "jane@gmail.com"]);

    assert_eq!(choices(&browser, &nodes[1]).await, [""; 0]);
    let refused = start_fresh(&browser, &nodes[0]).await;
    assert_eq!(refused.status(), 409);
    browser.sign_in(&nodes[0], &site.idp, "jane").await;
    let me = browser.me(&nodes[1]).await.unwrap();
    assert_ne!(me["id"], squatted);
    let former = site.run(&["user", "show", squatted.as_str().unwrap()]);
    assert!(former.contains("e-mail        no e-mail"), "{former}");
}

async fn lnk_04_what_waits_ends_after_ten_minutes(site: Site) {
    let mut site = site;
    let (nodes, _other) = squatted(&mut site, "jane").await;
    let browser = ask(&site, &nodes[0], "jane").await;
    let lifetime = "SELECT expires_at - created_at FROM belgie_pending_sign_ins";
    let lifetime = query(&site, lifetime);
    assert!(
        ["600000000", "00:10:00"]
            .iter()
            .any(|span| lifetime.contains(span)),
        "{lifetime}"
    );

    execute(
        &site,
        "UPDATE belgie_pending_sign_ins SET expires_at = created_at",
    );

    assert_eq!(choices(&browser, &nodes[0]).await, [""; 0]);
    let refused: Response = start_fresh(&browser, &nodes[1]).await;
    assert_eq!(refused.status(), 404);
    assert!(header(&refused, "content-type").starts_with("text/html"));
    site.run(&["cleanup"]);
    assert_eq!(count(&site, "belgie_pending_sign_ins"), 0);
}
