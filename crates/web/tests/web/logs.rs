use http::HeaderValue;

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
