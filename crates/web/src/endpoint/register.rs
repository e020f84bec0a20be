use belgie_auth::{AuthError, Registered, Registering};
use belgie_domain::{EmailAddress, Password};
use serde::Deserialize;
use serde_json::Value;

use super::credentials::{self, Transport};
use super::password_form;
use crate::body::RequestBody;
use crate::call::Call;
use crate::header_name::HeaderName;
use crate::json_body;
use crate::page;
use crate::page::sent_form::SentForm;
use crate::page::visit::Visit;
use crate::reply::Reply;
use crate::request_format::RequestFormat;
use crate::text::Texts;
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
    credentials::passwords(call)?;
    call.web.check_sign_in_origin(call.request)?;
    match RequestFormat::of(call.headers())? {
        RequestFormat::Api => by_json(call, body).await,
        RequestFormat::Form => by_form(call, body).await,
    }
}

async fn by_json(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let fields: Fields = json_body::read_object(call.headers(), body).await?;
    let email = credentials::email(fields.email)?;
    let password = credentials::password("password", fields.password)?;
    let name = credentials::optional("name", fields.name)?;
    let transport = credentials::transport(fields.transport)?;
    let registered = create(call, &email, &password, name.as_deref(), transport).await;
    match registered.map_err(|error| credentials::refused("password", error))? {
        Registered::SignedIn(signed_in) => credentials::signed_in(call, 201, transport, &signed_in),
        Registered::Unverified => Ok(Reply::new(202)),
    }
}

/// Leads on to `redirect_url`, asks for the mail, or shows the page again.
async fn by_form(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    let mut sent = SentForm::read(body).await?;
    let visit = Visit::of(call.web, &sent.params())?;
    let missing = Texts::current().forms.choose_password;
    let (email, password) = (sent.email("email"), sent.password("password", missing));
    let (Some(email), Some(password)) = (email, password) else {
        return page::sign_up::show_again(call, &visit, sent);
    };
    let name = sent.text("name");
    let registered = create(call, &email, &password, name.as_deref(), Transport::Cookie);
    match registered.await {
        Ok(Registered::SignedIn(signed_in)) => {
            let cookie = call.web.cookies.set_session(&signed_in.token);
            let reply = Reply::see_other(visit.location(call.web));
            Ok(reply.with_header(HeaderName::SetCookie, cookie))
        }
        Ok(Registered::Unverified) => page::sign_up::check_mail(call, &visit, email.as_str()),
        Err(error) => {
            password_form::refuse(&mut sent, "password", error)?;
            page::sign_up::show_again(call, &visit, sent)
        }
    }
}

async fn create(
    call: Call<'_>,
    email: &EmailAddress,
    password: &Password,
    name: Option<&str>,
    transport: Transport,
) -> Result<Registered, AuthError> {
    let (held, client) = (credentials::held(call, transport), call.client());
    let mut person = Registering::new(email, password, &client);
    (person.name, person.held) = (name, held.as_ref());
    call.web.auth.passwords().register(person).await
}
