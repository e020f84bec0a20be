use askama::Template;

use super::frame::{Frame, show_to};
use super::note::{Note, Tone};
use crate::brand::Mark;
use crate::call::Call;
use crate::cookie::CookieValue;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::contains;
use crate::mode;
use crate::navigation::with_parameter;
use crate::reply::Reply;
use crate::web::{Answer, Web};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    frame: Frame<'a>,
    providers: Vec<ProviderLink>,
    /// For the people who run a site without providers.
    provider_hint: &'a str,
}

struct ProviderLink {
    name: String,
    href: String,
    mark: Mark,
}

/// `GET /signin`. Redirects visitors who are already signed in, unless `again` is set.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (web, params) = (call.web, call.params());
    let is_signed_in = web.optional(call.request).await?.is_some();
    let wanted = params.one("redirect_url")?;
    let target = wanted.unwrap_or(web.auth.after_sign_in());
    let target = web.auth.redirects().check(target).map_err(Problem::from)?;
    if is_signed_in && params.one("again")?.is_none() {
        return Ok(Reply::see_other(destination(web, target.as_str())));
    }
    let mut carried = Vec::new();
    for name in mode::PARAMETERS {
        carried.extend(params.one(name)?.map(|value| (name, value)));
    }
    let session_ended = !is_signed_in && has_dead_session_cookie(call);
    let mut frame = Frame::of(web).with_notice(call, is_signed_in);
    if session_ended {
        let text = frame.text.sign_in_page.signed_out;
        frame = frame.with_note(Note::new(Tone::Info, text));
    }
    let hint = web.config.provider_hint.as_deref();
    let reply = show_to(
        call,
        &Page {
            providers: provider_links(web, wanted.map(|_| target.as_str()), &carried),
            provider_hint: hint.unwrap_or(frame.text.sign_in_page.no_provider_hint),
            frame,
        },
    )?;
    if session_ended {
        return Ok(reply.with_header(HeaderName::SetCookie, web.cookies.clear_session()));
    }
    Ok(reply)
}

/// Whether the browser holds a useless session cookie, which is cleared here. With an `Authorization` header the cookie
/// was not examined.
fn has_dead_session_cookie(call: Call<'_>) -> bool {
    !contains(call.headers(), HeaderName::Authorization)
        && call.web.cookies.find_session(call.headers()) != CookieValue::None
}

/// A signed-in visitor is not sent from this page to itself.
fn destination(web: &Web, target: &str) -> String {
    let path = target.split(['?', '#']).next();
    if path == Some(&web.paths.sign_in_page()) {
        return web.paths.dashboard();
    }
    target.to_owned()
}

fn provider_links(web: &Web, target: Option<&str>, carried: &[(&str, &str)]) -> Vec<ProviderLink> {
    let link = |provider: belgie_auth::ProviderSummary| {
        let href = web.sign_in_with(&provider.id, target);
        ProviderLink {
            href: { carried.iter() }.fold(href, |href, (name, value)| {
                with_parameter(&href, name, value)
            }),
            mark: Mark::of(provider.brand, &provider.name),
            name: provider.name,
        }
    };
    web.auth.providers().into_iter().map(link).collect()
}
