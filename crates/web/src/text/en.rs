mod account;
mod forms;
mod mailbox;
mod mails;
mod profile;

use chrono::{DateTime, TimeDelta, Utc};

use super::phrase::Phrase;
use super::table::{
    ErrorPageTexts, ErrorText, HomeTexts, InterstitialTexts, NoticeTexts, PendingTexts,
    SignInTexts, SignOutTexts, Texts, TimeTexts, UnknownNames,
};
use crate::code::Code;

/// English.
pub(super) static TEXTS: Texts = Texts {
    tag: "en",
    sign_in: "Sign in",
    sign_out: "Sign out",
    your_account: "Your account",
    skip_to_content: "Skip to main content",
    made_by: "Sign-in by Belgie",
    privacy: "Privacy",
    terms: "Terms",
    help: "Help",
    back_to: |site| format!("Back to {site}"),
    cancel: "Cancel",
    error_prefix: "Error: ",
    pages: "Pages",
    unknown: UnknownNames {
        provider: "the sign-in provider",
        provider_first: "The sign-in provider",
        site: "this site",
        email: "your e-mail address",
        user: "You",
    },
    notice: NoticeTexts {
        account_connected: "The account is connected. You can sign in with it from now on.",
        account_removed: "The account is disconnected. It no longer signs you in.",
        email_changed: "Your e-mail address is changed.",
        email_verified: "Your e-mail address is confirmed.",
        password_changed: "Your password is changed. You have been signed out everywhere else.",
        password_reset: "Your password is changed. Sign in with the new one.",
        profile_changed: "Your changes are saved.",
        user_deleted: "Your account is deleted.",
        password_set: "Your password is set. You can sign in with it from now on.",
        reauthenticated: "Thank you. You can make your change now.",
        email_change_sent: "We sent a link to your new address. Follow it to make the change.",
        email_change_sent_to: |address| {
            format!("We sent a link to {address}. Follow it to make the change.")
        },
        session_ended: "That device has been signed out.",
        session_ended_on: |device| format!("{device} has been signed out."),
        others_ended: "You have been signed out everywhere else.",
        signed_out: "You are signed out.",
    },
    home: HomeTexts {
        welcome: "Welcome",
        welcome_to: Phrase("Welcome to {site}"),
        invitation: "Sign in to see your account and the devices you are signed in on.",
        welcome_back: "Welcome back",
        welcome_back_name: Phrase("Welcome back, {user}"),
        signed_in: "You are signed in.",
        signed_in_as: Phrase("You are signed in as {email}."),
    },
    forms: forms::FORMS,
    profile: profile::PROFILE,
    sign_up_page: forms::SIGN_UP,
    mail_pages: mails::MAILS,
    sign_in_page: SignInTexts {
        heading: Phrase("Sign in to {site}"),
        signed_out: "You have been signed out. Sign in again to continue.",
        no_provider: "Sign-in has not been set up yet.",
        no_provider_hint: "If you run this site, add a sign-in provider to its configuration.",
        to_continue: Phrase("to continue to {host}"),
        continue_with: Phrase("Continue with {provider}"),
        last_used: "Last used here",
        new_here: Phrase("New to {site}?"),
        more_ways: "More ways to sign in",
        what_happens: Phrase(
            "{provider} will ask you to confirm, then bring you back here. It does not share your password with {site}.",
        ),
        what_happens_at_any: Phrase(
            "The provider that you choose will ask you to confirm, then bring you back here. It does not share your password with {site}.",
        ),
    },
    sign_out_page: SignOutTexts {
        heading: Phrase("Sign out of {site}?"),
        only_here: "You will be signed out in this browser only.",
    },
    interstitial: InterstitialTexts {
        title: "Signed in",
        heading: "You are signed in",
        on_the_way: "Taking you to your page …",
        go_on: "Continue",
    },
    pending_page: PendingTexts {
        title: "This address is already in use",
        heading: Phrase("{email} is already in use here"),
        used_with: Phrase(
            "Someone signed up with it on {day}, with {provider}, and never confirmed it.",
        ),
        used_with_password: Phrase(
            "Someone signed up with it on {day}, with a password, and never confirmed it.",
        ),
        used: Phrase("Someone signed up with it on {day} and never confirmed it."),
        was_that_you: "Was that you?",
        connect: Phrase("Yes: connect {provider} to that account"),
        no_start_fresh: "No: start with a new account",
        start_fresh: "Start with a new account",
        what_happens: "The other account keeps everything but this address.",
        sign_in_as_before: Phrase("Sign in the way you did before to connect {provider}."),
        connect_by_signing_in: "Sign in to connect",
    },
    mailbox_page: mailbox::MAILBOX,
    person: account::PERSON,
    sessions: account::SESSIONS,
    account_page: account::ACCOUNT,
    reauthentication_page: account::REAUTHENTICATION,
    error_page: ErrorPageTexts {
        not_connected: ErrorText {
            heading: "{Provider} was not connected",
            text: "Nothing has changed, and you are still signed in. You can try again.",
        },
        not_reauthenticated: ErrorText {
            heading: "{Provider} did not sign you in again",
            text: "Nothing has changed, and you are still signed in. You can try again.",
        },
        somebody_else: ErrorText {
            heading: "That was another {provider} account",
            text: "Nothing has changed, and you are still signed in. Choose an account that is connected here.",
        },
        link_mailed: ErrorText {
            heading: "Confirm your e-mail address",
            text: "{Provider} has not verified {email}, so we sent you an e-mail. Open the link in it to confirm the address, then sign in with {provider} again.",
        },
        go_home: "Go to the home page",
        try_again: "Try again",
        try_provider_again: |provider| format!("Try {provider} again"),
        sign_in_again_with: |provider| format!("Sign in again with {provider}"),
        other_ways: "Other ways to sign in",
        details: "Details for support",
        code: "Code",
        reference: "Reference",
        time: "Time",
    },
    error,
    wait: |minutes| format!("Please try again in {minutes} minutes."),
    time: TimeTexts {
        date,
        minute,
        ago,
        within,
    },
    provider_timed_out: ErrorText {
        heading: "{Provider} is not responding",
        text: "Try again in a minute, or sign in another way.",
    },
    device,
};

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn error(code: Code) -> ErrorText {
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
        Code::AccountTaken => (
            "This {provider} account is in use already",
            "It belongs to someone else here, or to another account of yours. Nothing has changed.",
        ),
        Code::BearerRequired => (
            "This is for programs only",
            "A browser cannot do this. Nothing has changed.",
        ),
        Code::CodeRejected => (
            "This sign-in took too long",
            "You are not signed in. Please try again.",
        ),
        Code::ConsentRequired => (
            "{Provider} needs your consent again",
            "Sign in with {provider} again to continue.",
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
        Code::EmailTaken => (
            "You already have an account",
            "An account with this e-mail address exists already. Sign in instead.",
        ),
        Code::Forbidden => (
            "You do not have access to this page",
            "You are signed in, but your account does not have permission for this.",
        ),
        Code::FreshSignInRequired => (
            "Please sign in again",
            "You need to have signed in recently to make this change.",
        ),
        Code::Internal => (
            "Something went wrong on our side",
            "This is our fault and has been logged. Please try again in a moment.",
        ),
        Code::InvalidCredentials => (
            "That did not work",
            "The e-mail address or the password is wrong. You are not signed in.",
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
        Code::LastAdmin => (
            "You are the only administrator",
            "Make another person an administrator first.",
        ),
        Code::LastSignInMethod => (
            "This is your only way to sign in",
            "Connect another account first. Then you can disconnect this one.",
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
            "{Provider} cannot be used right now",
            "We could not reach it, or could not use its answer. Try again in a minute, or sign in another way.",
        ),
        Code::RateLimited => ("Too many attempts", "Please wait a moment, then try again."),
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

fn device(browser: Option<&str>, system: Option<&str>, program: Option<&str>) -> String {
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("An app on {system}"),
        (None, None) => program.unwrap_or("Unknown device").to_owned(),
    }
}

/// As in "20 November 2026".
fn date(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y").to_string()
}

/// As in "20 Nov 2026, 13:14 UTC".
fn minute(time: DateTime<Utc>) -> String {
    time.format("%-d %b %Y, %H:%M UTC").to_string()
}

fn ago(past: TimeDelta) -> String {
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

fn within(span: TimeDelta) -> String {
    match (span - TimeDelta::nanoseconds(1)).num_hours() {
        0 => "in the last hour".to_owned(),
        1..24 => "in the last 24 hours".to_owned(),
        hours => format!("in the last {} days", hours / 24 + 1),
    }
}
