use askama::Template;
use belgie_auth::AuthError;

use super::field::Field;
use super::frame::{Frame, show as render};
use super::link::Link;
use super::provider_list::ProviderList;
use super::sent_form::SentForm;
use super::visit::Visit;
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::reply::Reply;
use crate::web::Answer;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct Page<'a> {
    frame: Frame<'a>,
    destination: Option<String>,
    providers: ProviderList,
    name: Field<'a>,
    email: Field<'a>,
    password: Field<'a>,
    target: Option<&'a str>,
    sign_in: String,
}

/// `GET /signup`. Redirects visitors who are already signed in.
pub(crate) async fn show(call: Call<'_>) -> Answer {
    let (web, passwords) = (call.web, call.web.auth.passwords());
    if !passwords.are_offered() {
        return Err(AuthError::PasswordsOff.into());
    }
    let visit = Visit::of(web, &call.params())?;
    if web.optional(call.request).await?.is_some() {
        return Ok(Reply::see_other(visit.location(web)));
    }
    if !passwords.registration_is_open() {
        return Err(Problem::new(Code::RegistrationClosed).into());
    }
    show_form(call, &visit, &SentForm::default())
}

/// Shows the page again to a person who could not register.
pub(crate) fn show_again(call: Call<'_>, visit: &Visit, sent: SentForm) -> Answer {
    if !call.web.has_pages() {
        return Err(sent.into_problem().into());
    }
    show_form(call, visit, &sent)
}

fn show_form(call: Call<'_>, visit: &Visit, sent: &SentForm) -> Answer {
    let (web, frame) = (call.web, Frame::of(call.web));
    let texts = &frame.text.forms;
    let sign_in = visit.carry_to(&web.paths.sign_in_page());
    let rule = (texts.password_rule)(web.auth.passwords().policy().min_length);
    let mut email = sent.fill(Field::email("email", texts.email));
    if sent.is_about(Code::EmailTaken) {
        let text = frame.text.sign_up_page.sign_in_instead;
        email = email
            .with_error(Some(texts.email_taken))
            .with_link(Link::new(text, sign_in.clone()));
    }
    let name = Field::text("name", texts.name, "name").optional(texts.optional);
    let password = Field::new_password("password", texts.password).with_hint(rule);
    let (name, password) = (sent.fill(name), sent.fill(password));
    let errors = sent.summary(&web.config.app_name, &[&name, &email, &password]);
    let page = Page {
        destination: visit.host(),
        providers: ProviderList::of(call, visit),
        name,
        email,
        password,
        target: visit.wanted(),
        sign_in,
        frame: frame.with_errors(errors),
    };
    Ok(sent.complete(visit.complete(web, render(&page)?)))
}
