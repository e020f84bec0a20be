//! Where the browser is sent: to paths of this site and to trusted origins, and nowhere else.

mod injection;
mod kept;

use reqwest::{Response, Url};

use crate::support::browser::{Browser, code, header};
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};

const APP: &str = "https://app.example";
const START: &str = "/auth/provider/google/signin";

async fn site() -> (Site, Node) {
    let mut site = Site::without_limits(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", format!("{APP},http://[::1]:3000"));
    let node = site.node().await;
    (site, node)
}

/// A query with this target, encoded as a browser encodes it.
fn to(target: &str) -> String {
    let target: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
    format!("redirect_url={target}")
}

async fn assert_refused(answer: Response, target: &str) {
    assert!(answer.headers().get("set-cookie").is_none(), "{target:?}");
    assert!(answer.headers().get("location").is_none(), "{target:?}");
    assert_eq!(
        (answer.status().as_u16(), &*code(answer).await),
        (400, "redirect_not_allowed"),
        "{target:?}"
    );
}

/// Signs in with this target, if it is taken, and returns where the browser is sent in the end.
async fn landing(site: &Site, node: &Node, target: &str) -> Option<String> {
    let browser = Browser::new();
    let begun = browser
        .get(node.url(&format!("{START}?{}", to(target))))
        .await;
    if begun.status() == 400 {
        return None;
    }
    let asked = Url::parse(&header(&begun, "location")).unwrap();
    let answer = browser
        .get(site.idp.authorize(&asked, "jane").await.unwrap())
        .await;
    assert_eq!(answer.status(), 303, "{target:?}: {}", node.log());
    Some(header(&answer, "location"))
}

const HOSTILE: &[&str] = &[
    "//evil.example",
    "///evil.example",
    "////evil.example/..",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "//evil.example\\@ok",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e%2e//evil.example",
    "%2f%2fevil.example",
    "/%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/%0d%0aX:y",
    "/\r\nX:y",
    "/\u{0}/evil.example",
    "/%00/evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https:\\\\evil.example",
    "https:///evil.example",
    "http://evil\u{3002}example",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://",
    "https://@app.example/",
    "https://app.example@evil.example",
    "https://app.example:443@evil.example",
    "https://user@app.example/",
    "https://user:pass@app.example/",
    "https://app.example%40evil.example",
    "https://app.example\\@evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "javascript://app.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/x",
    "mailto:a@evil.example",
    "ftp://app.example/",
    "ws://app.example/",
    "dashboard",
    "?x",
    "#x",
    ".",
    "..",
    "/\u{a0}/",
    "/\u{2028}",
    "\u{feff}/",
];

#[tokio::test]
async fn red_01_no_route_accepts_a_hostile_target() {
    let (site, node) = site().await;
    let signed_in = Browser::new();
    signed_in.sign_in(&node, &site.idp, "jane").await;
    for target in HOSTILE {
        for path in [START, "/signin"] {
            for browser in [&signed_in, &Browser::new()] {
                let url = node.url(&format!("{path}?{}", to(target)));
                assert_refused(browser.get(url).await, target).await;
            }
        }
    }
}

#[tokio::test]
async fn red_01_a_target_that_is_encoded_twice_stays_on_this_site() {
    let (site, node) = site().await;
    let mut taken = 0;
    for target in HOSTILE {
        let twice: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        assert_eq!(landing(&site, &node, &twice).await, None, "{twice}");
        let Some(location) = landing(&site, &node, &format!("/{twice}")).await else {
            continue;
        };
        let landed = Url::parse(&node.url("/")).unwrap().join(&location).unwrap();
        assert_eq!(
            landed.origin(),
            Url::parse(node.base_url()).unwrap().origin(),
            "{target:?}: {location}"
        );
        taken += 1;
    }
    assert!(taken > HOSTILE.len() / 2, "{taken} were taken and judged");
}

/// What targets are put together from, four at a time.
const PIECES: &[&str] = &[
    "/",
    "//",
    "\\",
    "..",
    ":",
    "@",
    "?",
    "#",
    "%2f",
    "%5c",
    "%09",
    "%252f",
    "\t",
    "\r\n",
    " ",
    "\u{3002}",
    "\u{ff0f}",
    "https:",
    "http://",
    "javascript:",
    "app.example",
    "evil.example",
    "[::1]",
    ":3000",
    "a",
];

#[tokio::test]
async fn red_01_any_combination_lands_on_a_trusted_origin() {
    let (site, node) = site().await;
    let base = Url::parse(&node.url("/auth/provider/google/callback?code=c")).unwrap();
    let trusted = [
        base.clone(),
        Url::parse(APP).unwrap(),
        Url::parse("http://[::1]:3000").unwrap(),
    ]
    .map(|url| url.origin());
    let all = PIECES.len().pow(4);
    let step = all / repetitions(150, 10_000) - 1;

    let mut taken = 0;
    for number in (0..all).step_by(step) {
        let digits = (0..4).map(|place| number / PIECES.len().pow(place) % PIECES.len());
        let target: String = digits.map(|digit| PIECES[digit]).collect();
        if let Some(location) = landing(&site, &node, &target).await {
            let landed = base.join(&location).unwrap();
            assert!(
                trusted.contains(&landed.origin()),
                "{target:?} lands at {landed}"
            );
            taken += 1;
        }
    }
    assert!(taken > 0, "none was taken, so none was judged");
}

#[tokio::test]
async fn red_01_no_other_parameter_sets_the_target() {
    let (site, node) = site().await;
    let names = [
        "redirect_to",
        "return_to",
        "returnTo",
        "returnUrl",
        "redirect",
        "redirectUrl",
        "redirect_uri",
        "next",
        "url",
        "rd",
        "continue",
        "goto",
        "dest",
        "destination",
        "target",
        "callback",
        "back",
        "success_url",
        "RelayState",
        "service",
    ];
    let evil = names
        .map(|name| format!("{name}=https://evil.example/"))
        .join("&");
    let browser = Browser::new();

    let asked = browser.begin_at(&node, &format!("{START}?{evil}")).await;
    assert!(!asked.as_str().contains("evil"));
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    assert_eq!(
        header(&browser.get(callback).await, "location"),
        "/dashboard"
    );

    let page = browser.open(node.url(&format!("/signin?{evil}"))).await;
    assert_eq!(header(&page, "location"), "/dashboard");
    let form = format!("{evil}&{}", to("https://evil.example/"));
    for (path, location) in [
        ("/auth/sessions/revoke-others", "/account"),
        ("/auth/signout", "/"),
    ] {
        let answer = browser
            .submit(node.url(&format!("{path}?{form}")), &form)
            .await;
        assert_eq!(
            (answer.status().as_u16(), &*header(&answer, "location")),
            (303, location)
        );
    }
    let page = Browser::new()
        .open(node.url(&format!("/signin?{evil}")))
        .await
        .text()
        .await
        .unwrap();
    assert!(!page.contains("evil"), "{page}");
}

#[tokio::test]
async fn red_02_trusted_origins_are_compared_whole() {
    let (site, node) = site().await;
    for target in [
        APP,
        "https://app.example:443/x?y#z",
        "HTTPS://APP.EXAMPLE/in",
        "http://[0:0:0:0:0:0:0:1]:3000/",
    ] {
        let location = landing(&site, &node, target).await;
        assert!(location.is_some_and(
            |location| location.starts_with(APP) || location.starts_with("http://[::1]:3000/")
        ));
    }
    for target in [
        "https://app.example.evil.example/",
        "https://evil-app.example/",
        "https://evilapp.example/",
        "https://sub.app.example/",
        "https://app.example./",
        "https://app.example:444/",
        "https://app.example:80/",
        "https://app.exampl/",
        "https://app.example2/",
        "http://app.example/",
        "http://app.example:443/",
        "http://[::1]/",
        "http://[::1]:3001/",
        "https://[::1]:3000/",
        "http://localhost:3000/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
    ] {
        let answer = Browser::new()
            .get(node.url(&format!("{START}?{}", to(target))))
            .await;
        assert_refused(answer, target).await;
    }
}
