mod hostile;

use proptest::prelude::*;

use super::*;

fn rule() -> RedirectRule {
    let url = |text: &str| Url::parse(text).unwrap();
    RedirectRule::new(
        url("https://ok.example"),
        [
            url("https://app.example:8443"),
            url("http://localhost:3000"),
        ],
    )
}

#[test]
fn red_01_paths_of_this_site_and_trusted_origins_are_allowed() {
    for (target, location) in [
        ("/", "/"),
        ("/dashboard", "/dashboard"),
        ("/a/b?c=d&e=f#g", "/a/b?c=d&e=f#g"),
        ("/a/../b", "/b"),
        (
            "/search?q=http://evil.example",
            "/search?q=http://evil.example",
        ),
        ("/gr%C3%BC%C3%9Fe", "/gr%C3%BC%C3%9Fe"),
        ("/grüße", "/gr%C3%BC%C3%9Fe"),
        ("/a//b", "/a//b"),
        ("/@evil.example", "/@evil.example"),
        ("https://ok.example/x", "https://ok.example/x"),
        ("https://OK.example:443/x", "https://ok.example/x"),
        ("https://app.example:8443", "https://app.example:8443/"),
        (
            "http://localhost:3000/in?x=1",
            "http://localhost:3000/in?x=1",
        ),
    ] {
        let checked = rule().check(target).unwrap_or_else(|_| panic!("{target}"));
        assert_eq!(checked.as_str(), location);
        let ours = location.starts_with('/') || location.starts_with("https://ok.example/");
        assert_eq!(checked.is_same_origin(), ours, "{target}");
    }
}

#[test]
fn red_01_everything_else_is_refused() {
    for target in [
        "",
        "dashboard",
        "?x",
        "#x",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:ok.example",
        "https:/ok.example/",
        "https:\\\\ok.example",
        "https://ok@evil.example",
        "https://user@ok.example/",
        "https://:@ok.example/",
        "https://@ok.example/",
        "%2f%2fevil.example",
        "/%2f%2fevil.example",
        "/%2F/evil.example",
        "/%5cevil.example",
        "/%0d%0aX:y",
        "/%09/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ /evil.example",
        " /x",
        "/x ",
        "/.//evil.example",
        "/./\\evil.example",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "/a/..//evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.c",
        "//ok.example/",
        "ftp://ok.example/",
        "http:///evil.example",
        "blob:https://ok.example/x",
        "/\u{a0}/x",
        "/\u{2028}x",
        "/\u{0}",
        "\u{feff}/x",
        "/x?a=\\b",
        "/x?\u{0}",
        "/x#\u{7f}",
        "https://ok.example\\x",
        "https://ok.example/\u{0}",
        "https://ok.example/x?\u{1b}",
    ] {
        assert_eq!(rule().check(target), Err(RedirectNotAllowed), "{target:?}");
    }
}

#[test]
fn red_02_origins_are_compared_whole() {
    for target in [
        "https://ok.example.evil.example/",
        "https://evil-ok.example/",
        "https://ok.example:444/",
        "http://ok.example/",
        "https://sub.ok.example/",
        "https://ok.example./",
        "https://app.example/",
        "https://app.example:8443.evil.example/",
        "http://localhost/",
        "http://localhost:3001/",
        "http://127.0.0.1:3000/",
        "https://ok%2eexample.evil/",
        "https://ok.example%40evil.example/",
    ] {
        assert_eq!(rule().check(target), Err(RedirectNotAllowed), "{target:?}");
    }
}

#[test]
fn red_04_malformed_and_oversized_targets_are_refused() {
    let long = format!("/{}", "a".repeat(64 * 1024));
    for target in [
        "http://[",
        "%",
        "%ff",
        "https://",
        "https://ok.example:99999/",
        &long,
    ] {
        assert_eq!(
            rule().check(target),
            Err(RedirectNotAllowed),
            "{target:.40?}"
        );
    }
}

#[test]
fn parameters_are_added_before_the_fragment() {
    let target = rule().check("/x?a=b#part").unwrap();

    assert_eq!(
        target.with_query(&[("error", "access denied")]),
        "/x?a=b&error=access+denied#part"
    );
    assert_eq!(target.with_query(&[]), "/x?a=b#part");
}

proptest! {
    /// The oracle is the parser that browsers share: what we let through lands where we said.
    #[test]
    fn red_01_what_is_allowed_stays_on_a_trusted_origin(target in r"[/\\.:@%a-z0-9?#\t\n ]{0,24}") {
        if let Ok(checked) = rule().check(&target) {
            let landed = Url::parse("https://ok.example/auth/").unwrap().join(checked.as_str()).unwrap();
            prop_assert!(rule().trusts(&landed.origin()), "{target:?} lands at {landed}");
            prop_assert!(checked.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn red_04_no_target_panics(target in ".{0,64}") {
        let _ = rule().check(&target);
    }
}
