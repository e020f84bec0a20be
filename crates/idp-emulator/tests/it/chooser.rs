//! The account chooser, as a browser without JavaScript uses it.

use belgie_idp_emulator::{Emulator, Person};
use reqwest::Response;
use url::Url;

use crate::client::{
    SUBJECT, authorization_url, builder, exchange, get, http, parameter, part, start,
};

async fn page(idp: &Emulator, changes: &[(&str, &str)]) -> Response {
    let url = authorization_url(idp, changes);
    get(idp, &format!("{}?{}", url.path(), url.query().unwrap())).await
}

/// Submits one of the page's forms.
async fn choose(idp: &Emulator, fields: &[(&str, &str)]) -> Response {
    let url = authorization_url(idp, &[]);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("request", url.query().unwrap())
        .extend_pairs(fields)
        .finish();
    http()
        .post(format!("{}/authorize", idp.issuer()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap()
}

fn location(response: &Response) -> Url {
    assert_eq!(response.status(), 303);
    let location = response.headers()["location"].to_str().unwrap();
    Url::parse(location).unwrap()
}

#[tokio::test]
async fn the_page_names_the_provider_and_the_client() {
    let idp = start().await;

    let response = page(&idp, &[]).await;

    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'none'"));
    assert!(
        !policy.contains("form-action"),
        "it would stop the redirect"
    );
    let html = response.text().await.unwrap();
    assert!(html.contains("<strong>Local identity provider</strong> – for development"));
    assert!(html.contains("http://localhost:8000"));
    assert!(html.contains("jane@gmail.com"));
    assert!(!html.contains("<script"));
}

#[tokio::test]
async fn a_chosen_person_goes_back_with_a_code() {
    let idp = start().await;

    let callback = location(&choose(&idp, &[("subject", SUBJECT)]).await);

    assert_eq!(parameter(&callback, "state").unwrap(), "state 1");
    let code = parameter(&callback, "code").unwrap();
    assert_eq!(exchange(&idp, &code).await.status(), 200);
}

#[tokio::test]
async fn an_unknown_address_creates_a_person() {
    let idp = start().await;
    let fields = [
        ("decision", "another"),
        ("email", "new@corp.example"),
        ("name", "New Person"),
        ("hosted_domain", "yes"),
    ];

    let callback = location(&choose(&idp, &fields).await);
    let code = parameter(&callback, "code").unwrap();
    let reply: serde_json::Value = exchange(&idp, &code).await.json().await.unwrap();

    let claims = part(reply["id_token"].as_str().unwrap(), 1);
    assert_eq!(claims["email"], "new@corp.example");
    assert_eq!(claims["email_verified"], false, "the box was not ticked");
    assert_eq!(claims["hd"], "corp.example");
    assert_eq!(claims["name"], "New Person");
    assert_eq!(
        claims["sub"],
        Person::of_email("new@corp.example").subject()
    );
    let picture = claims["picture"].as_str().unwrap();
    let picture = get(&idp, picture.strip_prefix(idp.issuer()).unwrap()).await;
    assert_eq!(picture.headers()["content-type"], "image/svg+xml");
    assert!(
        page(&idp, &[])
            .await
            .text()
            .await
            .unwrap()
            .contains("New Person")
    );
}

#[tokio::test]
async fn a_known_address_is_the_known_person() {
    let idp = start().await;
    let fields = [("decision", "another"), ("email", "Jane@Gmail.com")];

    let callback = location(&choose(&idp, &fields).await);
    let code = parameter(&callback, "code").unwrap();
    let reply: serde_json::Value = exchange(&idp, &code).await.json().await.unwrap();

    let claims = part(reply["id_token"].as_str().unwrap(), 1);
    assert_eq!(claims["sub"], SUBJECT);
    assert_eq!(claims["name"], "Jane Doe");
    assert_eq!(claims["hd"], serde_json::Value::Null);
}

#[tokio::test]
async fn an_invalid_address_shows_the_form_again() {
    let idp = start().await;

    for email in ["", "jane", "@example.com", "jane@", "a b@example.com"] {
        let fields = [("decision", "another"), ("email", email), ("name", "Jane")];

        let response = choose(&idp, &fields).await;

        assert_eq!(response.status(), 422, "{email}");
        let html = response.text().await.unwrap();
        assert!(html.contains("role=\"alert\""));
        assert!(html.contains(&format!("value=\"{email}\"")), "it is kept");
        assert!(html.contains("value=\"Jane\""));
    }
}

#[tokio::test]
async fn cancel_is_access_denied() {
    let idp = start().await;

    let callback = location(&choose(&idp, &[("decision", "deny")]).await);

    assert_eq!(parameter(&callback, "error").unwrap(), "access_denied");
}

#[tokio::test]
async fn an_unknown_subject_is_an_error_page() {
    let idp = start().await;

    let response = choose(&idp, &[("subject", "<nobody>")]).await;

    assert_eq!(response.status(), 400);
    let html = response.text().await.unwrap();
    assert!(!html.contains("<nobody>"), "it is escaped");
}

#[tokio::test]
async fn a_form_without_a_right_request_leads_nowhere() {
    let idp = start().await;

    let response = http()
        .post(format!("{}/authorize", idp.issuer()))
        .body("request=redirect_uri%3Dhttps%3A%2F%2Fevil.example&subject=subject-1")
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 400);
    assert!(!response.headers().contains_key("location"));
}

#[tokio::test]
async fn the_hosted_domain_filters_and_the_hint_sorts() {
    let idp = builder()
        .person(
            Person::new("2")
                .email("max@other.example")
                .hosted_domain("other.example"),
        )
        .person(Person::new("3").email("kim@example.com"))
        .start()
        .await
        .unwrap();
    let shown = |changes: &'static [(&'static str, &'static str)]| {
        let page = page(&idp, changes);
        async {
            let html = page.await.text().await.unwrap();
            let mut addresses: Vec<(usize, &str)> =
                ["jane@gmail.com", "max@other.example", "kim@example.com"]
                    .into_iter()
                    .filter_map(|it| Some((html.find(&format!(">{it}<"))?, it)))
                    .collect();
            addresses.sort_unstable();
            addresses.into_iter().map(|it| it.1).collect::<Vec<_>>()
        }
    };

    assert_eq!(
        shown(&[("hd", "other.example")]).await,
        ["max@other.example"]
    );
    assert_eq!(shown(&[("hd", "*")]).await.len(), 2);
    assert_eq!(
        shown(&[("login_hint", "kim@example.com")]).await[0],
        "kim@example.com"
    );
}

#[tokio::test]
async fn prompt_none_shows_no_chooser() {
    let idp = start().await;

    let callback = location(&page(&idp, &[("prompt", "none")]).await);

    assert_eq!(parameter(&callback, "error").unwrap(), "login_required");
}

#[tokio::test]
async fn other_pages_exist_or_say_that_they_do_not() {
    let idp = start().await;

    assert!(
        get(&idp, "/")
            .await
            .text()
            .await
            .unwrap()
            .contains(idp.issuer())
    );
    assert_eq!(
        get(&idp, "/style.css").await.headers()["content-type"],
        "text/css; charset=utf-8"
    );
    assert_eq!(get(&idp, "/nothing").await.status(), 404);
    assert_eq!(get(&idp, "/picture/nobody").await.status(), 404);
}
