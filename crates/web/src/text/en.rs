use uuid::Uuid;

use crate::code::Code;

/// An error in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorText {
    /// What happened, as a heading.
    pub heading: &'static str,
    /// What it means and what helps.
    pub text: &'static str,
}

/// Returns an error's words.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn error(code: Code) -> ErrorText {
    let (heading, text) = match code {
        Code::AccessDenied => (
            "Sign-in cancelled",
            "You did not give permission at the provider, so you are not signed in. Nothing was shared.",
        ),
        Code::AccountDisabled => (
            "This account is disabled",
            "Ask whoever runs this site to enable it again.",
        ),
        Code::AccountExists => (
            "You already have an account here",
            "The e-mail address belongs to an account that this sign-in may not join. Please sign in the way you did before.",
        ),
        Code::CodeRejected => (
            "The provider did not confirm this sign-in",
            "Its answer was too old or had been used before. Please sign in once more.",
        ),
        Code::CrossOrigin => (
            "This request came from another site",
            "To keep your account safe, changes are only taken from this site’s own pages.",
        ),
        Code::EmailNotVerified => (
            "Your e-mail address is not verified",
            "Verify it with the provider first, then sign in again.",
        ),
        Code::EmailRequired => (
            "An e-mail address is needed",
            "The provider shared none. Please allow it to share your address, then sign in again.",
        ),
        Code::Forbidden => (
            "This is not for you",
            "You are signed in, but your role does not allow this.",
        ),
        Code::FreshSignInRequired => (
            "Please sign in again",
            "This change asks for a recent sign-in, and yours was a while ago.",
        ),
        Code::Internal => (
            "Something went wrong on our side",
            "It is not your fault, and it has been written down.",
        ),
        Code::InvalidIdToken => (
            "The provider’s answer does not check out",
            "What the provider sent could not be verified, so you are not signed in. Please try again.",
        ),
        Code::InvalidRequest => (
            "This request makes no sense",
            "Something in it is missing or malformed.",
        ),
        Code::InvalidState => (
            "This sign-in is no longer open",
            "It was finished already, took longer than ten minutes, or began in another browser. Please sign in once more.",
        ),
        Code::IssuerMismatch => (
            "The answer came from someone else",
            "It is not from the provider that you chose, so you are not signed in. Please try again.",
        ),
        Code::MethodNotAllowed => (
            "That cannot be done here",
            "This address does not take such requests.",
        ),
        Code::NotAuthenticated => ("Please sign in", "You need to be signed in for this."),
        Code::NotFound => (
            "There is nothing here",
            "The address may be mistyped, or what was here has gone.",
        ),
        Code::ProviderError => (
            "The provider could not sign you in",
            "It answered with an error. Please try again, or choose another way to sign in.",
        ),
        Code::ProviderNotFound => (
            "No such provider",
            "There is no provider of this name to sign in with.",
        ),
        Code::ProviderUnavailable => (
            "The provider does not answer",
            "It cannot be reached at the moment. Please try again in a minute.",
        ),
        Code::RedirectNotAllowed => (
            "This link leads somewhere else",
            "After signing in it would go to a site that is not trusted here, so it was stopped.",
        ),
        Code::RegistrationClosed => (
            "New accounts are not taken",
            "Ask whoever runs this site to make an account for you.",
        ),
        Code::SessionExpired => (
            "Your session has ended",
            "You have been away for a while. Please sign in again.",
        ),
        Code::TooLarge => (
            "That is too much",
            "The request is larger than what is taken here.",
        ),
        Code::Unavailable => (
            "We will be right back",
            "The service is busy or restarting. Please try again in a few seconds.",
        ),
        Code::UnsupportedMediaType => (
            "This content type is not taken",
            "JSON routes take application/json.",
        ),
    };
    ErrorText { heading, text }
}

/// Says that a request named another host than the site's.
pub(crate) fn wrong_host(origin: &str) -> String {
    format!("This site is at {origin} and nowhere else.")
}

/// Adds to the words of an internal error by which id its cause is found in the log.
pub(crate) fn internal(text: &str, request_id: Uuid) -> String {
    format!("{text} The request was {request_id}.")
}

/// Returns a status in words (RFC 9110 §15).
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
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Error",
    }
}
