//! The cookies: one opens the session, one ties sign-in attempts to the browser, one holds a notice for the next page.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{COOKIE, HeaderMap};
use belgie_domain::{Attempt, BrowserBinding, SessionPolicy, SessionToken};

use crate::config::{CookieConfig, WebConfig};
use crate::notice::Notice;

/// Makes and finds our cookies.
#[derive(Debug)]
pub(crate) struct Cookies {
    session: String,
    attempt: String,
    notice: String,
    config: CookieConfig,
    max_age: Duration,
}

/// What a request carries under one cookie name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// Nothing.
    None,
    /// One value.
    One(&'a str),
    /// Several: another host of the domain may have planted one, so none is believed.
    Several,
}

/// Browsers keep no cookie for longer (RFC 6265bis §5.5).
const LONGEST_LIFE: Duration = Duration::days(400);
/// How long a notice waits for the next page.
const NOTICE_LIFE: Duration = Duration::minutes(1);
/// Most session tokens of one request that are looked at: more than one is rare, more than a few is no browser's doing.
const MOST_TOKENS: usize = 4;

impl Cookies {
    pub(crate) fn new(config: &WebConfig, policy: &SessionPolicy) -> Self {
        let cookie = &config.cookie;
        // RFC 6265bis §4.1.3.2: only from https, with Secure, without Domain. The attempt's cookie never has a Domain, so
        // that no other host of the domain can plant one and sign somebody in as somebody else.
        let can_pin = config.is_https() && cookie.secure;
        let prefix = |pinned| if pinned { "__Host-" } else { "" };
        let max_age = Duration::seconds(policy.absolute_max_age.num_seconds());
        Self {
            session: format!(
                "{}{}",
                prefix(can_pin && cookie.domain.is_none()),
                cookie.name
            ),
            attempt: format!("{}belgie_attempt", prefix(can_pin)),
            notice: format!("{}belgie_notice", prefix(can_pin)),
            config: cookie.clone(),
            max_age: max_age.min(LONGEST_LIFE),
        }
    }

    /// Returns what the request carries as session cookie.
    pub(crate) fn find_session<'a>(&self, headers: &'a HeaderMap) -> Found<'a> {
        find(headers, &self.session)
    }

    /// Returns the session tokens that the request carries, the first few well-formed ones: each costs a look-up.
    pub(crate) fn session_tokens(&self, headers: &HeaderMap) -> Vec<SessionToken> {
        let values = values(headers, &self.session).flatten();
        values
            .filter_map(|value| SessionToken::parse(value).ok())
            .take(MOST_TOKENS)
            .collect()
    }

    /// Returns what the browser holds of its open attempts.
    pub(crate) fn binding(&self, headers: &HeaderMap) -> Option<BrowserBinding> {
        match find(headers, &self.attempt) {
            Found::One(value) => BrowserBinding::parse(value).ok(),
            Found::None | Found::Several => None,
        }
    }

    /// Returns the cookie that opens a session.
    pub(crate) fn open_session(&self, token: &SessionToken) -> Cookie<'static> {
        self.session_cookie(token.secret().to_owned())
    }

    /// Returns the cookie that makes the browser forget its session: the same attributes, or it would be another one.
    pub(crate) fn forget_session(&self) -> Cookie<'static> {
        let mut cookie = self.session_cookie(String::new());
        cookie.make_removal();
        cookie
    }

    /// Returns the cookie of open attempts. It is always `Lax`: the provider sends the browser back from another site.
    pub(crate) fn hold_attempt(&self, binding: &BrowserBinding) -> Cookie<'static> {
        Cookie::build(self.attempt.clone(), binding.secret().to_owned())
            .path("/")
            .secure(self.config.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(Attempt::MAX_AGE.num_seconds()))
            .finish()
    }

    /// Returns the notice that the browser brings.
    pub(crate) fn notice(&self, headers: &HeaderMap) -> Option<Notice> {
        match find(headers, &self.notice) {
            Found::One(word) => Notice::parse(word),
            Found::None | Found::Several => None,
        }
    }

    /// Returns whether the browser brings something in place of a notice, which is to be cleared whatever it is.
    pub(crate) fn holds_notice(&self, headers: &HeaderMap) -> bool {
        find(headers, &self.notice) != Found::None
    }

    /// Returns the cookie that holds a notice until the next page shows it.
    pub(crate) fn leave_notice(&self, notice: Notice) -> Cookie<'static> {
        self.notice_cookie(notice.word())
    }

    /// Returns the cookie that makes the browser forget a notice.
    pub(crate) fn forget_notice(&self) -> Cookie<'static> {
        let mut cookie = self.notice_cookie("");
        cookie.make_removal();
        cookie
    }

    fn notice_cookie(&self, word: &'static str) -> Cookie<'static> {
        Cookie::build(self.notice.clone(), word)
            .path("/")
            .secure(self.config.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(NOTICE_LIFE)
            .finish()
    }

    fn session_cookie(&self, value: String) -> Cookie<'static> {
        let cookie = Cookie::build(self.session.clone(), value)
            .path("/")
            .secure(self.config.secure)
            .http_only(self.config.http_only)
            .same_site(self.config.same_site)
            .max_age(self.max_age);
        match &self.config.domain {
            Some(domain) => cookie.domain(domain.clone()).finish(),
            None => cookie.finish(),
        }
    }
}

fn find<'a>(headers: &'a HeaderMap, name: &str) -> Found<'a> {
    let mut values = values(headers, name);
    match (values.next(), values.next()) {
        (None, _) => Found::None,
        (Some(value), None) => Found::One(value.unwrap_or_default()),
        (Some(_), Some(_)) => Found::Several,
    }
}

/// All values under a name, `None` where one is no text. Works on bytes: the cookies of others may hold anything.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = Option<&'a str>> {
    let pairs = headers
        .get_all(COOKIE)
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(move |pair| {
        let value = pair
            .trim_ascii_start()
            .strip_prefix(name.as_bytes())?
            .strip_prefix(b"=")?;
        Some(std::str::from_utf8(value.trim_ascii_end()).ok())
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn cookies(base: &str, change: impl FnOnce(&mut CookieConfig)) -> Cookies {
        let mut config = WebConfig::new(base.parse().unwrap());
        change(&mut config.cookie);
        Cookies::new(&config, &SessionPolicy::default())
    }

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(&latin1(line)).unwrap());
        }
        headers
    }

    /// Bytes that are no UTF-8, as other applications put into their cookies.
    fn latin1(text: &str) -> Vec<u8> {
        text.chars()
            .map(|character| u8::try_from(character).unwrap())
            .collect()
    }

    #[test]
    fn ses_07_the_session_cookie_is_pinned_to_the_host_and_hidden_from_scripts() {
        let cookie =
            cookies("https://a.example", |_| {}).open_session(&SessionToken::from_random([0; 32]));

        assert_eq!(
            cookie.to_string(),
            format!(
                "__Host-belgie_session=s_{}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000",
                "A".repeat(43)
            )
        );
    }

    #[test]
    fn ses_07_the_deletion_cookie_has_the_same_attributes() {
        let cookie = cookies("https://a.example", |_| {})
            .forget_session()
            .to_string();

        assert!(
            cookie.starts_with(
                "__Host-belgie_session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0; Expires="
            ),
            "{cookie}"
        );
    }

    #[test]
    fn ses_07_the_prefix_is_only_there_where_browsers_take_it() {
        let names = [
            cookies("http://localhost:8000", |_| {}),
            cookies("https://a.example", |cookie| cookie.secure = false),
        ]
        .map(|cookies| (cookies.session, cookies.attempt));

        for (session, attempt) in names {
            assert_eq!((&*session, &*attempt), ("belgie_session", "belgie_attempt"));
        }
    }

    #[test]
    fn flow_02_the_attempt_cookie_is_pinned_even_where_the_session_is_shared_by_a_domain() {
        let cookies = cookies("https://auth.a.example", |cookie| {
            cookie.domain = Some("a.example".to_owned());
        });
        let attempt = cookies.hold_attempt(&BrowserBinding::from_random([0; 32]));

        assert_eq!(cookies.session, "belgie_session");
        assert_eq!(attempt.name(), "__Host-belgie_attempt");
        assert_eq!(attempt.domain(), None);
        let planted = headers(&["belgie_attempt=planted"]);
        assert_eq!(cookies.binding(&planted), None);
    }

    #[test]
    fn ses_07_no_cookie_outlives_400_days() {
        let policy = SessionPolicy {
            absolute_max_age: chrono::TimeDelta::days(1000),
            ..SessionPolicy::default()
        };
        let config = WebConfig::new("https://a.example".parse().unwrap());

        let cookie = Cookies::new(&config, &policy).forget_session();
        assert_eq!(cookie.max_age(), Some(Duration::ZERO));
        assert_eq!(Cookies::new(&config, &policy).max_age, Duration::days(400));
    }

    #[test]
    fn the_attempt_cookie_is_lax_whatever_the_session_cookie_is() {
        let cookie = cookies("https://a.example", |cookie| {
            cookie.same_site = SameSite::Strict;
        })
        .hold_attempt(&BrowserBinding::from_random([0; 32]));

        assert!(
            cookie
                .to_string()
                .ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600")
        );
    }

    #[test]
    fn a_notice_is_a_code_word_that_lives_for_a_minute() {
        let cookies = cookies("https://a.example", |_| {});
        assert_eq!(
            cookies.leave_notice(Notice::SignedOut).to_string(),
            "__Host-belgie_notice=signed_out; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );

        for (line, held, notice) in [
            ("a=b", false, None),
            ("belgie_notice=signed_out", false, None),
            (
                "__Host-belgie_notice=signed_out",
                true,
                Some(Notice::SignedOut),
            ),
            ("__Host-belgie_notice=Call 555-1234", true, None),
        ] {
            let headers = headers(&[line]);
            assert_eq!(cookies.notice(&headers), notice, "{line}");
            assert_eq!(cookies.holds_notice(&headers), held, "{line}");
        }
    }

    #[test]
    fn ses_08_of_many_session_cookies_only_a_few_are_looked_at() {
        let cookies = cookies("https://a.example", |_| {});
        let line: Vec<_> = (0..230)
            .map(|byte| {
                let token = SessionToken::from_random([byte; 32]);
                format!("{}={}", cookies.session, token.secret())
            })
            .collect();

        let tokens =
            cookies.session_tokens(&headers(&["__Host-belgie_session=x", &line.join("; ")]));

        let first: Vec<_> = (0..4)
            .map(|byte| SessionToken::from_random([byte; 32]))
            .collect();
        assert_eq!(tokens, first);
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let cases: &[(&[&str], Found<'_>)] = &[
            (&["n=1"], Found::One("1")),
            (&["a=\u{ff}\u{fe}; n=1;b=2"], Found::One("1")),
            (&["xn=0; n2=0;  n=1 "], Found::One("1")),
            (&["n=1=2"], Found::One("1=2")),
            (&["n=\u{ff}"], Found::One("")),
            (&["N=1; n"], Found::None),
            (&[], Found::None),
            (&["n=1; n=1"], Found::Several),
            (&["n=1", "n=2"], Found::Several),
        ];
        for (sent, found) in cases {
            assert_eq!(find(&headers(sent), "n"), *found, "{sent:?}");
        }
    }
}
