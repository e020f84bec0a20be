use actix_web::http::header::{HeaderName, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use belgie_auth::BeginSignIn;

use super::Answer;
use crate::error::ApiError;
use crate::extract::Credential;
use crate::params::Params;
use crate::visit::client_info;
use crate::web::Web;

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// `GET /auth/provider/{id}/signin`
pub(crate) async fn begin(request: HttpRequest, provider: Path<String>, web: Data<Web>) -> Answer {
    refuse_embedding(&request)?;
    let params = Params::of(request.query_string());
    refuse_unavailable(&params)?;
    let begun = web
        .auth
        .sign_in()
        .begin(BeginSignIn {
            provider: &provider,
            redirect_url: params.one("redirect_url")?,
            client_state: params.one("state")?,
            binding: web.cookies.binding(request.headers()),
            replaces: Credential::of(request.headers(), &web.cookies).cookie(),
            client: client_info(&request, &web),
        })
        .await
        .map_err(|error| ApiError::from(error).at_provider(&provider, &web))?;
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, begun.authorization_url.as_str()))
        .cookie(web.cookies.hold_attempt(&begun.binding))
        .finish())
}

/// A sign-in begins by a click: no frame, image or script of another site may begin one.
fn refuse_embedding(request: &HttpRequest) -> Result<(), ApiError> {
    match request.headers().get(SEC_FETCH_DEST) {
        Some(dest) if dest != "document" && dest != "empty" => Err(ApiError::invalid(
            "A sign-in begins by a link or a redirect, not inside another page.",
        )),
        _ => Ok(()),
    }
}

/// Only a sign-in by cookie is offered; to do something else than was asked for would be worse than to refuse.
fn refuse_unavailable(params: &Params<'_>) -> Result<(), ApiError> {
    if params.one("mode")?.is_some_and(|mode| mode != "cookie") {
        return Err(ApiError::invalid(
            "This mode is not available: use mode=cookie.",
        ));
    }
    if params.one("reauthenticate")?.is_some() {
        return Err(ApiError::invalid("Re-authentication is not available."));
    }
    Ok(())
}
