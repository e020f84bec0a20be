//! The fake provider keeps the contract of the port.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use belgie_testkit::FakeProvider;
use belgie_testkit::conformance::provider::TestProvider;

async fn provider() -> TestProvider {
    let redirect_uri = "https://app.example/callback".parse().unwrap();
    TestProvider::new(FakeProvider::new("fake"), redirect_uri, |url| {
        Box::pin(async move { FakeProvider::authorize(&url) })
    })
}

belgie_testkit::provider_conformance!(provider);
