use askama::Template;
use askama::filters::HtmlSafe;
use belgie_ports::Brand;

use super::initial::initial;

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
