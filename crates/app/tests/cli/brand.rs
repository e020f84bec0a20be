//! The settings of the pages' look.

use crate::program::Program;

#[test]
fn a_look_that_cannot_be_is_refused_by_the_name_of_its_setting() {
    let large = vec![b' '; 512_001];
    for (name, value, expected) in [
        ("APP_COLOR", "teal", "is not a colour such as #0f766e"),
        ("APP_COLOR", "#0f7", "is not a colour such as #0f766e"),
        (
            "APP_LOGO_URL",
            "http://cdn.example/a.svg",
            "must begin with https:// or name a file",
        ),
        (
            "APP_LOGO_URL",
            "missing.svg",
            "names a file that cannot be read: ",
        ),
        ("APP_LOGO_URL", "large.svg", "is larger than 512 kB"),
        (
            "APP_LOGO_URL",
            "text.svg",
            "is not an SVG, PNG, JPEG or WebP image",
        ),
        ("APP_LOGO_URL_DARK", "logo.svg", "needs BELGIE_APP_LOGO_URL"),
        (
            "APP_HOME_URL",
            "/app",
            "must be an address like https://login.example.com",
        ),
        (
            "APP_SUPPORT",
            "javascript:alert(1)",
            "must be a web address or an e-mail address",
        ),
        (
            "APP_PRIVACY_URL",
            "ftp://acme.example",
            "must begin with https:// or http://",
        ),
        (
            "APP_TERMS_URL",
            "terms",
            "must be an address like https://login.example.com",
        ),
    ] {
        let program = Program::server()
            .with(name, value)
            .with_file("logo.svg", "<svg/>")
            .with_file("text.svg", "a logo")
            .with_file("large.svg", &large);

        let message = program.run(&["serve"]).refused();

        let line = format!("belgie: BELGIE_{name} {expected}");
        assert!(message.starts_with(&line), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn the_legibility_of_a_colour_is_part_of_the_report() {
    let program = Program::server().with("APP_COLOR", "#ffcc00");

    let report = program.run(&["check"]).stdout;

    let line = "note: settings: BELGIE_APP_COLOR: text on it is black, 13.9:1; \
        on the light card the button has 1.5:1, so it has an edge, lines have 4.6:1 (#8f7208); \
        on the dark card the button has 11.3:1, lines have 11.3:1 (#ffcc00)";
    assert!(report.lines().any(|printed| printed == line), "{report}");
}
