use askama::Template;
use askama::filters::HtmlSafe;
use belgie_ports::Brand;

/// The site's logo.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/logo.html")]
pub(crate) enum Logo {
    /// The Belgie mark.
    Ours,
    /// The first letter of the name.
    Initial(char),
}

impl Logo {
    /// Returns the logo of a site with this name.
    pub(crate) fn of(app_name: &str) -> Self {
        if is_ours(app_name) {
            return Self::Ours;
        }
        Self::Initial(initial(app_name))
    }
}

impl HtmlSafe for Logo {}

/// The mark on a provider's button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "part/provider_mark.html")]
pub(crate) enum Mark {
    /// The provider's own mark, an `<svg>` element.
    Svg(&'static str),
    /// The first letter of the name.
    Initial(char),
}

impl Mark {
    /// Returns a provider's mark.
    pub(crate) fn of(brand: Option<Brand>, name: &str) -> Self {
        match brand {
            Some(brand) => Self::Svg(brand.mark),
            None => Self::Initial(initial(name)),
        }
    }
}

impl HtmlSafe for Mark {}

/// Returns whether the site uses the name Belgie. Any other site must not show the Belgie mark.
pub(crate) fn is_ours(app_name: &str) -> bool {
    app_name == "Belgie"
}

/// Returns the first letter of a name, as a capital.
pub(crate) fn initial(name: &str) -> char {
    let first = name.chars().find(|character| character.is_alphanumeric());
    first
        .and_then(|letter| letter.to_uppercase().next())
        .unwrap_or('·')
}
