use askama::Template;
use belgie_auth::ProviderSummary;
use uuid::Uuid;

use super::Frame;
use crate::error::Way;
use crate::web::{Web, sign_in_path, with_redirect};

/// What went wrong, in words, with a way on.
#[derive(Debug)]
pub(crate) struct ErrorPage<'a> {
    pub heading: &'a str,
    pub text: &'a str,
    pub way: Way,
    /// Where a sign-in went wrong.
    pub provider: Option<&'a ProviderSummary>,
    /// Where the browser wanted to land after signing in.
    pub return_to: Option<&'a str>,
    pub request_id: Uuid,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: &'a str,
    text: &'a str,
    request_id: Uuid,
    links: Vec<Link>,
}

/// A button that leads on; the first one is the most useful.
struct Link {
    label: String,
    href: String,
}

impl ErrorPage<'_> {
    pub(crate) fn render(&self, web: &Web) -> askama::Result<String> {
        let page = Page {
            frame: Frame::of(web),
            heading: self.heading,
            text: self.text,
            request_id: self.request_id,
            links: self.links(web),
        };
        page.render()
    }

    fn links(&self, web: &Web) -> Vec<Link> {
        let home = Link::new("Go to the home page", "/");
        let sign_in = |location: Option<String>| {
            let location = location?;
            Some(Link::new("Sign in", location))
        };
        match self.way {
            Way::Home => vec![home],
            // An empty reference is the address of this very page (RFC 3986 §4.4).
            Way::TryAgain => vec![Link::new("Try again", ""), home],
            Way::SignIn => match self.provider {
                Some(provider) => sign_in_again(provider, self.return_to, web, home),
                None => sign_in(web.sign_in_location(self.return_to))
                    .into_iter()
                    .chain([home])
                    .collect(),
            },
            Way::SignInAgain => sign_in(web.sign_in_again_location())
                .into_iter()
                .chain([home])
                .collect(),
        }
    }
}

/// With the same provider first, then with another if there is one, and on to where the browser wanted to land.
fn sign_in_again(
    provider: &ProviderSummary,
    return_to: Option<&str>,
    web: &Web,
    home: Link,
) -> Vec<Link> {
    let path = sign_in_path(&provider.id);
    let href = match return_to {
        Some(target) => with_redirect(&path, target),
        None => path,
    };
    let again = Link::new(format!("Try {} again", provider.name), href);
    let has_others = web.auth.providers().len() > 1;
    let others = web.sign_in_location(return_to).filter(|_| has_others);
    let second = others.map_or(home, |page| Link::new("Other ways to sign in", page));
    vec![again, second]
}

impl Link {
    fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}
