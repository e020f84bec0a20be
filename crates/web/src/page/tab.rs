use crate::text::Texts;

/// A page in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Account,
}

/// A link in the bar.
#[derive(Debug)]
pub(crate) struct TabLink {
    pub label: &'static str,
    pub href: String,
    pub is_current: bool,
}

impl Tab {
    pub(super) const ALL: [Self; 1] = [Self::Account];

    /// Returns the link to this page, below the base path.
    pub(super) fn link(self, current: Option<Self>, base: &str, texts: &'static Texts) -> TabLink {
        let (path, label) = match self {
            Self::Account => ("/account", texts.account_page.tab),
        };
        TabLink {
            label,
            href: format!("{base}{path}"),
            is_current: current == Some(self),
        }
    }
}
