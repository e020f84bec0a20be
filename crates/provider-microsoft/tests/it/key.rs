use belgie_idp_emulator::{Fault, JwksFault};
use belgie_provider_microsoft::Tenant;
use serde_json::{Value, json};

use crate::party::{CONTOSO, FABRIKAM, PERSONAL, Party, admitting_contoso};

fn issuer(value: impl Into<Value>) -> Fault {
    Fault::Jwks(JwksFault::KeyFieldSet {
        name: "issuer".to_owned(),
        value: value.into(),
    })
}

#[tokio::test]
async fn idt_22_a_key_of_another_issuer_is_not_used() {
    for admitted in admitting_contoso() {
        for other in [FABRIKAM, PERSONAL, "common", ""] {
            let party = Party::new(admitted).await;
            let other = party.idp.tenant_issuer(other);

            party
                .refused_for("key of another issuer", issuer(other))
                .await;
        }
    }
    for strange in [
        json!("https://evil.example/{tenantid}/v2.0"),
        json!(""),
        json!(null),
        json!(7),
        json!(["https://evil.example"]),
    ] {
        let party = Party::new(Tenant::Common).await;

        party
            .refused_for("key of another issuer", issuer(strange))
            .await;
    }
}

#[tokio::test]
async fn idt_22_a_key_of_the_tenant_or_of_no_issuer_is_used() {
    for admitted in admitting_contoso() {
        let party = Party::new(admitted).await;
        let own = issuer(party.idp.tenant_issuer(CONTOSO));
        assert!(party.outcome(own).await.is_ok(), "{admitted}");

        let party = Party::new(admitted).await;
        let none = Fault::Jwks(JwksFault::KeyFieldRemoved {
            name: "issuer".to_owned(),
        });
        assert!(party.outcome(none).await.is_ok(), "{admitted}");
    }
}
