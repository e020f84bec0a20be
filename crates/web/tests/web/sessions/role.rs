//! What a role opens follows the role at the next request (SES-13).

use belgie_domain::{Role, UserId};
use http::{Method, StatusCode};

use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::site::Site;

/// Asks a route of admins, by cookie and by bearer: both must be answered alike.
async fn ask(site: &Site, browser: &Browser<'_>) -> StatusCode {
    let bearer = format!("Bearer {}", browser.cookies[SESSION]);
    let requests = [
        browser.request(Method::GET, "/admin/reports"),
        browser
            .request(Method::POST, "/admin/reports")
            .insert_header(("sec-fetch-site", "same-origin")),
        TestRequest::get()
            .uri("/admin/reports")
            .insert_header(("authorization", bearer)),
    ];
    let mut answers = Vec::new();
    for request in requests {
        answers.push(site.ask(request).await.status);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers[0]
}

async fn ses_13_what_is_for_admins_opens_and_closes_with_the_role() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    let id: UserId = me["id"].as_str().unwrap().parse().unwrap();
    let admin = site.auth.operator();
    assert_eq!(ask(&site, &browser).await, StatusCode::FORBIDDEN);

    for _ in 0..2 {
        admin.set_role(id, Role::ADMIN).await.unwrap();
        assert_eq!(ask(&site, &browser).await, StatusCode::OK);
        admin.set_role(id, Role::USER).await.unwrap();
        assert_eq!(ask(&site, &browser).await, StatusCode::FORBIDDEN);
    }
    admin.set_role(id, Role::ADMIN).await.unwrap();
    admin.disable(id).await.unwrap();

    assert_eq!(ask(&site, &browser).await, StatusCode::UNAUTHORIZED);
}

crate::everywhere! {
    ses_13_what_is_for_admins_opens_and_closes_with_the_role,
}
