use serde::Deserialize;
use serde_json::Value;

use super::credentials::{self, Transport};
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::reply::Reply;
use crate::web::Answer;

/// The body with an address.
#[derive(Deserialize)]
struct Address {
    email: Option<Value>,
}

/// The body with the token of a link. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Link {
    token: Option<Value>,
}

/// `POST /auth/email/resend`: another link to verify an address.
pub(crate) async fn resend(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    call.web.check_sign_in_origin(call.request)?;
    let fields: Address = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    let (emails, client) = (call.web.auth.emails(), call.client());
    emails.resend(&email, &client).await?;
    Ok(Reply::new(202))
}

/// `POST /auth/email/verify`: the token of a link proves the address.
pub(crate) async fn verify(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    call.web.check_sign_in_origin(call.request)?;
    let fields: Link = json_body::read_object(call.headers(), body).await?;
    let token = credentials::mailed_token(fields.token)?;
    let held = credentials::held(call, Transport::Cookie);
    let (emails, client) = (call.web.auth.emails(), call.client());
    emails.verify(&token, held.as_ref(), &client).await?;
    Ok(Reply::new(204))
}

/// `POST /auth/email/change`: a link to another address.
pub(crate) async fn change(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let session = call.web.require_fresh(call.request).await?;
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
    call.web.check_sign_in_origin(call.request)?;
    let fields: Link = json_body::read_object(call.headers(), body).await?;
    let token = credentials::mailed_token(fields.token)?;
    let (emails, client) = (call.web.auth.emails(), call.client());
    emails.confirm(&token, &client).await?;
    Ok(Reply::new(204))
}
