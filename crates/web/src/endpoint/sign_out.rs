use belgie_domain::SessionToken;

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
    /// Whether the browser holds a session cookie to be cleared.
    clear_cookie: bool,
}

/// `POST /auth/signout`: succeeds without a session, too.
pub(crate) async fn sign_out(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (web, request_format) = (call.web, RequestFormat::of(call.headers())?);
    let ending = sessions_to_end(call)?;
    drain(body).await?;
    let client = call.client();
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

/// With a bearer token its session; otherwise those of all cookies of our name, so that a planted cookie does not leave
/// the real session open.
fn sessions_to_end(call: Call<'_>) -> Result<SessionsToEnd, Problem> {
    let (headers, cookies) = (call.headers(), &call.web.cookies);
    if contains(headers, HeaderName::Authorization) {
        let tokens = match Credential::of(headers, cookies) {
            Credential::Bearer(token) => vec![token],
            Credential::Cookie(_) | Credential::Unusable | Credential::None => Vec::new(),
        };
        return Ok(SessionsToEnd {
            tokens,
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
        clear_cookie: held,
    })
}
