use askama::Template;

use super::frame::{Frame, show_with_notice};
use crate::brand::Mark;
use crate::call::Call;
use crate::cookie::Found;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::contains;
use crate::notice::Notice;
use crate::reply::Reply;
use crate::web::{Answer, Web};

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
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (web, params) = (call.web, call.params());
    let is_signed_in = web.optional(call.request).await?.is_some();
    let wanted = params.one("redirect_url")?;
    let target = wanted.unwrap_or(web.auth.after_sign_in());
    let target = web.auth.redirects().check(target).map_err(Problem::from)?;
    if is_signed_in && params.one("again")?.is_none() {
        return Ok(Reply::see_other(onward(web, target.as_str())));
    }
    let session_ended = !is_signed_in && brings_dead_session(call);
    let reply = show_with_notice(call, is_signed_in, |notice| Page {
        frame: Frame::of(web),
        providers: provider_links(web, wanted.map(|_| target.as_str())),
        session_ended,
        notice,
    })?;
    if session_ended {
        return Ok(reply.with_header(HeaderName::SetCookie, web.cookies.forget_session()));
    }
    Ok(reply)
}

/// A cookie that opens nothing is cleared here, or the browser would bring it for ever. Beside an `Authorization` header
/// it was not looked at.
fn brings_dead_session(call: Call<'_>) -> bool {
    !contains(call.headers(), HeaderName::Authorization)
        && call.web.cookies.find_session(call.headers()) != Found::None
}

/// Who is signed in does not go from this page to this page.
fn onward(web: &Web, target: &str) -> String {
    let path = target.split(['?', '#']).next();
    if path == Some(&web.paths.sign_in_page()) {
        return web.paths.dashboard();
    }
    target.to_owned()
}

fn provider_links(web: &Web, target: Option<&str>) -> Vec<ProviderLink> {
    let link = |provider: belgie_auth::ProviderSummary| ProviderLink {
        href: web.sign_in_path(&provider.id, target),
        mark: Mark::of(provider.brand, &provider.name),
        name: provider.name,
    };
    web.auth.providers().into_iter().map(link).collect()
}
