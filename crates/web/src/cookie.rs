//! The cookies: one opens the session, one ties sign-in attempts to the browser, one holds a notice for the next page.

use belgie_domain::{Attempt, BrowserBinding, SessionPolicy, SessionToken};
use chrono::TimeDelta;

use crate::cookie_config::{CookieConfig, SameSite};
use crate::header_name::HeaderName;
use crate::headers::Headers;
use crate::notice::Notice;
use crate::set_cookie::SetCookie;
use crate::site::Site;

/// Makes and finds our cookies.
#[derive(Debug)]
pub(crate) struct Cookies {
    session: String,
    attempt: String,
    notice: String,
    config: CookieConfig,
    is_secure: bool,
    max_age: TimeDelta,
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
const LONGEST_LIFE: TimeDelta = TimeDelta::days(400);
/// How long a notice waits for the next page.
const NOTICE_LIFE: TimeDelta = TimeDelta::minutes(1);
/// Most session tokens of one request that are looked at: more than one is rare, more than a few is no browser's doing.
const MOST_TOKENS: usize = 4;

impl Cookies {
    pub(crate) fn new(cookie: &CookieConfig, site: &Site, policy: &SessionPolicy) -> Self {
        // RFC 6265bis §4.1.3.2: only from https, with Secure, without Domain. The attempt's cookie never has a Domain, so
        // that no other host of the domain can plant one and sign somebody in as somebody else.
        let is_secure = cookie.is_secure(site);
        let can_pin = site.is_https() && is_secure;
        let pins_session = can_pin && cookie.domain.is_none();
        let prefix = |pinned| if pinned { "__Host-" } else { "" };
        Self {
            session: format!("{}{}", prefix(pins_session), cookie.name),
            attempt: format!("{}belgie_attempt", prefix(can_pin)),
            notice: format!("{}belgie_notice", prefix(can_pin)),
            config: cookie.clone(),
            is_secure,
            max_age: policy.absolute_max_age.min(LONGEST_LIFE),
        }
    }

    /// Returns what the request carries as session cookie.
    pub(crate) fn find_session<'h>(&self, headers: &'h dyn Headers) -> Found<'h> {
        find(headers, &self.session)
    }

    /// Returns the session tokens that the request carries, the first few well-formed ones: each costs a look-up.
    pub(crate) fn session_tokens(&self, headers: &dyn Headers) -> Vec<SessionToken> {
        let mut tokens = Vec::new();
        each_value(headers, &self.session, &mut |value| {
            let token = value.and_then(|value| SessionToken::parse(value).ok());
            tokens.extend(token.filter(|_| tokens.len() < MOST_TOKENS));
        });
        tokens
    }

    /// Returns what the browser holds of its open attempts.
    pub(crate) fn binding(&self, headers: &dyn Headers) -> Option<BrowserBinding> {
        match find(headers, &self.attempt) {
            Found::One(value) => BrowserBinding::parse(value).ok(),
            Found::None | Found::Several => None,
        }
    }

    /// Returns the cookie that opens a session.
    pub(crate) fn open_session(&self, token: &SessionToken) -> String {
        self.session_cookie(token.secret(), self.max_age)
    }

    /// Returns the cookie that makes the browser forget its session: the same attributes, or it would be another one.
    pub(crate) fn forget_session(&self) -> String {
        self.session_cookie("", TimeDelta::zero())
    }

    /// Returns the cookie of open attempts. It is always `Lax`: the provider sends the browser back from another site.
    pub(crate) fn hold_attempt(&self, binding: &BrowserBinding) -> String {
        self.own_cookie(&self.attempt, binding.secret(), Attempt::MAX_AGE)
    }

    /// Returns the notice that the browser brings.
    pub(crate) fn notice(&self, headers: &dyn Headers) -> Option<Notice> {
        match find(headers, &self.notice) {
            Found::One(word) => Notice::parse(word),
            Found::None | Found::Several => None,
        }
    }

    /// Returns whether the browser brings a notice, or something in its place that is to be cleared all the same.
    pub(crate) fn brings_notice(&self, headers: &dyn Headers) -> bool {
        find(headers, &self.notice) != Found::None
    }

    /// Returns the cookie that holds a notice until the next page shows it.
    pub(crate) fn leave_notice(&self, notice: Notice) -> String {
        self.own_cookie(&self.notice, notice.word(), NOTICE_LIFE)
    }

    /// Returns the cookie that makes the browser forget a notice.
    pub(crate) fn forget_notice(&self) -> String {
        self.own_cookie(&self.notice, "", TimeDelta::zero())
    }

    /// A cookie that is not the session's, and that no setting changes.
    fn own_cookie(&self, name: &str, value: &str, max_age: TimeDelta) -> String {
        SetCookie {
            name,
            value,
            http_only: true,
            same_site: SameSite::Lax,
            secure: self.is_secure,
            domain: None,
            max_age: max_age.num_seconds(),
        }
        .to_string()
    }

    /// Returns the `Cookie` line of a browser that holds this session.
    pub(crate) fn session_pair(&self, token: &SessionToken) -> String {
        format!("{}={}", self.session, token.secret())
    }

    fn session_cookie(&self, value: &str, max_age: TimeDelta) -> String {
        SetCookie {
            name: &self.session,
            value,
            http_only: self.config.http_only,
            same_site: self.config.same_site,
            secure: self.is_secure,
            domain: self.config.domain.as_deref(),
            max_age: max_age.num_seconds(),
        }
        .to_string()
    }
}

fn find<'h>(headers: &'h dyn Headers, name: &str) -> Found<'h> {
    let mut found = Found::None;
    each_value(headers, name, &mut |value| {
        found = match found {
            Found::None => Found::One(value.unwrap_or_default()),
            Found::One(_) | Found::Several => Found::Several,
        };
    });
    found
}

/// Visits all values under a name, `None` where one is no text. Works on bytes: the cookies of others may hold anything.
fn each_value<'h>(headers: &'h dyn Headers, name: &str, visit: &mut dyn FnMut(Option<&'h str>)) {
    headers.each(HeaderName::Cookie, &mut |line| {
        for pair in line.split(|byte| *byte == b';') {
            let value = pair.trim_ascii_start().strip_prefix(name.as_bytes());
            if let Some(value) = value.and_then(|rest| rest.strip_prefix(b"=")) {
                visit(std::str::from_utf8(value.trim_ascii_end()).ok());
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(base: &str, change: impl FnOnce(&mut CookieConfig)) -> Cookies {
        let mut config = CookieConfig::default();
        change(&mut config);
        let site = Site::new(base).unwrap();
        Cookies::new(&config, &site, &SessionPolicy::default())
    }

    fn headers(lines: &[&str]) -> Vec<(HeaderName, Vec<u8>)> {
        let line = |line: &&str| (HeaderName::Cookie, latin1(line));
        lines.iter().map(line).collect()
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
            cookie,
            format!(
                "__Host-belgie_session=s_{}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000",
                "A".repeat(43)
            )
        );
    }

    #[test]
    fn ses_07_the_deletion_cookie_has_the_same_attributes() {
        let cookie = cookies("https://a.example", |_| {}).forget_session();

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
            cookies("https://a.example", |cookie| cookie.secure = Some(false)),
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
        assert!(attempt.starts_with("__Host-belgie_attempt="), "{attempt}");
        assert!(!attempt.contains("Domain"), "{attempt}");
        let planted = headers(&["belgie_attempt=planted"]);
        assert_eq!(cookies.binding(&planted), None);
    }

    #[test]
    fn ses_07_no_cookie_outlives_400_days() {
        let policy = SessionPolicy {
            absolute_max_age: chrono::TimeDelta::days(1000),
            ..SessionPolicy::default()
        };
        let site = Site::new("https://a.example").unwrap();
        let cookies = Cookies::new(&CookieConfig::default(), &site, &policy);
        let cookie = cookies.open_session(&SessionToken::from_random([0; 32]));

        let (_, max_age) = cookie.split_once("; Max-Age=").unwrap();
        assert_eq!(max_age, (400 * 86_400).to_string());
    }

    #[test]
    fn the_attempt_cookie_is_lax_whatever_the_session_cookie_is() {
        let cookie = cookies("https://a.example", |cookie| {
            cookie.same_site = SameSite::Strict;
        })
        .hold_attempt(&BrowserBinding::from_random([0; 32]));

        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"));
    }

    #[test]
    fn a_notice_is_a_code_word_that_lives_for_a_minute() {
        let cookies = cookies("https://a.example", |_| {});
        assert_eq!(
            cookies.leave_notice(Notice::SignedOut),
            "__Host-belgie_notice=signed_out; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );

        let signed_out = Some(Notice::SignedOut);
        for (line, is_there, notice) in [
            ("a=b", false, None),
            ("__Host-belgie_notice=signed_out", true, signed_out),
            ("__Host-belgie_notice=Call 555-1234", true, None),
            ("belgie_notice=signed_out", false, None),
        ] {
            let headers = headers(&[line]);
            assert_eq!(cookies.brings_notice(&headers), is_there, "{line}");
            assert_eq!(cookies.notice(&headers), notice, "{line}");
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
