use belgie_auth::{AuthError, Completed, Waiting};
use belgie_domain::BrowserBinding;
use serde::Deserialize;

use super::JSON;
use crate::body::{RequestBody, drain};
use crate::call::Call;
use crate::code::Code;
use crate::cookie::CookieValue;
use crate::credential::Credential;
use crate::error::Problem;
use crate::fields::Fields;
use crate::header_name::HeaderName;
use crate::negotiate::wants_page;
use crate::origin::UnknownSource;
use crate::page;
use crate::params::Params;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::detail;
use crate::view::{LocationView, PendingView};
use crate::web::Answer;

/// The body of the choice to start fresh.
#[derive(Debug, Default, Deserialize)]
struct ChoiceFields {
    /// What the person was asked about.
    id: Option<String>,
}

impl Fields for ChoiceFields {
    fn of_form(form: &Params<'_>) -> Result<Self, Problem> {
        let id = form.one("id")?.map(str::to_owned);
        Ok(Self { id })
    }
}

/// `GET /auth/pending`: what waits for a choice in this browser; as a page for people.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let waiting = find(call).await?;
    if wants_page(call.headers()) {
        return Ok(page::pending::show(call.web, &waiting)?);
    }
    let view = PendingView::new(&waiting, call.web.auth.now());
    Ok(Reply::json(200, JSON, &view)?)
}

/// `POST /auth/pending/fresh`: signs in as a new user, to whom the address moves. When something else waits by now than
/// what the person was shown, a form shows that instead.
pub(crate) async fn start_fresh(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (web, format) = (call.web, RequestFormat::of(call.headers())?);
    check_origin(call)?;
    let fields = ChoiceFields::read(format, body).await?;
    let browser = binding(call)?;
    let held = Credential::of(call.headers(), &web.cookies).cookie();
    let (pending, client) = (web.auth.pending(), call.client());
    let completed = pending.start_fresh(&browser, fields.id.as_deref(), held.as_ref(), &client);
    let completed = match completed.await {
        Err(AuthError::OtherWaits) if format == RequestFormat::Form => {
            let page = page::pending::show(web, &find(call).await?)?;
            return Ok(page.with_status(Code::AccountExists.status()));
        }
        completed => completed?,
    };
    let location = completed.location();
    let reply = match format {
        RequestFormat::Api => Reply::json(200, JSON, &LocationView { location })?,
        RequestFormat::Form => Reply::see_other(location.to_owned()),
    };
    Ok(match &completed {
        Completed::SignedIn(signed_in) => {
            let cookie = web.cookies.set_session(&signed_in.token);
            reply.with_header(HeaderName::SetCookie, cookie)
        }
        // The front end gets its session by the code.
        Completed::CodeIssued { .. } | Completed::Linked { .. } => reply,
    })
}

/// `DELETE /auth/pending`: succeeds when nothing waits, too.
pub(crate) async fn delete(call: Call<'_>) -> Answer {
    RequestFormat::of(call.headers())?;
    cancel(call).await?;
    Ok(Reply::new(204))
}

/// `POST /auth/pending/cancel`: the same for a form. A sign-in that was started at another origin ends there.
pub(crate) async fn cancel_by_form(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    RequestFormat::require_form(call.headers())?;
    let location = cancel(call).await?;
    drain(body).await?;
    let here = || call.web.sign_in_location(None);
    let location = location.or_else(here);
    Ok(Reply::see_other(
        location.unwrap_or_else(|| call.web.home()),
    ))
}

async fn cancel(call: Call<'_>) -> Result<Option<String>, Problem> {
    let web = call.web;
    check_origin(call)?;
    let Some(browser) = web.cookies.binding(call.headers()) else {
        return Ok(None);
    };
    let cancelled = web.auth.pending().cancel(&browser).await?;
    Ok(cancelled.and_then(|cancelled| cancelled.location))
}

/// Returns what waits in this browser.
pub(crate) async fn find(call: Call<'_>) -> Result<Waiting, Problem> {
    let browser = binding(call)?;
    let waiting = call.web.auth.pending().find(&browser).await?;
    waiting.ok_or_else(nothing_waits)
}

/// The rule of signing in: a browser that is signed in must say where the request comes from.
fn check_origin(call: Call<'_>) -> Result<(), Problem> {
    let held = call.web.cookies.find_session(call.headers()) != CookieValue::None;
    let unknown = if held {
        UnknownSource::Refuse
    } else {
        UnknownSource::Allow
    };
    call.web.check_origin(call.request, unknown)
}

fn binding(call: Call<'_>) -> Result<BrowserBinding, Problem> {
    let browser = call.web.cookies.binding(call.headers());
    browser.ok_or_else(nothing_waits)
}

fn nothing_waits() -> Problem {
    Problem::new(Code::NotFound).with_detail(detail::NOTHING_WAITS)
}
