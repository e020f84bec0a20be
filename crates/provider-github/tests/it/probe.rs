//! Whether GitHub answers.

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::{IdentityProvider as _, ProviderError};

use crate::party::{Party, causes};

#[tokio::test]
async fn the_root_of_the_api_is_asked() {
    let party = Party::new().await;

    party.provider.probe().await.unwrap();

    let requests = party.idp.requests();
    assert_eq!((requests.github_root, requests.github_user), (1, 0));
    assert_eq!(requests.github_headers[0].first("authorization"), None);
}

#[tokio::test]
async fn an_api_that_refuses_to_talk_to_nobody_answers() {
    let party = Party::new().await;
    for status in [401, 403, 429] {
        let refusal = Answer::Status(status);
        party
            .idp
            .fault_once(Fault::answer(Endpoint::GithubRoot, refusal));

        assert!(party.provider.probe().await.is_ok(), "{status}");
    }
}

#[tokio::test]
async fn what_is_not_the_api_is_reported() {
    let party = Party::new().await;
    for (answer, expected) in [
        (Answer::Status(404), "status 404"),
        (Answer::Status(502), "status 502"),
        (Answer::html(), "media type"),
        (Answer::json("[]"), "not a JSON object"),
    ] {
        party
            .idp
            .fault_once(Fault::answer(Endpoint::GithubRoot, answer));

        let Err(ProviderError::Unavailable(source)) = party.provider.probe().await else {
            panic!("{expected}: taken for the API");
        };

        let reason = causes(source.as_ref());
        assert!(reason.contains("root of the API"), "{reason}");
        assert!(reason.contains(expected), "{reason}");
    }
}
