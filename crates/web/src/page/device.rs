use crate::text::Texts;

/// A browser or program, named the way its owner would.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Device {
    /// Such as "Firefox on Linux".
    pub label: String,
    pub kind: DeviceKind,
}

/// What a device looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeviceKind {
    Laptop,
    Phone,
    Tablet,
    /// A program that is not a browser, such as curl.
    Terminal,
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
    pub(crate) fn of(agent: Option<&str>, texts: &Texts) -> Self {
        let agent = agent.unwrap_or_default();
        let browser = named(&BROWSERS, agent);
        let system = named(&SYSTEMS, agent);
        let label = (texts.device)(browser, system, product(agent));
        let kind = match system {
            Some("iPad") => DeviceKind::Tablet,
            // Android's tablets leave out `Mobile`.
            Some("Android") if !agent.contains("Mobile") => DeviceKind::Tablet,
            Some("iPhone" | "Android") => DeviceKind::Phone,
            _ if browser.is_none() && product(agent).is_some() => DeviceKind::Terminal,
            _ => DeviceKind::Laptop,
        };
        Self { label, kind }
    }

    /// Returns whether this is the label of a browser or a system that we know.
    pub(super) fn is_label(text: &str, texts: &Texts) -> bool {
        let mut all = each(&BROWSERS)
            .flat_map(|browser| each(&SYSTEMS).map(move |system| (browser, system)))
            .filter(|names| *names != (None, None));
        all.any(|(browser, system)| (texts.device)(browser, system, None) == text)
    }
}

/// Returns the names, and that there is none.
fn each(
    names: &'static [(&str, &'static str)],
) -> impl Iterator<Item = Option<&'static str>> + Clone {
    names.iter().map(|(_, name)| Some(*name)).chain([None])
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
        for (agent, label, kind) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
                "Firefox on Linux",
                DeviceKind::Laptop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
                "Edge on Windows",
                DeviceKind::Laptop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
                DeviceKind::Laptop,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
                DeviceKind::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                DeviceKind::Phone,
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
                DeviceKind::Laptop,
            ),
            ("curl/8.14.1", "curl", DeviceKind::Terminal),
            (
                "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1",
                "Safari on iPad",
                DeviceKind::Tablet,
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "Chrome on Android",
                DeviceKind::Tablet,
            ),
            ("", "Unknown device", DeviceKind::Laptop),
        ] {
            let label = label.to_owned();
            let device = Device::of(Some(agent), texts);
            assert_eq!(device, Device { label, kind });
        }
        assert_eq!(Device::of(None, texts).label, "Unknown device");
    }
}
