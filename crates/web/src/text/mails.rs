use super::phrase::Phrase;

/// The pages that mails need.
#[derive(Debug)]
pub(crate) struct MailTexts {
    /// The link beside the label of the password on the sign-in page.
    pub forgot_password: &'static str,
    pub forgot: AskTexts,
    /// The page on which one asks for another link to verify an address.
    pub unverified: AskTexts,
    /// The same for a person whose link cannot be used.
    pub dead_link: AskTexts,
    pub back_to_sign_in: &'static str,
    pub check_mail: CheckMailTexts,
    pub reset: LinkTexts,
    pub verify: LinkTexts,
    pub change: LinkTexts,
    /// That accounts at providers are removed, and how to keep them.
    pub disconnects: &'static str,
    /// Where the link creates the user of a provider's account.
    pub creates_user: fn(provider: &str) -> String,
    /// What to enter on the page that verifies an address.
    pub your_password: &'static str,
    pub your_password_hint: fn(fewest_characters: usize) -> String,
}

/// A page on which one asks for a mail.
#[derive(Debug)]
pub(crate) struct AskTexts {
    pub title: &'static str,
    pub lead: &'static str,
    pub send: &'static str,
}

/// The page that is shown after a mail was requested.
#[derive(Debug)]
pub(crate) struct CheckMailTexts {
    pub title: &'static str,
    /// After registering.
    pub registered: Phrase,
    /// After asking for a new password. It must not say whether the address is known.
    pub reset: Phrase,
    /// After asking for another link to verify an address. It must not say whether the address is known.
    pub verify: Phrase,
    /// When the mail was requested, and what to do if it does not come.
    pub asked: fn(time: &str) -> String,
    pub send_again: &'static str,
    pub sent_again: &'static str,
    pub wrong_address: &'static str,
    pub enter_another: &'static str,
}

/// A page to which a mailed link leads.
#[derive(Debug)]
pub(crate) struct LinkTexts {
    pub title: &'static str,
    pub lead: Phrase,
    pub button: &'static str,
}
