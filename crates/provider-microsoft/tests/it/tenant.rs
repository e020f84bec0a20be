use belgie_idp_emulator::Fault;
use belgie_ports::ProviderError;
use belgie_provider_microsoft::Tenant;

use crate::party::{CONTOSO, FABRIKAM, PERSONAL, Party, admitting_contoso, tenant};

#[tokio::test]
async fn idt_22_accounts_of_the_admitted_tenants_get_in_and_no_others() {
    for (admitted, account, gets_in) in [
        (Tenant::Common, CONTOSO, true),
        (Tenant::Common, PERSONAL, true),
        (Tenant::Organizations, CONTOSO, true),
        (Tenant::Organizations, FABRIKAM, true),
        (Tenant::Organizations, PERSONAL, false),
        (Tenant::Consumers, PERSONAL, true),
        (Tenant::Consumers, CONTOSO, false),
        (tenant(CONTOSO), CONTOSO, true),
        (tenant(CONTOSO), FABRIKAM, false),
        (tenant(CONTOSO), PERSONAL, false),
        (tenant(PERSONAL), PERSONAL, true),
    ] {
        let party = Party::new(admitted).await;
        party.move_jane(account);

        match party.sign_in().await {
            Ok(identity) => {
                assert!(gets_in, "{account} at {admitted}");
                assert_eq!(identity.issuer.as_str(), party.idp.tenant_issuer(account));
            }
            Err(ProviderError::InvalidIdentity(reason)) => {
                assert!(!gets_in, "{account} at {admitted}: {reason}");
                assert!(reason.as_str().contains("not admitted (tid)"), "{reason}");
            }
            other => panic!("{account} at {admitted}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn idt_22_a_token_of_a_foreign_tenant_is_refused() {
    let party = Party::new(tenant(CONTOSO)).await;

    party
        .refused_for("not admitted (tid)", Fault::tenant(FABRIKAM))
        .await;
    party
        .refused_for("not admitted (tid)", Fault::claim("tid", FABRIKAM))
        .await;

    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn mix_04_the_same_subject_in_two_tenants_is_two_identities() {
    let party = Party::new(Tenant::Common).await;

    let ours = party.sign_in().await.unwrap();
    party.move_jane(FABRIKAM);
    let theirs = party.sign_in().await.unwrap();

    assert_eq!(ours.subject, theirs.subject);
    assert_eq!(ours.issuer.as_str(), party.idp.tenant_issuer(CONTOSO));
    assert_eq!(theirs.issuer.as_str(), party.idp.tenant_issuer(FABRIKAM));
}

#[tokio::test]
async fn mix_04_an_identity_is_the_same_whichever_tenants_are_admitted() {
    for admitted in admitting_contoso() {
        let party = Party::new(admitted).await;

        let identity = party.sign_in().await.unwrap();

        assert_eq!(identity.issuer.as_str(), party.idp.tenant_issuer(CONTOSO));
    }
}
