use belgie_domain::PasswordWeakness;

/// What is said at the inputs of forms.
#[derive(Debug)]
pub(crate) struct FormTexts {
    /// The heading above the errors of several inputs.
    pub there_is_a_problem: &'static str,
    /// Between the providers and a form.
    pub or_with_email: &'static str,
    pub name: &'static str,
    pub optional: &'static str,
    pub email: &'static str,
    pub enter_email: &'static str,
    pub email_taken: &'static str,
    /// At the input for another address.
    pub email_is_yours: &'static str,
    pub password: &'static str,
    pub current_password: &'static str,
    pub new_password: &'static str,
    pub wrong_password: &'static str,
    /// The rule for a new password.
    pub password_rule: fn(fewest_characters: usize) -> String,
    pub enter_password: &'static str,
    pub choose_password: &'static str,
    pub password_too_long: fn(most_characters: usize) -> String,
    pub weak_password: fn(PasswordWeakness) -> String,
}

/// The page on which one registers.
#[derive(Debug)]
pub(crate) struct SignUpTexts {
    pub title: &'static str,
    pub heading: &'static str,
    pub create: &'static str,
    pub have_account: &'static str,
    pub sign_in_instead: &'static str,
}
