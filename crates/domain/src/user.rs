use chrono::{DateTime, Utc};

use crate::{EmailAddress, ProviderIdentity, Role, UserId, display_name};

/// A person with access to the application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The user's id, which the application's own tables may refer to.
    pub id: UserId,
    /// The address, unique among users; `None` only where users without one are allowed.
    pub email: Option<EmailAddress>,
    /// How far the ownership of that address is established.
    pub email_status: EmailStatus,
    /// The full name.
    pub name: Option<String>,
    /// Whether the user has edited the name; if so, it no longer follows the provider.
    pub name_edited: bool,
    /// The `https` URL of a picture.
    pub image: Option<String>,
    /// Whether the user has edited the picture; if so, it no longer follows the provider.
    pub image_edited: bool,
    /// The user's role.
    pub role: Role,
    /// Whether the user may sign in. A disabled user has no sessions.
    pub is_active: bool,
    /// When the user last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user last changed, apart from sign-ins.
    pub updated_at: DateTime<Utc>,
}

/// How far the ownership of a user's e-mail address is established. Each level includes the ones before it.
///
/// Deliberately exhaustive: every store must be able to keep every level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EmailStatus {
    /// Entered, but not verified by anyone.
    #[default]
    Unverified,
    /// Reported as verified by a provider that is not trusted for this address: shown as verified, but grants nothing.
    Asserted,
    /// The owner followed a link in our mail, an operator vouched for it, or a provider trusted for it reported it
    /// verified.
    Proved,
}

impl EmailStatus {
    /// Returns whether the address is shown as verified.
    pub fn is_verified(self) -> bool {
        self >= Self::Asserted
    }

    /// Returns the status that an identity gives its address. A provider is trusted only for an address in its
    /// canonical spelling: see [`EmailAddress::is_canonical_spelling`].
    pub fn of(identity: &ProviderIdentity) -> Self {
        let spelling = identity.email.as_deref();
        let trusted =
            identity.email_trusted && spelling.is_some_and(EmailAddress::is_canonical_spelling);
        match (identity.email_verified, trusted) {
            (true, true) => Self::Proved,
            (true, false) => Self::Asserted,
            (false, _) => Self::Unverified,
        }
    }
}

/// Longest picture URL accepted from a provider, in bytes.
const MAX_IMAGE: usize = 2048;

impl User {
    /// Creates an active user with the role `user`, without name, picture or sign-ins.
    pub fn new(id: UserId, email: Option<EmailAddress>, now: DateTime<Utc>) -> Self {
        Self {
            id,
            email,
            email_status: EmailStatus::Unverified,
            name: None,
            name_edited: false,
            image: None,
            image_edited: false,
            role: Role::USER,
            is_active: true,
            last_login_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Updates name and picture from the provider unless the user has edited them, and raises the status of the address
    /// when the identity has the same one. The address itself never changes.
    pub fn update_from_provider(&mut self, identity: &ProviderIdentity, now: DateTime<Utc>) {
        let before = self.clone();
        if let Some(name) = identity.name.as_deref().and_then(display_name)
            && !self.name_edited
        {
            self.name = Some(name);
        }
        if let Some(image) = identity.picture.as_deref().and_then(usable_image)
            && !self.image_edited
        {
            self.image = Some(image);
        }
        self.raise_email_status(identity);
        if *self != before {
            self.updated_at = now;
        }
    }

    /// Raises the status of the address when an identity that has joined the user has the same one.
    pub fn update_from_connected(&mut self, identity: &ProviderIdentity, now: DateTime<Utc>) {
        let before = self.email_status;
        self.raise_email_status(identity);
        if self.email_status != before {
            self.updated_at = now;
        }
    }

    fn raise_email_status(&mut self, identity: &ProviderIdentity) {
        let same_address = self.email.is_some() && identity.address() == self.email;
        if same_address {
            self.email_status = self.email_status.max(EmailStatus::of(identity));
        }
    }

    /// Removes an address the user never proved, because another person has proved it.
    pub fn release_address(&mut self, now: DateTime<Utc>) {
        self.email = None;
        self.email_status = EmailStatus::Unverified;
        self.updated_at = now;
    }
}

/// Returns the URL if its scheme is `https` and it is not too long. Browsers load the picture, so the URL must not be a
/// script or use plain HTTP.
pub(crate) fn usable_image(image: &str) -> Option<String> {
    let address = url::Url::parse(image).ok()?;
    (address.scheme() == "https" && image.len() <= MAX_IMAGE).then(|| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn jane() -> User {
        let email = "jane@example.com".parse().unwrap();
        User::new(UserId::new(at(0), [1; 10]), Some(email), at(0))
    }

    fn identity() -> ProviderIdentity {
        ProviderIdentity {
            issuer: "https://issuer.example".parse().unwrap(),
            subject: "1".parse().unwrap(),
            email: Some("Jane@Example.com".to_owned()),
            email_verified: true,
            email_trusted: true,
            name: Some("Jane Doe".to_owned()),
            picture: Some("https://pictures.example/jane".to_owned()),
            hosted_domain: None,
            scope: None,
        }
    }

    #[test]
    fn name_and_picture_follow_the_provider_until_edited() {
        let mut user = jane();
        user.update_from_provider(&identity(), at(1));
        assert_eq!(user.name.as_deref(), Some("Jane Doe"));
        assert_eq!(user.image.as_deref(), Some("https://pictures.example/jane"));
        assert_eq!(user.updated_at, at(1));

        user.name_edited = true;
        let renamed = ProviderIdentity {
            name: Some("J. D.".to_owned()),
            ..identity()
        };
        user.update_from_provider(&renamed, at(2));

        assert_eq!(user.name.as_deref(), Some("Jane Doe"));
        assert_eq!(user.updated_at, at(1));
    }

    #[test]
    fn the_status_of_an_address_rises_and_never_falls() {
        let mut user = jane();
        user.update_from_provider(
            &ProviderIdentity {
                email_trusted: false,
                ..identity()
            },
            at(1),
        );
        assert_eq!(user.email_status, EmailStatus::Asserted);

        user.update_from_provider(&identity(), at(2));
        user.update_from_provider(
            &ProviderIdentity {
                email_verified: false,
                ..identity()
            },
            at(3),
        );

        assert_eq!(user.email_status, EmailStatus::Proved);
    }

    #[test]
    fn lnk_02_no_provider_proves_an_address_in_another_spelling_than_the_canonical_one() {
        for (email, standing) in [
            (Some("jane@example.com"), EmailStatus::Proved),
            (Some("Jane@EXAMPLE.com"), EmailStatus::Proved),
            (Some("jane@xn--bcher-kva.example"), EmailStatus::Proved),
            (Some("jane@bücher.example"), EmailStatus::Asserted),
            (Some("jane@straße.example"), EmailStatus::Asserted),
            (Some("jane@exam\u{ad}ple.com"), EmailStatus::Asserted),
            (Some("jane@example\u{3002}com"), EmailStatus::Asserted),
            (None, EmailStatus::Asserted),
        ] {
            let identity = ProviderIdentity {
                email: email.map(str::to_owned),
                ..identity()
            };
            assert_eq!(EmailStatus::of(&identity), standing, "{email:?}");
        }
    }

    #[test]
    fn lnk_09_an_address_changed_at_the_provider_changes_nothing_here() {
        let mut user = jane();

        user.update_from_provider(
            &ProviderIdentity {
                email: Some("new@example.com".to_owned()),
                ..identity()
            },
            at(1),
        );

        assert_eq!(user.email, jane().email);
        assert_eq!(user.email_status, EmailStatus::Unverified);
    }

    #[test]
    fn unusable_names_and_pictures_are_left_out() {
        for (name, picture) in [
            ("\u{0}\n ", "javascript:alert(1)"),
            ("", "http://tracker.example/"),
            (" ", "data:,x"),
        ] {
            let mut user = jane();
            user.update_from_provider(
                &ProviderIdentity {
                    name: Some(name.to_owned()),
                    picture: Some(picture.to_owned()),
                    ..identity()
                },
                at(1),
            );
            assert_eq!((user.name, user.image), (None, None));
        }
    }

    #[test]
    fn lnk_04_a_user_who_loses_an_address_keeps_everything_else() {
        let mut user = jane();
        user.role = Role::ADMIN;
        user.name = Some("Mallory".to_owned());
        user.email_status = EmailStatus::Asserted;
        let before = user.clone();

        user.release_address(at(5));

        assert_eq!(
            user,
            User {
                email: None,
                email_status: EmailStatus::Unverified,
                updated_at: at(5),
                ..before
            }
        );
    }

    #[test]
    fn lnk_04_an_identity_that_joins_proves_its_address_and_no_other() {
        for (email, status, updated_at) in [
            ("jane@example.com", EmailStatus::Proved, at(5)),
            ("jane@work.example", EmailStatus::Unverified, at(0)),
        ] {
            let mut user = jane();
            let joined = ProviderIdentity {
                email: Some(email.to_owned()),
                ..identity()
            };

            user.update_from_connected(&joined, at(5));

            let expected = User {
                email_status: status,
                updated_at,
                ..jane()
            };
            assert_eq!(user, expected);
        }
    }
}
