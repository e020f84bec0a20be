//! First sign-ins that meet (LNK-17).

use belgie_idp_emulator::Person;
use serde_json::Value;

use crate::support::browser::{Browser, code};
use crate::support::nodes::{come_back_at_once, two_nodes};
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::count;

/// Lets all come back at once, and returns what each was answered: a status, and a code unless they are let in.
async fn visits(
    site: &Site,
    nodes: &[Node; 2],
    people: &[String],
) -> Vec<(Browser, u16, Option<String>)> {
    let mut visits = Vec::new();
    let came = come_back_at_once(site, nodes, people).await;
    for (browser, answer) in came.join_all().await {
        let status = answer.status().as_u16();
        let code = if status == 303 {
            None
        } else {
            Some(code(answer).await)
        };
        visits.push((browser, status, code));
    }
    visits
}

/// No one is refused because others came too, except by a provider that is too slow for so many at once.
fn is_let_in_as_far_as_we_can(status: u16, code: Option<&str>) -> bool {
    code.map_or(status == 303, |code| code == "provider_unavailable")
}

on_both_databases! {
    lnk_17_fifty_first_sign_ins_of_one_subject_at_two_nodes_make_one_user,
    lnk_17_first_sign_ins_with_one_address_at_once_make_one_user,
    lnk_17_a_first_sign_in_beside_the_operator_makes_one_user,
}

async fn lnk_17_fifty_first_sign_ins_of_one_subject_at_two_nodes_make_one_user(site: Site) {
    let mut site = site;
    let nodes = two_nodes(&mut site).await;
    for round in 0..repetitions(1, 5) {
        let subject = format!("new-{round}");
        site.idp
            .put_person(Person::new(&subject).email(format!("{subject}@gmail.com")));

        let came = visits(&site, &nodes, &vec![subject.clone(); 50]).await;

        let mut ids = Vec::new();
        for (browser, status, code) in &came {
            assert!(
                is_let_in_as_far_as_we_can(*status, code.as_deref()),
                "{status} {code:?}"
            );
            let me = browser.me(&nodes[1]).await;
            assert_eq!(me.is_some(), *status == 303);
            ids.extend(me.map(|me| me["id"].as_str().unwrap().to_owned()));
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(
            (
                count(&site, "belgie_users"),
                count(&site, "belgie_accounts")
            ),
            (round + 1, round + 1)
        );
    }
}

/// Many subjects with one address: one of them becomes the user, and no second user gets the address.
async fn lnk_17_first_sign_ins_with_one_address_at_once_make_one_user(site: Site) {
    let mut site = site;
    let nodes = two_nodes(&mut site).await;
    let people: Vec<_> = (0..20).map(|number| format!("person-{number}")).collect();
    let spellings = [
        "one@gmail.com",
        "One@gmail.com",
        "ONE@GMAIL.COM",
        "one@Gmail.Com",
    ];
    for (number, subject) in people.iter().enumerate() {
        site.idp
            .put_person(Person::new(subject).email(spellings[number % 4]));
    }

    let came = visits(&site, &nodes, &people).await;

    let codes: Vec<_> = came.into_iter().filter_map(|(_, _, code)| code).collect();
    assert_eq!(codes.len(), people.len() - 1, "one signs in: {codes:?}");
    assert!(
        codes
            .iter()
            .all(|code| ["account_exists", "provider_unavailable"].contains(&code.as_str())),
        "{codes:?}"
    );
    assert_eq!(
        (
            count(&site, "belgie_users"),
            count(&site, "belgie_accounts"),
            count(&site, "belgie_sessions")
        ),
        (1, 1, 1)
    );
}

/// The operator makes the user whom a first sign-in makes too: one of them comes second.
async fn lnk_17_a_first_sign_in_beside_the_operator_makes_one_user(site: Site) {
    let mut site = site;
    let nodes = two_nodes(&mut site).await;
    for round in 0..repetitions(3, 30) {
        let subject = format!("new-{round}");
        let email = format!("{subject}@gmail.com");
        site.idp.put_person(Person::new(&subject).email(&email));
        let people = vec![subject; 4];
        let making = ["user", "create", &email];
        let (came, _) = tokio::join!(visits(&site, &nodes, &people), site.try_run_beside(&making));

        for (_, status, code) in came {
            assert!(
                is_let_in_as_far_as_we_can(status, code.as_deref()),
                "{status} {code:?}"
            );
        }
        let users: Value = serde_json::from_str(&site.run(&["user", "list", "--json"])).unwrap();
        assert_eq!(users.as_array().unwrap().len(), round + 1, "{users}");
        assert_eq!(count(&site, "belgie_accounts"), round + 1);
    }
}
