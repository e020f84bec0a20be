use askama::Template;
use belgie_auth::AuthError;

use super::field::Field;
use super::frame::{Frame, show as render};
use super::mailing::Mailing;
use super::sent_form::SentForm;
use super::visit::Visit;
use crate::call::Call;
use crate::code::Code;
use crate::text::AskTexts;
use crate::web::Answer;

/// The page on which a person asks for a mail with a link.
#[derive(Template)]
#[template(path = "ask_for_mail.html")]
struct Page<'a> {
    frame: Frame<'a>,
    text: &'a AskTexts,
    action: String,
    email: Field<'a>,
    target: Option<&'a str>,
    sign_in: String,
}

/// `GET /forgot`
pub(crate) fn forgot(call: Call<'_>) -> Answer {
    let auth = &call.web.auth;
    if !auth.passwords().are_offered() {
        return Err(AuthError::PasswordsOff.into());
    }
    if !auth.emails().are_sent() {
        return Err(AuthError::MailsOff.into());
    }
    show(call, Mailing::Reset)
}

/// Shows the page.
pub(super) fn show(call: Call<'_>, mailing: Mailing) -> Answer {
    let visit = Visit::of(call.web, &call.params())?;
    show_in(call, &visit, mailing, &SentForm::default())
}

/// Shows the page to a person whose link cannot be used.
pub(super) fn show_instead(call: Call<'_>, mailing: Mailing) -> Answer {
    let visit = Visit::of(call.web, &call.params())?;
    let sent = SentForm::default();
    let mut page = Page::new(call, &visit, mailing, &sent);
    page.text = &page.frame.text.mail_pages.dead_link;
    Ok(render(&page)?.with_status(Code::InvalidRequest.status()))
}

/// Shows the page again to a person who did not enter an address.
pub(crate) fn show_again(
    call: Call<'_>,
    visit: &Visit,
    mailing: Mailing,
    sent: SentForm,
) -> Answer {
    if !call.web.has_pages() {
        return Err(sent.into_problem().into());
    }
    show_in(call, visit, mailing, &sent)
}

fn show_in(call: Call<'_>, visit: &Visit, mailing: Mailing, sent: &SentForm) -> Answer {
    let page = Page::new(call, visit, mailing, sent);
    Ok(sent.complete(render(&page)?))
}

impl<'a> Page<'a> {
    fn new(call: Call<'a>, visit: &'a Visit, mailing: Mailing, sent: &'a SentForm) -> Self {
        let (web, frame) = (call.web, Frame::of(call.web).with_own_pictures());
        let email = sent.fill(Field::email("email", frame.text.forms.email));
        let errors = sent.summary(&web.config.app_name, &[&email]);
        Self {
            text: mailing.texts(frame.text),
            action: mailing.action(web),
            email,
            target: visit.wanted(),
            sign_in: visit.carry_to(&web.paths.sign_in_page()),
            frame: frame.with_errors(errors),
        }
    }
}
