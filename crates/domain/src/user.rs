use chrono::{DateTime, Utc};

use crate::{EmailAddress, ProviderIdentity, Role, UserId, display_name};

/// A person that the application knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Names the user, also towards the application's own tables.
    pub id: UserId,
    /// The address, unique among users; `None` only where users without one are allowed.
    pub email: Option<EmailAddress>,
    /// What is known of who owns that address.
    pub email_standing: EmailStanding,
    /// The full name.
    pub name: Option<String>,
    /// The user has edited the name, so that it no longer follows the provider.
    pub name_edited: bool,
    /// The `https` address of a picture.
    pub image: Option<String>,
    /// The user has edited the picture, so that it no longer follows the provider.
    pub image_edited: bool,
    /// What the user may do.
    pub role: Role,
    /// A user that is not active has no session and cannot sign in.
    pub is_active: bool,
    /// When the user last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the user was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed, sign-ins aside.
    pub updated_at: DateTime<Utc>,
}

/// What is known of who owns a user's e-mail address. Each step includes the ones before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum EmailStanding {
    /// Somebody typed it.
    #[default]
    Unverified,
    /// A provider that is not trusted for it says that it was verified: shown, and opens nothing.
    Asserted,
    /// The owner followed our mail, an operator vouched for it, or a provider trusted for it said verified.
    Proved,
}

impl EmailStanding {
    /// Returns whether the address is shown as verified.
    pub fn is_verified(self) -> bool {
        self >= Self::Asserted
    }

    /// Returns what an identity's own words give its address. A provider is trusted only for an address in its canonical
    /// spelling: see [`EmailAddress::is_canonical_spelling`].
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

/// Longest picture address that is taken from a provider, in bytes.
const MAX_IMAGE: usize = 2048;

impl User {
    /// Makes a user without name, picture or sign-ins, active, in the role `user`.
    pub fn new(id: UserId, email: Option<EmailAddress>, now: DateTime<Utc>) -> Self {
        Self {
            id,
            email,
            email_standing: EmailStanding::Unverified,
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

    /// Lets name and picture follow the provider where the user has not edited them, and the standing of the
    /// address rise when the identity has the same one. The address itself never changes by itself.
    pub fn follow(&mut self, identity: &ProviderIdentity, now: DateTime<Utc>) {
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
        let same_address = self.email.is_some() && identity.address() == self.email;
        if same_address {
            self.email_standing = self.email_standing.max(EmailStanding::of(identity));
        }
        if *self != before {
            self.updated_at = now;
        }
    }

    /// Takes the address away, for a user who never proved it: somebody who has proved it gets it.
    pub fn give_up_address(&mut self, now: DateTime<Utc>) {
        self.email = None;
        self.email_standing = EmailStanding::Unverified;
        self.updated_at = now;
    }

    /// Gives the row to the person who proved its address: nothing that was set up before remains.
    pub fn hand_over(&mut self, now: DateTime<Utc>) {
        *self = Self {
            email_standing: EmailStanding::Proved,
            created_at: self.created_at,
            ..Self::new(self.id, self.email.take(), now)
        };
    }
}

/// Only an `https` address: browsers load it, so it must be no script and no tracker on plain http.
fn usable_image(image: &str) -> Option<String> {
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
        user.follow(&identity(), at(1));
        assert_eq!(user.name.as_deref(), Some("Jane Doe"));
        assert_eq!(user.image.as_deref(), Some("https://pictures.example/jane"));
        assert_eq!(user.updated_at, at(1));

        user.name_edited = true;
        let renamed = ProviderIdentity {
            name: Some("J. D.".to_owned()),
            ..identity()
        };
        user.follow(&renamed, at(2));

        assert_eq!(user.name.as_deref(), Some("Jane Doe"));
        assert_eq!(user.updated_at, at(1));
    }

    #[test]
    fn the_standing_of_an_address_rises_and_never_falls() {
        let mut user = jane();
        user.follow(
            &ProviderIdentity {
                email_trusted: false,
                ..identity()
            },
            at(1),
        );
        assert_eq!(user.email_standing, EmailStanding::Asserted);

        user.follow(&identity(), at(2));
        user.follow(
            &ProviderIdentity {
                email_verified: false,
                ..identity()
            },
            at(3),
        );

        assert_eq!(user.email_standing, EmailStanding::Proved);
    }

    #[test]
    fn lnk_02_no_provider_proves_an_address_in_another_spelling_than_the_canonical_one() {
        for (email, standing) in [
            (Some("jane@example.com"), EmailStanding::Proved),
            (Some("Jane@EXAMPLE.com"), EmailStanding::Proved),
            (Some("jane@xn--bcher-kva.example"), EmailStanding::Proved),
            (Some("jane@bücher.example"), EmailStanding::Asserted),
            (Some("jane@straße.example"), EmailStanding::Asserted),
            (Some("jane@exam\u{ad}ple.com"), EmailStanding::Asserted),
            (Some("jane@example\u{3002}com"), EmailStanding::Asserted),
            (None, EmailStanding::Asserted),
        ] {
            let identity = ProviderIdentity {
                email: email.map(str::to_owned),
                ..identity()
            };
            assert_eq!(EmailStanding::of(&identity), standing, "{email:?}");
        }
    }

    #[test]
    fn lnk_09_an_address_changed_at_the_provider_changes_nothing_here() {
        let mut user = jane();

        user.follow(
            &ProviderIdentity {
                email: Some("new@example.com".to_owned()),
                ..identity()
            },
            at(1),
        );

        assert_eq!(user.email, jane().email);
        assert_eq!(user.email_standing, EmailStanding::Unverified);
    }

    #[test]
    fn unusable_names_and_pictures_are_left_out() {
        for (name, picture) in [
            ("\u{0}\n ", "javascript:alert(1)"),
            ("", "http://tracker.example/"),
            (" ", "data:,x"),
        ] {
            let mut user = jane();
            user.follow(
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
    fn lnk_04_a_row_that_is_handed_over_keeps_nothing_but_id_and_address() {
        let mut user = jane();
        user.role = Role::ADMIN;
        user.name = Some("Mallory".to_owned());
        user.name_edited = true;

        user.hand_over(at(5));

        assert_eq!(
            user,
            User {
                email_standing: EmailStanding::Proved,
                updated_at: at(5),
                ..jane()
            }
        );
    }
}
