//! The details of errors: English, for programs and those who write them. Only the site's address also appears on a page.

use belgie_domain::{PasswordWeakness, ProviderId};
use uuid::Uuid;

use crate::code::Code;

pub(crate) const BODY_TOO_SLOW: &str = "The body did not arrive within ten seconds.";
pub(crate) const BODY_BROKE_OFF: &str = "The body broke off.";
pub(crate) const BODY_NOT_UTF8: &str = "The body is not UTF-8.";
pub(crate) const FORM_INCOMPLETE: &str = "A field of the form is missing or not usable.";
pub(crate) const BODY_NOT_JSON: &str =
    "The body must be a JSON object whose fields have the documented types.";
pub(crate) const PARAMETER_REPEATED: &str = "A parameter is repeated.";
pub(crate) const NOT_EMBEDDED: &str =
    "A sign-in must be started by a link or a redirect, not inside another page.";
pub(crate) const NOTHING_WAITS: &str = "No sign-in is waiting for a choice in this browser.";
pub(crate) const OTHER_WAITS: &str =
    "Another sign-in is waiting by now: GET /auth/pending says which.";
pub(crate) const MODE_UNAVAILABLE: &str =
    "This mode does not exist: use mode=cookie, mode=fragment or mode=code.";
pub(crate) const CODE_CHALLENGE: &str =
    "mode=code needs a code_challenge of the method S256 (RFC 7636): 43 characters of base64url.";
pub(crate) const CODE_OR_ID_TOKEN: &str = "The body must contain either code, code_verifier, redirect_uri and nonce, or id_token and nonce.";
pub(crate) const REAUTHENTICATE_VALUE: &str = "The only value of reauthenticate is 1.";
pub(crate) const REAUTHENTICATE_BY_COOKIE: &str = "reauthenticate=1 works only with mode=cookie.";
pub(crate) const FORM_EXPECTED: &str = "This route takes application/x-www-form-urlencoded.";
pub(crate) const NOT_BY_ACCESS_TOKEN: &str =
    "An access token cannot be exchanged for another: use the session cookie or the session token.";
pub(crate) const NO_ACCESS_TOKEN_HERE: &str =
    "This cannot be done with an access token: use the session cookie or the session token.";
pub(crate) const SHUTTING_DOWN: &str = "The server is shutting down.";
pub(crate) const NO_TOKENS: &str = "This server does not store providers' tokens.";
pub(crate) const NO_PASSWORDS: &str = "Passwords are turned off here.";
pub(crate) const NO_MAILS: &str = "This server sends no mails.";
pub(crate) const INVALID_TOKEN: &str = "The link is unknown, was used before, or has expired.";
pub(crate) const VERIFICATION_MAILED: &str = "The provider has not verified the address, so a link was mailed to it. The link creates the user.";
pub(crate) const PASSWORD_SET: &str =
    "The user has a password already: change it at /auth/password/change.";
pub(crate) const NO_EMAIL: &str = "email is not a usable e-mail address.";
pub(crate) const NAME: &str =
    "name must have 1 to 256 visible characters on one line, or be null to clear it.";
pub(crate) const IMAGE: &str =
    "image must be an https URL of at most 2048 bytes, or null to clear it.";
pub(crate) const TRANSPORT: &str = "transport must be cookie or token.";
pub(crate) const DATABASE_DOWN: &str = "The database is not responding.";

/// Returns the detail for a code whose text for people would not help a program.
pub(crate) fn of_code(code: Code) -> Option<&'static str> {
    match code {
        Code::BearerRequired => {
            Some("This route takes the session token, as Authorization: Bearer s_….")
        }
        Code::InvalidRequest => Some("Something in the request is missing or malformed."),
        Code::NotFound => Some("Nothing was found at this address."),
        Code::ProviderNotFound => Some("There is no provider with this id."),
        Code::UnsupportedMediaType => Some("This route takes application/json."),
        _ => None,
    }
}

/// Returns what to do when a provider has to be asked for consent again.
pub(crate) fn consent_required(provider: &ProviderId) -> String {
    format!(
        "The provider issues no more access tokens for this account: send its owner to /auth/provider/{provider}/signin to consent again."
    )
}

/// Returns the text for a field that is required.
pub(crate) fn missing(field: &str) -> String {
    format!("{field} is missing.")
}

/// Returns the text for a field of another type.
pub(crate) fn no_string(field: &str) -> String {
    format!("{field} must be one string.")
}

/// Returns the text for a field that has too many characters.
pub(crate) fn too_long(field: &str, most: usize) -> String {
    format!("{field} must have at most {most} characters.")
}

/// Returns what is wrong with a password that a person has chosen.
pub(crate) fn weak_password(field: &str, weakness: PasswordWeakness) -> String {
    let reason = match weakness {
        PasswordWeakness::TooShort { minimum } => {
            return format!("{field} must have at least {minimum} characters.");
        }
        PasswordWeakness::Common => "many people use it, or one much like it",
        PasswordWeakness::Personal => {
            "it is made of a name or an address that others know, or of the name of this site"
        }
        PasswordWeakness::Repetitive => "it repeats itself",
        PasswordWeakness::Sequence => "it is a sequence such as abcdef or 654321",
        PasswordWeakness::Keyboard => "it follows the rows of the keyboard",
        PasswordWeakness::Date => "it is made of a date",
        PasswordWeakness::Predictable => "it follows a common pattern",
    };
    format!(
        "{field} is too easy to guess: {reason}. Several words that do not belong together are a good password."
    )
}

/// Returns the text for a request to another host.
pub(crate) fn wrong_host(origin: &str) -> String {
    format!("This site is at {origin}.")
}

/// Adds the request id, by which the cause is found in the log, to the text of an internal error.
pub(crate) fn internal(text: &str, request_id: Uuid) -> String {
    format!("{text} Reference for support: {request_id}.")
}

/// Returns the reason phrase of a status (RFC 9110 §15).
pub(crate) fn status(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Error",
    }
}
