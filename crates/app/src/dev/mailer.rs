use std::future::ready;

use belgie_auth::SystemClock;
use belgie_domain::Mail;
use belgie_ports::{BoxFuture, Clock as _, MailError, Mailer};
use belgie_web::{Mailbox, Site};

/// Shows mails on a page of the development server instead of sending them. It logs the recipient of each, unlike a mailer
/// that sends them to people.
#[derive(Debug)]
pub(crate) struct PageMailer {
    mailbox: Mailbox,
    page: String,
}

impl PageMailer {
    /// Creates a mailer whose mails the page of this site shows.
    pub(crate) fn new(mailbox: Mailbox, site: &Site) -> Self {
        let page = mail_page(site);
        Self { mailbox, page }
    }
}

/// Returns the address of the page with the mails of this site.
pub(crate) fn mail_page(site: &Site) -> String {
    format!("{}{}", site.origin(), site.path("/dev/mail"))
}

impl Mailer for PageMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        self.mailbox.add(mail.clone(), SystemClock.now());
        tracing::info!(target: "belgie::server", "mail to {} is at {}", mail.to, self.page);
        Box::pin(ready(Ok(())))
    }
}
