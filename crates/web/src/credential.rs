use belgie_domain::{AccessToken, SessionToken};

use crate::cookie::{CookieValue, Cookies};
use crate::header_name::HeaderName;
use crate::headers::{HeaderLines, Headers, text};

/// The credential of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// Nothing.
    None,
    /// Something that is neither a session token nor an access token, or several cookies of our name.
    Unusable,
    /// `Authorization: Bearer s_…`
    Bearer(SessionToken),
    /// `Authorization: Bearer` with a JWT, which is not verified yet.
    AccessToken(AccessToken),
    /// The session cookie.
    Cookie(SessionToken),
}

impl Credential {
    /// Reads the credential. With an `Authorization` header, cookies are ignored.
    pub(crate) fn of(headers: &dyn Headers, cookies: &Cookies) -> Self {
        match HeaderLines::of(headers, HeaderName::Authorization) {
            HeaderLines::One(line) => {
                return text(line).and_then(bearer).unwrap_or(Self::Unusable);
            }
            HeaderLines::Several => return Self::Unusable,
            HeaderLines::None => {}
        }
        match cookies.find_session(headers) {
            CookieValue::None => Self::None,
            CookieValue::One(value) => {
                SessionToken::parse(value).map_or(Self::Unusable, Self::Cookie)
            }
            CookieValue::Several => Self::Unusable,
        }
    }

    /// Returns the token if it came from a cookie.
    pub(crate) fn cookie(self) -> Option<SessionToken> {
        match self {
            Self::Cookie(token) => Some(token),
            Self::Bearer(_) | Self::AccessToken(_) | Self::Unusable | Self::None => None,
        }
    }
}

/// Parses a `Bearer` authorization (RFC 6750 §2.1). The scheme is case-insensitive.
fn bearer(authorization: &str) -> Option<Credential> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = scheme.eq_ignore_ascii_case("bearer").then_some(token)?;
    let token = token.trim();
    let session = SessionToken::parse(token).map(Credential::Bearer);
    let credential = session.or_else(|_| AccessToken::parse(token).map(Credential::AccessToken));
    credential.ok()
}

#[cfg(test)]
mod tests {
    use belgie_domain::SessionPolicy;

    use super::*;
    use crate::cookie_config::CookieConfig;
    use crate::site::Site;

    #[test]
    fn ses_08_and_ses_09_one_unambiguous_credential_counts() {
        const COOKIE: HeaderName = HeaderName::Cookie;
        let site = Site::new("http://localhost:8000").unwrap();
        let config = CookieConfig::default();
        let cookies = Cookies::new(&config, &site, &SessionPolicy::default());
        let token = SessionToken::from_random([7; 32]);
        let (good, secret) = (format!("belgie_session={}", token.secret()), token.secret());
        let bearer = |rest: &str| (HeaderName::Authorization, format!("{rest}{secret}"));
        let cases = [
            (vec![], Credential::None),
            (
                vec![(COOKIE, good.clone())],
                Credential::Cookie(token.clone()),
            ),
            (
                vec![(COOKIE, "belgie_session=x".to_owned())],
                Credential::Unusable,
            ),
            (
                vec![(COOKIE, format!("{good}; belgie_session=x"))],
                Credential::Unusable,
            ),
            (
                vec![(COOKIE, format!("belgie_session=x; {good}"))],
                Credential::Unusable,
            ),
            (vec![bearer("Bearer ")], Credential::Bearer(token.clone())),
            (vec![bearer("bearer ")], Credential::Bearer(token.clone())),
            (
                vec![bearer("Basic "), (COOKIE, good.clone())],
                Credential::Unusable,
            ),
            (
                vec![bearer(""), (COOKIE, good.clone())],
                Credential::Unusable,
            ),
            (
                vec![bearer("Bearer "), bearer("Bearer ")],
                Credential::Unusable,
            ),
            (
                vec![(HeaderName::Authorization, String::new()), (COOKIE, good)],
                Credential::Unusable,
            ),
        ];
        for (headers, read) in cases {
            assert_eq!(Credential::of(&headers, &cookies), read, "{headers:?}");
        }
    }
}
