use belgie_domain::{EmailAddress, User};

use super::sent::{AccountForm, Sent};
use crate::page::field::Field;
use crate::text::Texts;
use crate::web::Web;

/// What a user can do about their address, where mails are sent.
pub(super) struct EmailForms<'a> {
    pub new: Field<'a>,
    /// Whether the form was filled in wrongly, and is open.
    pub is_open: bool,
    /// The address to which the link that verifies it can be sent again.
    pub unverified: Option<&'a str>,
}

impl<'a> EmailForms<'a> {
    pub(super) fn of(user: &'a User, web: &Web, sent: &'a Sent) -> Option<Self> {
        if !web.auth.emails().are_sent() {
            return None;
        }
        let texts = &Texts::current().account_page;
        let form = sent.of(AccountForm::Email);
        let new = Field::another_email("email", texts.new_email).with_hint(texts.email_hint);
        let unverified = { user.email.as_ref() }.filter(|_| !user.email_status.is_verified());
        Some(Self {
            new: form.fill(new),
            is_open: form.is_wrong(),
            unverified: unverified.map(EmailAddress::as_str),
        })
    }
}
