use belgie_web::UnknownHosts;

use crate::answer::Answer;
use crate::request::TestRequest;
use crate::site::Site;

async fn ask(site: &Site, request: TestRequest, host: &str) -> Answer {
    site.send(request.insert_header(("host", host))).await
}

async fn hdr_06_another_host_is_redirected_to_the_right_address() {
    let site = Site::with(|config| config.unknown_hosts = UnknownHosts::Refuse);

    for host in [
        "evil.example",
        "a.example.evil",
        "a.example:444",
        "",
        "localhost",
    ] {
        let page = TestRequest::get()
            .uri("/signin")
            .insert_header(("accept", "text/html"));
        let answer = ask(&site, page, host).await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(answer.body.contains("https://a.example"));
        let problem = ask(&site, TestRequest::get().uri("/api/me"), host).await;
        assert_eq!(problem.code(), "invalid_request");
        assert!(problem.body.contains("https://a.example"));
    }
    for host in ["a.example", "A.Example", "a.example:443"] {
        let answer = ask(&site, TestRequest::get().uri("/api/me"), host).await;
        assert_eq!(answer.status, 401, "{host}");
    }
}

async fn hdr_06_health_is_served_under_any_host_name() {
    let site = Site::with(|config| config.unknown_hosts = UnknownHosts::Refuse);

    for path in ["/healthz", "/readyz"] {
        let answer = ask(&site, TestRequest::get().uri(path), "10.0.0.7:8000").await;
        assert_eq!(answer.status, 200);
    }
}

async fn hdr_06_in_development_browsers_are_sent_to_the_right_address() {
    let site = Site::at("http://localhost:8000", |config| {
        config.unknown_hosts = UnknownHosts::Redirect;
    });

    let visit = TestRequest::get()
        .uri("/signin?redirect_url=/x")
        .insert_header(("sec-fetch-mode", "navigate"));
    let visit = ask(&site, visit, "127.0.0.1:8000").await;
    let whole = TestRequest::get()
        .uri("*")
        .insert_header(("sec-fetch-mode", "navigate"));
    let whole = ask(&site, whole, "127.0.0.1:8000").await;
    let program = TestRequest::get().uri("/auth/providers");
    let program = ask(&site, program, "127.0.0.1:8000").await;
    let change = TestRequest::post().uri("/auth/signout");
    let change = ask(&site, change, "127.0.0.1:8000").await;

    assert_eq!(visit.status, 303);
    assert_eq!(
        visit.location(),
        "http://localhost:8000/signin?redirect_url=/x"
    );
    assert_eq!(whole.location(), "http://localhost:8000/");
    assert_eq!(program.status, 200);
    assert_eq!(change.status, 204);
}

async fn flow_08_no_header_of_the_request_decides_where_we_are() {
    let site = Site::new();

    let request = TestRequest::get()
        .uri("/auth/provider/acme/signin")
        .insert_header(("host", "evil.example"))
        .insert_header(("x-forwarded-host", "evil.example"))
        .insert_header(("forwarded", "host=evil.example"));
    let answer = site.send(request).await;

    assert_eq!(answer.status, 303);
    assert!(!answer.location().contains("evil"));
}

async fn rat_05_the_address_is_the_proxys_word_only_when_it_is_trusted() {
    for (proxies, address) in [
        ("192.0.2.0/24", "198.51.100.7"),
        ("10.0.0.0/8", "192.0.2.1"),
    ] {
        let site = Site::with(|config| config.trusted_proxies = vec![proxies.parse().unwrap()]);
        let mut browser = crate::browser::Browser::new(&site);
        let state = browser.begin("").await;
        let path = format!("/auth/provider/acme/callback?code=c&state={state}");
        let request = browser
            .request(http::Method::GET, &path)
            .insert_header(("x-forwarded-for", "6.6.6.6, 198.51.100.7"));

        browser.send(request).await;

        let session = browser.fetch(http::Method::GET, "/auth/session").await;
        assert_eq!(session.json()["session"]["ip_address"], address);
    }
}

crate::everywhere! {
    hdr_06_another_host_is_redirected_to_the_right_address,
    hdr_06_health_is_served_under_any_host_name,
    hdr_06_in_development_browsers_are_sent_to_the_right_address,
    flow_08_no_header_of_the_request_decides_where_we_are,
    rat_05_the_address_is_the_proxys_word_only_when_it_is_trusted,
}
