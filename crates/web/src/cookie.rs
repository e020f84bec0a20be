//! The cookies: one for the session, one that ties sign-in attempts to the browser, one for a notice on the next page, and
//! one that remembers how this browser last signed in.

use belgie_domain::{Attempt, BrowserBinding, ProviderId, SessionPolicy, SessionToken};
use chrono::TimeDelta;

use crate::cookie_config::{CookieConfig, SameSite};
use crate::header_name::HeaderName;
use crate::headers::Headers;
use crate::notice::HeldNotice;
use crate::set_cookie::SetCookie;
use crate::site::Site;

/// Writes and reads our cookies.
#[derive(Debug)]
pub(crate) struct Cookies {
    session: String,
    attempt: String,
    notice: String,
    last_provider: String,
    config: CookieConfig,
    is_secure: bool,
    max_age: TimeDelta,
}

/// What a request carries under a cookie name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieValue<'a> {
    /// Nothing.
    None,
    /// One value.
    One(&'a str),
    /// Several: another host of the domain may have planted one, so none is trusted.
    Several,
}

/// Browsers keep no cookie longer than this (RFC 6265bis §5.5).
const MAX_LIFETIME: TimeDelta = TimeDelta::days(400);
/// How long a notice is kept for the next page.
const NOTICE_LIFETIME: TimeDelta = TimeDelta::minutes(1);
/// How long a browser remembers how it last signed in.
const LAST_PROVIDER_LIFETIME: TimeDelta = TimeDelta::days(180);
/// The most session tokens examined per request. Browsers send one, rarely two; more indicates probing.
const MAX_TOKENS: usize = 4;

impl Cookies {
    pub(crate) fn new(cookie: &CookieConfig, site: &Site, policy: &SessionPolicy) -> Self {
        // `__Host-` requires HTTPS, `Secure` and no `Domain` (RFC 6265bis §4.1.3.2). The attempt's cookie never has a
        // `Domain`, so that no other host of the domain can plant one and sign a victim in to another account.
        let is_secure = cookie.is_secure(site);
        let can_pin = site.is_https() && is_secure;
        let pins_session = can_pin && cookie.domain.is_none();
        let prefix = |pinned| if pinned { "__Host-" } else { "" };
        Self {
            session: format!("{}{}", prefix(pins_session), cookie.name),
            attempt: format!("{}belgie_attempt", prefix(can_pin)),
            notice: format!("{}belgie_notice", prefix(can_pin)),
            last_provider: format!("{}belgie_last", prefix(can_pin)),
            config: cookie.clone(),
            is_secure,
            max_age: policy.absolute_max_age.min(MAX_LIFETIME),
        }
    }

    /// Returns the session cookie of the request.
    pub(crate) fn find_session<'h>(&self, headers: &'h dyn Headers) -> CookieValue<'h> {
        find(headers, &self.session)
    }

    /// Returns the first few well-formed session tokens of the request; each costs a look-up.
    pub(crate) fn session_tokens(&self, headers: &dyn Headers) -> Vec<SessionToken> {
        let mut tokens = Vec::new();
        each_value(headers, &self.session, &mut |value| {
            let token = value.and_then(|value| SessionToken::parse(value).ok());
            tokens.extend(token.filter(|_| tokens.len() < MAX_TOKENS));
        });
        tokens
    }

    /// Returns the browser's binding.
    pub(crate) fn binding(&self, headers: &dyn Headers) -> Option<BrowserBinding> {
        match find(headers, &self.attempt) {
            CookieValue::One(value) => BrowserBinding::parse(value).ok(),
            CookieValue::None | CookieValue::Several => None,
        }
    }

    /// Returns the `Set-Cookie` value that sets the session.
    pub(crate) fn set_session(&self, token: &SessionToken) -> String {
        self.session_cookie(token.secret(), self.max_age)
    }

    /// Returns the `Set-Cookie` value that clears the session; its attributes must match, or browsers keep the old
    /// cookie.
    pub(crate) fn clear_session(&self) -> String {
        self.session_cookie("", TimeDelta::zero())
    }

    /// Returns the `Set-Cookie` value for the binding. It is always `Lax`, since the provider sends the browser back
    /// from another site.
    pub(crate) fn set_attempt(&self, binding: &BrowserBinding) -> String {
        self.internal_cookie(&self.attempt, binding.secret(), Attempt::MAX_AGE)
    }

    /// Returns the notice that the browser holds.
    pub(crate) fn notice(&self, headers: &dyn Headers) -> Option<HeldNotice> {
        match find(headers, &self.notice) {
            CookieValue::One(value) => HeldNotice::parse(value),
            CookieValue::None | CookieValue::Several => None,
        }
    }

    /// Returns whether the browser holds a notice cookie, valid or not, that must be cleared.
    pub(crate) fn has_notice(&self, headers: &dyn Headers) -> bool {
        find(headers, &self.notice) != CookieValue::None
    }

    /// Returns the `Set-Cookie` value that holds a notice until the next page shows it.
    pub(crate) fn set_notice(&self, notice: &HeldNotice) -> String {
        self.internal_cookie(&self.notice, &notice.value(), NOTICE_LIFETIME)
    }

    /// Returns the `Set-Cookie` value that clears the notice.
    pub(crate) fn clear_notice(&self) -> String {
        self.internal_cookie(&self.notice, "", TimeDelta::zero())
    }

    /// Returns the id of the provider with which this browser last signed in, as the browser says.
    pub(crate) fn last_provider<'h>(&self, headers: &'h dyn Headers) -> Option<&'h str> {
        match find(headers, &self.last_provider) {
            CookieValue::One(id) => Some(id),
            CookieValue::None | CookieValue::Several => None,
        }
    }

    /// Returns the `Set-Cookie` value that remembers the provider of a sign-in. It outlives the session, and says nothing
    /// about the person.
    pub(crate) fn set_last_provider(&self, provider: &ProviderId) -> String {
        self.internal_cookie(
            &self.last_provider,
            provider.as_str(),
            LAST_PROVIDER_LIFETIME,
        )
    }

    /// Returns the `Set-Cookie` value of a cookie other than the session's, with attributes that cannot be configured.
    fn internal_cookie(&self, name: &str, value: &str, max_age: TimeDelta) -> String {
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

fn find<'h>(headers: &'h dyn Headers, name: &str) -> CookieValue<'h> {
    let mut found = CookieValue::None;
    each_value(headers, name, &mut |value| {
        found = match found {
            CookieValue::None => CookieValue::One(value.unwrap_or_default()),
            CookieValue::One(_) | CookieValue::Several => CookieValue::Several,
        };
    });
    found
}

/// Visits all values of a cookie name, `None` for one that is not text. Works on bytes, since other cookies may contain
/// anything.
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
    use crate::notice::Notice;

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
            cookies("https://a.example", |_| {}).set_session(&SessionToken::from_random([0; 32]));

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
        let cookie = cookies("https://a.example", |_| {}).clear_session();

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
        let attempt = cookies.set_attempt(&BrowserBinding::from_random([0; 32]));

        assert_eq!(cookies.session, "belgie_session");
        assert!(attempt.starts_with("__Host-belgie_attempt="), "{attempt}");
        assert!(!attempt.contains("Domain"), "{attempt}");
        let planted = headers(&["belgie_attempt=planted"]);
        assert_eq!(cookies.binding(&planted), None);
    }

    #[test]
    fn ses_07_no_cookie_outlives_400_days() {
        let policy = SessionPolicy::default().absolute_max_age(chrono::TimeDelta::days(1000));
        let site = Site::new("https://a.example").unwrap();
        let cookies = Cookies::new(&CookieConfig::default(), &site, &policy);
        let cookie = cookies.set_session(&SessionToken::from_random([0; 32]));

        let (_, max_age) = cookie.split_once("; Max-Age=").unwrap();
        assert_eq!(max_age, (400 * 86_400).to_string());
    }

    #[test]
    fn the_attempt_cookie_is_lax_whatever_the_session_cookie_is() {
        let cookie = cookies("https://a.example", |cookie| {
            cookie.same_site = SameSite::Strict;
        })
        .set_attempt(&BrowserBinding::from_random([0; 32]));

        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"));
    }

    #[test]
    fn a_notice_is_a_code_word_that_lives_for_a_minute() {
        let cookies = cookies("https://a.example", |_| {});
        assert_eq!(
            cookies.set_notice(&Notice::SignedOut.into()),
            "__Host-belgie_notice=signed_out; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );

        let signed_out = Some(HeldNotice::from(Notice::SignedOut));
        for (line, is_there, notice) in [
            ("a=b", false, None),
            ("__Host-belgie_notice=signed_out", true, signed_out),
            (
                "__Host-belgie_notice=session_ended:Edge+on+Windows",
                true,
                Some(Notice::SessionEnded.about("Edge on Windows")),
            ),
            ("__Host-belgie_notice=Call 555-1234", true, None),
            ("belgie_notice=signed_out", false, None),
        ] {
            let headers = headers(&[line]);
            assert_eq!(cookies.has_notice(&headers), is_there, "{line}");
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
        let cases: &[(&[&str], CookieValue<'_>)] = &[
            (&["n=1"], CookieValue::One("1")),
            (&["a=\u{ff}\u{fe}; n=1;b=2"], CookieValue::One("1")),
            (&["xn=0; n2=0;  n=1 "], CookieValue::One("1")),
            (&["n=1=2"], CookieValue::One("1=2")),
            (&["n=\u{ff}"], CookieValue::One("")),
            (&["N=1; n"], CookieValue::None),
            (&[], CookieValue::None),
            (&["n=1; n=1"], CookieValue::Several),
            (&["n=1", "n=2"], CookieValue::Several),
        ];
        for (sent, found) in cases {
            assert_eq!(find(&headers(sent), "n"), *found, "{sent:?}");
        }
    }
}
