use std::rc::Rc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::http::uri::PathAndQuery;
use actix_web::{HttpMessage as _, HttpRequest};
use belgie_auth::{Authenticated, Proof};
use belgie_domain::SessionToken;
use tokio::sync::OnceCell;

use crate::cookie::{Cookies, Found};
use crate::error::{ApiError, ErrorCode, Facing};
use crate::negotiate::wants_page;
use crate::origin::{self, Source};
use crate::web::Web;

/// What a request shows to prove who it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// Nothing.
    None,
    /// Something that is no session token, or several cookies of our name.
    Unusable,
    /// `Authorization: Bearer s_…`
    Bearer(SessionToken),
    /// The session cookie.
    Cookie(SessionToken),
}

impl Credential {
    /// Reads what the request shows. With an `Authorization` header cookies are ignored.
    pub(crate) fn of(headers: &HeaderMap, cookies: &Cookies) -> Self {
        let mut authorizations = headers.get_all(AUTHORIZATION);
        if let Some(first) = authorizations.next() {
            let token = first.to_str().ok().and_then(bearer);
            return match (token, authorizations.next()) {
                (Some(token), None) => Self::Bearer(token),
                _ => Self::Unusable,
            };
        }
        match cookies.find_session(headers) {
            Found::None => Self::None,
            Found::One(value) => SessionToken::parse(value).map_or(Self::Unusable, Self::Cookie),
            Found::Several => Self::Unusable,
        }
    }

    /// Returns the token that a cookie brought, and that alone.
    pub(crate) fn cookie(self) -> Option<SessionToken> {
        match self {
            Self::Cookie(token) => Some(token),
            Self::Bearer(_) | Self::Unusable | Self::None => None,
        }
    }
}

pub(super) type Outcome = Result<Rc<Authenticated>, ApiError>;

/// The answer of the one check that a request gets, however many extractors ask, at once or one after the other.
#[derive(Clone, Default)]
struct Checked(Rc<OnceCell<Outcome>>);

/// The token of a `Bearer` authorization (RFC 6750 §2.1); the scheme's case does not matter.
fn bearer(authorization: &str) -> Option<SessionToken> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = scheme.eq_ignore_ascii_case("bearer").then_some(token)?;
    SessionToken::parse(token.trim()).ok()
}

/// Returns who is signed in, asking the store at most once per request.
pub(crate) async fn authenticate(request: &HttpRequest) -> Outcome {
    let known = request.extensions().get::<Checked>().cloned();
    let checked = known.unwrap_or_else(|| {
        let checked = Checked::default();
        request.extensions_mut().insert(checked.clone());
        checked
    });
    checked.0.get_or_init(|| check(request)).await.clone()
}

async fn check(request: &HttpRequest) -> Outcome {
    let web = Web::of(request)?;
    let told = |error: ApiError| error.facing(&Facing::of(request, web));
    let (token, proof) = match Credential::of(request.headers(), &web.cookies) {
        Credential::None | Credential::Unusable => {
            return Err(told(ApiError::new(ErrorCode::NotAuthenticated)));
        }
        Credential::Bearer(token) => (token, Proof::SessionToken),
        Credential::Cookie(token) => {
            refuse_foreign(request, web, Source::Unsaid).map_err(told)?;
            (token, Proof::Cookie)
        }
    };
    let authenticated = web.auth.sessions().authenticate(&token, proof).await;
    authenticated
        .map(Rc::new)
        .map_err(|error| told(error.into()))
}

/// Refuses a request that would change something and does not come from this site, or that is `also_refused`.
pub(crate) fn refuse_foreign(
    request: &HttpRequest,
    web: &Web,
    also_refused: Source,
) -> Result<(), ApiError> {
    if !origin::is_unsafe(request.method()) {
        return Ok(());
    }
    let source = origin::source(request.headers(), web.auth.redirects());
    if source == Source::Foreign || source == also_refused {
        return Err(ApiError::new(ErrorCode::CrossOrigin));
    }
    Ok(())
}

/// Returns who is signed in, and sends a browser that navigates to sign in and come back.
pub(super) async fn require(request: HttpRequest) -> Outcome {
    let authenticated = authenticate(&request).await;
    authenticated.map_err(|error| or_sign_in(error, &request))
}

fn or_sign_in(error: ApiError, request: &HttpRequest) -> ApiError {
    let signed_out = [ErrorCode::NotAuthenticated, ErrorCode::SessionExpired];
    let Ok(web) = Web::of(request) else {
        return error;
    };
    if !signed_out.contains(&error.code()) || !wants_page(request.headers()) {
        return error;
    }
    // A form that was posted cannot be come back to; the page that it stood on is not ours to guess.
    let here = request.uri().path_and_query().map(PathAndQuery::as_str);
    let here = here.filter(|_| !origin::is_unsafe(request.method()));
    match web.sign_in_location(here) {
        Some(location) => ApiError::see_other(location).facing(&Facing::of(request, web)),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{COOKIE, HeaderValue};
    use belgie_domain::SessionPolicy;

    use super::*;
    use crate::WebConfig;

    #[test]
    fn ses_08_and_ses_09_one_unambiguous_credential_counts() {
        let config = WebConfig::new("http://localhost:8000".parse().unwrap());
        let cookies = Cookies::new(&config, &SessionPolicy::default());
        let token = SessionToken::from_random([7; 32]);
        let (good, secret) = (format!("belgie_session={}", token.secret()), token.secret());
        let bearer = |rest: &str| (AUTHORIZATION, format!("{rest}{secret}"));
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
                vec![(AUTHORIZATION, String::new()), (COOKIE, good)],
                Credential::Unusable,
            ),
        ];
        for (sent, read) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.append(name, HeaderValue::from_str(&value).unwrap());
            }
            assert_eq!(Credential::of(&headers, &cookies), read, "{headers:?}");
        }
    }
}
