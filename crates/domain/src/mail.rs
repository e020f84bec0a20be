use std::fmt;

use crate::EmailAddress;

/// A mail to one person, in two equivalent forms.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The recipient.
    pub to: EmailAddress,
    /// The subject, one line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as an HTML document.
    pub html: String,
}

/// Shows the subject only: bodies contain one-time tokens.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_02_a_mail_does_not_print_its_body_or_its_recipient() {
        let mail = Mail {
            to: "jane@example.com".parse().unwrap(),
            subject: "Choose a new password".to_owned(),
            text: "https://auth.example/reset?token=t_canary".to_owned(),
            html: "<a href=\"https://auth.example/reset?token=t_canary\">".to_owned(),
        };

        let shown = format!("{mail:?}");

        assert_eq!(shown, "Mail { subject: \"Choose a new password\", .. }");
    }
}
