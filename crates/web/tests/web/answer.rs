use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Where our own paths begin: below a base path none of them may stand in an answer without it.
const OWN: [&str; 10] = [
    "/auth/",
    "/signin",
    "/signup",
    "/forgot",
    "/reset",
    "/verify",
    "/dashboard",
    "/api/me",
    "/healthz",
    "/.well-known/",
];

impl Answer {
    /// Returns the answer as a site at the root would give it, having checked that every path of ours has the base path
    /// before it.
    pub(crate) fn below(mut self, base: &str) -> Self {
        if base.is_empty() {
            return self;
        }
        if let Some(location) = self.header("location") {
            for own in OWN {
                assert!(
                    !location.starts_with(own),
                    "{location} leaves the base path"
                );
            }
            if location.contains("redirect_uri=") {
                let below = format!("{}%2Fauth%2F", base.replace('/', "%2F"));
                assert!(location.contains(&below), "{location} leaves the base path");
            }
            let location = without_base(location, base);
            self.headers.insert("location", location.parse().unwrap());
        }
        if self.header("content-type") != Some("text/css; charset=utf-8") {
            for own in OWN {
                let quoted = format!("\"{own}");
                assert!(!self.body.contains(&quoted), "{own} in {}", self.body);
            }
            self.body = without_base(&self.body, base);
        }
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The stable word of a problem, its form checked on the way.
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem["code"].as_str().unwrap().to_owned()
    }

    /// What it sets as cookies, whole.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all("set-cookie").iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }
}

fn without_base(text: &str, base: &str) -> String {
    let encoded = base.replace('/', "%2F");
    text.replace(&format!("{base}/"), "/")
        .replace(&format!("{encoded}%2F"), "%2F")
}
