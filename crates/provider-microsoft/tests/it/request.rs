use belgie_ports::IdentityProvider as _;

use crate::party::Party;

fn asked(party: &Party, name: &str) -> Option<String> {
    let requests = party.idp.requests();
    let request = requests.authorization_requests.back().unwrap();
    request.first(name).map(str::to_owned)
}

#[tokio::test]
async fn the_request_asks_for_address_and_name() {
    let party = Party::with(|config| config).await;

    party.sign_in().await.unwrap();

    assert_eq!(asked(&party, "scope").unwrap(), "openid email profile");
    assert_eq!(asked(&party, "code_challenge_method").unwrap(), "S256");
    assert_eq!(asked(&party, "prompt"), None);
}

#[tokio::test]
async fn the_scopes_can_be_configured() {
    let party = Party::with(|config| config.scopes(["email"])).await;

    party.sign_in().await.unwrap();

    assert_eq!(asked(&party, "scope").unwrap(), "openid email");
}

#[tokio::test]
async fn the_button_shows_microsofts_name_and_mark() {
    let party = Party::with(|config| config).await;

    assert_eq!(party.provider.id().as_str(), "microsoft");
    assert_eq!(party.provider.display_name(), "Microsoft");
    let mark = party.provider.brand().unwrap().mark;
    for colour in ["#F25022", "#7FBA00", "#00A4EF", "#FFB900"] {
        assert!(mark.contains(colour), "{colour}");
    }
}
