use belgie_auth::{AuthorizationRedirect, BeginSignIn};

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
    refuse_unavailable(&params)?;
    let provider = call.segment()?;
    let request = BeginSignIn::new(&provider)
        .with_redirect_url(params.one("redirect_url")?)
        .with_client_state(params.one("state")?)
        .with_delivery(mode::delivery(&params)?)
        .with_binding(web.cookies.binding(headers))
        .replacing(Credential::of(headers, &web.cookies).cookie())
        .with_client(call.client());
    Ok(web.auth.sign_in().begin(request).await?)
}

/// A sign-in is started by a navigation: frames, images and scripts must not start one.
fn refuse_embedding(headers: &dyn Headers) -> Result<(), Problem> {
    match first(headers, HeaderName::SecFetchDest) {
        Some(b"document" | b"empty") | None => Ok(()),
        Some(_) => Err(Problem::invalid(detail::NOT_EMBEDDED)),
    }
}

/// Refuses what is not implemented. Doing something other than what was requested would be worse.
fn refuse_unavailable(params: &Params<'_>) -> Result<(), Problem> {
    if params.one("reauthenticate")?.is_some() {
        return Err(Problem::invalid(detail::NO_REAUTHENTICATION));
    }
    Ok(())
}
