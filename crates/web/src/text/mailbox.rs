use super::phrase::Phrase;

/// The page with the mails of a development server.
#[derive(Debug)]
pub(crate) struct MailboxTexts {
    pub heading: &'static str,
    pub explanation: &'static str,
    /// When there are none.
    pub empty: &'static str,
    pub empty_hint: &'static str,
    pub to: Phrase,
    /// The line that opens a mail's HTML.
    pub as_html: &'static str,
    /// What the frame with it is, for those who only hear it.
    pub html_of: fn(subject: &str) -> String,
}
