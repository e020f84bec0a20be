use askama::Template;
use askama::filters::HtmlSafe;
use url::Url;

use super::image::Image;

/// Where a logo comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogoSource {
    /// An address, `https` or, for tests, `http` on loopback: browsers load it from there.
    Url(Url),
    /// An image that this site serves.
    Image(Image),
}

impl LogoSource {
    /// Returns the media type, if it is known.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        match self {
            Self::Url(_) => None,
            Self::Image(image) => Some(image.media_type()),
        }
    }
}

/// The site's logo, on a page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/logo.html")]
pub(crate) enum Logo {
    /// The Belgie mark.
    Ours,
    /// The first letter of the name.
    Initial(char),
    /// A picture, by its address, and another one for dark pages.
    Picture { src: String, dark: Option<String> },
}

impl HtmlSafe for Logo {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_may_have_another_for_dark_pages() {
        let (src, dark) = ("/a\"b.svg".to_owned(), None);
        let one = Logo::Picture {
            src: src.clone(),
            dark,
        };
        assert_eq!(
            one.to_string(),
            "<img class=\"mark\" src=\"/a&#34;b.svg\" alt=\"\" referrerpolicy=\"no-referrer\">"
        );

        let dark = Some("/c.svg".to_owned());
        let two = Logo::Picture { src, dark }.to_string();
        assert!(
            two.starts_with(
                "<picture><source srcset=\"/c.svg\" media=\"(prefers-color-scheme: dark)\"><img "
            ),
            "{two}"
        );
    }
}
