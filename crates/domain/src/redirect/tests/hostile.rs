//! Targets as attackers write them, judged by the parser that browsers share (the WHATWG's, as the `url` crate has it).

use super::*;

/// What hostile targets are made of.
const PIECES: &[&str] = &[
    "/",
    "//",
    "\\",
    ".",
    "..",
    ":",
    "@",
    "?",
    "#",
    ";",
    "&",
    "%2f",
    "%2F",
    "%5c",
    "%2e",
    "%09",
    "%0d%0a",
    "%00",
    "%252f",
    "\t",
    "\n",
    "\r",
    " ",
    "\u{0}",
    "\u{7f}",
    "\u{a0}",
    "\u{3002}",
    "\u{ff0e}",
    "\u{ff0f}",
    "\u{2044}",
    "\u{200b}",
    "\u{feff}",
    "https:",
    "HTTPS:",
    "http:",
    "javascript:",
    "data:",
    "ok.example",
    "evil.example",
    "[::1]",
    ":443",
    ":8443",
    "app.example",
    "a",
];

/// Where a browser may stand that is given the target.
const HERE: &[&str] = &[
    "https://ok.example/",
    "https://ok.example/auth/provider/google/callback?code=c&state=s",
    "https://ok.example/a/b/#part",
];

/// What may stand before a host to make a browser go there.
const BEGINNINGS: &[&str] = &[
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "/\\/",
    "//\\",
    "/ /",
    "/\t/",
    "/\n/",
    "/\r/",
    "/\r\n/",
    "\t//",
    " //",
    "\u{0}//",
    "//\t",
    "/./",
    "/.//",
    "/..//",
    "/a/..//",
    "/.\\/",
    "/%2e//",
    "/%2e%2e//",
    "/.%2E//",
    "/%2f",
    "/%2F/",
    "%2f%2f",
    "/%5c",
    "%5c%5c",
    "/%09/",
    "/%0a/",
    "/%0d/",
    "/%0d%0a/",
    "/%00/",
    "/%20/../..//",
    "/\u{a0}/",
    "/\u{3000}/",
    "/\u{2028}/",
    "\u{feff}//",
    "\u{ff0f}\u{ff0f}",
    "http:",
    "http:/",
    "http://",
    "https:",
    "https:/",
    "https://",
    "https:///",
    "https:\\\\",
    "https:/\\",
    "ht\ttps://",
    "https:\n//",
    " https://",
    "HtTpS://",
    "ftp://",
    "ws://",
    "wss://",
    "file://",
    "file:///",
    "blob:https://",
    "view-source:https://",
    "javascript://",
    "javascript:location='https://'+'",
    "data:text/html,<script>location='//",
    "vbscript:",
    "intent://",
    "about:blank#//",
    "feed:https://",
    "jar:https://",
];

/// Hosts that are none of ours, or ours in disguise.
const HOSTS: &[&str] = &[
    "evil.example",
    "evil.example/ok.example",
    "evil.example?ok.example",
    "evil.example#ok.example",
    "evil.example\\ok.example",
    "evil.example%2fok.example",
    "ok.example@evil.example",
    "ok.example:443@evil.example",
    "ok.example%40evil.example",
    "ok.example:@evil.example",
    "ok.example;@evil.example",
    "ok.example\\@evil.example",
    "ok.example#@evil.example/../@evil.example",
    "ok.example.evil.example",
    "ok.example%2eevil.example",
    "evil\u{3002}example",
    "evil\u{ff0e}example",
    "ok.example\u{3002}evil.example",
    "ok.example\u{ff0f}.evil.example",
    "\u{ff45}vil.example",
    "[::1]",
    "[::ffff:192.0.2.1]",
    "[fe80::1%25eth0]",
    "192.0.2.1",
    "3221225985",
    "0xc0000201",
    "0300.0.02.01",
    "127.1",
    "0",
    "",
    ":443",
    "@",
    "ok.example:444",
    "ok.example.",
    "xn--ok-.example",
    "okexample",
    "evil.example:443",
    "user:secret@ok.example",
    "ok.example:0x1bb",
    "ok.example:99999",
    "ok.example:-1",
    "ok.example:https",
    "app.example",
    "ok.exampl\u{435}",
];

/// Checks a target: what the rule lets through is on a trusted origin wherever a browser reads it, the same place for the
/// browser as for us, and still there for software that decodes it once more. Returns whether it was let through.
fn judge(rule: &RedirectRule, target: &str) -> bool {
    let Ok(checked) = rule.check(target) else {
        return false;
    };
    let location = checked.as_str();
    assert!(
        location.bytes().all(|byte| byte.is_ascii_graphic()),
        "{target:?} became {location:?}"
    );
    let landed: Vec<Url> = HERE
        .iter()
        .map(|here| Url::parse(here).unwrap().join(location).unwrap())
        .collect();
    assert!(
        landed.iter().all(|url| *url == landed[0]),
        "{target:?} lands at {landed:?}"
    );
    assert!(
        rule.trusts(&landed[0].origin()),
        "{target:?} lands at {}",
        landed[0]
    );
    assert!(
        landed[0].username().is_empty() && landed[0].password().is_none(),
        "{target:?}"
    );
    assert_eq!(
        checked.is_same_origin(),
        landed[0].origin() == rule.base.origin(),
        "{target:?}"
    );
    let asked = Url::parse(HERE[1]).unwrap().join(target).unwrap();
    assert_eq!(asked, landed[0], "{target:?} was meant otherwise");
    let path = location.split(['?', '#']).next().unwrap();
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let again = Url::parse(HERE[0]).unwrap().join(&decoded);
    assert!(
        again.is_ok_and(|url| rule.trusts(&url.origin())),
        "{target:?} decoded once more"
    );
    true
}

#[test]
fn red_01_no_combination_of_hostile_pieces_leaves_the_trusted_origins() {
    let (rule, mut allowed, mut tried) = (rule(), 0, 0);
    for first in PIECES {
        for second in PIECES {
            for third in PIECES {
                allowed += u32::from(judge(&rule, &format!("{first}{second}{third}")));
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 44 * 44 * 44);
    assert!(
        allowed > 500,
        "{allowed} of {tried}: hardly anything was judged"
    );
}

#[test]
fn red_01_no_disguise_of_another_host_is_let_through() {
    let rule = rule();
    for (slash, host) in BEGINNINGS
        .iter()
        .flat_map(|slash| HOSTS.iter().map(move |host| (slash, host)))
    {
        for target in [
            format!("{slash}{host}"),
            format!("{slash}{host}/..//evil.example"),
        ] {
            if judge(&rule, &target) {
                let landed = Url::parse(HERE[0]).unwrap().join(&target).unwrap();
                assert_eq!(landed.origin(), rule.base.origin(), "{target:?}");
            }
        }
    }
}

#[test]
fn red_01_what_is_encoded_more_than_once_stays_a_path() {
    let rule = rule();
    for hostile in [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "https://evil.example",
    ] {
        let mut spelling = hostile.to_owned();
        for times in 1..=4 {
            spelling = percent_encoding::utf8_percent_encode(
                &spelling,
                percent_encoding::NON_ALPHANUMERIC,
            )
            .to_string();
            assert!(rule.check(&spelling).is_err(), "{spelling}");
            let path = format!("/{spelling}");
            assert!(
                times > 1 || rule.check(&path).is_err() || hostile.starts_with("https"),
                "{path}"
            );
            judge(&rule, &path);
        }
    }
}

#[test]
fn red_02_addresses_are_origins_like_any_other() {
    let url = |text: &str| Url::parse(text).unwrap();
    let rule = RedirectRule::new(
        url("http://127.0.0.1:8000"),
        [
            url("http://[::1]:3000"),
            url("https://m\u{fc}nchen.example"),
        ],
    );
    for target in [
        "http://127.0.0.1:8000/x",
        "http://[::1]:3000/x",
        "http://[0:0:0:0:0:0:0:1]:3000/x",
        "https://m\u{fc}nchen.example/x",
        "https://xn--mnchen-3ya.example:443/x",
    ] {
        assert!(rule.check(target).is_ok(), "{target}");
    }
    for target in [
        "http://[::1]/x",
        "http://[::1]:3001/x",
        "http://[::2]:3000/x",
        "http://[::1%25lo]:3000/x",
        "http://[::ffff:127.0.0.1]:8000/x",
        "http://localhost:8000/x",
        "http://127.0.0.1:80000/x",
        "http://127.0.0.2:8000/x",
        "https://127.0.0.1:8000/x",
        "https://munchen.example/x",
        "https://m\u{fc}nchen.example.evil/x",
    ] {
        assert!(rule.check(target).is_err(), "{target}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn red_01_longer_combinations_stay_on_the_trusted_origins(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
    ) {
        judge(&rule(), &pieces.concat());
    }

    /// The rule is no wall against honest targets: any ordinary path is let through as it is.
    #[test]
    fn red_01_ordinary_paths_are_left_alone(path in "(/[a-zA-Z0-9_~-]{1,8}){1,5}/?(\\?[a-z]=[a-z0-9/:.%-]{0,9})?(#[a-z]{0,5})?") {
        let checked = rule().check(&path).unwrap();
        prop_assert_eq!(checked.as_str(), path.as_str());
    }
}
