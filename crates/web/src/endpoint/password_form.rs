//! The forms of passwords on the account page, and why a form with a password is shown again.

use belgie_auth::{AuthError, Authenticated, Proof};

use crate::body::RequestBody;
use crate::call::Call;
use crate::code::Code;
use crate::error::Problem;
use crate::notice::Notice;
use crate::page;
use crate::page::account::AccountForm;
use crate::page::sent_form::SentForm;
use crate::reply::Reply;
use crate::text::Texts;
use crate::web::Answer;

/// Changes the password, or shows the account page again.
pub(super) async fn change(
    call: Call<'_>,
    session: &Authenticated,
    body: &mut impl RequestBody,
) -> Answer {
    let (mut sent, texts) = (SentForm::read(body).await?, &Texts::current().forms);
    let current = sent.password("current_password", texts.enter_password);
    let new = sent.password("new_password", texts.choose_password);
    let (Some(current), Some(new)) = (current, new) else {
        return show_again(call, session, sent).await;
    };
    let (passwords, client) = (call.web.auth.passwords(), call.client());
    match passwords.change(session, &current, &new, &client).await {
        Ok(()) => return Ok(done(call, session, Notice::PasswordChanged)),
        Err(AuthError::InvalidCredentials) => {
            sent.add_error("current_password", texts.wrong_password);
        }
        Err(error) => refuse(&mut sent, "new_password", error)?,
    }
    show_again(call, session, sent).await
}

/// Sets the first password, or shows the account page again.
pub(super) async fn set(
    call: Call<'_>,
    session: &Authenticated,
    body: &mut impl RequestBody,
) -> Answer {
    let mut sent = SentForm::read(body).await?;
    let new = sent.password("password", Texts::current().forms.choose_password);
    let Some(new) = new else {
        return show_again(call, session, sent).await;
    };
    let (auth, client) = (&call.web.auth, call.client());
    let fresh = auth.sessions().fresh(session)?;
    match auth.passwords().set(fresh, &new, &client).await {
        Ok(()) => Ok(done(call, session, Notice::PasswordSet)),
        // The page shows what has happened meanwhile.
        Err(AuthError::PasswordAlreadySet) => Ok(Reply::see_other(call.web.account_page())),
        Err(error) => {
            refuse(&mut sent, "password", error)?;
            show_again(call, session, sent).await
        }
    }
}

async fn show_again(call: Call<'_>, session: &Authenticated, sent: SentForm) -> Answer {
    page::account::show_again(call, session, AccountForm::Password, sent).await
}

fn done(call: Call<'_>, session: &Authenticated, notice: Notice) -> Reply {
    let reply = Reply::see_other(call.web.account_page());
    if session.by == Proof::Cookie {
        return call.web.with_notice(reply, notice);
    }
    reply
}

/// Adds to a form why it was refused: to the field with the new password if that is why.
///
/// # Errors
/// A problem for which no form is shown.
pub(super) fn refuse(
    sent: &mut SentForm,
    field: &'static str,
    error: AuthError,
) -> Result<(), Problem> {
    if let AuthError::WeakPassword(weakness) = error {
        let text = (Texts::current().forms.weak_password)(weakness);
        sent.add_error(field, text);
        return Ok(());
    }
    let problem = Problem::from(error);
    if problem.code() == Code::Internal || problem.code().is_signed_out() {
        return Err(problem);
    }
    sent.refuse(problem);
    Ok(())
}
