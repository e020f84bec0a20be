use belgie_idp_emulator::Fault;
use belgie_testkit::TestClock;

use crate::party::{Party, REDIRECT_URI, config, emulator, provider};

const ID: &str = "a:b c";
const SECRET: &str = "p%+é/=&?\"";

async fn party() -> Party {
    let clock = TestClock::default();
    let idp = emulator(&clock).client(ID, SECRET, [REDIRECT_URI]);
    let idp = idp.start().await.unwrap();
    let provider = provider(config(idp.issuer(), ID, SECRET), &clock);
    Party::of(idp, clock, provider)
}

#[tokio::test]
async fn flow_16_basic_credentials_are_form_encoded_first() {
    let party = party().await;

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    let request = requests.token_requests.back().unwrap();
    let basic = request.basic.as_ref().unwrap();
    assert_eq!((basic.id.as_str(), basic.secret.as_str()), (ID, SECRET));
    assert_eq!(request.form.first("client_secret"), None);
}

#[tokio::test]
async fn flow_16_the_secret_goes_into_the_body_when_only_that_is_offered() {
    let party = party().await;
    party.idp.fault(Fault::discovery(
        "token_endpoint_auth_methods_supported",
        vec!["client_secret_post"],
    ));

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    let request = requests.token_requests.back().unwrap();
    assert_eq!(request.basic, None);
    assert_eq!(request.form.first("client_id"), Some(ID));
    assert_eq!(request.form.first("client_secret"), Some(SECRET));
}

#[tokio::test]
async fn flow_16_the_secret_is_in_no_url() {
    let clock = TestClock::default();
    let idp = emulator(&clock).client("client", "c4nary", [REDIRECT_URI]);
    let idp = idp.start().await.unwrap();
    let provider = provider(config(idp.issuer(), "client", "c4nary"), &clock);
    let party = Party::of(idp, clock, provider);

    let begun = party.begin().await.unwrap();

    assert!(!begun.url.as_str().contains("c4nary"));
}
