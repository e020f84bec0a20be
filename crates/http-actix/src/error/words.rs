//! What each error says to people.

use actix_web::http::StatusCode;
use belgie_domain::ErrorCode;

/// An error in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// The status that answers it.
    pub status: StatusCode,
    /// What happened, as a heading.
    pub heading: &'static str,
    /// What it means and what helps.
    pub text: &'static str,
    /// What to do next.
    pub way: Way,
}

/// The way on that an error page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the start.
    Home,
    /// To sign in.
    SignIn,
    /// To sign in although somebody is signed in.
    SignInAgain,
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
            "You did not give permission at the provider, so you are not signed in. Nothing was shared.",
        ),
        ErrorCode::CodeRejected => (
            StatusCode::UNAUTHORIZED,
            "The provider did not confirm this sign-in",
            "Its answer was too old or had been used before. Please sign in once more.",
        ),
        ErrorCode::InvalidIdToken => (
            StatusCode::UNAUTHORIZED,
            "The provider’s answer does not check out",
            "What the provider sent could not be verified, so you are not signed in. Please try again.",
        ),
        ErrorCode::InvalidState => (
            StatusCode::BAD_REQUEST,
            "This sign-in is no longer open",
            "It was finished already, took longer than ten minutes, or began in another browser. Please sign in once more.",
        ),
        ErrorCode::IssuerMismatch => (
            StatusCode::BAD_REQUEST,
            "The answer came from someone else",
            "It is not from the provider that you chose, so you are not signed in. Please try again.",
        ),
        ErrorCode::ProviderNotFound => (
            StatusCode::NOT_FOUND,
            "No such provider",
            "There is no provider of this name to sign in with.",
        ),
        ErrorCode::ProviderUnavailable => (
            StatusCode::BAD_GATEWAY,
            "The provider does not answer",
            "It cannot be reached at the moment. Please try again in a minute.",
        ),
        _ => (
            StatusCode::BAD_REQUEST,
            "The provider could not sign you in",
            "It answered with an error. Please try again, or choose another way to sign in.",
        ),
    };
    (status, Way::SignIn, heading, text)
}

fn person_not_taken(code: ErrorCode) -> Row {
    let (status, heading, text) = match code {
        ErrorCode::AccountDisabled => (
            StatusCode::FORBIDDEN,
            "This account is disabled",
            "Ask whoever runs this site to enable it again.",
        ),
        ErrorCode::AccountExists => (
            StatusCode::CONFLICT,
            "You already have an account here",
            "The e-mail address belongs to an account that this sign-in may not join. Please sign in the way you did before.",
        ),
        ErrorCode::EmailNotVerified => (
            StatusCode::FORBIDDEN,
            "Your e-mail address is not verified",
            "Verify it with the provider first, then sign in again.",
        ),
        ErrorCode::EmailRequired => (
            StatusCode::FORBIDDEN,
            "An e-mail address is needed",
            "The provider shared none. Please allow it to share your address, then sign in again.",
        ),
        _ => (
            StatusCode::FORBIDDEN,
            "New accounts are not taken",
            "Ask whoever runs this site to make an account for you.",
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
            "To keep your account safe, changes are only taken from this site’s own pages.",
        ),
        ErrorCode::Forbidden => (
            StatusCode::FORBIDDEN,
            Way::Home,
            "This is not for you",
            "You are signed in, but your role does not allow this.",
        ),
        ErrorCode::FreshSignInRequired => (
            StatusCode::FORBIDDEN,
            Way::SignInAgain,
            "Please sign in again",
            "This change asks for a recent sign-in, and yours was a while ago.",
        ),
        ErrorCode::SessionExpired => (
            StatusCode::UNAUTHORIZED,
            Way::SignIn,
            "Your session has ended",
            "You have been away for a while. Please sign in again.",
        ),
        _ => (
            StatusCode::UNAUTHORIZED,
            Way::SignIn,
            "Please sign in",
            "You need to be signed in for this.",
        ),
    }
}

fn request_went_wrong(code: ErrorCode) -> Row {
    let (status, heading, text) = match code {
        ErrorCode::InvalidRequest => (
            StatusCode::BAD_REQUEST,
            "This request makes no sense",
            "Something in it is missing or malformed.",
        ),
        ErrorCode::MethodNotAllowed => (
            StatusCode::METHOD_NOT_ALLOWED,
            "That cannot be done here",
            "This address does not take such requests.",
        ),
        ErrorCode::NotFound => (
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "The address may be mistyped, or what was here has gone.",
        ),
        ErrorCode::RedirectNotAllowed => (
            StatusCode::BAD_REQUEST,
            "This link leads somewhere else",
            "After signing in it would go to a site that is not trusted here, so it was stopped.",
        ),
        ErrorCode::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "That is too much",
            "The request is larger than what is taken here.",
        ),
        ErrorCode::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "We will be right back",
            "The service is busy or restarting. Please try again in a few seconds.",
        ),
        ErrorCode::UnsupportedMediaType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "This content type is not taken",
            "JSON routes take application/json.",
        ),
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "It is not your fault, and it has been written down.",
        ),
    };
    (status, Way::Home, heading, text)
}
