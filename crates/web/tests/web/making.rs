//! What is refused, and what is known, when the web layer is made.

use belgie_auth::Auth;
use belgie_testkit::FakeProvider;
use belgie_web::{CookieError, SameSite, Web, WebConfig, WebConfigError};

use crate::brittle_store::BrittleStore;
use crate::site::{Routes, Site};

fn auth(of: &belgie_web::Site) -> Auth {
    let builder = Auth::builder().store(BrittleStore::default());
    let builder = builder.provider(FakeProvider::new("acme"));
    builder.build(of.policy()).unwrap()
}

fn refusal(site: &belgie_web::Site, change: impl FnOnce(&mut WebConfig)) -> WebConfigError {
    let mut config = WebConfig::default();
    change(&mut config);
    Web::new(auth(site), site.clone(), config).unwrap_err()
}

#[test]
fn cfg_01_parts_that_do_not_go_together_are_refused() {
    let site = belgie_web::Site::new("https://a.example").unwrap();
    let other = belgie_web::Site::new("https://b.example").unwrap();
    let below = site.clone().at_path("/account").unwrap();
    assert!(Web::new(auth(&site), site.clone(), WebConfig::default()).is_ok());

    for of in [&other, &below] {
        let refused = Web::new(auth(of), site.clone(), WebConfig::default());
        assert_eq!(refused.unwrap_err(), WebConfigError::OtherRedirects);
    }
    let cookie = refusal(&site, |config| config.cookie.name = "belgie_attempt".into());
    assert_eq!(cookie, WebConfigError::Cookie(CookieError::Reserved));
    let insecure = refusal(&site, |config| {
        config.cookie.same_site = SameSite::None;
        config.cookie.secure = Some(false);
    });
    assert_eq!(
        insecure,
        WebConfigError::Cookie(CookieError::NoneWithoutSecure)
    );
    let evil = "https://evil.example/bye";
    let elsewhere = refusal(&site, |config| config.after_sign_out = evil.to_owned());
    assert_eq!(elsewhere, WebConfigError::AfterSignOut(evil.to_owned()));
}

async fn the_application_knows_where_one_signs_in() {
    let site = Site::new();
    let path = |provider| match &site.routes {
        Routes::Actix(routes) => routes.sign_in_path(provider, "/notes?a=b"),
        Routes::Axum(routes) => routes.sign_in_path(provider, "/notes?a=b"),
    };

    let expected = site.path("/auth/provider/acme/signin?redirect_url=%2Fnotes%3Fa%3Db");
    assert_eq!(path("acme"), Some(expected));
    assert_eq!(path("nobody"), None);
}

crate::everywhere! {
    the_application_knows_where_one_signs_in,
}
