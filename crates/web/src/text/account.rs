use super::phrase::Phrase;

/// What is said about a user.
#[derive(Debug)]
pub(crate) struct PersonTexts {
    pub verified: &'static str,
    pub not_verified: &'static str,
    pub why_not_verified: &'static str,
    pub role: &'static str,
    pub member_since: &'static str,
    pub first_user: &'static str,
    pub become_admin: &'static str,
    /// The link to the account page.
    pub manage: &'static str,
}

/// The list of sessions.
#[derive(Debug)]
pub(crate) struct SessionTexts {
    pub heading: &'static str,
    pub only_here: &'static str,
    /// What to do about a session that one does not know.
    pub advice: &'static str,
    /// The same for a user with a password.
    pub advice_with_password: &'static str,
    pub sign_out_others: &'static str,
    pub this_device: &'static str,
    /// The line that opens the sessions that are not shown at once.
    pub more: fn(count: usize) -> String,
    /// When a session was last used: the current one.
    pub active_now: &'static str,
    /// The same of another one.
    pub active: fn(ago: &str) -> String,
    pub with_provider: Phrase,
    pub started: fn(time: &str) -> String,
    /// Follows "Sign out" for those who only hear the button.
    pub of_session: fn(device: &str, active: &str) -> String,
}

/// The account page. What it says about the user and the sessions is in tables of their own.
#[derive(Debug)]
pub(crate) struct AccountTexts {
    /// What the links to the sections are, for those who only hear them.
    pub on_this_page: &'static str,
    /// The links to the sections whose headings are longer.
    pub tab: &'static str,
    pub profile: &'static str,
    pub devices: &'static str,
    pub resend: &'static str,
    /// The line that opens the form for another address.
    pub change_email: &'static str,
    pub new_email: &'static str,
    pub email_hint: &'static str,
    pub send_link: &'static str,
    /// What to do before a change that needs a recent sign-in.
    pub confirm_first: &'static str,
    pub methods: &'static str,
    pub methods_hint: &'static str,
    pub added: &'static str,
    pub last_used: &'static str,
    pub disconnect: &'static str,
    /// Follows "Disconnect" for those who only hear the button.
    pub of_account: fn(provider: &str, address: Option<&str>) -> String,
    /// Why the only way to sign in has no button.
    pub only_way: &'static str,
    /// For an account whose provider is no longer set up.
    pub unavailable: &'static str,
    /// The line that opens the form for another password.
    pub change_password: &'static str,
    /// The same for a first one.
    pub set_password: &'static str,
    pub no_password: &'static str,
    pub others_signed_out: &'static str,
    pub connect_another: &'static str,
    pub connect: Phrase,
}

/// The page on which one authenticates again while signed in.
#[derive(Debug)]
pub(crate) struct ReauthenticationTexts {
    pub title: &'static str,
    pub reason: &'static str,
    /// Between the form and the providers.
    pub or: &'static str,
    pub confirm: &'static str,
}
