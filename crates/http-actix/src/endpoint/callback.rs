use actix_web::cookie::SameSite;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use belgie_auth::{Callback, CallbackFailure, Completed, ProviderAnswer, SignedIn};

use super::Answer;
use crate::error::ApiError;
use crate::extract::Credential;
use crate::page::onward;
use crate::params::Params;
use crate::visit::client_info;
use crate::web::Web;

/// `GET /auth/provider/{id}/callback`
pub(crate) async fn complete(
    request: HttpRequest,
    provider: Path<String>,
    web: Data<Web>,
) -> Answer {
    let params = Params::of(request.query_string());
    let response = Response::of(&params);
    let states: Vec<_> = params.all("state").collect();
    let callback = Callback {
        provider: &provider,
        states: &states,
        answer: response.answer,
        issuer: response.issuer,
        binding: web.cookies.binding(request.headers()),
        replaces: Credential::of(request.headers(), &web.cookies).cookie(),
        client: client_info(&request, &web),
    };
    match web.auth.sign_in().complete(callback).await {
        Ok(Completed::SignedIn(signed_in)) => welcome(&signed_in, &web),
        Err(failure) => {
            tell(failure, response.malformed).map_err(|error| error.at_provider(&provider, &web))
        }
    }
}

/// Opens the session and leads on.
fn welcome(signed_in: &SignedIn, web: &Web) -> Answer {
    let mut answer = if web.config.cookie.same_site == SameSite::Strict {
        onward::show(web, &signed_in.location)?
    } else {
        HttpResponse::SeeOther()
            .insert_header((LOCATION, signed_in.location.as_str()))
            .finish()
    };
    let cookie = web.cookies.open_session(&signed_in.token);
    let added = answer.add_cookie(&cookie);
    added.map_err(|_| ApiError::internal())?;
    Ok(answer)
}

/// The authorization response (RFC 6749 §4.1.2, RFC 9207 §2).
struct Response<'a> {
    answer: ProviderAnswer<'a>,
    issuer: Option<&'a str>,
    /// It names something twice. It ends the attempt all the same.
    malformed: Option<ApiError>,
}

impl<'a> Response<'a> {
    fn of(params: &'a Params<'_>) -> Self {
        Self::read(params).unwrap_or_else(|error| Self {
            answer: ProviderAnswer::Malformed,
            issuer: None,
            malformed: Some(error),
        })
    }

    /// An answer that is neither code nor error, such as a token in the query, is malformed.
    fn read(params: &'a Params<'_>) -> Result<Self, ApiError> {
        params.each_once()?;
        let answer = match (params.one("error")?, params.one("code")?) {
            (Some(error), _) => ProviderAnswer::Error(error),
            (None, Some(code)) => ProviderAnswer::Code(code),
            (None, None) => ProviderAnswer::Malformed,
        };
        Ok(Self {
            answer,
            issuer: params.one("iss")?,
            malformed: None,
        })
    }
}

/// A failure is told where the sign-in began, when that is another origin; else here.
fn tell(failure: CallbackFailure, malformed: Option<ApiError>) -> Answer {
    let error = malformed.unwrap_or_else(|| ApiError::from(failure.error));
    let error = match failure.retry {
        Some(retry) => error.returning_to(retry.return_to),
        None => error,
    };
    match failure.location {
        Some(location) => Ok(HttpResponse::SeeOther()
            .insert_header((LOCATION, location))
            .finish()),
        None => Err(error),
    }
}
