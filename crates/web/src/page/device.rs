use crate::text::Texts;

/// A browser or program, named the way its owner would.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// Such as "Firefox on Linux".
    pub label: String,
    /// Whether it is a phone.
    pub is_phone: bool,
}

/// The names browsers send, most specific first, since most also claim to be others.
const BROWSERS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// The names of systems, most specific first.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    /// Parses a `User-Agent`. Browsers have frozen theirs, so it contains little more than this.
    pub(super) fn of(agent: Option<&str>, texts: &Texts) -> Self {
        let agent = agent.unwrap_or_default();
        let browser = named(&BROWSERS, agent);
        let system = named(&SYSTEMS, agent);
        let label = (texts.device)(browser, system, product(agent));
        let is_phone = matches!(system, Some("iPhone" | "Android"));
        Self { label, is_phone }
    }
}

fn named(names: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    let found = names.iter().find(|(token, _)| agent.contains(token));
    found.map(|(_, name)| *name)
}

/// Returns the name of a program that is not a browser: `curl/8.14.1` is curl.
fn product(agent: &str) -> Option<&str> {
    let name = agent.split(['/', ' ']).next().unwrap_or_default();
    (!name.is_empty() && name.len() <= 40).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_called_as_their_owners_call_them() {
        let texts = Texts::current();
        for (agent, label, is_phone) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                "Firefox on Linux",
                false,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                "Edge on Windows",
                false,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
                true,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                true,
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
                false,
            ),
            ("curl/8.14.1", "curl", false),
            ("", "Unknown device", false),
        ] {
            let label = label.to_owned();
            let device = Device::of(Some(agent), texts);
            assert_eq!(device, Device { label, is_phone });
        }
        assert_eq!(Device::of(None, texts).label, "Unknown device");
    }
}
