use belgie_idp_emulator::Fault;
use serde_json::{Value, json};

use crate::party::Party;

#[tokio::test]
async fn idt_03_another_issuer_is_refused() {
    let party = Party::new().await;
    let issuer = party.idp.issuer().to_owned();
    for iss in [
        "",
        "https://evil.example",
        &format!("{issuer}/"),
        &issuer.to_uppercase(),
        &issuer.replace("127.0.0.1", "localhost"),
    ] {
        party
            .refused_for("issuer", [Fault::claim("iss", iss)])
            .await;
    }
    for iss in [json!([issuer]), json!(7), Value::Null] {
        party
            .refused_for("cannot be read: iss", [Fault::claim("iss", iss)])
            .await;
    }
    party
        .refused_for("`iss`", [Fault::without_claim("iss")])
        .await;
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_04_the_audience_is_this_client_and_trusted_ones_only() {
    let party = Party::new().await;

    assert!(party.outcome([Fault::claim("aud", "client")]).await.is_ok());
    assert!(
        party
            .outcome([Fault::claim("aud", json!(["client"]))])
            .await
            .is_ok()
    );
    for aud in [
        json!("other"),
        json!("Client"),
        json!("client "),
        json!(["other"]),
        json!(["client", "other"]),
        json!(["other", "client"]),
        json!([]),
        json!([["client"]]),
        json!({ "client": true }),
        json!(true),
        json!(7),
        json!({}),
        json!(["client", 7]),
        json!(["client", null]),
        json!("client other"),
        json!("client,other"),
        json!(""),
        json!([""]),
        Value::Null,
    ] {
        for faults in [
            vec![Fault::claim("aud", aud.clone())],
            vec![Fault::claim("aud", aud), Fault::without_claim("azp")],
        ] {
            party.refusal(faults).await;
        }
    }
    party
        .refused_for("`aud`", [Fault::without_claim("aud")])
        .await;
}

#[tokio::test]
async fn idt_05_several_audiences_need_an_authorized_party() {
    let party = Party::with(|config| config.trusted_audiences(["partner"])).await;
    let both = || Fault::claim("aud", json!(["client", "partner"]));

    assert!(party.outcome([both()]).await.is_ok());
    let reason = party.refusal([both(), Fault::without_claim("azp")]).await;
    assert!(reason.contains("no authorized party"), "{reason}");
    let null = Fault::claim("azp", Value::Null);
    party.refused_for("azp", [both(), null]).await;
    let only_theirs = Fault::claim("aud", json!(["partner"]));
    party.refused_for("audience", [only_theirs]).await;
    let one_too_many = Fault::claim("aud", json!(["client", "partner", "other"]));
    party.refused_for("audience", [one_too_many]).await;
}

#[tokio::test]
async fn idt_05_wrong_azp_is_refused() {
    let party = Party::with(|config| config.trusted_audiences(["partner"])).await;
    for azp in ["other", "partner", "Client", "client ", ""] {
        for aud in [
            json!("client"),
            json!(["client"]),
            json!(["client", "partner"]),
        ] {
            let faults = [Fault::claim("azp", azp), Fault::claim("aud", aud)];
            let reason = party.refusal(faults).await;

            assert!(reason.contains("another client"), "{reason}");
        }
    }
    for azp in [Value::Null, json!(7), json!(["client"]), json!({})] {
        party.refused_for("azp", [Fault::claim("azp", azp)]).await;
    }
    assert!(party.outcome([Fault::without_claim("azp")]).await.is_ok());
}
