//! What each error says to people.

use std::borrow::Cow;

use actix_web::http::StatusCode;

use super::ErrorCode;

/// An error in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// The status that answers it.
    pub status: StatusCode,
    /// What happened, as a heading. Like `text` it may hold the [`Names`] in braces.
    pub heading: &'static str,
    /// What it means and what helps.
    pub text: &'static str,
    /// What to do next.
    pub way: Way,
}

/// The way on that an error page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the home page.
    Home,
    /// The same address again.
    TryAgain,
    /// To sign in.
    SignIn,
    /// To sign in although somebody is signed in.
    SignInAgain,
}

/// The names that stand for `{provider}`, `{Provider}` at the start of a sentence, and `{site}`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    pub provider: Option<&'a str>,
    pub site: Option<&'a str>,
}

impl Names<'_> {
    /// Puts the names into a text.
    pub(crate) fn fill<'b>(&self, text: &'b str) -> Cow<'b, str> {
        if !text.contains('{') {
            return Cow::Borrowed(text);
        }
        let filled = text
            .replace(
                "{provider}",
                self.provider.unwrap_or("the sign-in provider"),
            )
            .replace(
                "{Provider}",
                self.provider.unwrap_or("The sign-in provider"),
            );
        Cow::Owned(filled.replace("{site}", self.site.unwrap_or("this site")))
    }
}

/// Returns what a program is told, where the text for people would not help it.
pub(crate) fn for_programs(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::InvalidRequest => Some("Something in the request is missing or malformed."),
        ErrorCode::NotFound => Some("Nothing was found at this address."),
        ErrorCode::ProviderNotFound => Some("There is no provider with this id."),
        ErrorCode::UnsupportedMediaType => Some("This route takes application/json."),
        _ => None,
    }
}

/// Returns an error's words.
pub(crate) fn words(code: ErrorCode) -> Words {
    let (status, way, heading, text) = match code {
        ErrorCode::AccessDenied
        | ErrorCode::CodeRejected
        | ErrorCode::InvalidIdToken
        | ErrorCode::InvalidState
        | ErrorCode::IssuerMismatch
        | ErrorCode::ProviderError
        | ErrorCode::ProviderNotFound
        | ErrorCode::ProviderUnavailable => sign_in_went_wrong(code),
        ErrorCode::AccountDisabled
        | ErrorCode::AccountExists
        | ErrorCode::EmailNotVerified
        | ErrorCode::EmailRequired
        | ErrorCode::RegistrationClosed => person_not_taken(code),
        ErrorCode::CrossOrigin
        | ErrorCode::Forbidden
        | ErrorCode::FreshSignInRequired
        | ErrorCode::NotAuthenticated
        | ErrorCode::SessionExpired => not_permitted(code),
        _ => request_went_wrong(code),
    };
    Words {
        status,
        heading,
        text,
        way,
    }
}

type Row = (StatusCode, Way, &'static str, &'static str);

fn sign_in_went_wrong(code: ErrorCode) -> Row {
    let (status, heading, text) = match code {
        ErrorCode::AccessDenied => (
            StatusCode::BAD_REQUEST,
            "Sign-in cancelled",
            "You cancelled at {provider}, so you are not signed in. {Provider} shared nothing.",
        ),
        ErrorCode::CodeRejected => (
            StatusCode::UNAUTHORIZED,
            "This sign-in took too long",
            "You are not signed in. Please try again.",
        ),
        ErrorCode::InvalidIdToken => (
            StatusCode::UNAUTHORIZED,
            "We could not verify the answer from {provider}",
            "You are not signed in. Please try again; if it keeps happening, tell us.",
        ),
        ErrorCode::InvalidState => (
            StatusCode::BAD_REQUEST,
            "This sign-in is no longer open",
            "It was completed already, took longer than ten minutes, or was started in another browser. Please sign in again.",
        ),
        ErrorCode::IssuerMismatch => (
            StatusCode::BAD_REQUEST,
            "We could not verify where this answer came from",
            "It is not from {provider}, so you are not signed in. Please try again.",
        ),
        ErrorCode::ProviderNotFound => (
            StatusCode::NOT_FOUND,
            "This way to sign in is not available",
            "Choose another way to sign in.",
        ),
        ErrorCode::ProviderUnavailable => (
            StatusCode::BAD_GATEWAY,
            "{Provider} is not responding",
            "Try again in a minute, or sign in another way.",
        ),
        _ => (
            StatusCode::BAD_REQUEST,
            "{Provider} could not sign you in",
            "It reported an error. Try again, or choose another way to sign in.",
        ),
    };
    (status, Way::SignIn, heading, text)
}

fn person_not_taken(code: ErrorCode) -> Row {
    let (status, heading, text) = match code {
        ErrorCode::AccountDisabled => (
            StatusCode::FORBIDDEN,
            "This account is disabled",
            "Ask the people who run {site} to enable it again.",
        ),
        ErrorCode::AccountExists => (
            StatusCode::CONFLICT,
            "You already have an account",
            "An account with this e-mail address exists already. Sign in the way you did before.",
        ),
        ErrorCode::EmailNotVerified => (
            StatusCode::FORBIDDEN,
            "Your e-mail address is not verified",
            "Verify it with {provider} first, then sign in again.",
        ),
        ErrorCode::EmailRequired => (
            StatusCode::FORBIDDEN,
            "We need your e-mail address",
            "{Provider} did not share one that we can use. Allow it to share your address, then sign in again.",
        ),
        _ => (
            StatusCode::FORBIDDEN,
            "Registration is closed",
            "Ask the people who run {site} for an invitation.",
        ),
    };
    (status, Way::SignIn, heading, text)
}

fn not_permitted(code: ErrorCode) -> Row {
    match code {
        ErrorCode::CrossOrigin => (
            StatusCode::FORBIDDEN,
            Way::Home,
            "This request came from another site",
            "To keep your account safe, changes can only be made on our own pages.",
        ),
        ErrorCode::Forbidden => (
            StatusCode::FORBIDDEN,
            Way::Home,
            "You do not have access to this page",
            "You are signed in, but your account does not have permission for this.",
        ),
        ErrorCode::FreshSignInRequired => (
            StatusCode::FORBIDDEN,
            Way::SignInAgain,
            "Please sign in again",
            "For this change you need to have signed in recently.",
        ),
        ErrorCode::SessionExpired => (
            StatusCode::UNAUTHORIZED,
            Way::SignIn,
            "You have been signed out",
            "Sign in again to continue.",
        ),
        _ => (
            StatusCode::UNAUTHORIZED,
            Way::SignIn,
            "Please sign in",
            "You need to be signed in to continue.",
        ),
    }
}

fn request_went_wrong(code: ErrorCode) -> Row {
    let (status, heading, text) = match code {
        ErrorCode::InvalidRequest => (
            StatusCode::BAD_REQUEST,
            "Something is wrong with this link",
            "It is incomplete or contains a mistake. Go back and try again.",
        ),
        ErrorCode::MethodNotAllowed => (
            StatusCode::METHOD_NOT_ALLOWED,
            "This cannot be done here",
            "This address does not accept requests of that kind.",
        ),
        ErrorCode::NotFound => (
            StatusCode::NOT_FOUND,
            "Page not found",
            "Check the address, or go back to {site}.",
        ),
        ErrorCode::RedirectNotAllowed => (
            StatusCode::BAD_REQUEST,
            "This link was blocked",
            "It would have sent you to a site that {site} does not trust.",
        ),
        ErrorCode::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "This request is too large",
            "It is larger than we accept.",
        ),
        ErrorCode::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "We will be right back",
            "We are busy or restarting. Please try again in a few seconds.",
        ),
        ErrorCode::UnsupportedMediaType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "This form could not be read",
            "Go back and try again.",
        ),
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "This is our fault and has been logged. Please try again in a moment.",
        ),
    };
    let way = match code {
        ErrorCode::Unavailable => Way::TryAgain,
        _ => Way::Home,
    };
    (status, way, heading, text)
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
        for &code in ErrorCode::ALL {
            let words = words(code);
            for text in [words.heading, words.text] {
                let filled = Names::default().fill(text);
                assert!(!filled.contains(['{', '}']), "{code}: {filled}");
                assert!(!filled.is_empty());
            }
        }
    }
}
