use belgie_auth::{AuthError, Authenticated, Proof};
use belgie_domain::EmailAddress;

use super::password_form;
use crate::body::RequestBody;
use crate::call::Call;
use crate::header_name::HeaderName;
use crate::notice::Notice;
use crate::page;
use crate::page::account::AccountForm;
use crate::page::sent_form::SentForm;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::Texts;
use crate::web::Answer;

/// `DELETE /api/me`: deletes the user with everything that belongs to it.
pub(crate) async fn delete(call: Call<'_>) -> Answer {
    let session = call.web.require_fresh(call.request).await?;
    RequestFormat::of(call.headers())?;
    run(call, &session).await?;
    Ok(without_cookie(call, &session, Reply::new(204)))
}

/// `POST /api/me/delete`: the same for a form, with the user's e-mail address in the field `confirm_email`; a user
/// without an address leaves it empty. The answer is 303 to where a sign-out leads, or 422 and the account page when the
/// address is another.
pub(crate) async fn post(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let session = call.web.require_fresh(call.request).await?;
    RequestFormat::require_form(call.headers())?;
    let mut sent = SentForm::read(body).await?;
    if !confirms(&sent, session.user.email.as_ref()) {
        sent.add_error(CONFIRM_EMAIL, Texts::current().profile.other_address);
        return show_again(call, &session, sent).await;
    }
    if let Err(error) = run(call, &session).await {
        password_form::refuse(&mut sent, CONFIRM_EMAIL, error)?;
        return show_again(call, &session, sent).await;
    }
    let reply = Reply::see_other(call.web.config.after_sign_out.clone());
    let reply = without_cookie(call, &session, reply);
    if session.by != Proof::Cookie {
        return Ok(reply);
    }
    Ok(call.web.with_notice(reply, Notice::UserDeleted))
}

async fn show_again(call: Call<'_>, session: &Authenticated, sent: SentForm) -> Answer {
    page::account::show_again(call, session, AccountForm::Deletion, sent).await
}

/// The field in which a person types the own address.
const CONFIRM_EMAIL: &str = "confirm_email";

fn confirms(sent: &SentForm, email: Option<&EmailAddress>) -> bool {
    let typed = sent.text(CONFIRM_EMAIL);
    let typed: Option<EmailAddress> = typed.and_then(|text| text.trim().parse().ok());
    typed.as_ref() == email
}

async fn run(call: Call<'_>, session: &Authenticated) -> Result<(), AuthError> {
    let (auth, client) = (&call.web.auth, call.client());
    let fresh = auth.sessions().fresh(session)?;
    auth.me().delete(fresh, &client).await
}

fn without_cookie(call: Call<'_>, session: &Authenticated, reply: Reply) -> Reply {
    if session.by != Proof::Cookie {
        return reply;
    }
    reply.with_header(HeaderName::SetCookie, call.web.cookies.clear_session())
}
