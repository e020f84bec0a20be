use belgie_adapter_memory::MemoryStore;
use belgie_auth::{Auth, AuthBuilder, BuildError, Policy};
use belgie_domain::{RedirectRule, SessionPolicy};
use belgie_testkit::FakeProvider;
use chrono::TimeDelta;
use url::Url;

fn policy() -> Policy {
    let site = Url::parse("https://site.example").unwrap();
    Policy::new(RedirectRule::new(site, []))
}

fn builder() -> AuthBuilder {
    Auth::builder().store(MemoryStore::default())
}

#[test]
fn two_providers_cannot_have_one_id() {
    let two = builder()
        .provider(FakeProvider::new("google"))
        .provider(FakeProvider::new("other"))
        .provider(FakeProvider::new("google"));

    let error = two.build(policy()).unwrap_err();

    assert!(matches!(&error, BuildError::DuplicateProvider(id) if id.as_str() == "google"));
    assert_eq!(error.to_string(), "two providers are named \"google\"");
}

#[test]
fn a_store_is_required() {
    let error = Auth::builder().build(policy()).unwrap_err();

    assert!(matches!(error, BuildError::NoStore), "{error}");
}

#[test]
fn sign_ins_end_at_this_site_or_at_a_trusted_origin() {
    assert!(builder().build(policy().after_sign_in("/notes")).is_ok());
    for location in ["", "notes", "//evil.example", "https://evil.example/"] {
        let error = builder().build(policy().after_sign_in(location));

        let expected = matches!(&error, Err(BuildError::AfterSignIn(found)) if found == location);
        assert!(expected, "{location}: {error:?}");
    }
}

#[test]
fn the_session_policy_is_checked() {
    let no_time = SessionPolicy::default().max_age(TimeDelta::zero());

    let error = builder().build(policy().sessions(no_time)).unwrap_err();

    assert!(matches!(error, BuildError::Sessions(_)), "{error}");
}
