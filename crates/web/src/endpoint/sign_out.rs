use belgie_domain::SessionToken;

use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::cookie::Found;
use crate::credential::Credential;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::contains;
use crate::notice::Notice;
use crate::origin::Source;
use crate::reply::Reply;
use crate::sender::Sender;
use crate::web::Answer;

/// What a request asks to end.
struct Ending {
    tokens: Vec<SessionToken>,
    /// The browser holds a session cookie that is now of no use.
    forget_cookie: bool,
}

/// `POST /auth/signout`: also fine when nobody is signed in.
pub(crate) async fn sign_out(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (web, sender) = (call.web, Sender::of(call.headers())?);
    let ending = what_to_end(call)?;
    drain(body).await?;
    let client = call.client();
    for token in &ending.tokens {
        web.auth.sessions().sign_out(token, &client).await?;
    }
    let reply = match sender {
        Sender::Program => Reply::new(204),
        Sender::Form => Reply::see_other(web.config.after_sign_out.clone()),
    };
    if !ending.forget_cookie {
        return Ok(reply);
    }
    let reply = reply.with_header(HeaderName::SetCookie, web.cookies.forget_session());
    Ok(match sender {
        Sender::Program => reply,
        Sender::Form => web.leave_notice(reply, Notice::SignedOut),
    })
}

/// By bearer its session, else those of all cookies of our name: a planted one is no reason to leave the other open.
fn what_to_end(call: Call<'_>) -> Result<Ending, Problem> {
    let (headers, cookies) = (call.headers(), &call.web.cookies);
    if contains(headers, HeaderName::Authorization) {
        let tokens = match Credential::of(headers, cookies) {
            Credential::Bearer(token) => vec![token],
            Credential::Cookie(_) | Credential::Unusable | Credential::None => Vec::new(),
        };
        return Ok(Ending {
            tokens,
            forget_cookie: false,
        });
    }
    let held = cookies.find_session(headers) != Found::None;
    let also_refused = if held {
        Source::Unsaid
    } else {
        Source::Foreign
    };
    call.web.refuse_foreign(call.request, also_refused)?;
    Ok(Ending {
        tokens: cookies.session_tokens(headers),
        forget_cookie: held,
    })
}
