use crate::page::sent_form::SentForm;

/// A form of the account page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountForm {
    Deletion,
    Email,
    Password,
    Profile,
}

/// The form of the page that was filled in wrongly, if one was.
#[derive(Default)]
pub(super) struct Sent {
    which: Option<AccountForm>,
    form: SentForm,
    /// Any other form.
    untouched: SentForm,
}

impl Sent {
    pub(super) fn new(which: AccountForm, form: SentForm) -> Self {
        Self {
            which: Some(which),
            form,
            untouched: SentForm::default(),
        }
    }

    /// Returns what was typed into this form, and what is wrong with it.
    pub(super) fn of(&self, form: AccountForm) -> &SentForm {
        if self.which == Some(form) {
            return &self.form;
        }
        &self.untouched
    }

    /// Returns the form that was sent; an empty one if none was.
    pub(super) fn form(&self) -> &SentForm {
        &self.form
    }
}
