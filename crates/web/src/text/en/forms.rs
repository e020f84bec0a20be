use belgie_domain::PasswordWeakness;

use crate::text::forms::{FormTexts, SignUpTexts};

pub(super) const FORMS: FormTexts = FormTexts {
    there_is_a_problem: "There is a problem",
    or_with_email: "or with your e-mail address",
    name: "Name",
    optional: "(optional)",
    email: "E-mail address",
    enter_email: "Enter an e-mail address, such as jane@example.com.",
    email_taken: "There is already an account with this address.",
    email_is_yours: "This is your address already. Enter another one.",
    password: "Password",
    current_password: "Current password",
    new_password: "New password",
    wrong_password: "This is not your current password.",
    password_rule: |fewest| {
        format!("At least {fewest} characters. Three or four unrelated words work well.")
    },
    enter_password: "Enter your password.",
    choose_password: "Choose a password.",
    password_too_long: |most| format!("Use at most {most} characters."),
    weak_password,
};

pub(super) const SIGN_UP: SignUpTexts = SignUpTexts {
    title: "Create an account",
    heading: "Create your account",
    create: "Create account",
    have_account: "Already have an account?",
    sign_in_instead: "Sign in instead",
};

fn weak_password(weakness: PasswordWeakness) -> String {
    let reason = match weakness {
        PasswordWeakness::TooShort { minimum } => {
            return format!("Choose a longer password, with at least {minimum} characters.");
        }
        PasswordWeakness::Common => "Many people use this password, or one much like it.",
        PasswordWeakness::Personal => {
            "This password is made of a name or address that others know, or of the name of this site."
        }
        PasswordWeakness::Repetitive => "This password repeats itself.",
        PasswordWeakness::Sequence => "This password is a sequence, such as abcdef or 654321.",
        PasswordWeakness::Keyboard => "This password follows the rows of the keyboard.",
        PasswordWeakness::Date => "This password is made of a date.",
        PasswordWeakness::Predictable => "This password follows a common pattern.",
    };
    format!("{reason} Choose one that is harder to guess.")
}
