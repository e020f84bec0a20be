use askama::Template;

use super::field::Field;
use super::frame::{Frame, show as render, show_to};
use super::link::Link;
use super::note::{Note, Tone};
use super::provider_list::ProviderList;
use super::sent_form::SentForm;
use super::visit::Visit;
use crate::call::Call;
use crate::cookie::CookieValue;
use crate::header_name::HeaderName;
use crate::headers::contains;
use crate::reply::Reply;
use crate::web::Answer;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    frame: Frame<'a>,
    /// The host where the person goes, if that is another site.
    destination: Option<String>,
    providers: ProviderList,
    /// For the people who run a site without providers.
    provider_hint: &'a str,
    form: Option<PasswordForm<'a>>,
    /// Where people register, if anyone may.
    sign_up: Option<String>,
}

/// The form for an address and a password.
struct PasswordForm<'a> {
    email: Field<'a>,
    password: Field<'a>,
    target: Option<&'a str>,
}

/// `GET /signin`. Redirects visitors who are already signed in, unless `again` is set.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (web, params) = (call.web, call.params());
    let is_signed_in = web.optional(call.request).await?.is_some();
    let visit = Visit::of(web, &params)?;
    if is_signed_in && params.one("again")?.is_none() {
        return Ok(Reply::see_other(visit.location(web)));
    }
    let session_ended = !is_signed_in && has_dead_session_cookie(call);
    let mut frame = Frame::of(web).with_notice(call, is_signed_in);
    if session_ended && !frame.has_message() {
        let text = frame.text.sign_in_page.signed_out;
        frame = frame.with_note(Note::new(Tone::Info, text));
    }
    let reply = show_to(call, &Page::new(call, frame, &visit, &SentForm::default()))?;
    let reply = visit.complete(web, reply);
    if session_ended {
        return Ok(reply.with_header(HeaderName::SetCookie, web.cookies.clear_session()));
    }
    Ok(reply)
}

/// Shows the page again to a person whose password did not sign in.
pub(crate) fn show_again(call: Call<'_>, visit: &Visit, sent: SentForm) -> Answer {
    if !call.web.has_pages() {
        return Err(sent.into_problem().into());
    }
    let page = Page::new(call, Frame::of(call.web), visit, &sent);
    let reply = sent.complete(visit.complete(call.web, render(&page)?));
    Ok(reply)
}

impl<'a> Page<'a> {
    fn new(call: Call<'a>, frame: Frame<'a>, visit: &'a Visit, sent: &'a SentForm) -> Self {
        let (web, passwords) = (call.web, call.web.auth.passwords());
        let texts = &frame.text.forms;
        let is_offered = passwords.are_offered() && visit.ends_with_a_cookie();
        let mut password = Field::current_password("password", texts.password);
        if web.auth.emails().are_sent() {
            let forgot = visit.carry_to(&web.paths.forgot_page());
            password = password.with_link(Link::new(frame.text.mail_pages.forgot_password, forgot));
        }
        let form = is_offered.then(|| PasswordForm {
            email: sent.fill(Field::email("email", texts.email)),
            password: sent.fill(password),
            target: visit.wanted(),
        });
        let errors = form
            .as_ref()
            .and_then(|form| sent.summary(&web.config.app_name, &[&form.email, &form.password]));
        let may_sign_up = is_offered && passwords.registration_is_open();
        let hint = web.config.provider_hint.as_deref();
        Self {
            destination: visit.host(),
            providers: ProviderList::of(call, visit),
            provider_hint: hint.unwrap_or(frame.text.sign_in_page.no_provider_hint),
            form,
            sign_up: may_sign_up.then(|| visit.carry_to(&web.paths.sign_up_page())),
            frame: frame.with_errors(errors),
        }
    }
}

/// Whether the browser holds a useless session cookie, which is cleared here. With an `Authorization` header the cookie
/// was not examined.
fn has_dead_session_cookie(call: Call<'_>) -> bool {
    !contains(call.headers(), HeaderName::Authorization)
        && call.web.cookies.find_session(call.headers()) != CookieValue::None
}
