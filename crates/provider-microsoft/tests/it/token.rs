use belgie_idp_emulator::{Fault, JwksFault, OddKey, Signature};
use belgie_provider_microsoft::Tenant;
use serde_json::{Value, json};

use crate::party::{CONTOSO, FABRIKAM, PERSONAL, Party, admitting_contoso, tenant};

#[tokio::test]
async fn idt_22_the_issuer_fits_the_tenant_byte_for_byte() {
    for admitted in admitting_contoso() {
        let party = Party::new(admitted).await;
        let (base, own) = (party.idp.issuer(), party.idp.tenant_issuer(CONTOSO));
        for issuer in [
            party.idp.tenant_issuer(FABRIKAM),
            party.idp.tenant_issuer(PERSONAL),
            party.idp.tenant_issuer("{tenantid}"),
            party.idp.tenant_issuer("common"),
            format!("{own}/"),
            party.idp.tenant_issuer(&CONTOSO.to_uppercase()),
            own.replace("v2.0", "v1.0"),
            own.replace("http", "https"),
            own.replace("127.0.0.1", "localhost"),
            own.replace(base, "https://evil.example"),
            own.replace(base, &format!("{base}/")),
            format!("{own}?"),
            base.to_owned(),
            "https://evil.example".to_owned(),
        ] {
            party
                .refused_for("issuer", Fault::claim("iss", issuer))
                .await;
        }
        assert!(party.sign_in().await.is_ok());
    }
}

#[tokio::test]
async fn idt_22_the_tenant_fits_the_issuer() {
    for admitted in [Tenant::Common, Tenant::Organizations] {
        let party = Party::new(admitted).await;

        party
            .refused_for("issuer", Fault::claim("tid", FABRIKAM))
            .await;
    }
}

#[tokio::test]
async fn idt_22_a_tenant_that_is_not_a_guid_is_refused_though_the_issuer_fits() {
    for admitted in admitting_contoso() {
        let party = Party::new(admitted).await;
        for tid in [
            "",
            "common",
            "contoso.example",
            "{tenantid}",
            "..",
            &format!("{CONTOSO}/../{FABRIKAM}"),
            &format!("{{{CONTOSO}}}"),
            &CONTOSO.to_uppercase(),
            &CONTOSO.replace('-', ""),
            &CONTOSO[1..],
        ] {
            party
                .refused_for("not a GUID (tid)", Fault::tenant(tid))
                .await;
        }
    }
}

#[tokio::test]
async fn idt_22_a_tenant_of_the_wrong_type_is_refused() {
    for admitted in admitting_contoso() {
        let party = Party::new(admitted).await;
        for tid in [
            Value::Null,
            json!(7),
            json!(true),
            json!([CONTOSO]),
            json!({ "id": CONTOSO }),
        ] {
            party.refused_for("tid", Fault::claim("tid", tid)).await;
        }
    }
}

#[tokio::test]
async fn idt_22_a_token_without_a_tenant_is_refused_where_several_are_admitted() {
    for admitted in [Tenant::Common, Tenant::Organizations] {
        let party = Party::new(admitted).await;

        party
            .refused_for("names no tenant (tid)", Fault::without_claim("tid"))
            .await;
    }
    let party = Party::new(tenant(CONTOSO)).await;
    let identity = party.outcome(Fault::without_claim("tid")).await.unwrap();
    assert_eq!(identity.issuer.as_str(), party.idp.tenant_issuer(CONTOSO));
}

#[tokio::test]
async fn idt_02_microsoft_is_verified_by_rs256_only_whatever_discovery_lists() {
    let party = Party::new(Tenant::Common).await;
    let field = "id_token_signing_alg_values_supported";
    party
        .idp
        .fault(Fault::discovery(field, vec!["RS256", "ES256"]));
    party.idp.fault(Fault::Jwks(JwksFault::Add(OddKey::EcP256)));
    party
        .idp
        .fault_once(Fault::signature(Signature::Odd(OddKey::EcP256)));

    let elliptic = party.sign_in().await.unwrap_err();
    assert!(elliptic.to_string().contains("ES256"), "{elliptic}");

    assert!(party.sign_in().await.is_ok());
}
