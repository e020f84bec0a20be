use serde::Deserialize;
use serde_json::Value;

use super::credentials::{self, Transport};
use super::email_change_form;
use super::sent::Sent;
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::notice::Notice;
use crate::page;
use crate::page::mailing::Mailing;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::web::Answer;

/// The body with an address.
#[derive(Deserialize)]
struct Address {
    email: Option<Value>,
}

/// `POST /auth/email/resend`: another link to verify an address.
pub(crate) async fn resend(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let mut sent = Sent::read(call, body).await?;
    let emails = credentials::emails(call)?;
    let visit = sent.visit(call.web)?;
    let Ok(email) = sent.email() else {
        return page::ask_for_mail::show_again(call, &visit, Mailing::Verify, sent.wrong()?);
    };
    emails.resend(&email, &call.client()).await?;
    sent.mailed(call, &visit, Mailing::Verify, &email)
}

/// `POST /auth/email/verify`: the token of a link proves the address.
pub(crate) async fn verify(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let mut sent = Sent::read(call, body).await?;
    let emails = credentials::emails(call)?;
    let (token, chosen) = (sent.token(), sent.optional_password());
    let (Ok(token), Ok(chosen)) = (token, chosen) else {
        return page::mailed_link::show_again(call, Mailing::Verify, sent.wrong()?).await;
    };
    let (held, client) = (credentials::held(call, Transport::Cookie), call.client());
    let verified = emails.verify(&token, chosen.as_ref(), held.as_ref(), &client);
    match verified.await {
        Ok(user) => sent.used(call, user, Notice::EmailVerified).await,
        Err(error) => {
            page::mailed_link::show_again(call, Mailing::Verify, sent.refused(error)?).await
        }
    }
}

/// `POST /auth/email/change`: a link to another address.
pub(crate) async fn change(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let session = call.web.require_fresh(call.request).await?;
    if RequestFormat::of(call.headers())? == RequestFormat::Form {
        return email_change_form::post(call, &session, body).await;
    }
    let fields: Address = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    let auth = &call.web.auth;
    let (sessions, client) = (auth.sessions(), call.client());
    let fresh = sessions.fresh(&session)?;
    auth.emails().change(fresh, &email, &client).await?;
    Ok(Reply::new(202))
}

/// `POST /auth/email/confirm`: the token of a link changes the address.
pub(crate) async fn confirm(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let mut sent = Sent::read(call, body).await?;
    let emails = credentials::emails(call)?;
    let Ok(token) = sent.token() else {
        return page::mailed_link::show_again(call, Mailing::Verify, sent.wrong()?).await;
    };
    match emails.confirm(&token, &call.client()).await {
        Ok(user) => sent.used(call, user, Notice::EmailChanged).await,
        Err(error) => {
            page::mailed_link::show_again(call, Mailing::Verify, sent.refused(error)?).await
        }
    }
}
