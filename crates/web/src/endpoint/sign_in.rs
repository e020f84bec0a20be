use belgie_auth::{AuthorizationRedirect, BeginSignIn};
use belgie_domain::Delivery;

use crate::call::Call;
use crate::credential::Credential;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::{Headers, first};
use crate::mode;
use crate::params::Params;
use crate::reply::Reply;
use crate::text::detail;
use crate::web::Answer;

/// `GET /auth/provider/{id}/signin`
pub(crate) async fn begin(call: Call<'_>) -> Answer {
    let begun = start(call).await;
    let begun = begun.map_err(|problem| call.sign_in_failed(problem))?;
    let cookie = call.web.cookies.set_attempt(&begun.binding);
    Ok(Reply::see_other(String::from(begun.authorization_url))
        .with_header(HeaderName::SetCookie, cookie))
}

async fn start(call: Call<'_>) -> Result<AuthorizationRedirect, Problem> {
    let (web, headers, params) = (call.web, call.headers(), call.params());
    refuse_embedding(headers)?;
    let reauthenticates = reauthenticates(&params)?;
    let provider = call.segment()?;
    let request = BeginSignIn::new(&provider)
        .with_redirect_url(params.one("redirect_url")?)
        .with_client_state(params.one("state")?)
        .with_delivery(mode::delivery(&params)?)
        .with_binding(web.cookies.binding(headers))
        .replacing(Credential::of(headers, &web.cookies).cookie())
        .with_client(call.client());
    let sign_in = web.auth.sign_in();
    if reauthenticates {
        if request.delivery != Delivery::Cookie {
            return Err(Problem::invalid(detail::REAUTHENTICATE_BY_COOKIE));
        }
        let current = web.authenticate(call.request).await?;
        return Ok(sign_in.begin_reauthentication(&current, request).await?);
    }
    Ok(sign_in.begin(request).await?)
}

/// A sign-in is started by a navigation: frames, images and scripts must not start one.
fn refuse_embedding(headers: &dyn Headers) -> Result<(), Problem> {
    match first(headers, HeaderName::SecFetchDest) {
        Some(b"document" | b"empty") | None => Ok(()),
        Some(_) => Err(Problem::invalid(detail::NOT_EMBEDDED)),
    }
}

/// Returns whether the person who is signed in authenticates again.
fn reauthenticates(params: &Params<'_>) -> Result<bool, Problem> {
    match params.one("reauthenticate")? {
        None => Ok(false),
        Some("1") => Ok(true),
        Some(_) => Err(Problem::invalid(detail::REAUTHENTICATE_VALUE)),
    }
}
