use belgie_auth::{AuthError, Authenticated, Proof};

use super::password_form;
use crate::body::RequestBody;
use crate::call::Call;
use crate::notice::Notice;
use crate::page;
use crate::page::sent_form::SentForm;
use crate::reply::Reply;
use crate::text::Texts;
use crate::web::Answer;

/// Makes the session fresh and leads on to `redirect_url`, or shows the page again.
pub(super) async fn post(
    call: Call<'_>,
    session: &Authenticated,
    body: &mut impl RequestBody,
) -> Answer {
    let (mut sent, texts) = (SentForm::read(body).await?, &Texts::current().forms);
    let target = page::reauthentication::target(call.web, &sent.params())?;
    let Some(password) = sent.password("password", texts.enter_password) else {
        return page::reauthentication::show_again(call, session, &target, sent).await;
    };
    let (passwords, client) = (call.web.auth.passwords(), call.client());
    match passwords.reauthenticate(session, &password, &client).await {
        Ok(()) => {
            let reply = Reply::see_other(target.as_str().to_owned());
            let is_ours = target.as_str() == call.web.account_page();
            if is_ours && session.by == Proof::Cookie {
                return Ok(call.web.with_notice(reply, Notice::Reauthenticated));
            }
            return Ok(reply);
        }
        Err(AuthError::InvalidCredentials) => sent.add_error("password", texts.wrong_password),
        Err(error) => password_form::refuse(&mut sent, "password", error)?,
    }
    page::reauthentication::show_again(call, session, &target, sent).await
}
