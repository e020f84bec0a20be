use http::HeaderValue;

use crate::browser::Browser;
use crate::log::Log;
use crate::request::TestRequest;
use crate::site::Site;

#[actix_web::test]
async fn cfg_09_the_access_log_has_no_query_and_no_raw_control_characters() {
    let site = Site::new();
    let log = Log::start();
    let request = TestRequest::get()
        .uri("/auth/provider/acme/callback?code=canary-code&state=canary-state")
        .insert_header(("user-agent", HeaderValue::from_bytes(b"a\tb\x80").unwrap()));

    let answer = site.send(request).await;

    let (log, id) = (log.take(), answer.header("x-request-id").unwrap());
    let line = log
        .lines()
        .find(|line| line.contains("belgie::access") && line.contains(id))
        .unwrap();
    for field in [
        "status=400",
        "path=\"/auth/provider/acme/callback\"",
        "method=GET",
    ] {
        assert!(line.contains(field), "{line}");
    }
    assert!(!log.contains("canary"));
    assert!(!line.contains('\t') && line.contains("\\t"), "{line}");
}

#[actix_web::test]
async fn cfg_04_the_error_of_a_provider_is_logged_and_not_shown() {
    for (code, shown) in [
        ("invalid_scope", "could not sign you in"),
        ("consent_required", "Sign-in cancelled"),
    ] {
        let (site, log) = (Site::new(), Log::start());
        let mut browser = Browser::new(&site);
        let state = browser.begin("").await;

        let query = format!("error={code}&error_description=hunter2%0Athe+rest&state={state}");
        let answer = browser.come_back(&query).await;

        assert!(answer.body.contains(shown), "{}", answer.body);
        assert!(!answer.body.contains("hunter2") && !answer.body.contains(code));
        let log = log.take();
        let line = log.lines().find(|line| line.contains("sign-in failed"));
        let line = line.unwrap();
        assert!(
            line.contains(code) && line.contains("hunter2?the rest"),
            "{line}"
        );
        assert!(!log.contains(&*state), "{log}");
    }
}
