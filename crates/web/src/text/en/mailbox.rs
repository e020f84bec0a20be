use crate::text::mailbox::MailboxTexts;
use crate::text::phrase::Phrase;

pub(super) const MAILBOX: MailboxTexts = MailboxTexts {
    heading: "Mail",
    explanation: "The development server does not send mail. It shows the latest messages here until it stops.",
    empty: "No mail yet",
    empty_hint: "Create an account or ask for a new password, then reload this page.",
    to: Phrase("To {email}"),
    as_html: "Show as HTML",
    html_of: |subject| format!("{subject}, as HTML"),
};
