use chrono::{DateTime, Utc};
use url::Url;

use crate::{User, is_invisible};

/// A user's change of the own name and picture. A field that it does not set stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileEdit {
    name: FieldEdit,
    image: FieldEdit,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum FieldEdit {
    #[default]
    Keep,
    Clear,
    Set(String),
}

/// Why a name cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// It contains nothing but white space.
    #[error("the name is empty")]
    Empty,
    /// It has more than [`ProfileEdit::MAX_NAME`] characters.
    #[error("the name is too long")]
    TooLong,
    /// It contains characters that control a terminal, change the direction of text, or are invisible.
    #[error("the name contains invisible characters")]
    Invisible,
}

/// A picture is given by an `https` URL of at most [`ProfileEdit::MAX_IMAGE`] bytes, without user name and password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the picture's URL is not a usable https URL")]
pub struct InvalidImage;

impl ProfileEdit {
    /// The most characters of a name.
    pub const MAX_NAME: usize = 256;
    /// The most bytes of a picture's URL.
    pub const MAX_IMAGE: usize = 2048;

    /// Sets the full name, without white space around it; `None` clears it.
    ///
    /// # Errors
    /// An [`InvalidName`] that says why.
    pub fn name(self, name: Option<&str>) -> Result<Self, InvalidName> {
        let name = FieldEdit::of(name.map(checked_name).transpose()?);
        Ok(Self { name, ..self })
    }

    /// Sets the URL of the picture, in its normal form; `None` clears it.
    ///
    /// # Errors
    /// [`InvalidImage`].
    pub fn image(self, image: Option<&str>) -> Result<Self, InvalidImage> {
        let image = FieldEdit::of(image.map(checked_image).transpose()?);
        Ok(Self { image, ..self })
    }
}

impl FieldEdit {
    fn of(value: Option<String>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    fn apply(&self, field: &mut Option<String>, is_edited: &mut bool) {
        *field = match self {
            Self::Keep => return,
            Self::Clear => None,
            Self::Set(value) => Some(value.clone()),
        };
        *is_edited = true;
    }
}

impl User {
    /// Applies an edit; returns whether anything changed. A field that was set no longer follows the provider.
    pub fn edit(&mut self, edit: &ProfileEdit, now: DateTime<Utc>) -> bool {
        let before = self.clone();
        edit.name.apply(&mut self.name, &mut self.name_edited);
        edit.image.apply(&mut self.image, &mut self.image_edited);
        let changed = *self != before;
        if changed {
            self.updated_at = now;
        }
        changed
    }
}

fn checked_name(name: &str) -> Result<String, InvalidName> {
    let name = name.trim();
    if name.is_empty() {
        return Err(InvalidName::Empty);
    }
    if name.chars().count() > ProfileEdit::MAX_NAME {
        return Err(InvalidName::TooLong);
    }
    if name.chars().any(is_invisible) {
        return Err(InvalidName::Invisible);
    }
    Ok(name.to_owned())
}

/// Browsers load the picture, so its URL must not be a script or use plain HTTP.
fn checked_image(image: &str) -> Result<String, InvalidImage> {
    // The parser would silently drop line breaks and tabs.
    if image.len() > ProfileEdit::MAX_IMAGE || image.chars().any(char::is_control) {
        return Err(InvalidImage);
    }
    let url = Url::parse(image).map_err(|_| InvalidImage)?;
    let names_user = !url.username().is_empty() || url.password().is_some();
    if url.scheme() != "https" || names_user || url.as_str().len() > ProfileEdit::MAX_IMAGE {
        return Err(InvalidImage);
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use crate::{ProviderIdentity, UserId};

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn jane() -> User {
        let mut user = User::new(UserId::new(at(0), [1; 10]), None, at(0));
        user.name = Some("Jane Doe".to_owned());
        user.image = Some("https://pictures.example/jane".to_owned());
        user
    }

    fn identity() -> ProviderIdentity {
        ProviderIdentity {
            issuer: "https://issuer.example".parse().unwrap(),
            subject: "1".parse().unwrap(),
            email: None,
            email_verified: false,
            email_trusted: false,
            name: Some("Jane Doe".to_owned()),
            picture: Some("https://pictures.example/new".to_owned()),
            hosted_domain: None,
            scope: None,
        }
    }

    #[test]
    fn an_edited_field_no_longer_follows_the_provider() {
        for (name, image) in [(Some("J."), Some("https://example.com/j")), (None, None)] {
            let mut user = jane();
            let edit = ProfileEdit::default().name(name).unwrap();
            assert!(user.edit(&edit.image(image).unwrap(), at(1)));
            assert_eq!(user.updated_at, at(1));

            user.update_from_provider(&identity(), at(2));

            assert_eq!((user.name.as_deref(), user.image.as_deref()), (name, image));
            assert_eq!(user.updated_at, at(1));
        }
    }

    #[test]
    fn a_field_that_is_not_edited_still_follows_the_provider() {
        let mut user = jane();
        user.edit(&ProfileEdit::default().name(Some("J.")).unwrap(), at(1));

        user.update_from_provider(&identity(), at(2));

        assert_eq!(user.name.as_deref(), Some("J."));
        assert_eq!(user.image.as_deref(), Some("https://pictures.example/new"));
    }

    #[test]
    fn an_edit_without_effect_is_no_change() {
        let mut user = jane();
        assert!(!user.edit(&ProfileEdit::default(), at(1)));

        let same = ProfileEdit::default().name(Some("Jane Doe")).unwrap();
        assert!(user.edit(&same, at(2)), "it no longer follows the provider");
        assert!(!user.edit(&same, at(3)));

        assert_eq!(user.updated_at, at(2));
    }

    #[test]
    fn adm_05_an_edit_changes_nothing_but_name_and_picture() {
        let mut user = jane();
        let edit = ProfileEdit::default().name(None).unwrap();

        user.edit(&edit.image(None).unwrap(), at(1));

        let expected = User {
            name: None,
            name_edited: true,
            image: None,
            image_edited: true,
            updated_at: at(1),
            ..jane()
        };
        assert_eq!(user, expected);
    }

    #[test]
    fn hdr_05_a_name_is_visible_text_on_one_line() {
        let longest = "é".repeat(ProfileEdit::MAX_NAME);
        for (typed, stored) in [
            ("  Jane Doe ", Ok("Jane Doe")),
            ("Zoë 👩‍🚀 أحمد", Ok("Zoë 👩‍🚀 أحمد")),
            (&longest, Ok(&*longest)),
            (&format!("{longest}é"), Err(InvalidName::TooLong)),
            ("", Err(InvalidName::Empty)),
            (" \t\n", Err(InvalidName::Empty)),
            ("Jane\nDoe", Err(InvalidName::Invisible)),
            ("Jane\u{0}", Err(InvalidName::Invisible)),
            ("Jane\u{202e}eoD", Err(InvalidName::Invisible)),
            ("Ja\u{200b}ne", Err(InvalidName::Invisible)),
        ] {
            let mut user = jane();
            let edit = ProfileEdit::default().name(Some(typed));
            let name = edit.map(|edit| {
                user.edit(&edit, at(1));
                user.name.unwrap()
            });
            assert_eq!(
                name.as_deref(),
                stored.as_ref().map(|name| &**name),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn net_07_a_picture_is_an_https_url() {
        let path = |length: usize| "a".repeat(length - "https://example.com/".len());
        let longest = format!("https://example.com/{}", path(ProfileEdit::MAX_IMAGE));
        for (typed, stored) in [
            (
                "https://example.com/a.png",
                Some("https://example.com/a.png"),
            ),
            ("HTTPS://Example.com", Some("https://example.com/")),
            (&longest, Some(&*longest)),
            (&format!("{longest}a"), None),
            (&format!("https://example.com/{}", "é".repeat(400)), None),
            ("http://example.com/a.png", None),
            ("javascript:alert(1)", None),
            ("data:image/png;base64,AA", None),
            ("https://jane:secret@example.com/", None),
            ("https://jane@example.com/", None),
            ("https://exam\nple.com/", None),
            ("https://", None),
            ("/a.png", None),
            ("", None),
        ] {
            let mut user = jane();
            let edit = ProfileEdit::default().image(Some(typed));
            let image = edit.map(|edit| {
                user.edit(&edit, at(1));
                user.image.unwrap()
            });
            assert_eq!(image.as_deref(), stored.ok_or(&InvalidImage), "{typed}");
        }
    }
}
