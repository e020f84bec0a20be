use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use belgie_domain::SessionToken;

use super::Answer;
use super::sender::Sender;
use crate::body::drain;
use crate::cookie::Found;
use crate::error::{ApiError, ErrorCode};
use crate::extract::{Credential, refuse_foreign};
use crate::negotiate::wants_page;
use crate::notice::Notice;
use crate::origin::Source;
use crate::page;
use crate::visit::client_info;
use crate::web::Web;

/// `GET /auth/signout`: for a person who typed or followed this address, a page with the button that signs out. A GET
/// itself ends nothing, and programs learn that it is no method of this route.
pub(crate) async fn ask(request: HttpRequest, web: Data<Web>) -> Answer {
    if !wants_page(request.headers()) {
        return Err(ApiError::new(ErrorCode::MethodNotAllowed).with_allow("POST"));
    }
    page::sign_out::show(&web)
}

/// What a request asks to end.
struct Ending {
    tokens: Vec<SessionToken>,
    /// The browser holds a session cookie that is now of no use.
    forget_cookie: bool,
}

/// `POST /auth/signout`: also fine when nobody is signed in.
pub(crate) async fn sign_out(request: HttpRequest, web: Data<Web>, body: Payload) -> Answer {
    let sender = Sender::of(&request)?;
    let ending = what_to_end(&request, &web)?;
    drain(body).await?;
    let client = client_info(&request, &web);
    for token in &ending.tokens {
        web.auth.sessions().sign_out(token, &client).await?;
    }
    let mut answer = match sender {
        Sender::Program => HttpResponse::NoContent(),
        Sender::Form => HttpResponse::SeeOther(),
    };
    if sender == Sender::Form {
        answer.insert_header((LOCATION, web.config.after_sign_out.as_str()));
    }
    if ending.forget_cookie {
        answer.cookie(web.cookies.forget_session());
    }
    if ending.forget_cookie && sender == Sender::Form {
        web.leave_notice(&mut answer, Notice::SignedOut);
    }
    Ok(answer.finish())
}

/// By bearer its session, else those of all cookies of our name: a planted one is no reason to leave the other open.
fn what_to_end(request: &HttpRequest, web: &Web) -> Result<Ending, ApiError> {
    if request.headers().contains_key(AUTHORIZATION) {
        let tokens = match Credential::of(request.headers(), &web.cookies) {
            Credential::Bearer(token) => vec![token],
            Credential::Cookie(_) | Credential::Unusable | Credential::None => Vec::new(),
        };
        return Ok(Ending {
            tokens,
            forget_cookie: false,
        });
    }
    let held = web.cookies.find_session(request.headers()) != Found::None;
    refuse_foreign(
        request,
        web,
        if held {
            Source::Unsaid
        } else {
            Source::Foreign
        },
    )?;
    Ok(Ending {
        tokens: web.cookies.session_tokens(request.headers()),
        forget_cookie: held,
    })
}
