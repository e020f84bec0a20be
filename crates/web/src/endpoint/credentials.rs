//! What the routes of passwords have in common: their fields, and a new session as the answer.

use belgie_auth::{AuthError, Emails, Passwords, SignedIn};
use belgie_domain::{EmailAddress, InvalidPassword, OneTimeToken, Password, SessionToken};
use serde_json::Value;

use super::JSON;
use crate::call::Call;
use crate::code::Code;
use crate::credential::Credential;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::reply::Reply;
use crate::text::detail;
use crate::view::SignedInView;
use crate::web::Answer;

/// How a new session reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// By the session cookie.
    Cookie,
    /// By the session token in the body.
    Token,
}

/// Returns the use case.
///
/// # Errors
/// `not_found` when passwords are turned off.
pub(super) fn passwords(call: Call<'_>) -> Result<Passwords<'_>, Problem> {
    let passwords = call.web.auth.passwords();
    if passwords.are_offered() {
        return Ok(passwords);
    }
    Err(AuthError::PasswordsOff.into())
}

/// Returns the use case.
///
/// # Errors
/// `not_found` when no mails are sent here.
pub(super) fn emails(call: Call<'_>) -> Result<Emails<'_>, Problem> {
    let emails = call.web.auth.emails();
    if emails.are_sent() {
        return Ok(emails);
    }
    Err(AuthError::MailsOff.into())
}

/// Returns a text, which must be one string.
pub(super) fn text(field: &str, value: Option<Value>) -> Result<String, Problem> {
    optional(field, value)?.ok_or_else(|| Problem::invalid(detail::missing(field)))
}

/// Returns a text that may be missing.
pub(super) fn optional(field: &str, value: Option<Value>) -> Result<Option<String>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::invalid(detail::no_string(field))),
    }
}

pub(super) fn email(value: Option<Value>) -> Result<EmailAddress, Problem> {
    let email = text("email", value)?.parse();
    email.map_err(|_| Problem::invalid(detail::NO_EMAIL))
}

/// Returns the token of a mailed link.
pub(super) fn mailed_token(value: Option<Value>) -> Result<OneTimeToken, Problem> {
    let token = OneTimeToken::parse(&text("token", value)?);
    token.map_err(|_| AuthError::InvalidToken.into())
}

pub(super) fn password(field: &str, value: Option<Value>) -> Result<Password, Problem> {
    let typed = text(field, value)?;
    Password::parse(&typed).map_err(|invalid| {
        Problem::invalid(match invalid {
            InvalidPassword::Empty => detail::missing(field),
            InvalidPassword::TooLong => detail::too_long(field, Password::MAX_CHARACTERS),
        })
    })
}

pub(super) fn transport(value: Option<Value>) -> Result<Transport, Problem> {
    match optional("transport", value)?.as_deref() {
        None | Some("cookie") => Ok(Transport::Cookie),
        Some("token") => Ok(Transport::Token),
        Some(_) => Err(Problem::invalid(detail::TRANSPORT)),
    }
}

/// Returns the problem of a use case that takes a new password in this field.
pub(super) fn refused(field: &str, error: AuthError) -> Problem {
    match error {
        AuthError::WeakPassword(weakness) => {
            Problem::invalid(detail::weak_password(field, weakness))
        }
        error => error.into(),
    }
}

/// Returns the session of the browser, which a new one replaces if it gets its cookie.
pub(super) fn held(call: Call<'_>, transport: Transport) -> Option<SessionToken> {
    let held = Credential::of(call.headers(), &call.web.cookies).cookie();
    held.filter(|_| transport == Transport::Cookie)
}

/// Returns the answer to a successful sign-in.
pub(super) fn signed_in(
    call: Call<'_>,
    status: u16,
    transport: Transport,
    signed_in: &SignedIn,
) -> Answer {
    let view = SignedInView::new(signed_in, &call.web.auth);
    Ok(match transport {
        Transport::Token => Reply::json(status, JSON, &view)?,
        Transport::Cookie => {
            let cookie = call.web.cookies.set_session(&signed_in.token);
            let reply = Reply::json(status, JSON, &view.without_token())?;
            reply.with_header(HeaderName::SetCookie, cookie)
        }
    })
}

/// Returns the problem of a person who is signed in by an access token, which is not enough to try passwords with.
pub(super) fn not_by_access_token() -> Problem {
    Problem::new(Code::Forbidden).with_detail(detail::NO_ACCESS_TOKEN_HERE)
}
