use http::Method;

use crate::browser::Browser;
use crate::request::TestRequest;
use crate::site::Site;

async fn hdr_07_bodies_above_64_kib_are_refused() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for (size, status) in [(64 * 1024, 204), (64 * 1024 + 1, 413)] {
        // Once with its length said and once without, as a chunked body is.
        for says_length in [true, false] {
            let mut browser = Browser::signed_in(&site).await;
            let mut request = browser
                .request(Method::POST, "/auth/signout")
                .insert_header(("sec-fetch-site", "same-origin"))
                .insert_header(("content-type", "application/json"))
                .set_payload(vec![b' '; size]);
            if says_length {
                request = request.insert_header(("content-length", size));
            }
            let answer = browser.send(request).await;
            assert_eq!(answer.status.as_u16(), status, "{size}");
            if status == 413 {
                assert_eq!(answer.code(), "too_large");
                assert!(browser.is_signed_in().await);
            }
        }
    }
    assert!(browser.is_signed_in().await);
}

async fn hdr_07_headers_above_16_kib_are_refused() {
    let site = Site::new();

    let large = TestRequest::get()
        .uri("/api/me")
        .insert_header(("x-large", "a".repeat(16 * 1024)));
    let answer = site.send(large).await;
    let long = site
        .get(&format!("/api/me?{}", "a".repeat(16 * 1024)))
        .await;

    for answer in [answer, long] {
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (431, "too_large")
        );
    }
    let fine = TestRequest::get()
        .uri("/api/me")
        .insert_header(("x-large", "a".repeat(15 * 1024)));
    assert_eq!(site.send(fine).await.status, 401);
}

crate::everywhere! {
    hdr_07_bodies_above_64_kib_are_refused,
    hdr_07_headers_above_16_kib_are_refused,
}
