use belgie_domain::User;

use super::sent::{AccountForm, Sent};
use crate::page::field::Field;
use crate::text::Texts;

/// The form by which a user deletes the own account.
pub(super) struct DeletionForm<'a> {
    /// The address to type; a user without one only presses the button.
    pub confirmation: Option<Field<'a>>,
    /// Whether the form was filled in wrongly, and is open.
    pub is_open: bool,
}

impl<'a> DeletionForm<'a> {
    pub(super) fn of(user: &'a User, sent: &'a Sent) -> Self {
        let (texts, form) = (Texts::current(), sent.of(AccountForm::Deletion));
        let confirmation = user.email.as_ref().map(|email| {
            let label = (texts.profile.type_address)(email.as_str());
            form.fill(Field::repeated_email("confirm_email", label))
        });
        Self {
            confirmation,
            is_open: form.is_wrong(),
        }
    }
}
