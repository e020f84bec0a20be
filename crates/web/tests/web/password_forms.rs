//! The pages on which one signs in and registers with a password.

use http::Method;
use url::form_urlencoded::Serializer;

use crate::answer::Answer;
use crate::browser::{Browser, SESSION};
use crate::request::TestRequest;
use crate::site::{SPA, Site};

pub(crate) const RIGHT: &str = "correct horse battery staple";
pub(crate) const WRONG: &str = "a wrong password of Jane";
pub(crate) const REGISTER: &str = "/auth/register";
pub(crate) const LOGIN: &str = "/auth/login";
pub(crate) const EMAIL: &str = "jane@example.com";

pub(crate) fn form(request: TestRequest, fields: &[(&str, &str)]) -> TestRequest {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    request
        .insert_header(("accept", "text/html"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .insert_header(("sec-fetch-mode", "navigate"))
        .insert_header(("sec-fetch-dest", "document"))
        .set_payload(body)
}

/// Sends a form that stands on a page of this site.
pub(crate) async fn send(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = form(browser.request(Method::POST, path), fields);
    let request = request.insert_header(("sec-fetch-site", "same-origin"));
    browser.send(request).await
}

/// A site at which Jane has registered.
async fn with_jane() -> Site {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let answer = send(
        &mut browser,
        REGISTER,
        &[("email", EMAIL), ("password", RIGHT)],
    )
    .await;
    assert_eq!(answer.status, 303, "{answer:?}");
    site
}

/// The tag of the input with this name.
pub(crate) fn input<'a>(page: &'a Answer, name: &str) -> &'a str {
    let (_, rest) = page
        .body
        .split_once(&format!("<input id=\"{name}\""))
        .unwrap();
    rest.split_once('>').unwrap().0
}

pub(crate) fn assert_is_error_page(page: &Answer) {
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html"),
        "{page:?}"
    );
    assert!(page.body.contains("<title>Error: "), "{}", page.body);
    assert!(page.body.contains("role=\"alert\""), "{}", page.body);
    assert!(page.set_cookies().is_empty());
    for password in [RIGHT, WRONG] {
        assert!(!page.body.contains(password), "{}", page.body);
    }
}

async fn a_person_registers_and_signs_in_by_forms() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let page = browser.open("/signin?redirect_url=/notes").await;
    assert!(
        page.body.contains("href=\"/signup?redirect_url=%2Fnotes\""),
        "{}",
        page.body
    );
    let page = browser.open("/signup?redirect_url=/notes").await;
    let target = "<input type=\"hidden\" name=\"redirect_url\" value=\"/notes\">";
    assert!(page.body.contains(target), "{}", page.body);

    let jane = [
        ("name", "Jane Doe"),
        ("email", EMAIL),
        ("password", RIGHT),
        ("redirect_url", "/notes"),
    ];
    let registered = send(&mut browser, REGISTER, &jane).await;
    assert_eq!(
        (registered.status.as_u16(), registered.location()),
        (303, "/notes")
    );
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(
        (&me["name"], &me["email"]),
        (&"Jane Doe".into(), &EMAIL.into())
    );
    assert_eq!(browser.open("/signup").await.location(), "/dashboard");

    browser.submit("/auth/signout").await;
    let signed_in = send(&mut browser, LOGIN, &jane[1..]).await;
    assert_eq!(
        (signed_in.status.as_u16(), signed_in.location()),
        (303, "/notes")
    );
    assert!(browser.is_signed_in().await);
    let again = send(&mut browser, LOGIN, &jane[1..3]).await;
    assert_eq!(again.location(), "/dashboard");
}

async fn wrong_credentials_show_the_page_again_with_the_address() {
    let site = with_jane().await;
    let mut answers = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let mut browser = Browser::new(&site);
        let fields = [
            ("email", email),
            ("password", WRONG),
            ("redirect_url", "/notes"),
        ];

        let page = send(&mut browser, LOGIN, &fields).await;

        assert_eq!(page.status, 401);
        assert_is_error_page(&page);
        assert!(
            page.body
                .contains("The e-mail address or the password is wrong.")
        );
        assert!(input(&page, "email").contains(&format!("value=\"{email}\"")));
        assert!(page.body.contains("name=\"redirect_url\" value=\"/notes\""));
        answers.push(page.body.replace(email, ""));
    }
    assert_eq!(answers[0], answers[1]);
}

async fn bad_input_shows_the_form_again_with_the_error_at_its_field() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let long = "ü".repeat(257);
    for (path, email, password, field, error) in [
        (
            LOGIN,
            "",
            RIGHT,
            "email",
            "Enter an e-mail address, such as",
        ),
        (
            LOGIN,
            "nobody",
            RIGHT,
            "email",
            "Enter an e-mail address, such as",
        ),
        (LOGIN, EMAIL, "", "password", "Enter your password."),
        (
            LOGIN,
            EMAIL,
            &long,
            "password",
            "Use at most 256 characters.",
        ),
        (
            REGISTER,
            "nobody",
            RIGHT,
            "email",
            "Enter an e-mail address, such as",
        ),
        (REGISTER, EMAIL, "", "password", "Choose a password."),
        (
            REGISTER,
            EMAIL,
            "too short",
            "password",
            "at least 15 characters.",
        ),
        (
            REGISTER,
            EMAIL,
            "this is guessable",
            "password",
            "Many people use this password",
        ),
        (
            REGISTER,
            EMAIL,
            "jane@example.com 1",
            "password",
            "of a name or address that others know",
        ),
    ] {
        let fields = [("name", "Jane"), ("email", email), ("password", password)];

        let page = send(&mut browser, path, &fields).await;

        assert_eq!(page.status, 422, "{path} {email} {password}");
        assert_is_error_page(&page);
        assert!(!input(&page, "password").contains("value="));
        assert!(page.body.contains(error), "{}", page.body);
        let wrong = input(&page, field);
        assert!(wrong.contains("aria-invalid=\"true\""), "{wrong}");
        assert!(wrong.contains(&format!("{field}-error\"")), "{wrong}");
        assert!(page.body.contains(&format!("<a href=\"#{field}\">")));
        assert!(password.is_empty() || !page.body.contains(password));
        assert_eq!(input(&page, "email").contains("value="), !email.is_empty());
        if path == REGISTER {
            assert!(input(&page, "name").contains("value=\"Jane\""));
        }
    }
    assert!(!browser.is_signed_in().await);
}

async fn a_known_address_leads_to_the_sign_in_page() {
    let site = with_jane().await;
    let mut browser = Browser::new(&site);
    let fields = [
        ("email", EMAIL),
        ("password", RIGHT),
        ("redirect_url", "/notes"),
    ];

    let page = send(&mut browser, REGISTER, &fields).await;

    assert_eq!(page.status, 409);
    assert_is_error_page(&page);
    assert!(input(&page, "email").contains("aria-invalid=\"true\""));
    let link = "<a class=\"small\" href=\"/signin?redirect_url=%2Fnotes\">Sign in instead</a>";
    assert!(page.body.contains(link), "{}", page.body);
}

async fn an_address_to_be_verified_gets_a_mail_whether_or_not_it_is_known() {
    let site = Site::verifying();
    let mut browser = Browser::new(&site);
    let mut bodies = Vec::new();
    for email in [EMAIL, EMAIL, "joe@example.com"] {
        let fields = [("email", email), ("password", RIGHT)];
        let page = send(&mut browser, REGISTER, &fields).await;
        assert_eq!(page.status, 202);
        assert!(page.set_cookies().is_empty());
        assert!(
            page.body.contains("<h1>Check your mail</h1>"),
            "{}",
            page.body
        );
        assert!(page.body.contains(email));
        bodies.push(page.body.replace(email, ""));
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

async fn pwd_12_password_managers_and_pasting_work() {
    let site = Site::new();
    for (path, autocomplete) in [("/signin", "current-password"), ("/signup", "new-password")] {
        let page = site.get(path).await;
        let password = input(&page, "password");
        assert!(password.contains("type=\"password\""), "{password}");
        assert!(password.contains(&format!("autocomplete=\"{autocomplete}\"")));
        assert!(input(&page, "email").contains("autocomplete=\"username\""));
        assert_eq!(page.body.matches("type=\"password\"").count(), 1);
        for never in ["maxlength", "onpaste", "<script", "autocomplete=\"off\""] {
            assert!(!page.body.contains(never), "{path} {never}");
        }
    }
    let page = site.get("/signup").await;
    assert!(
        page.body
            .contains("At least 15 characters. Three or four unrelated words work well."),
        "{}",
        page.body
    );
    assert!(input(&page, "password").contains("aria-describedby=\"password-hint\""));
}

async fn hdr_05_what_is_typed_is_escaped() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let evil = "\"><b>x</b>";
    for path in [LOGIN, REGISTER] {
        let fields = [
            ("name", evil),
            ("email", evil),
            ("password", evil),
            ("redirect_url", "/\"><b>x</b>"),
        ];
        let page = send(&mut browser, path, &fields).await;
        assert_eq!(page.status, 422);
        assert!(!page.body.contains("<b>"), "{}", page.body);
        assert!(
            page.body
                .contains("value=\"&#34;&#62;&#60;b&#62;x&#60;/b&#62;\""),
            "{}",
            page.body
        );
    }
}

async fn red_01_the_forms_lead_nowhere_else() {
    let site = with_jane().await;
    for target in [
        "https://evil.example",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        for (path, email) in [(LOGIN, EMAIL), (REGISTER, "joe@example.com")] {
            let mut browser = Browser::new(&site);
            let fields = [
                ("email", email),
                ("password", RIGHT),
                ("redirect_url", target),
            ];
            let answer = send(&mut browser, path, &fields).await;
            assert_eq!(answer.status, 400, "{path} {target}");
            assert_eq!(answer.header("location"), None);
            assert!(!browser.is_signed_in().await);
        }
        for page in ["/signin", "/signup"] {
            let answer = site.get(&format!("{page}?redirect_url={target}")).await;
            assert_eq!(answer.status, 400, "{page} {target}");
        }
    }
    let target = format!("{SPA}/notes");
    let mut browser = Browser::new(&site);
    let page = browser
        .open(&format!("/signin?redirect_url={target}"))
        .await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("form-action"), "{policy}");
    let fields = [
        ("email", EMAIL),
        ("password", RIGHT),
        ("redirect_url", &*target),
    ];
    let answer = send(&mut browser, LOGIN, &fields).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, &*target));
}

async fn csr_02_forms_of_other_sites_sign_nobody_in() {
    let site = with_jane().await;
    let mut browser = Browser::new(&site);
    send(
        &mut browser,
        LOGIN,
        &[("email", EMAIL), ("password", RIGHT)],
    )
    .await;
    let cookie = format!("{SESSION}={}", browser.cookies[SESSION]);
    for (path, email, status) in [(LOGIN, EMAIL, 303), (REGISTER, "joe@example.com", 303)] {
        for (headers, answered) in [
            (
                &[("origin", "https://evil.example")] as &[(&str, &str)],
                403,
            ),
            (&[("origin", "null")], 403),
            (&[("sec-fetch-site", "cross-site")], 403),
            (&[("sec-fetch-site", "same-site")], 403),
            (&[("cookie", &*cookie)], 403),
            (&[("origin", "https://a.example")], status),
        ] {
            let request = TestRequest::post().uri(path);
            let request = form(request, &[("email", email), ("password", RIGHT)]);
            let request =
                { headers.iter() }.fold(request, |request, header| request.append_header(*header));
            let answer = site.send(request).await;
            assert_eq!(answer.status, answered, "{path} {headers:?}");
            assert_eq!(answer.set_cookies().is_empty(), answered == 403);
        }
    }
}

async fn rat_10_a_busy_server_keeps_what_was_typed() {
    let site = with_jane().await;
    site.hasher.set_busy(true);
    let mut browser = Browser::new(&site);
    for path in [LOGIN, REGISTER] {
        let fields = [("email", "joe@example.com"), ("password", RIGHT)];
        let page = send(&mut browser, path, &fields).await;
        assert_eq!(page.status, 503, "{path}");
        assert_eq!(page.header("retry-after"), Some("1"));
        assert_is_error_page(&page);
        assert!(page.body.contains("try again in a few seconds"));
        assert!(input(&page, "email").contains("value=\"joe@example.com\""));
    }
}

async fn a_repeated_field_is_refused() {
    let site = with_jane().await;
    let mut browser = Browser::new(&site);
    for path in [LOGIN, REGISTER] {
        let fields = [
            ("email", EMAIL),
            ("email", "joe@example.com"),
            ("password", RIGHT),
        ];
        assert_eq!(
            send(&mut browser, path, &fields).await.status,
            400,
            "{path}"
        );
    }
}

async fn there_is_a_form_only_where_a_password_is_enough() {
    let site = Site::new();
    for (query, is_offered) in [
        ("", true),
        ("?mode=cookie", true),
        ("?mode=fragment", false),
        ("?mode=code&code_challenge=x", false),
        ("?redirect_url=https://spa.example&state=x", false),
    ] {
        let page = site.get(&format!("/signin{query}")).await;
        assert_eq!(page.body.contains("/auth/login"), is_offered, "{query}");
        assert_eq!(page.body.contains("/signup"), is_offered, "{query}");
    }
    let without = Site::of_providers(&["acme"], |_| {});
    let page = without.get("/signin").await;
    assert!(!page.body.contains("<form") && !page.body.contains("/signup"));
    assert_eq!(without.get("/signup").await.status, 404);
    let mut browser = Browser::new(&without);
    let fields = [("email", EMAIL), ("password", RIGHT)];
    for path in [LOGIN, REGISTER] {
        assert_eq!(
            send(&mut browser, path, &fields).await.status,
            404,
            "{path}"
        );
    }
}

crate::everywhere! {
    a_person_registers_and_signs_in_by_forms,
    wrong_credentials_show_the_page_again_with_the_address,
    bad_input_shows_the_form_again_with_the_error_at_its_field,
    a_known_address_leads_to_the_sign_in_page,
    an_address_to_be_verified_gets_a_mail_whether_or_not_it_is_known,
    pwd_12_password_managers_and_pasting_work,
    hdr_05_what_is_typed_is_escaped,
    red_01_the_forms_lead_nowhere_else,
    csr_02_forms_of_other_sites_sign_nobody_in,
    rat_10_a_busy_server_keeps_what_was_typed,
    a_repeated_field_is_refused,
    there_is_a_form_only_where_a_password_is_enough,
}
