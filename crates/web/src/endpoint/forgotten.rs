use super::credentials;
use super::sent::Sent;
use crate::body::RequestBody;
use crate::call::Call;
use crate::notice::Notice;
use crate::page;
use crate::page::mailing::Mailing;
use crate::web::Answer;

/// `POST /auth/password/forgot`: a link to choose a new password.
pub(crate) async fn forgot(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    let mut sent = Sent::read(call, body).await?;
    credentials::emails(call)?;
    let visit = sent.visit(call.web)?;
    let Ok(email) = sent.email() else {
        return page::ask_for_mail::show_again(call, &visit, Mailing::Reset, sent.wrong()?);
    };
    passwords.forgot(&email, &call.client()).await?;
    sent.mailed(call, &visit, Mailing::Reset, &email)
}

/// `POST /auth/password/reset`: the token of a link for a new password. All sessions of the user end.
pub(crate) async fn reset(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    let mut sent = Sent::read(call, body).await?;
    credentials::emails(call)?;
    let (token, new) = (sent.token(), sent.new_password());
    let (Ok(token), Ok(new)) = (token, new) else {
        return page::mailed_link::show_again(call, Mailing::Reset, sent.wrong()?).await;
    };
    match passwords.reset(&token, &new, &call.client()).await {
        Ok(user) => sent.used(call, user, Notice::PasswordReset).await,
        Err(error) => {
            page::mailed_link::show_again(call, Mailing::Reset, sent.refused(error)?).await
        }
    }
}
