use belgie_ports::{IdentityProvider as _, ProviderError};
use belgie_provider_microsoft::Tenant;

use crate::party::{CONTOSO, FABRIKAM, PERSONAL, Party, tenant};

#[tokio::test]
async fn mix_02_microsoft_promises_no_issuer_in_its_responses() {
    let party = Party::new(Tenant::Common).await;

    assert!(party.provider.check_response_issuer(None).await.is_ok());
}

#[tokio::test]
async fn mix_02_a_response_of_an_admitted_tenant_only_is_accepted() {
    for (admitted, responding, accepted) in [
        (Tenant::Common, CONTOSO, true),
        (Tenant::Common, PERSONAL, true),
        (Tenant::Organizations, CONTOSO, true),
        (Tenant::Organizations, PERSONAL, false),
        (Tenant::Consumers, CONTOSO, false),
        (tenant(CONTOSO), CONTOSO, true),
        (tenant(CONTOSO), FABRIKAM, false),
        (Tenant::Common, "common", false),
        (Tenant::Common, "{tenantid}", false),
        (Tenant::Common, "", false),
        (Tenant::Common, &CONTOSO.to_uppercase(), false),
        (Tenant::Common, &format!("{CONTOSO}/{CONTOSO}"), false),
    ] {
        let party = Party::new(admitted).await;
        let issuer = party.idp.tenant_issuer(responding);

        let outcome = party.provider.check_response_issuer(Some(&issuer)).await;

        match outcome {
            Ok(()) => assert!(accepted, "{issuer} at {admitted}"),
            Err(ProviderError::IssuerMismatch) => assert!(!accepted, "{issuer} at {admitted}"),
            other => panic!("{issuer} at {admitted}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn mix_02_a_response_of_anyone_else_is_refused() {
    let party = Party::new(Tenant::Common).await;
    let own = party.idp.tenant_issuer(CONTOSO);
    for other in [
        String::new(),
        party.idp.issuer().to_owned(),
        format!("{own}/"),
        own.to_uppercase(),
        own.replace("127.0.0.1", "localhost"),
        own.replace("v2.0", "v1.0"),
        format!("https://evil.example/{CONTOSO}/v2.0"),
    ] {
        let outcome = party.provider.check_response_issuer(Some(&other)).await;

        assert!(
            matches!(outcome, Err(ProviderError::IssuerMismatch)),
            "{other}"
        );
    }
}
