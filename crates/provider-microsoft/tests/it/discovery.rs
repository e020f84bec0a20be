use belgie_idp_emulator::Fault;
use belgie_ports::{IdentityProvider as _, ProviderError};
use belgie_provider_microsoft::{ConfigError, Tenant};

use crate::party::{CONTOSO, FABRIKAM, Party, tenant};

#[tokio::test]
async fn idt_22_discovery_of_several_tenants_names_the_template() {
    for admitted in [Tenant::Common, Tenant::Organizations] {
        let party = Party::new(admitted).await;
        let template = party.idp.tenant_issuer("{tenantid}");
        for named in [
            party.idp.tenant_issuer(CONTOSO),
            party.idp.tenant_issuer("common"),
            party.idp.tenant_issuer("{TenantId}"),
            format!("{template}/"),
            template.replace("127.0.0.1", "localhost"),
            "https://evil.example/{tenantid}/v2.0".to_owned(),
        ] {
            let outcome = party.outcome(Fault::discovery("issuer", named)).await;

            assert!(matches!(outcome, Err(ProviderError::Unavailable(_))));
        }
        assert!(party.sign_in().await.is_ok());
    }
}

#[tokio::test]
async fn idt_22_discovery_of_one_tenant_names_its_issuer() {
    let party = Party::new(tenant(CONTOSO)).await;
    for named in [FABRIKAM, "{tenantid}", "common", &CONTOSO.to_uppercase()] {
        let named = party.idp.tenant_issuer(named);
        let outcome = party.outcome(Fault::discovery("issuer", named)).await;

        assert!(matches!(outcome, Err(ProviderError::Unavailable(_))));
    }
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn every_kind_of_tenant_has_a_discovery_document() {
    for admitted in [
        Tenant::Common,
        Tenant::Organizations,
        Tenant::Consumers,
        tenant(CONTOSO),
    ] {
        let party = Party::new(admitted).await;

        assert!(party.provider.probe().await.is_ok(), "{admitted}");
    }
}

#[tokio::test]
async fn a_slash_after_the_address_of_the_cloud_makes_no_difference() {
    let party = Party::new(Tenant::Common).await;
    let slash = format!("{}/", party.idp.issuer());

    let other = Party::with(|config| config.issuer_url(slash)).await;

    assert!(other.provider.probe().await.is_ok());
}

#[test]
fn idt_20_the_address_of_the_cloud_is_https_unless_it_is_loopback() {
    use belgie_provider_microsoft::{ClientCredentials, HttpClient, MicrosoftConfig};
    use belgie_testkit::TestClock;

    for url in ["http://login.example.com", "ftp://127.0.0.1", "", "login"] {
        let config = MicrosoftConfig::new(ClientCredentials::new("client", "secret"));
        let http = HttpClient::new([]).unwrap();
        let clock = std::sync::Arc::new(TestClock::default());

        let refused = config.issuer_url(url).provider(http, clock).unwrap_err();

        assert!(matches!(refused, ConfigError::Issuer { .. }), "{url}");
    }
}
