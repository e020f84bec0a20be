use belgie_auth::{Authenticated, Proof};

use super::password_form;
use crate::body::RequestBody;
use crate::call::Call;
use crate::notice::Notice;
use crate::page;
use crate::page::account::AccountForm;
use crate::page::sent_form::SentForm;
use crate::reply::Reply;
use crate::text::Texts;
use crate::web::Answer;

/// Mails a link to the address in the form, or shows the account page again.
pub(super) async fn post(
    call: Call<'_>,
    session: &Authenticated,
    body: &mut impl RequestBody,
) -> Answer {
    let (mut sent, auth) = (SentForm::read(body).await?, &call.web.auth);
    let Some(email) = sent.email("email") else {
        return show_again(call, session, sent).await;
    };
    if session.user.email.as_ref() == Some(&email) {
        sent.add_error("email", Texts::current().forms.email_is_yours);
        return show_again(call, session, sent).await;
    }
    let (fresh, client) = (auth.sessions().fresh(session)?, call.client());
    if let Err(error) = auth.emails().change(fresh, &email, &client).await {
        password_form::refuse(&mut sent, "email", error)?;
        return show_again(call, session, sent).await;
    }
    let reply = Reply::see_other(call.web.account_page());
    if session.by != Proof::Cookie {
        return Ok(reply);
    }
    let notice = Notice::EmailChangeSent.about(email.as_str());
    Ok(call.web.with_notice(reply, notice))
}

async fn show_again(call: Call<'_>, session: &Authenticated, sent: SentForm) -> Answer {
    page::account::show_again(call, session, AccountForm::Email, sent).await
}
