//! The files that pages load: style sheets, an icon, a logo. Each name contains a hash of the content, so that browsers
//! can cache the file for ever.

use crate::brand::{Brand, Image, Logo, LogoSource, initial};
use crate::paths::Paths;
use crate::theme::Theme;

/// The files of a site, and where its logo is.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The style sheet.
    pub styles: Asset,
    /// The site's own colours, as a style sheet after the first.
    pub theme: Option<Asset>,
    /// The logo and the icon.
    pub look: Look,
    /// The same for pages that load nothing from elsewhere.
    pub own_look: Look,
    images: Vec<Asset>,
}

/// A file that pages load.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The file's path.
    pub path: String,
    /// The media type.
    pub content_type: &'static str,
    /// The content.
    pub content: Vec<u8>,
    file: String,
}

/// The pictures that stand for a site.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// What pages show.
    pub logo: Logo,
    /// The address of the browser tab's icon: the logo, the Belgie mark, or the initial of a site with a name of its own.
    pub icon: String,
    /// The icon's media type, if it is known.
    pub icon_type: Option<&'static str>,
}

const STYLES: &str = include_str!("../assets/belgie.css");
const CSS: &str = "text/css; charset=utf-8";
const MARK: &str = include_str!("../assets/icon.svg");
const INITIAL: &str = include_str!("../assets/initial.svg");
const SVG: &str = "image/svg+xml";

impl Assets {
    /// Creates the files of a site with this name and look.
    pub(crate) fn new(app_name: &str, brand: &Brand, paths: &Paths) -> Self {
        let mut images = Vec::new();
        let mut add = |asset: Asset| {
            let path = asset.path.clone();
            images.push(asset);
            path
        };
        let drawn_logo = if brand.is_ours(app_name) {
            Logo::Ours
        } else {
            Logo::Initial(initial(app_name))
        };
        let icon = Asset::new(drawn_icon(app_name, brand).into(), "svg", SVG, paths);
        let drawn = Look {
            logo: drawn_logo,
            icon: add(icon),
            icon_type: Some(SVG),
        };
        let mut address = |source: &LogoSource| match source {
            LogoSource::Url(url) => url.to_string(),
            LogoSource::Image(image) => add(Asset::of(image, paths)),
        };
        let dark = brand.dark_logo.as_ref().map(&mut address);
        let look = brand.logo.as_ref().map(|logo| {
            let src = address(logo);
            Look {
                icon: src.clone(),
                icon_type: logo.media_type(),
                logo: Logo::Picture { src, dark },
            }
        });
        let look = look.unwrap_or(drawn.clone());
        let is_own = brand.logo_origins().is_empty();
        Self {
            styles: Asset::new(STYLES.into(), "css", CSS, paths),
            theme: brand.color.map(|color| {
                let theme = Theme::new(color).to_string();
                Asset::new(theme.into(), "css", CSS, paths)
            }),
            own_look: if is_own { look.clone() } else { drawn },
            look,
            images,
        }
    }

    /// Finds a file by its name.
    pub(crate) fn find(&self, file: &str) -> Option<&Asset> {
        let styles = [&self.styles].into_iter().chain(&self.theme);
        styles.chain(&self.images).find(|asset| asset.file == file)
    }
}

impl Asset {
    fn new(content: Vec<u8>, extension: &str, content_type: &'static str, paths: &Paths) -> Self {
        let hash = fnv1a(&content);
        let file = format!("belgie-{hash:016x}.{extension}");
        Self {
            path: paths.asset(&file),
            content_type,
            content,
            file,
        }
    }

    fn of(image: &Image, paths: &Paths) -> Self {
        let content = image.content().to_vec();
        Self::new(content, image.extension(), image.media_type(), paths)
    }
}

/// Draws the icon of a site without a logo.
fn drawn_icon(app_name: &str, brand: &Brand) -> String {
    if brand.is_ours(app_name) {
        return MARK.to_owned();
    }
    let (ground, letter) = match brand.color {
        Some(color) => (color.to_string(), Theme::new(color).text().0),
        None => ("#1c1b18".to_owned(), "white"),
    };
    // The initial is a letter, a digit or a dot, none of which is special in XML.
    let initial = initial(app_name);
    INITIAL
        .replace("{ground}", &ground)
        .replace("{letter}", letter)
        .replace("{initial}", initial.encode_utf8(&mut [0; 4]))
}

/// The 64-bit FNV-1a hash, used only to distinguish versions of a file.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icon(app_name: &str, brand: &Brand) -> String {
        drawn_icon(app_name, brand)
    }

    #[test]
    fn every_name_but_ours_gets_its_initial_on_its_own_accent() {
        let plain = Brand::default();
        assert_eq!(icon("Belgie", &plain), MARK);
        let other = icon("acme <notes>", &plain);
        assert!(other.contains("fill=\"white\">A</text>"), "{other}");
        assert!(!other.contains("#f7c325"));
        assert!(icon("<&>", &plain).contains(">·</text>"));

        let yellow = Brand {
            color: Some("#ffcc00".parse().unwrap()),
            ..Brand::default()
        };
        for name in ["Belgie", "Bees"] {
            let drawn = icon(name, &yellow);
            assert!(drawn.contains("fill=\"#ffcc00\""), "{drawn}");
            assert!(drawn.contains("fill=\"black\">B</text>"), "{drawn}");
        }
    }

    #[test]
    fn the_name_of_a_file_is_made_of_its_content() {
        let paths = Paths::below("/account");
        let ours = Assets::new("Belgie", &Brand::default(), &paths);
        let other = Assets::new("Acme", &Brand::default(), &paths);

        assert_ne!(other.look.icon, ours.look.icon);
        assert_eq!(other.styles.path, ours.styles.path);
        assert!(other.look.icon.starts_with("/account/auth/assets/belgie-"));
        let file = other.look.icon.rsplit('/').next().unwrap();
        assert_eq!(other.find(file).unwrap().content_type, SVG);
        assert!(ours.find(file).is_none());
    }
}
