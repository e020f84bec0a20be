use super::asset_path;
use super::brand::{initial, is_ours};

/// The icon in the browser's tab: our mark, or the initial of a site that has a name of its own.
#[derive(Debug)]
pub(crate) struct Icon {
    /// Where it is; the name changes with the content.
    pub path: String,
    /// The picture.
    pub svg: String,
}

const MARK: &str = include_str!("../../assets/icon.svg");
const INITIAL: &str = include_str!("../../assets/initial.svg");

impl Icon {
    /// Makes the icon of a site by its name.
    pub(crate) fn of(app_name: &str) -> Self {
        let svg = if is_ours(app_name) {
            MARK.to_owned()
        } else {
            // A letter, a digit or a dot: nothing that means anything in XML.
            INITIAL.replace("{initial}", initial(app_name).encode_utf8(&mut [0; 4]))
        };
        Self {
            path: asset_path(&svg, "svg"),
            svg,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_but_ours_gets_its_initial() {
        assert_eq!(Icon::of("Belgie").svg, MARK);
        let other = Icon::of("acme <notes>");
        assert!(other.svg.contains(">A</text>"), "{}", other.svg);
        assert!(!other.svg.contains("#f7c325"));
        assert_ne!(other.path, Icon::of("Belgie").path);
        assert!(Icon::of("<&>").svg.contains(">·</text>"));
    }
}
