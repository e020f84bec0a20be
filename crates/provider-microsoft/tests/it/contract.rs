//! Microsoft keeps the contract of the port.

use belgie_provider_microsoft::Tenant;
use belgie_testkit::conformance::provider::TestProvider;

use crate::party::{JANE, Party, REDIRECT_URI};

async fn tested() -> TestProvider {
    let Party { idp, provider, .. } = Party::new(Tenant::Common).await;
    TestProvider::new(provider, REDIRECT_URI.parse().unwrap(), move |url| {
        let idp = idp.clone();
        Box::pin(async move { idp.authorize(&url, JANE).await.unwrap() })
    })
}

belgie_testkit::provider_conformance!(tested);
