use crate::text::mails::{AskTexts, CheckMailTexts, LinkTexts, MailTexts};
use crate::text::phrase::Phrase;

pub(super) const MAILS: MailTexts = MailTexts {
    forgot_password: "Forgot password?",
    forgot: AskTexts {
        title: "Forgot your password?",
        lead: "Enter your e-mail address, and we will send you a link to choose a new one.",
        send: "Send link",
    },
    unverified: AskTexts {
        title: "Confirm your address",
        lead: "Enter your e-mail address, and we will send you a new link.",
        send: "Send link",
    },
    dead_link: AskTexts {
        title: "This link no longer works",
        lead: "It has expired, has been used, or has been replaced by a newer one. Enter your e-mail address to get another.",
        send: "Send new link",
    },
    back_to_sign_in: "Back to sign in",
    check_mail: CheckMailTexts {
        title: "Check your mail",
        registered: Phrase("We have sent a message to {email}. Follow the link in it to continue."),
        reset: Phrase(
            "If there is an account with {email}, we have sent it a link to choose a new password.",
        ),
        verify: Phrase(
            "If there is an account with {email} that is not confirmed yet, we have sent it a new link.",
        ),
        asked: |time| {
            format!(
                "Requested on {time}. If nothing arrives within a few minutes, look in your spam folder."
            )
        },
        send_again: "Send it again",
        sent_again: "We have received your new request. At most five messages an hour go to one address.",
        wrong_address: "Wrong address?",
        enter_another: "Enter another one",
    },
    reset: LinkTexts {
        title: "Choose a new password",
        lead: Phrase("For {email}. You will be signed out everywhere."),
        button: "Change password",
    },
    verify: LinkTexts {
        title: "Confirm your address",
        lead: Phrase(
            "Confirm that {email} is yours. If you did not sign up here, close this page.",
        ),
        button: "Confirm address",
    },
    change: LinkTexts {
        title: "Confirm your new address",
        lead: Phrase("Your account will use {email} from now on."),
        button: "Use this address",
    },
    disconnects: "You are not signed in here, so the accounts that you signed in with before will be disconnected. To keep them, sign in first, then open this link again.",
    creates_user: |provider| {
        format!(
            "This creates an account that you open with {provider}. If you did not just try to sign in with {provider}, close this page."
        )
    },
    your_password: "Your password",
    your_password_hint: |fewest| {
        format!(
            "The one you chose when you signed up, or a new one with at least {fewest} characters."
        )
    },
};
