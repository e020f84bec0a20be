use askama::Template;
use belgie_domain::ReturnTo;
use url::{Position, Url};

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
    /// The host where the person goes, if that is another site.
    destination: Option<String>,
    providers: Vec<ProviderLink>,
    /// Those that are not shown at once.
    more: Vec<ProviderLink>,
    /// For the people who run a site without providers.
    provider_hint: &'a str,
}

struct ProviderLink {
    name: String,
    href: String,
    mark: Mark,
    /// Whether this browser last signed in with it.
    is_last: bool,
}

/// How many providers are shown at once.
const FIRST: usize = 4;

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
    let mut providers = provider_links(call, wanted.map(|_| target.as_str()), &carried);
    let more = providers.split_off(FIRST.min(providers.len()));
    let page = Page {
        destination: destination_host(&target),
        providers,
        more,
        provider_hint: hint.unwrap_or(frame.text.sign_in_page.no_provider_hint),
        frame,
    };
    let reply = show_to(call, &page)?;
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

/// Returns the host of a target on another origin.
fn destination_host(target: &ReturnTo) -> Option<String> {
    if target.is_same_origin() {
        return None;
    }
    let url = Url::parse(target.as_str()).ok()?;
    Some(url[Position::BeforeHost..Position::AfterPort].to_owned())
}

/// Returns a link for each provider, the one with which this browser last signed in first.
fn provider_links(
    call: Call<'_>,
    target: Option<&str>,
    carried: &[(&str, &str)],
) -> Vec<ProviderLink> {
    let web = call.web;
    let last = web.cookies.last_provider(call.headers());
    let link = |provider: belgie_auth::ProviderSummary| {
        let href = web.sign_in_with(&provider.id, target);
        ProviderLink {
            href: { carried.iter() }.fold(href, |href, (name, value)| {
                with_parameter(&href, name, value)
            }),
            mark: Mark::of(provider.brand, &provider.name),
            is_last: last == Some(provider.id.as_str()),
            name: provider.name,
        }
    };
    let mut links: Vec<_> = web.auth.providers().into_iter().map(link).collect();
    links.sort_by_key(|link| !link.is_last);
    links
}
