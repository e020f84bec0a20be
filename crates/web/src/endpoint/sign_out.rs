use belgie_auth::AuthError;
use belgie_domain::{AccessToken, SessionToken};

use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::cookie::CookieValue;
use crate::credential::Credential;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::contains;
use crate::notice::Notice;
use crate::origin::UnknownSource;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::web::Answer;

/// The sessions that a sign-out ends.
struct SessionsToEnd {
    tokens: Vec<SessionToken>,
    /// The access token by which the session is known instead.
    access_token: Option<AccessToken>,
    /// Whether the browser holds a session cookie to be cleared.
    clear_cookie: bool,
}

/// `POST /auth/signout`: succeeds without a session, too.
pub(crate) async fn sign_out(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (web, request_format) = (call.web, RequestFormat::of(call.headers())?);
    let ending = sessions_to_end(call)?;
    drain(body).await?;
    let client = call.client();
    if let Some(token) = &ending.access_token {
        end_session_of(call, token).await?;
    }
    for token in &ending.tokens {
        web.auth.sessions().sign_out(token, &client).await?;
    }
    let reply = match request_format {
        RequestFormat::Api => Reply::new(204),
        RequestFormat::Form => Reply::see_other(web.config.after_sign_out.clone()),
    };
    if !ending.clear_cookie {
        return Ok(reply);
    }
    let reply = reply.with_header(HeaderName::SetCookie, web.cookies.clear_session());
    Ok(match request_format {
        RequestFormat::Api => reply,
        RequestFormat::Form => web.with_notice(reply, Notice::SignedOut),
    })
}

/// Ends the session that an access token proves, if it does.
async fn end_session_of(call: Call<'_>, token: &AccessToken) -> Result<(), Problem> {
    let sessions = call.web.auth.sessions();
    let ended = match sessions.authenticate_access_token(token).await {
        Ok(current) => {
            let (user, session) = (current.user.id, current.session.id);
            sessions.revoke(user, session, &call.client()).await
        }
        Err(error) => Err(error),
    };
    match ended {
        Err(AuthError::NotAuthenticated | AuthError::SessionExpired | AuthError::NotFound(_)) => {
            Ok(())
        }
        ended => Ok(ended?),
    }
}

/// With a bearer token its session; otherwise those of all cookies of our name, so that a planted cookie does not leave
/// the real session open.
fn sessions_to_end(call: Call<'_>) -> Result<SessionsToEnd, Problem> {
    let (headers, cookies) = (call.headers(), &call.web.cookies);
    if contains(headers, HeaderName::Authorization) {
        let (tokens, access_token) = match Credential::of(headers, cookies) {
            Credential::Bearer(token) => (vec![token], None),
            Credential::AccessToken(token) => (Vec::new(), Some(token)),
            Credential::Cookie(_) | Credential::Unusable | Credential::None => (Vec::new(), None),
        };
        return Ok(SessionsToEnd {
            tokens,
            access_token,
            clear_cookie: false,
        });
    }
    let held = cookies.find_session(headers) != CookieValue::None;
    let unknown = if held {
        UnknownSource::Refuse
    } else {
        UnknownSource::Allow
    };
    call.web.check_origin(call.request, unknown)?;
    Ok(SessionsToEnd {
        tokens: cookies.session_tokens(headers),
        access_token: None,
        clear_cookie: held,
    })
}
