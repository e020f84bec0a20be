use askama::Template;
use belgie_auth::{EarlierUse, ProviderSummary, Waiting};
use belgie_domain::Choice;

use super::frame::{Frame, show as render};
use super::time::Moment;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::mode;
use crate::navigation::with_parameter;
use crate::reply::Reply;
use crate::security_headers::{PagePolicy, Pictures};
use crate::web::Web;

#[derive(Template)]
#[template(path = "pending.html")]
struct Page<'a> {
    frame: Frame<'a>,
    id: &'a str,
    email: &'a str,
    /// The name of the provider whose account waits.
    provider: String,
    /// Only for an address that was never proved.
    earlier: Option<Earlier>,
    /// Where to sign in to connect the account, if that is among the choices.
    connect: Option<String>,
    may_start_fresh: bool,
}

/// When the address was used before, and with which provider or with a password.
struct Earlier {
    since: Moment,
    provider: Option<String>,
    has_password: bool,
}

/// Shows what a person may choose whose address is in use already.
pub(crate) fn show(web: &Web, waiting: &Waiting) -> Result<Reply, Problem> {
    let frame = Frame::of(web).with_own_pictures();
    let earlier = waiting.earlier.as_ref().map(|earlier| Earlier {
        since: Moment::new(earlier.since, &frame.text.time),
        provider: provider_of(earlier, web).map(|provider| provider.name),
        has_password: earlier.has_password,
    });
    let provider = web.provider(waiting.provider.as_str());
    let may_connect = waiting.choices.allow(Choice::Connect);
    let page = Page {
        id: &waiting.id,
        email: waiting.email.as_str(),
        provider: provider.map_or(waiting.provider.to_string(), |provider| provider.name),
        earlier,
        connect: may_connect.then(|| connect_location(waiting, web)),
        may_start_fresh: waiting.choices.allow(Choice::Fresh),
        frame,
    };
    // The forms end where the sign-in was to end, which may be another origin.
    let policy = web.security.policy(PagePolicy {
        pictures: Pictures::Here,
        forms_leave: true,
    });
    Ok(render(&page)?.with_header(HeaderName::ContentSecurityPolicy, policy))
}

/// Returns the provider with which the address was used before, if one can sign in with it.
fn provider_of(earlier: &EarlierUse, web: &Web) -> Option<ProviderSummary> {
    web.provider(earlier.provider.as_ref()?.as_str())
}

/// Returns where the person signs in as the holder of the address: directly at the provider, if it may be named, and
/// otherwise on the sign-in page. Both end as the waiting sign-in was to end.
fn connect_location(waiting: &Waiting, web: &Web) -> String {
    let target = Some(waiting.return_to.as_str());
    let known = waiting.earlier.as_ref();
    let location = match known.and_then(|earlier| provider_of(earlier, web)) {
        Some(provider) => Some(web.sign_in_with(&provider.id, target)),
        None => web.sign_in_again_location(target),
    };
    let parameters = mode::parameters(waiting.client_state.as_deref(), &waiting.delivery);
    let location = location.map(|location| {
        { parameters.iter() }.fold(location, |location, (name, value)| {
            with_parameter(&location, name, value)
        })
    });
    location.unwrap_or_else(|| web.home())
}
