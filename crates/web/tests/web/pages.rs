use belgie_testkit::{changed, identity};
use chrono::TimeDelta;

use crate::browser::{Browser, SESSION};
use crate::site::Site;

async fn the_sign_in_page_leads_to_each_provider_and_on() {
    let site = Site::new();

    let page = Browser::new(&site)
        .open("/signin?redirect_url=/reports?a=b")
        .await;

    assert_eq!(page.status, 200);
    let link = "href=\"/auth/provider/acme/signin?redirect_url=%2Freports%3Fa%3Db\"";
    assert!(page.body.contains(link), "{}", page.body);
    assert!(page.body.contains("Continue with <bdi>Fake</bdi>"));
}

async fn the_sign_in_page_redirects_signed_in_visitors() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    assert_eq!(browser.open("/signin").await.location(), "/dashboard");
    assert_eq!(
        browser.open("/signin?redirect_url=/x").await.location(),
        "/x"
    );
}

async fn the_sign_in_page_never_redirects_in_circles() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let signin = site.path("/signin");
    for path in [
        &format!("/signin?redirect_url={signin}"),
        &format!("/signin?redirect_url={signin}%3Fredirect_url=/x"),
    ] {
        assert_eq!(browser.open(path).await.location(), "/dashboard", "{path}");
    }
    let again = browser.open("/signin?again=1&redirect_url=/x").await;
    assert_eq!(again.status, 200);
    assert!(
        again
            .body
            .contains("/auth/provider/acme/signin?redirect_url=%2Fx")
    );
    assert!(again.set_cookies().is_empty(), "the session stays");
}

async fn a_cookie_beside_an_authorization_is_left_alone() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let request = browser
        .request(http::Method::GET, "/signin")
        .insert_header(("authorization", "Basic amFuZTpzZWNyZXQ="));
    let answer = browser.send(request).await;

    assert_eq!(answer.status, 200);
    assert!(answer.set_cookies().is_empty());
    assert!(!answer.body.contains("You have been signed out"));
}

async fn a_dead_cookie_is_cleared_once_and_leads_into_no_loop() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::days(31));

    let guarded = browser.open("/dashboard").await;
    assert_eq!(guarded.status, 303);
    assert_eq!(guarded.location(), "/signin?redirect_url=%2Fdashboard");
    let sign_in = format!("/signin?redirect_url={}", site.path("/dashboard"));
    let first = browser.open(&sign_in).await;
    let second = browser.open(&sign_in).await;

    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
    assert!(first.body.contains("You have been signed out"));
    let cleared =
        format!("{SESSION}=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0; Expires=");
    assert!(first.set_cookies()[0].starts_with(&cleared));
    assert!(!second.body.contains("You have been signed out"));
    assert!(second.set_cookies().is_empty());
}

async fn red_07_an_expired_form_leads_to_sign_in_and_never_to_the_referrer() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::days(31));

    let request = browser
        .request(http::Method::POST, "/auth/sessions/revoke-others")
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .insert_header(("referer", "https://evil.example/"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("sec-fetch-mode", "navigate"));
    let answer = browser.send(request).await;

    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/signin")
    );
}

async fn the_account_page_shows_who_i_am_and_where() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::days(2));
    let mut other = Browser::signed_in(&site).await;

    let page = other.open("/account").await;

    assert_eq!(page.status, 200);
    for shown in [
        "<bdi>Jane Doe</bdi>",
        "jane@example.com",
        "Verified",
        "src=\"https://pictures.example/jane.png\"",
        "referrerpolicy=\"no-referrer\"",
        "Firefox on Linux",
        "This device",
        "192.0.2.1",
        "1 Jan 2026, 00:00 UTC",
        "Active now",
        "Active 2 days ago",
        "with <bdi>Fake</bdi>",
        "Sign out everywhere else",
        "Sign out anything that you do not recognise",
    ] {
        assert!(page.body.contains(shown), "{shown}");
    }
    for section in ["profile", "methods", "devices", "data", "delete"] {
        let link = format!("<a href=\"#{section}\">");
        assert!(page.body.contains(&link), "{}", page.body);
        assert!(page.body.contains(&format!("id=\"{section}\"")));
    }
    browser.submit("/auth/signout").await;
    let page = other.open("/account").await;
    assert!(!page.body.contains("Sign out everywhere else"));
}

async fn the_dashboard_leads_to_the_account_page() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/dashboard").await;

    assert!(page.body.contains("<bdi>Jane Doe</bdi>"), "{}", page.body);
    let link = "href=\"/account\">Manage your account</a>";
    assert!(page.body.contains(link), "{}", page.body);
}

async fn of_many_sessions_five_are_shown_at_once() {
    let site = Site::new();
    for _ in 0..6 {
        Browser::signed_in(&site).await;
        site.clock.advance(TimeDelta::hours(1));
    }
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/account").await;
    let (_, devices) = page.body.split_once("id=\"devices\"").unwrap();

    let (shown, hidden) = devices
        .split_once("<summary>Show 2 more</summary>")
        .unwrap();
    let rows = [shown, hidden].map(|part| part.matches("class=\"tile\"").count());
    assert_eq!(rows, [5, 2]);
    let current = shown.find("This device").unwrap();
    assert!(current < shown.find("Active 1 hour ago").unwrap());
    assert!(!page.body.contains("24 hours"));
    assert!(hidden.contains("Active 6 hours ago"), "{hidden}");
}

async fn the_start_page_shows_whether_the_visitor_is_signed_in() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    assert!(browser.open("/").await.body.contains("href=\"/signin\""));
    browser.sign_in().await;
    let page = browser.open("/").await;

    assert!(page.body.contains("Welcome back, <bdi>Jane Doe</bdi>"));
    assert!(page.body.contains("action=\"/auth/signout\""));
}

async fn hdr_05_every_string_from_outside_is_escaped() {
    let site = Site::with(|config| config.app_name = "<i>App</i>".into());
    site.provider.set_identity(changed(identity(), |identity| {
        identity.name = Some("<img src=x onerror=alert(1)>\"'".to_owned());
        identity.picture = Some("https://x.example/\"><script>alert(1)</script>".to_owned());
    }));
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;
    let path = format!("/auth/provider/acme/callback?code=c&state={state}");
    let request = browser
        .request(http::Method::GET, &path)
        .insert_header(("user-agent", "<u>agent</u>"));
    browser.send(request).await;

    for path in [
        "/",
        "/dashboard",
        "/account",
        "/nowhere",
        "/%3Cs%3Ex%3C/s%3E",
    ] {
        let page = browser.open(path).await;
        assert!(!page.body.is_empty());
        for raw in ["<img src=x", "<script", "<i>", "<u>", "<b>", "<s>"] {
            assert!(!page.body.contains(raw), "{path}: {raw}\n{}", page.body);
        }
    }
    let signed_out = Browser::new(&site).open("/signin").await;
    assert!(
        signed_out.body.contains("&#60;b&#62;Buggy"),
        "{}",
        signed_out.body
    );
}

async fn the_only_user_sees_how_to_become_admin() {
    let site = Site::with(|config| {
        config.admin_command = Some("belgie user set-role {user} admin".to_owned());
    });
    let mut browser = Browser::signed_in(&site).await;

    let alone = browser.open("/dashboard").await;
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
        identity.email = Some("john@example.com".to_owned());
    }));
    Browser::signed_in(&site).await;
    let in_company = browser.open("/dashboard").await;

    assert!(
        alone
            .body
            .contains("belgie user set-role jane@example.com admin")
    );
    assert!(!in_company.body.contains("set-role"));
}

async fn an_address_that_is_not_proved_is_not_shown_as_a_command() {
    let site = Site::with(|config| config.admin_command = Some("set-role {user}".to_owned()));
    site.provider.set_identity(changed(identity(), |identity| {
        identity.email_trusted = false;
    }));
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/dashboard").await;

    assert!(page.body.contains("set-role 0"), "{}", page.body);
}

async fn an_address_that_a_shell_would_run_is_not_shown_as_a_command() {
    let site = Site::with(|config| config.admin_command = Some("set-role {user}".to_owned()));
    site.provider.set_identity(changed(identity(), |identity| {
        identity.email = Some("a`id`@example.com".to_owned());
    }));
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/dashboard").await;

    assert!(page.body.contains("set-role 0"), "{}", page.body);
}

async fn pages_are_sound_for_assistive_technology() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    for path in [
        "/",
        "/signin",
        "/nowhere",
        "/dashboard",
        "/account",
        "/auth/reauthenticate",
    ] {
        if path == "/dashboard" {
            browser.sign_in().await;
        }
        let page = browser.open(path).await;
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert!(!page.body.contains(['{', '}']), "{path}: {}", page.body);
        for part in [
            "<html lang=\"en\">",
            "<title>",
            "<main id=\"main\"",
            "class=\"skip\"",
            "name=\"viewport\"",
        ] {
            assert!(page.body.contains(part), "{path}: {part}");
        }
    }
}

async fn without_a_provider_the_sign_in_page_says_what_is_missing() {
    let page = Site::of_providers(&[], |_| {}).get("/signin").await;

    assert_eq!(page.status, 200);
    assert!(page.body.contains("Sign-in has not been set up yet."));
    assert!(
        page.body.contains("add a sign-in provider"),
        "{}",
        page.body
    );
    // An embedding application does not have the program's settings.
    assert!(!page.body.contains("BELGIE_"), "{}", page.body);
}

async fn an_application_can_say_how_to_add_a_provider() {
    let hint = "See <b>the manual</b>.";
    let change = |config: &mut belgie_web::WebConfig| config.provider_hint = Some(hint.to_owned());

    let without = Site::of_providers(&[], change).get("/signin").await;
    let with_one = Site::of_providers(&["acme"], change).get("/signin").await;

    let escaped = "See &#60;b&#62;the manual&#60;/b&#62;.";
    assert!(without.body.contains(escaped), "{}", without.body);
    assert!(!without.body.contains("add a sign-in provider"));
    assert!(!with_one.body.contains(escaped));
}

async fn our_mark_stands_beside_no_other_name() {
    let flag = "#f7c325";
    for (name, ours) in [("Belgie", true), ("Acme Notes", false), ("belgie", false)] {
        let site = Site::with(|config| config.app_name = name.into());
        let page = Browser::new(&site).open("/signin").await;
        let icon = page.body.split("rel=\"icon\" href=\"").nth(1).unwrap();
        let icon = site.get(icon.split('"').next().unwrap()).await;

        assert_eq!(icon.status, 200);
        assert_eq!(icon.header("content-type"), Some("image/svg+xml"));
        assert_eq!(icon.body.contains(flag), ours, "{name}");
        assert_eq!(page.body.contains(flag), ours, "{name}");
        assert_eq!(page.body.contains("class=\"ours\""), ours, "{name}");
    }
}

async fn under_a_picture_stands_the_initial() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/dashboard").await;

    let avatar = page.body.split("class=\"avatar\"").nth(1).unwrap();
    let (before, after) = avatar.split_once("<img").unwrap();
    assert!(before.ends_with(">J"), "{before}");
    let (picture, _) = after.split_once('>').unwrap();
    assert!(picture.starts_with(" src=\"https://pictures.example/jane.png\""));
    // Browsers hide a picture that fails only when it has no size of its own.
    assert!(!picture.contains("width="), "{picture}");
    assert_eq!(picture.matches("alt=\"\"").count(), 1, "{picture}");
}

crate::everywhere! {
    an_address_that_is_not_proved_is_not_shown_as_a_command,
    an_address_that_a_shell_would_run_is_not_shown_as_a_command,
    the_sign_in_page_leads_to_each_provider_and_on,
    the_sign_in_page_redirects_signed_in_visitors,
    the_sign_in_page_never_redirects_in_circles,
    a_cookie_beside_an_authorization_is_left_alone,
    a_dead_cookie_is_cleared_once_and_leads_into_no_loop,
    red_07_an_expired_form_leads_to_sign_in_and_never_to_the_referrer,
    the_account_page_shows_who_i_am_and_where,
    the_dashboard_leads_to_the_account_page,
    of_many_sessions_five_are_shown_at_once,
    the_start_page_shows_whether_the_visitor_is_signed_in,
    hdr_05_every_string_from_outside_is_escaped,
    the_only_user_sees_how_to_become_admin,
    pages_are_sound_for_assistive_technology,
    without_a_provider_the_sign_in_page_says_what_is_missing,
    an_application_can_say_how_to_add_a_provider,
    our_mark_stands_beside_no_other_name,
    under_a_picture_stands_the_initial,
}
