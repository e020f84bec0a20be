use actix_web::http::header::{AUTHORIZATION, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use url::form_urlencoded;

use super::brand::Mark;
use super::{Frame, show_with_notice};
use crate::cookie::Found;
use crate::endpoint::Answer;
use crate::error::ApiError;
use crate::extract::OptionalUser;
use crate::notice::Notice;
use crate::params::Params;
use crate::web::{DASHBOARD, SIGN_IN_PAGE, Web, sign_in_path};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    frame: Frame<'a>,
    providers: Vec<ProviderLink>,
    session_ended: bool,
    notice: Option<Notice>,
}

struct ProviderLink {
    name: String,
    href: String,
    mark: Mark,
}

/// `GET /signin`: for those who are signed in already it goes on to where they wanted, unless they are to do so `again`.
pub(crate) async fn show(request: HttpRequest, user: OptionalUser, web: Data<Web>) -> Answer {
    let params = Params::of(request.query_string());
    let wanted = params.one("redirect_url")?;
    let target = wanted.unwrap_or(web.auth.after_sign_in());
    let target = web.auth.redirects().check(target).map_err(ApiError::from)?;
    if user.is_some() && params.one("again")?.is_none() {
        return Ok(HttpResponse::SeeOther()
            .insert_header((LOCATION, onward(target.as_str())))
            .finish());
    }
    // A cookie that opens nothing is cleared here, or the browser would bring it for ever. Beside an `Authorization`
    // header it was not looked at.
    let session_ended = user.is_none()
        && !request.headers().contains_key(AUTHORIZATION)
        && web.cookies.find_session(request.headers()) != Found::None;
    let mut response = show_with_notice(&request, &web, user.is_some(), |notice| Page {
        frame: Frame::of(&web),
        providers: provider_links(&web, wanted.map(|_| target.as_str())),
        session_ended,
        notice,
    })?;
    if session_ended {
        let cookie = web.cookies.forget_session();
        response
            .add_cookie(&cookie)
            .map_err(|_| ApiError::internal())?;
    }
    Ok(response)
}

/// Who is signed in does not go from this page to this page.
fn onward(target: &str) -> &str {
    let path = target.split(['?', '#']).next();
    if path == Some(SIGN_IN_PAGE) {
        DASHBOARD
    } else {
        target
    }
}

fn provider_links(web: &Web, target: Option<&str>) -> Vec<ProviderLink> {
    let query = target.map(|target| {
        let target: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        format!("?redirect_url={target}")
    });
    let query = query.unwrap_or_default();
    let link = |provider: belgie_auth::ProviderSummary| ProviderLink {
        href: format!("{}{query}", sign_in_path(&provider.id)),
        mark: Mark::of(provider.brand, &provider.name),
        name: provider.name,
    };
    web.auth.providers().into_iter().map(link).collect()
}
