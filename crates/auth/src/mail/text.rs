//! The words of all mails.

use belgie_domain::{EmailAddress, OneTimeToken};
use url::Url;

/// A mail, before it is rendered.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) link: Option<Link>,
    pub(super) closing: Vec<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) label: &'static str,
    pub(super) url: String,
}

/// The words for a site.
pub(super) struct Texts<'a> {
    /// The site's name.
    pub(super) site: &'a str,
    /// Its address, from the configuration alone: no request decides where a link leads.
    pub(super) base: &'a Url,
}

impl Texts<'_> {
    pub(super) fn reset(&self, name: Option<&str>, token: &OneTimeToken) -> Content {
        let site = self.site;
        Content {
            link: Some(self.link("Choose a new password", "reset", token)),
            closing: vec![
                "If you did not ask for this, ignore this mail: your password stays as it is."
                    .to_owned(),
            ],
            ..plain(
                format!("Choose a new password for {site}"),
                name,
                vec![
                    format!("You asked to choose a new password for your account at {site}."),
                    "The link works once, within an hour. Choosing a new password also signs you out everywhere."
                        .to_owned(),
                ],
            )
        }
    }

    pub(super) fn verify(&self, name: Option<&str>, token: &OneTimeToken) -> Content {
        let site = self.site;
        Content {
            link: Some(self.link("Confirm the address", "verify", token)),
            closing: vec![
                format!(
                    "If you did not sign up for {site}, ignore this mail and do not use the link."
                ),
            ],
            ..plain(
                format!("Confirm your e-mail address for {site}"),
                name,
                vec![
                    format!("Someone signed up for {site} with this e-mail address."),
                    "If that was you, please confirm the address. The link works once, within 24 hours."
                        .to_owned(),
                ],
            )
        }
    }

    /// The link for a person who has signed in with a provider, which has not verified the address. Anyone could have chosen
    /// the name, so the mail does not contain it.
    pub(super) fn confirm_sign_up(
        &self,
        provider: &str,
        email: &EmailAddress,
        token: &OneTimeToken,
    ) -> Content {
        let site = self.site;
        Content {
            link: Some(self.link("Confirm the address", "verify", token)),
            closing: vec![format!(
                "If it was not you, ignore this mail and do not use the link: it would let someone else use {site} with your address."
            )],
            ..plain(
                format!("Confirm your e-mail address for {site}"),
                None,
                vec![
                    format!(
                        "Someone tried to sign in to {site} with a {provider} account that has this e-mail address, {email}. {provider} has not verified the address."
                    ),
                    format!(
                        "If it was you, please confirm the address. This creates your account at {site}, and you can then sign in with {provider}. The link works once, within 24 hours."
                    ),
                ],
            )
        }
    }

    pub(super) fn change(&self, name: Option<&str>, token: &OneTimeToken) -> Content {
        let site = self.site;
        Content {
            link: Some(self.link("Use this address", "verify", token)),
            closing: vec!["If you did not ask for this, ignore this mail.".to_owned()],
            ..plain(
                format!("Confirm your new e-mail address for {site}"),
                name,
                vec![
                    format!("You asked to use this e-mail address at {site} from now on."),
                    "The link works once, within 24 hours.".to_owned(),
                ],
            )
        }
    }

    pub(super) fn already_registered(&self, name: Option<&str>) -> Content {
        let site = self.site;
        plain(
            format!("You already have an account at {site}"),
            name,
            vec![
                format!(
                    "Someone, probably you, tried to use this e-mail address at {site}, but it already belongs to an account."
                ),
                "Sign in as usual. If you have forgotten your password, ask for a new one on the sign-in page."
                    .to_owned(),
                "If it was not you, you do not have to do anything.".to_owned(),
            ],
        )
    }

    pub(super) fn password_changed(&self, name: Option<&str>) -> Content {
        let site = self.site;
        plain(
            format!("Your password for {site} was changed"),
            name,
            vec![
                format!("The password of your account at {site} was changed."),
                self.not_you(),
            ],
        )
    }

    pub(super) fn account_linked(&self, name: Option<&str>, provider: Option<&str>) -> Content {
        let site = self.site;
        let provider = provider.unwrap_or("another provider");
        plain(
            format!("A new way to sign in at {site}"),
            name,
            vec![
                format!("You can now also sign in to your account at {site} with {provider}."),
                self.not_you(),
            ],
        )
    }

    pub(super) fn email_changed(&self, name: Option<&str>) -> Content {
        let site = self.site;
        plain(
            format!("Your e-mail address at {site} was changed"),
            name,
            vec![
                format!(
                    "The e-mail address of your account at {site} was changed. It is no longer this one."
                ),
                self.not_you(),
            ],
        )
    }

    fn not_you(&self) -> String {
        let base = self.base;
        format!(
            "If it was not you, choose a new password at once and check where you are signed in: {base}"
        )
    }

    fn link(&self, label: &'static str, page: &str, token: &OneTimeToken) -> Link {
        let mut url = self.base.clone();
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(page);
        }
        url.set_query(Some(&format!("token={}", token.secret())));
        let url = url.into();
        Link { label, url }
    }
}

fn plain(subject: String, name: Option<&str>, paragraphs: Vec<String>) -> Content {
    let greeting = match name {
        Some(name) => format!("Hello {name},"),
        None => "Hello,".to_owned(),
    };
    Content {
        subject,
        greeting,
        paragraphs,
        link: None,
        closing: Vec::new(),
    }
}
