use askama::Template;
use belgie_auth::{AuthError, MailedLink};
use belgie_domain::{EmailAddress, OneTimeToken};

use super::ask_for_mail;
use super::field::Field;
use super::frame::{Frame, show as render};
use super::mailing::Mailing;
use super::note::{Note, Tone};
use super::sent_form::SentForm;
use crate::call::Call;
use crate::credential::Credential;
use crate::text::LinkTexts;
use crate::web::{Answer, Web};

/// The page to which a mailed link leads: a button that uses the link. Opening the page uses nothing up, since programs
/// that examine mails open links, too.
#[derive(Template)]
#[template(path = "mailed_link.html")]
struct Page<'a> {
    frame: Frame<'a>,
    text: &'a LinkTexts,
    action: String,
    token: &'a str,
    email: String,
    /// Where one chooses a password.
    password: Option<Field<'a>>,
}

/// `GET /reset` and `GET /verify`
pub(crate) async fn show(call: Call<'_>, mailing: Mailing) -> Answer {
    let auth = &call.web.auth;
    if mailing == Mailing::Reset && !auth.passwords().are_offered() {
        return Err(AuthError::PasswordsOff.into());
    }
    if !auth.emails().are_sent() {
        return Err(AuthError::MailsOff.into());
    }
    let params = call.params();
    match params.one("token")? {
        Some(token) => show_link(call, mailing, token, &SentForm::default()).await,
        None => ask_for_mail::show(call, mailing),
    }
}

/// Shows the page again to a person whose link was not used, or asks whether to send another one.
pub(crate) async fn show_again(call: Call<'_>, mailing: Mailing, sent: SentForm) -> Answer {
    if !call.web.has_pages() {
        return Err(sent.into_problem().into());
    }
    let token = sent.text("token").unwrap_or_default();
    show_link(call, mailing, &token, &sent).await
}

async fn show_link(call: Call<'_>, mailing: Mailing, token: &str, sent: &SentForm) -> Answer {
    match find(call, token).await {
        Ok(link) if is_at(mailing, &link) => {
            let page = Page::new(call.web, token, link, sent);
            Ok(sent.complete(render(&page)?))
        }
        Ok(_) | Err(AuthError::InvalidToken) => ask_for_mail::show_instead(call, mailing),
        Err(error) => Err(error.into()),
    }
}

async fn find(call: Call<'_>, token: &str) -> Result<MailedLink, AuthError> {
    let token = OneTimeToken::parse(token).map_err(|_| AuthError::InvalidToken)?;
    let held = Credential::of(call.headers(), &call.web.cookies).cookie();
    call.web.auth.emails().link(&token, held.as_ref()).await
}

/// Returns whether a link leads to this page.
fn is_at(mailing: Mailing, link: &MailedLink) -> bool {
    let resets = matches!(link, MailedLink::ResetPassword { .. });
    resets == (mailing == Mailing::Reset)
}

impl<'a> Page<'a> {
    fn new(web: &'a Web, token: &'a str, link: MailedLink, sent: &'a SentForm) -> Self {
        let mut frame = Frame::of(web).with_own_pictures();
        let (texts, fewest) = (frame.text, web.auth.passwords().policy().min_length);
        let mails = &texts.mail_pages;
        let (email, text, action, password): (EmailAddress, _, _, _) = match link {
            MailedLink::ResetPassword { email } => {
                let field = Field::new_password("password", texts.forms.new_password);
                let field = field.with_hint((texts.forms.password_rule)(fewest));
                (email, &mails.reset, "/auth/password/reset", Some(field))
            }
            MailedLink::VerifyEmail {
                email,
                needs_password,
                disconnects,
            } => {
                if disconnects {
                    frame = frame.with_note(Note::new(Tone::Warn, mails.disconnects));
                }
                // A password manager has the one that was chosen before.
                let field = Field::current_password("password", mails.your_password);
                let field = field.with_hint((mails.your_password_hint)(fewest));
                let field = Some(field).filter(|_| needs_password);
                (email, &mails.verify, "/auth/email/verify", field)
            }
            MailedLink::CreateUser { email, provider } => {
                let name = web.provider(provider.as_str());
                let name = name.map_or(provider.to_string(), |provider| provider.name);
                let warning = (mails.creates_user)(&name);
                frame = frame.with_note(Note::new(Tone::Warn, warning));
                (email, &mails.verify, "/auth/email/verify", None)
            }
            MailedLink::ChangeEmail { email } => {
                (email, &mails.change, "/auth/email/confirm", None)
            }
        };
        let password = password.map(|field| sent.fill(field));
        let fields: Vec<_> = password.iter().collect();
        let errors = sent.summary(&web.config.app_name, &fields);
        Self {
            text,
            action: web.paths.below_base(action),
            token,
            email: email.to_string(),
            password,
            frame: frame.with_errors(errors),
        }
    }
}
