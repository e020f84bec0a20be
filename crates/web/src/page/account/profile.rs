use belgie_domain::User;

use super::sent::{AccountForm, Sent};
use crate::page::field::Field;
use crate::text::Texts;

/// The forms for name and picture. Each is sent alone, since a field that is sent no longer follows the provider.
pub(super) struct ProfileForms<'a> {
    pub name: Field<'a>,
    /// Whether the form of the name was filled in wrongly, and is open.
    pub name_is_open: bool,
    pub image: Field<'a>,
    pub image_is_open: bool,
}

impl<'a> ProfileForms<'a> {
    /// Creates the forms. The name follows `provider` until it is edited.
    pub(super) fn of(user: &'a User, provider: Option<&str>, sent: &'a Sent) -> Self {
        let (texts, form) = (Texts::current(), sent.of(AccountForm::Profile));
        let optional = texts.forms.optional;
        let name = Field::text("name", texts.forms.name, "name").optional(optional);
        let image = Field::text("image", texts.profile.picture, "photo").optional(optional);
        let image = image.with_hint(texts.profile.picture_hint);
        let name = match provider.filter(|_| !user.name_edited) {
            Some(provider) => name.with_hint((texts.profile.name_follows)(provider)),
            None => name,
        };
        let is_open = |field| form.is_wrong() && form.has(field);
        Self {
            name: form.fill(filled(name, user.name.as_deref())),
            name_is_open: is_open("name"),
            image: form.fill(filled(image, user.image.as_deref())),
            image_is_open: is_open("image"),
        }
    }
}

fn filled<'a>(field: Field<'a>, value: Option<&'a str>) -> Field<'a> {
    match value {
        Some(value) => field.with_value(value),
        None => field,
    }
}
