use belgie_auth::{AuthError, Registered, Registering};
use belgie_domain::{EmailAddress, Password};

use super::credentials::{self, Transport};
use super::sent::Sent;
use crate::body::RequestBody;
use crate::call::Call;
use crate::page;
use crate::page::mailing::Mailing;
use crate::web::Answer;

/// `POST /auth/register`: a new user with a password, and a session, unless the address has to be verified first. A form
/// leads on to `redirect_url`, or to the page again.
pub(crate) async fn register(call: Call<'_>, body: &mut impl RequestBody) -> Answer {
    credentials::passwords(call)?;
    let mut sent = Sent::read(call, body).await?;
    let visit = sent.visit(call.web)?;
    let (email, password) = (sent.email(), sent.new_password());
    let (name, transport) = (sent.name(), sent.transport());
    let (Ok(email), Ok(password), Ok(name), Ok(transport)) = (email, password, name, transport)
    else {
        return page::sign_up::show_again(call, &visit, sent.wrong()?);
    };
    match create(call, &email, &password, name.as_deref(), transport).await {
        Ok(Registered::SignedIn(signed_in)) => {
            sent.signed_in(call, (201, transport), &visit, &signed_in)
        }
        Ok(Registered::Unverified) => sent.mailed(call, &visit, Mailing::Registered, &email),
        Err(error) => page::sign_up::show_again(call, &visit, sent.refused(error)?),
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
