use belgie_auth::{BeginSignIn, Begun};

use crate::call::Call;
use crate::credential::Credential;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::{Headers, first};
use crate::params::Params;
use crate::reply::Reply;
use crate::web::Answer;

/// `GET /auth/provider/{id}/signin`
pub(crate) async fn begin(call: Call<'_>) -> Answer {
    let begun = start(call).await;
    let begun = begun.map_err(|problem| call.sign_in_failed(problem))?;
    let cookie = call.web.cookies.hold_attempt(&begun.binding);
    Ok(Reply::see_other(String::from(begun.authorization_url))
        .with_header(HeaderName::SetCookie, cookie))
}

async fn start(call: Call<'_>) -> Result<Begun, Problem> {
    let (web, headers, params) = (call.web, call.headers(), call.params());
    refuse_embedding(headers)?;
    refuse_unavailable(&params)?;
    let request = BeginSignIn {
        provider: &call.segment()?,
        redirect_url: params.one("redirect_url")?,
        client_state: params.one("state")?,
        binding: web.cookies.binding(headers),
        replaces: Credential::of(headers, &web.cookies).cookie(),
        client: call.client(),
    };
    Ok(web.auth.sign_in().begin(request).await?)
}

/// A sign-in begins by a click: no frame, image or script of another site may begin one.
fn refuse_embedding(headers: &dyn Headers) -> Result<(), Problem> {
    match first(headers, HeaderName::SecFetchDest) {
        Some(b"document" | b"empty") | None => Ok(()),
        Some(_) => Err(Problem::invalid(
            "A sign-in begins by a link or a redirect, not inside another page.",
        )),
    }
}

/// Only a sign-in by cookie is offered; to do something else than was asked for would be worse than to refuse.
fn refuse_unavailable(params: &Params<'_>) -> Result<(), Problem> {
    if params.one("mode")?.is_some_and(|mode| mode != "cookie") {
        return Err(Problem::invalid(
            "This mode is not available: use mode=cookie.",
        ));
    }
    if params.one("reauthenticate")?.is_some() {
        return Err(Problem::invalid("Re-authentication is not available."));
    }
    Ok(())
}
