//! How the sign-in page orders the providers, and what it says about where one goes.

use crate::answer::Answer;
use crate::browser::{Browser, LAST};
use crate::site::Site;

const BADGE: &str = "Last used here";

/// The providers in the order of the page.
fn providers(page: &Answer) -> Vec<&str> {
    let links = page.body.split("/auth/provider/").skip(1);
    links.map(|rest| rest.split('/').next().unwrap()).collect()
}

async fn the_provider_that_this_browser_used_last_comes_first() {
    let site = Site::of_providers(&["other", "acme"], |_| {});
    let mut browser = Browser::new(&site);
    let before = browser.open("/signin").await;

    let signed_in = browser.sign_in().await;
    browser.submit("/auth/signout").await;
    let after = browser.open("/signin").await;

    let cookie = format!("{LAST}=acme; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=15552000");
    assert!(signed_in.set_cookies().contains(&&*cookie), "{signed_in:?}");
    assert_eq!(providers(&before), ["other", "acme"]);
    assert!(!before.body.contains(BADGE));
    assert_eq!(providers(&after), ["acme", "other"]);
    assert_eq!(after.body.matches(BADGE).count(), 1);
    let (_, links) = after.body.split_once("class=\"provider\"").unwrap();
    let (link, badge) = links.split_once("</a>").unwrap();
    assert!(link.contains("aria-describedby=\"last\""), "{link}");
    assert!(
        badge.starts_with("<span class=\"badge warn last\" id=\"last\">"),
        "{badge}"
    );
}

async fn hdr_05_a_provider_that_is_only_in_the_cookie_is_ignored() {
    let site = Site::of_providers(&["other", "acme"], |_| {});
    let mut browser = Browser::new(&site);
    for id in ["gone", "\"><b>", ""] {
        browser.cookies.insert(LAST.to_owned(), id.to_owned());

        let page = browser.open("/signin").await;

        assert_eq!(providers(&page), ["other", "acme"], "{id}");
        assert!(
            !page.body.contains(BADGE) && !page.body.contains("<b>"),
            "{id}"
        );
    }
}

async fn a_sign_in_that_fails_is_not_remembered() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;

    let path = format!("error=access_denied&state={state}");
    browser.come_back(&path).await;

    assert_eq!(browser.cookies.get(LAST), None);
}

async fn of_many_providers_four_are_shown_at_once() {
    let ids = ["a", "b", "c", "d", "acme", "f"];
    let site = Site::of_providers(&ids, |_| {});
    let mut browser = Browser::new(&site);
    let more = "<summary>More ways to sign in</summary>";

    let page = browser.open("/signin").await;
    let (shown, hidden) = page.body.split_once(more).unwrap();
    let count = |part: &str| part.matches("class=\"provider\"").count();
    assert_eq!((count(shown), count(hidden)), (4, 2));

    browser.sign_in().await;
    browser.submit("/auth/signout").await;
    let page = browser.open("/signin").await;
    assert_eq!(providers(&page), ["acme", "a", "b", "c", "d", "f"]);

    let few = Site::of_providers(&ids[..4], |_| {}).get("/signin").await;
    assert!(!few.body.contains("<details"), "{}", few.body);
}

async fn the_page_says_when_one_goes_to_another_site() {
    let site = Site::new();
    for (target, host) in [
        ("https://spa.example/notes?a=b", Some("spa.example")),
        ("/notes", None),
    ] {
        let page = site.get(&format!("/signin?redirect_url={target}")).await;
        let said = host.map(|host| format!("to continue to <bdi>{host}</bdi>"));
        let says = said.is_some_and(|said| page.body.contains(&said));
        assert_eq!(says, host.is_some(), "{target}: {}", page.body);
        assert_eq!(
            page.body.contains("to continue"),
            host.is_some(),
            "{target}"
        );
    }
}

crate::everywhere! {
    the_provider_that_this_browser_used_last_comes_first,
    hdr_05_a_provider_that_is_only_in_the_cookie_is_ignored,
    a_sign_in_that_fails_is_not_remembered,
    of_many_providers_four_are_shown_at_once,
    the_page_says_when_one_goes_to_another_site,
}
