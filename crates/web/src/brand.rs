//! How a site looks and what its pages link to.

mod image;
mod initial;
mod logo;
mod mark;

use url::Url;

pub use image::{Image, ImageError};
pub use logo::LogoSource;

pub(crate) use initial::initial;
pub(crate) use logo::Logo;
pub(crate) use mark::Mark;

use crate::theme::Color;

/// How the pages look and what they link to, besides the site's name. All of it is optional.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Brand {
    /// The logo, which is the icon too. Without one, a site with a name of its own shows the name's initial.
    pub logo: Option<LogoSource>,
    /// The logo on dark pages, if it is another one.
    pub dark_logo: Option<LogoSource>,
    /// The accent: the main button, the current tab, the initial.
    pub color: Option<Color>,
    /// The application, to which the pages lead back.
    pub home_url: Option<Url>,
    /// Where people get help: a web address, or `mailto:`.
    pub support_url: Option<Url>,
    /// The privacy notice.
    pub privacy_url: Option<Url>,
    /// The terms of service.
    pub terms_url: Option<Url>,
}

impl Brand {
    /// Returns whether a site of this name is ours to mark: it goes by the name of Belgie and has no look of its own.
    pub(crate) fn is_ours(&self, app_name: &str) -> bool {
        app_name == "Belgie" && self.logo.is_none() && self.color.is_none()
    }

    /// Returns the origins of logos that are not served by this site.
    pub(crate) fn logo_origins(&self) -> Vec<String> {
        let logos = [&self.logo, &self.dark_logo].into_iter().flatten();
        let origins = logos.filter_map(|logo| match logo {
            LogoSource::Url(url) => Some(url.origin().ascii_serialization()),
            LogoSource::Image(_) => None,
        });
        let mut origins: Vec<_> = origins.collect();
        origins.dedup();
        origins
    }
}
