use belgie_auth::Proof;
use serde::Deserialize;
use serde_json::Value;

use super::{credentials, password_form, reauthentication_form};
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::web::Answer;

/// The body of a change. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Change {
    current_password: Option<Value>,
    new_password: Option<Value>,
}

/// The body with one password. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct One {
    password: Option<Value>,
}

/// `POST /auth/password/change`: another password in place of the current one. All other sessions of the user end.
pub(crate) async fn change(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    let session = call.require().await?;
    if session.by == Proof::AccessToken {
        return Err(credentials::not_by_access_token().into());
    }
    if RequestFormat::of(call.headers())? == RequestFormat::Form {
        return password_form::change(call, &session, body).await;
    }
    let fields: Change = json_body::read_object(call.headers(), body).await?;
    let current = credentials::password("current_password", fields.current_password)?;
    let new = credentials::password("new_password", fields.new_password)?;
    let client = call.client();
    let changed = passwords.change(&session, &current, &new, &client).await;
    changed.map_err(|error| credentials::refused("new_password", error))?;
    Ok(Reply::new(204))
}

/// `POST /auth/password/set`: a first password.
pub(crate) async fn set(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    let session = call.web.require_fresh(call.request).await?;
    if RequestFormat::of(call.headers())? == RequestFormat::Form {
        return password_form::set(call, &session, body).await;
    }
    let fields: One = json_body::read_object(call.headers(), body).await?;
    let new = credentials::password("password", fields.password)?;
    let (sessions, client) = (call.web.auth.sessions(), call.client());
    let set = passwords
        .set(sessions.fresh(&session)?, &new, &client)
        .await;
    set.map_err(|error| credentials::refused("password", error))?;
    Ok(Reply::new(204))
}

/// `POST /auth/reauthenticate`: the password makes the session fresh.
pub(crate) async fn reauthenticate(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let passwords = credentials::passwords(call)?;
    let session = call.require().await?;
    if session.by == Proof::AccessToken {
        return Err(credentials::not_by_access_token().into());
    }
    if RequestFormat::of(call.headers())? == RequestFormat::Form {
        return reauthentication_form::post(call, &session, body).await;
    }
    let fields: One = json_body::read_object(call.headers(), body).await?;
    let password = credentials::password("password", fields.password)?;
    let client = call.client();
    passwords
        .reauthenticate(&session, &password, &client)
        .await?;
    Ok(Reply::new(204))
}
