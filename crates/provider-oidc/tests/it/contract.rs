//! The provider keeps the contract of the port.

use std::sync::Arc;

use belgie_testkit::TestClock;
use belgie_testkit::conformance::provider::TestProvider;

use crate::party::{JANE, REDIRECT_URI, config, emulator, provider, redirect_uri};

async fn tested() -> TestProvider {
    let clock = TestClock::default();
    let builder = emulator(&clock).client("client", "secret", [REDIRECT_URI]);
    let idp = Arc::new(builder.start().await.unwrap());
    let provider = provider(config(idp.issuer(), "client", "secret"), &clock);
    TestProvider::new(provider, redirect_uri(), move |url| {
        let idp = Arc::clone(&idp);
        Box::pin(async move { idp.authorize(&url, JANE).await.unwrap() })
    })
}

belgie_testkit::provider_conformance!(tested);
