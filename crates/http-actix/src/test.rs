//! Helpers for tests of an application's own handlers.

use actix_web::http::header::{COOKIE, HeaderName, HeaderValue};
use belgie_auth::AuthError;
use belgie_domain::{ClientInfo, UserId};

use crate::routes::Routes;

/// Starts a session for a user and returns the header that authenticates requests, for `TestRequest::insert_header`. A
/// request with side effects also needs `sec-fetch-site: same-origin`.
///
/// # Errors
/// As [`SessionManager::begin`](belgie_auth::SessionManager::begin): the user does not exist, or may not sign in.
pub async fn signed_in(
    routes: &Routes,
    user: UserId,
) -> Result<(HeaderName, HeaderValue), AuthError> {
    let (web, client) = (routes.web(), ClientInfo::default());
    let sessions = web.auth().sessions();
    let cookie = web.session_cookie(&sessions.begin(user, &client).await?.token);
    let value = HeaderValue::from_str(&cookie);
    // The name was validated when the routes were created, and tokens are plain ASCII.
    Ok((COOKIE, value.unwrap_or(HeaderValue::from_static(""))))
}
