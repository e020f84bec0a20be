//! The files that pages load: a style sheet and an icon. Each name contains a hash of the content, so that browsers can
//! cache the file for ever.

use crate::brand::{initial, is_ours};
use crate::paths::Paths;

/// The files of a site.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The style sheet.
    pub styles: Asset,
    /// The browser tab's icon: the Belgie mark, or the initial of a site with a name of its own.
    pub icon: Asset,
}

/// A file that pages load.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The file's path.
    pub path: String,
    /// The media type.
    pub content_type: &'static str,
    /// The content.
    pub content: String,
    file: String,
}

const STYLES: &str = include_str!("../assets/belgie.css");
const MARK: &str = include_str!("../assets/icon.svg");
const INITIAL: &str = include_str!("../assets/initial.svg");

impl Assets {
    /// Creates the files of a site with this name.
    pub(crate) fn new(app_name: &str, paths: &Paths) -> Self {
        Self {
            styles: Asset::new(STYLES.to_owned(), "css", "text/css; charset=utf-8", paths),
            icon: Asset::new(icon(app_name), "svg", "image/svg+xml", paths),
        }
    }

    /// Finds a file by its name.
    pub(crate) fn find(&self, file: &str) -> Option<&Asset> {
        [&self.styles, &self.icon]
            .into_iter()
            .find(|asset| asset.file == file)
    }
}

impl Asset {
    fn new(content: String, extension: &str, content_type: &'static str, paths: &Paths) -> Self {
        let hash = fnv1a(content.as_bytes());
        let file = format!("belgie-{hash:016x}.{extension}");
        Self {
            path: paths.asset(&file),
            content_type,
            content,
            file,
        }
    }
}

fn icon(app_name: &str) -> String {
    if is_ours(app_name) {
        return MARK.to_owned();
    }
    // The initial is a letter, a digit or a dot, none of which is special in XML.
    INITIAL.replace("{initial}", initial(app_name).encode_utf8(&mut [0; 4]))
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

    #[test]
    fn every_name_but_ours_gets_its_initial() {
        let paths = Paths::below("/account");
        let ours = Assets::new("Belgie", &paths).icon;
        let other = Assets::new("acme <notes>", &paths).icon;

        assert_eq!(ours.content, MARK);
        assert!(other.content.contains(">A</text>"), "{}", other.content);
        assert!(!other.content.contains("#f7c325"));
        assert_ne!(other.path, ours.path);
        assert!(other.path.starts_with("/account/auth/assets/belgie-"));
        assert!(icon("<&>").contains(">·</text>"));
    }
}
