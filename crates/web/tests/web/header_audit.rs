use std::collections::{BTreeMap, BTreeSet};

use crate::answer::Answer;
use crate::site::BASE;

/// Looks at answers: each must carry the headers that protect it.
#[derive(Debug, Default)]
pub(crate) struct HeaderAudit {
    statuses: BTreeSet<u16>,
}

impl HeaderAudit {
    /// Returns the statuses of all answers so far.
    pub(crate) fn statuses(self) -> BTreeSet<u16> {
        self.statuses
    }

    pub(crate) fn look(&mut self, case: &str, answer: &Answer) {
        self.statuses.insert(answer.status.as_u16());
        // Public keys are the same for everybody.
        let may_be_cached = case.contains("/jwks.json") && answer.body.contains("\"kid\"");
        let caching = if may_be_cached {
            "public, max-age=300"
        } else {
            "no-store"
        };
        for (name, value) in [
            ("cache-control", caching),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{case}: {answer:?}");
        }
        for name in ["server", "x-powered-by", "via"] {
            assert_eq!(answer.header(name), None, "{case}");
        }
        for name in ["permissions-policy", "cross-origin-opener-policy"] {
            let sent = answer.header(name).is_some();
            assert_eq!(sent, is_page(answer), "{name}: {case}");
        }
        assert_year_of_https(case, answer);
        assert_strict_policy(case, answer);
        assert_nothing_leaks(case, answer);
        let id = answer.header("x-request-id").unwrap();
        assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    }
}

fn is_page(answer: &Answer) -> bool {
    let content_type = answer.header("content-type").unwrap_or_default();
    content_type.starts_with("text/html")
}

/// RFC 6797 §6.1: a year at least.
fn assert_year_of_https(case: &str, answer: &Answer) {
    let promise = answer.header("strict-transport-security").unwrap();
    let seconds = promise
        .split(';')
        .find_map(|part| part.trim().strip_prefix("max-age="));
    let seconds: u64 = seconds.unwrap().parse().unwrap();
    assert!(seconds >= 365 * 24 * 60 * 60, "{case}: {promise}");
}

/// The policy, directive by directive: nothing may be forgotten, doubled or loose.
fn assert_strict_policy(case: &str, answer: &Answer) {
    let policies: Vec<_> = answer
        .headers
        .get_all("content-security-policy")
        .iter()
        .collect();
    assert_eq!(policies.len(), 1, "{case}");
    let policy = policies[0].to_str().unwrap();
    let mut directives = BTreeMap::new();
    for directive in policy.split(';') {
        let (name, sources) = directive.trim().split_once(' ').unwrap();
        assert!(
            directives.insert(name, sources).is_none(),
            "{case}: {policy}"
        );
    }
    // The pictures of people are where their provider keeps them. The answer to HEAD does not say whether it has any.
    let shows_people = answer.body.contains("class=\"avatar\"");
    let may_show_people = answer.body.is_empty() && policy.contains(" https:");
    let pictures = if shows_people || may_show_people {
        "'self' https:"
    } else {
        "'self'"
    };
    let mut strict = vec![("default-src", "'none'"), ("frame-ancestors", "'none'")];
    if is_page(answer) {
        strict.extend([
            ("base-uri", "'none'"),
            ("object-src", "'none'"),
            ("style-src", "'self'"),
            ("img-src", pictures),
        ]);
    }
    // The forms of the account page lead to providers.
    let leads_away = answer.body.contains("/link\"")
        || answer.body.is_empty() && case.contains("/account") && answer.status == 200;
    if is_page(answer) && !leads_away {
        strict.push(("form-action", "'self'"));
    }
    assert_eq!(directives, strict.into_iter().collect(), "{case}");
}

/// Addresses that may hold a code are not passed on, and pages load nothing from outside.
fn assert_nothing_leaks(case: &str, answer: &Answer) {
    let policy = answer.header("referrer-policy").unwrap();
    let of_mailed_link = ["/reset", "/verify", "/confirm"]
        .iter()
        .any(|path| case.contains(path));
    let has_form = answer.body.contains("<form");
    let hides_all = !is_page(answer)
        || case.contains("/callback")
        || of_mailed_link && !has_form && !answer.body.is_empty();
    // The answer to HEAD does not show whether it has a form.
    if of_mailed_link && answer.body.is_empty() {
        assert!(["same-origin", "no-referrer"].contains(&policy), "{case}");
        return;
    }
    let expected = if hides_all {
        "no-referrer"
    } else {
        "same-origin"
    };
    assert_eq!(policy, expected, "{case}");
    if let Some(location) = answer.header("location") {
        // In development a browser is sent to the right host with all that it brought.
        let is_sign_in = location.starts_with("https://provider.example/authorize?")
            || location.starts_with(BASE);
        let has_secret = ["code=", "state=", "error="]
            .iter()
            .any(|name| location.contains(name));
        assert!(is_sign_in || !has_secret, "{case}: {location}");
    }
    if is_page(answer) {
        assert_self_contained(case, &answer.body);
    }
}

/// Whatever a page loads, and wherever its forms and links lead, is on this site; pictures of people are not, and their
/// hosts do not learn which page shows them.
fn assert_self_contained(case: &str, page: &str) {
    for attribute in [
        "src",
        "href",
        "action",
        "formaction",
        "srcset",
        "poster",
        "data",
        "background",
    ] {
        for part in page.split(&format!(" {attribute}=\"")).skip(1) {
            let target = part.split('"').next().unwrap();
            // The empty one is the address of the page itself.
            let is_own = target.is_empty()
                || target.starts_with('/') && !target.starts_with("//")
                || target.starts_with('#');
            let is_picture = attribute == "src" && part.contains("referrerpolicy=\"no-referrer\"");
            assert!(is_own || is_picture, "{case}: {attribute}={target}");
        }
    }
    for tag in tags(page) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        let loads = ["script", "style", "iframe", "object", "embed", "base"];
        assert!(
            !loads.contains(&name) && !tag.starts_with("meta http-equiv"),
            "{case}: {tag}"
        );
        let runs = |word: &str| word.starts_with("on") || word.starts_with("style");
        assert!(
            !tag.split_whitespace()
                .any(|word| word.contains('=') && runs(word)),
            "{case}: {tag}"
        );
    }
}

/// The tags of a page, each without its brackets.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default())
}
