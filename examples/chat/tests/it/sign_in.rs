use belgie_idp_emulator::Person;
use reqwest::Method;
use serde_json::Value;

use crate::support::{Place, Site, on_both};

on_both! {
    async fn the_first_admin_signs_in_with_the_provider(place) {
        let site = Site::with(&place, |settings| {
            settings.admin = Some("jane@example.com".to_owned());
        });
        let site = site.await;
        let begin = format!("{}/auth/provider/google/signin?mode=fragment&redirect_url=http://localhost:4200/callback", site.url);
        let begun = site.http.get(begin).send().await.unwrap();
        let cookie = begun.headers()["set-cookie"].to_str().unwrap().to_owned();
        let cookie = cookie.split(';').next().unwrap();
        let location = begun.headers()["location"].to_str().unwrap();
        let subject = Person::of_email("jane@example.com").subject().to_owned();

        let callback = site.provider.authorize(location, &subject).await.unwrap();
        let landed = site.http.get(callback).header("cookie", cookie).send().await.unwrap();

        let landed = landed.headers()["location"].to_str().unwrap();
        let (page, fragment) = landed.split_once('#').unwrap();
        assert_eq!(page, "http://localhost:4200/callback");
        let token = fragment.split('&').find_map(|part| part.strip_prefix("access_token=")).unwrap();
        for path in ["/api/people", "/api/conversations"] {
            let answer = site.http.get(format!("{}{path}", site.url)).bearer_auth(token);
            let answer: Value = answer.send().await.unwrap().json().await.unwrap();
            assert_eq!(answer["items"].as_array().unwrap().len(), 1, "{answer}");
        }
    }
}

/// Browsers submit the forms of other sites without a preflight request, and older ones send the cookie along.
#[actix_web::test]
async fn a_form_of_another_site_begins_no_conversation() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let jane = site.person("jane").await;
    let submit = async |origin: &str| {
        let url = format!("{}/api/conversations", site.url);
        let request = site.http.post(url).header("cookie", jane.cookie());
        let answer = request.header("origin", origin).send().await.unwrap();
        answer.status().as_u16()
    };

    assert_eq!(submit("https://evil.example").await, 403);
    assert_eq!(submit("null").await, 403);
    assert_eq!(submit("http://localhost:4200").await, 201);

    let (_, listed) = jane.get("/api/conversations").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn the_front_end_may_read_whatever_is_answered_and_nobody_else_may() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let jane = site.person("jane").await;
    let from = |origin: &'static str, path: &str| {
        let request = jane.request(Method::GET, path).header("origin", origin);
        async { request.send().await.unwrap() }
    };

    for path in [
        "/api/conversations",
        "/api/people",
        "/api/nothing",
        "/api/me",
        "/auth/session",
    ] {
        let ours = from("http://localhost:4200", path).await;
        let theirs = from("http://localhost:4201", path).await;

        let allowed = ours.headers().get_all("access-control-allow-origin");
        assert_eq!(
            allowed.iter().collect::<Vec<_>>(),
            ["http://localhost:4200"],
            "{path}"
        );
        assert_eq!(ours.headers()["access-control-allow-credentials"], "true");
        assert!(
            !theirs.headers().contains_key("access-control-allow-origin"),
            "{path}"
        );
    }
    let asked = site
        .http
        .request(Method::OPTIONS, format!("{}/api/people/x", site.url))
        .header("origin", "http://localhost:4200")
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["access-control-allow-methods"], "PATCH");
    assert_eq!(
        answer.headers()["access-control-allow-headers"],
        "authorization,content-type"
    );
}
