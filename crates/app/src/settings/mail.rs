use belgie_adapter_smtp::{SmtpMailer, SmtpUrl};
use secrecy::ExposeSecret as _;

use super::reader::Reader;
use super::table;

/// Where mails are handed over, and from whom they are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mail {
    /// The mail server.
    pub server: SmtpUrl,
    /// The sender.
    pub from: String,
}

/// Reads where mails go; `None` when none are sent.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Mail> {
    let server = reader.secret(&table::SMTP_URL);
    let from = reader.text(&table::MAIL_FROM);
    match (&server, &from) {
        (Some(_), None) => {
            reader.refuse(&table::MAIL_FROM, "is not set, but BELGIE_SMTP_URL is");
        }
        (None, Some(_)) if !reader.is_given(&table::SMTP_URL) => {
            reader.refuse(&table::SMTP_URL, "is not set, but BELGIE_MAIL_FROM is");
        }
        _ => {}
    }
    let (server, from) = (server?, from?);
    let server: SmtpUrl = match server.expose_secret().parse() {
        Ok(server) => server,
        Err(problem) => {
            reader.refuse(&table::SMTP_URL, format!("is not usable: {problem}"));
            return None;
        }
    };
    if let Err(problem) = SmtpMailer::new(&server, &from, Vec::new()) {
        reader.refuse(&table::MAIL_FROM, format!("is {problem}"));
        return None;
    }
    Some(Mail { server, from })
}

#[cfg(test)]
mod tests {
    use crate::settings::{Settings, Vars};

    fn read(settings: &[(&str, &str)]) -> Result<Settings, String> {
        let settings = Settings::read(&Vars::of(settings));
        settings.map_err(|errors| errors.to_string())
    }

    const URL: (&str, &str) = ("SMTP_URL", "smtps://belgie:hunter2@mail.example.com");
    const FROM: (&str, &str) = ("MAIL_FROM", "Example <no-reply@example.com>");

    #[test]
    fn mails_need_a_server_and_a_sender() {
        assert!(read(&[]).unwrap().mail.is_none());
        let mail = read(&[URL, FROM]).unwrap().mail.unwrap();
        assert_eq!(mail.from, FROM.1);

        let without_sender = read(&[URL]).unwrap_err();
        assert!(without_sender.starts_with("BELGIE_MAIL_FROM is not set"));
        let without_server = read(&[FROM]).unwrap_err();
        assert!(without_server.starts_with("BELGIE_SMTP_URL is not set"));
        let no_sender = read(&[URL, ("MAIL_FROM", "nobody")]).unwrap_err();
        assert!(
            no_sender.starts_with("BELGIE_MAIL_FROM is not a sender"),
            "{no_sender}"
        );
    }

    #[test]
    fn cfg_02_no_error_repeats_the_password_of_the_mail_server() {
        for url in [
            "smtp://belgie:hunter2@mail.example.com",
            "http://belgie:hunter2@mail.example.com",
            "belgie:hunter2@mail.example.com",
            "smtps://belgie:hunter2@",
        ] {
            let error = read(&[("SMTP_URL", url), FROM]).unwrap_err();
            assert!(
                error.starts_with("BELGIE_SMTP_URL is not usable: "),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
        let settings = read(&[URL, FROM]).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn anybody_may_register_where_mails_are_sent_unless_the_operator_says_no() {
        let registers = |settings: &[_]| read(settings).unwrap().passwords.unwrap().registration;

        assert!(!registers(&[]));
        assert!(registers(&[URL, FROM]));
        assert!(!registers(&[URL, FROM, ("PASSWORD_REGISTRATION", "false")]));
    }
}
