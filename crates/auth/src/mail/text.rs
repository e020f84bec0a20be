//! The words of all mails.

use belgie_domain::{OneTimeToken, ProviderId};
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
                    format!("You asked to choose a new password for {site}."),
                    "The link can be used once, within an hour. It also signs you out everywhere."
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
                    "If you did not register at {site}, ignore this mail, and do not use the link."
                ),
            ],
            ..plain(
                format!("Confirm your e-mail address for {site}"),
                name,
                vec![
                    format!("Somebody registered at {site} with this e-mail address."),
                    "If that was you, please confirm the address. The link can be used once, within 24 hours."
                        .to_owned(),
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
                    "The link can be used once, within 24 hours.".to_owned(),
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
                    "Somebody, probably you, asked to use this e-mail address at {site}, where it belongs to an account already."
                ),
                "Sign in as usual. If you have forgotten your password, ask for a new one on the sign-in page."
                    .to_owned(),
                "If it was not you, there is nothing that you have to do.".to_owned(),
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

    pub(super) fn account_linked(
        &self,
        name: Option<&str>,
        provider: Option<&ProviderId>,
    ) -> Content {
        let site = self.site;
        let provider = provider.map_or("another provider", ProviderId::as_str);
        plain(
            format!("A new way to sign in at {site}"),
            name,
            vec![
                format!(
                    "Your account at {site} can now also be opened by signing in with {provider}."
                ),
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
                    "Your account at {site} now has another e-mail address instead of this one."
                ),
                self.not_you(),
            ],
        )
    }

    fn not_you(&self) -> String {
        let base = self.base;
        format!(
            "If it was not you, choose a new password at once, and look at your sign-ins at {base}."
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
