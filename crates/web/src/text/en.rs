use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::code::Code;

/// Messages that a page shows once, after an action.
pub(crate) const SESSION_ENDED: &str = "That device has been signed out.";
pub(crate) const OTHERS_ENDED: &str = "You have been signed out everywhere else.";
pub(crate) const SIGNED_OUT: &str = "You are signed out.";

/// Labels of links on error pages.
pub(crate) const GO_HOME: &str = "Go to the home page";
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const TRY_AGAIN: &str = "Try again";
pub(crate) const OTHER_WAYS: &str = "Other ways to sign in";

/// Details of `invalid_request` and `unavailable` for programs.
pub(crate) const BODY_TOO_SLOW: &str = "The body did not arrive within ten seconds.";
pub(crate) const BODY_BROKE_OFF: &str = "The body broke off.";
pub(crate) const PARAMETER_REPEATED: &str = "A parameter is repeated.";
pub(crate) const NOT_EMBEDDED: &str =
    "A sign-in must be started by a link or a redirect, not inside another page.";
pub(crate) const MODE_UNAVAILABLE: &str = "This mode is not available: use mode=cookie.";
pub(crate) const NO_REAUTHENTICATION: &str = "Re-authentication is not available.";
pub(crate) const FORM_EXPECTED: &str = "This route takes application/x-www-form-urlencoded.";
pub(crate) const SHUTTING_DOWN: &str = "The server is shutting down.";
pub(crate) const DATABASE_DOWN: &str = "The database is not responding.";

/// The text of an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorText {
    /// What happened, as a heading. Like `text`, it may contain the placeholders of [`Names`].
    pub heading: &'static str,
    /// What it means and what helps.
    pub text: &'static str,
}

/// The values of the placeholders `{provider}`, `{Provider}` (at the start of a sentence) and `{site}`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    pub provider: Option<&'a str>,
    pub site: Option<&'a str>,
}

impl Names<'_> {
    /// Fills in the placeholders.
    pub(crate) fn fill<'b>(&self, text: &'b str) -> Cow<'b, str> {
        if !text.contains('{') {
            return Cow::Borrowed(text);
        }
        let (lower, capital) = ("the sign-in provider", "The sign-in provider");
        let filled = text
            .replace("{provider}", self.provider.unwrap_or(lower))
            .replace("{Provider}", self.provider.unwrap_or(capital));
        Cow::Owned(filled.replace("{site}", self.site.unwrap_or("this site")))
    }
}

/// Returns an error's text.
pub(crate) fn error(code: Code) -> ErrorText {
    let (heading, text) = match code {
        Code::AccessDenied => (
            "Sign-in cancelled",
            "You cancelled at {provider}, so you are not signed in. {Provider} shared nothing.",
        ),
        Code::AccountDisabled => (
            "This account is disabled",
            "Ask the people who run {site} to enable it again.",
        ),
        Code::AccountExists => (
            "You already have an account",
            "An account with this e-mail address exists already. Sign in the way you did before.",
        ),
        Code::CodeRejected => (
            "This sign-in took too long",
            "You are not signed in. Please try again.",
        ),
        Code::CrossOrigin => (
            "This request came from another site",
            "To keep your account safe, changes can only be made on our own pages.",
        ),
        Code::EmailNotVerified => (
            "Your e-mail address is not verified",
            "Verify it with {provider} first, then sign in again.",
        ),
        Code::EmailRequired => (
            "We need your e-mail address",
            "{Provider} did not share one that we can use. Allow it to share your address, then sign in again.",
        ),
        Code::Forbidden => (
            "You do not have access to this page",
            "You are signed in, but your account does not have permission for this.",
        ),
        Code::FreshSignInRequired => (
            "Please sign in again",
            "For this change you need to have signed in recently.",
        ),
        Code::Internal => (
            "Something went wrong on our side",
            "This is our fault and has been logged. Please try again in a moment.",
        ),
        Code::InvalidIdToken => (
            "We could not verify the answer from {provider}",
            "You are not signed in. Please try again; if it keeps happening, tell us.",
        ),
        Code::InvalidRequest => (
            "Something is wrong with this link",
            "It is incomplete or contains a mistake. Go back and try again.",
        ),
        Code::InvalidState => (
            "This sign-in is no longer open",
            "It was completed already, took longer than ten minutes, or was started in another browser. Please sign in again.",
        ),
        Code::IssuerMismatch => (
            "We could not verify where this answer came from",
            "It is not from {provider}, so you are not signed in. Please try again.",
        ),
        Code::MethodNotAllowed => (
            "This cannot be done here",
            "This address does not accept requests of that kind.",
        ),
        Code::NotAuthenticated => ("Please sign in", "You need to be signed in to continue."),
        Code::NotFound => ("Page not found", "Check the address, or go back to {site}."),
        Code::ProviderError => (
            "{Provider} could not sign you in",
            "It reported an error. Try again, or choose another way to sign in.",
        ),
        Code::ProviderNotFound => (
            "This way to sign in is not available",
            "Choose another way to sign in.",
        ),
        Code::ProviderUnavailable => (
            "{Provider} is not responding",
            "Try again in a minute, or sign in another way.",
        ),
        Code::RedirectNotAllowed => (
            "This link was blocked",
            "It would have sent you to a site that {site} does not trust.",
        ),
        Code::RegistrationClosed => (
            "Registration is closed",
            "Ask the people who run {site} for an invitation.",
        ),
        Code::SessionExpired => ("You have been signed out", "Sign in again to continue."),
        Code::TooLarge => ("This request is too large", "It is larger than we accept."),
        Code::Unavailable => (
            "We will be right back",
            "We are busy or restarting. Please try again in a few seconds.",
        ),
        Code::UnsupportedMediaType => ("This form could not be read", "Go back and try again."),
    };
    ErrorText { heading, text }
}

/// Returns the label of the link that repeats a sign-in with a provider.
pub(crate) fn try_provider_again(provider: &str) -> String {
    format!("Try {provider} again")
}

/// Returns what a device is called, by the names of its browser, its system, and a program that is neither.
pub(crate) fn device(browser: Option<&str>, system: Option<&str>, product: Option<&str>) -> String {
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("An app on {system}"),
        (None, None) => product.unwrap_or("Unknown device").to_owned(),
    }
}

/// Formats a date: "20 November 2026".
pub(crate) fn date(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y").to_string()
}

/// Formats a time to the minute: "20 Nov 2026, 13:14 UTC".
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// Formats how long ago something was.
pub(crate) fn ago(past: TimeDelta) -> String {
    let count = |count: i64, unit| {
        let ending = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{ending} ago")
    };
    match (past.num_days(), past.num_hours()) {
        (0, 0) => count(past.num_minutes().max(1), "minute"),
        (0, hours) => count(hours, "hour"),
        (days, _) => count(days, "day"),
    }
}

/// Formats that something was less than this long ago.
pub(crate) fn within(span: TimeDelta) -> String {
    match span.num_hours() {
        0 => "in the last hour".to_owned(),
        1..=24 => "in the last 24 hours".to_owned(),
        hours => format!("in the last {} days", (hours + 23) / 24),
    }
}

/// Returns the text for programs, where the one for people would not help them.
pub(crate) fn api_detail(code: Code) -> Option<&'static str> {
    match code {
        Code::InvalidRequest => Some("Something in the request is missing or malformed."),
        Code::NotFound => Some("Nothing was found at this address."),
        Code::ProviderNotFound => Some("There is no provider with this id."),
        Code::UnsupportedMediaType => Some("This route takes application/json."),
        _ => None,
    }
}

/// Returns the text for a request to another host.
pub(crate) fn wrong_host(origin: &str) -> String {
    format!("This site is at {origin} and nowhere else.")
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
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_where_the_texts_leave_room_for_them() {
        let text = "{Provider} asks {provider} about {site}.";
        let known = Names {
            provider: Some("Acme"),
            site: Some("Notes"),
        };
        assert_eq!(known.fill(text), "Acme asks Acme about Notes.");
        assert_eq!(
            Names::default().fill(text),
            "The sign-in provider asks the sign-in provider about this site."
        );
    }

    #[test]
    fn no_text_has_a_place_for_a_name_that_is_not_filled() {
        for &code in Code::ALL {
            let words = error(code);
            for text in [words.heading, words.text] {
                let filled = Names::default().fill(text);
                assert!(!filled.contains(['{', '}']), "{code}: {filled}");
                assert!(!filled.is_empty());
            }
        }
    }
}
