use std::time::Duration;

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use serde_json::Value;

use super::{Person, refreshes};
use crate::support::browser::code;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::count;

on_both_databases! {
    of_20_callers_on_two_nodes_one_refreshes,
    a_rotated_refresh_token_is_used_next,
    a_withdrawn_consent_has_to_be_given_again,
    a_provider_that_is_down_costs_nothing,
}

async fn of_20_callers_on_two_nodes_one_refreshes(site: Site) {
    let nodes = [site.node().await, site.node().await];
    site.idp.rotate_refresh_tokens();
    for round in 1..=3 {
        let jane = Person::sign_in_due(&site, &nodes[0], "jane").await;

        let delay = Duration::from_millis(300);
        let slow = Fault::answer(Endpoint::Token, Answer::Slow { delay });
        site.idp.fault(slow);

        let callers = (0..20).map(|number| jane.access_token(&nodes[number % 2]));
        let tokens = futures_util::future::join_all(callers).await;
        site.idp.clear_faults();

        assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
        assert_eq!(refreshes(&site.idp), round);
    }
}

async fn a_rotated_refresh_token_is_used_next(site: Site) {
    let node = site.node().await;
    site.idp.rotate_refresh_tokens();
    let jane = Person::sign_in_due(&site, &node, "jane").await;
    site.idp.fault(Fault::token_reply("expires_in", 30));

    let first = jane.access_token(&node).await;
    let second = jane.access_token(&node).await;

    assert_ne!(first, second);
    assert_eq!(refreshes(&site.idp), 2);
}

async fn a_withdrawn_consent_has_to_be_given_again(site: Site) {
    let node = site.node().await;
    let jane = Person::sign_in_due(&site, &node, "jane").await;
    site.idp.revoke_grants_of("jane");

    for _ in 0..2 {
        let refused = jane.ask(&node).await;
        assert_eq!(refused.status(), 409);
        let problem: Value = refused.json().await.unwrap();
        assert_eq!(problem["code"], "consent_required");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("/auth/provider/google/signin"), "{detail}");
    }

    assert_eq!(refreshes(&site.idp), 1);
    assert_eq!(count(&site, "belgie_provider_tokens"), 0);
    let jane = Person::sign_in(&site, &node, "jane").await;
    assert!(!jane.access_token(&node).await.is_empty());
}

async fn a_provider_that_is_down_costs_nothing(site: Site) {
    let node = site.node().await;
    let jane = Person::sign_in_due(&site, &node, "jane").await;
    for (answer, status) in [(Answer::Status(503), 502), (Answer::Silent, 504)] {
        site.idp.fault(Fault::answer(Endpoint::Token, answer));
        let refused = jane.ask(&node).await;
        assert_eq!(refused.status(), status);
        assert_eq!(code(refused).await, "provider_unavailable");
        site.idp.clear_faults();
    }

    assert!(!jane.access_token(&node).await.is_empty());
}
