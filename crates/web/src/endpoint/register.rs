use belgie_auth::{Registered, Registering};
use serde::Deserialize;
use serde_json::Value;

use super::credentials;
use crate::body::RequestBody;
use crate::call::Call;
use crate::json_body;
use crate::reply::Reply;
use crate::web::Answer;

/// The body of the request; other fields mean nothing. It is secret, so there is no `Debug` output.
#[derive(Deserialize)]
struct Fields {
    email: Option<Value>,
    password: Option<Value>,
    name: Option<Value>,
    transport: Option<Value>,
}

/// `POST /auth/register`: a new user with a password, and a session.
pub(crate) async fn register(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let (passwords, web) = (credentials::passwords(call)?, call.web);
    web.check_sign_in_origin(call.request)?;
    let fields: Fields = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    let password = credentials::password("password", fields.password)?;
    let name = credentials::optional("name", fields.name)?;
    let transport = credentials::transport(fields.transport)?;
    let (held, client) = (credentials::held(call, transport), call.client());
    let mut person = Registering::new(&email, &password, &client);
    (person.name, person.held) = (name.as_deref(), held.as_ref());
    let registered = passwords.register(person).await;
    let registered = registered.map_err(|error| credentials::refused("password", error))?;
    match registered {
        Registered::SignedIn(signed_in) => credentials::signed_in(call, 201, transport, &signed_in),
        Registered::Unverified => Ok(Reply::new(202)),
    }
}
