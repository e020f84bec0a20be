//! The provider keeps the contract of the port.

use std::sync::Arc;

use belgie_testkit::conformance::provider::TestProvider;

use crate::party::{JANE, Party, redirect_uri};

async fn tested() -> TestProvider {
    let Party { idp, provider, .. } = Party::new().await;
    let idp = Arc::new(idp);
    let tested = TestProvider::new(provider, redirect_uri(), move |url| {
        let idp = Arc::clone(&idp);
        Box::pin(async move { idp.authorize(&url, JANE).await.unwrap() })
    });
    tested.without_nonce()
}

belgie_testkit::provider_conformance!(tested);
