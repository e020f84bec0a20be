use belgie_domain::{EmailAddress, Role, User};

use super::time::Moment;
use crate::brand::initial;
use crate::text::Texts;

/// A user, as shown on pages.
#[derive(Debug)]
pub(super) struct Person<'a> {
    pub name: Option<&'a str>,
    /// The name, or a substitute.
    pub shown_name: &'a str,
    pub email: Option<&'a str>,
    pub email_verified: bool,
    pub image: Option<&'a str>,
    pub initial: char,
    /// The role, if it is not the default one.
    pub role: Option<&'a str>,
    pub since: Moment,
}

impl<'a> Person<'a> {
    pub(super) fn new(user: &'a User, texts: &'static Texts) -> Self {
        let (name, email) = (
            user.name.as_deref(),
            user.email.as_ref().map(EmailAddress::as_str),
        );
        let shown_name = name.or(email).unwrap_or(texts.unknown.user);
        Self {
            name,
            shown_name,
            email,
            email_verified: user.email_status.is_verified(),
            image: user.image.as_deref(),
            initial: initial(shown_name),
            role: (user.role != Role::default()).then(|| user.role.as_str()),
            since: Moment::new(user.created_at, &texts.time),
        }
    }
}
