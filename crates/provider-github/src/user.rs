//! The person, from `/user`.

use belgie_domain::{Subject, display_name, picture_url};
use belgie_ports::{InvalidIdentity, ProviderError};
use belgie_provider_http::json;
use serde::Deserialize;
use serde_json::Value;

use crate::document;

/// A person at GitHub. The id is the only part of an account that never changes and is never reassigned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) subject: Subject,
    pub(crate) name: Option<String>,
    pub(crate) picture: Option<String>,
}

#[derive(Deserialize)]
struct Members {
    #[serde(default)]
    id: Value,
    #[serde(default, deserialize_with = "json::usable")]
    login: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    name: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    avatar_url: Option<String>,
}

impl User {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ProviderError> {
        let members: Members =
            json::object(body).map_err(|error| document::USER.malformed(error))?;
        let shown = |text: Option<String>| display_name(&text?);
        Ok(Self {
            subject: subject(&members.id).ok_or_else(|| {
                let reason = "GitHub's user has no id that is a positive whole number";
                ProviderError::InvalidIdentity(InvalidIdentity::new(reason))
            })?,
            name: shown(members.name).or_else(|| shown(members.login)),
            picture: members.avatar_url.and_then(|url| picture_url(&url)),
        })
    }
}

fn subject(id: &Value) -> Option<Subject> {
    let id = id.as_u64().filter(|id| *id > 0)?;
    id.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<User, ProviderError> {
        User::parse(body.as_bytes())
    }

    #[test]
    fn idt_23_the_subject_is_the_numeric_id() {
        let user = parse(r#"{"login":"octocat","id":583231,"node_id":"MDQ6VXNlcjE="}"#).unwrap();
        let large = parse(r#"{"id":9007199254740993}"#).unwrap();

        assert_eq!(user.subject.as_str(), "583231");
        assert_eq!(large.subject.as_str(), "9007199254740993");
    }

    #[test]
    fn idt_23_without_a_numeric_id_nobody_is_identified() {
        for id in [
            "0",
            "-1",
            "1.0",
            "1.5",
            "1e3",
            "\"583231\"",
            "\"\"",
            "null",
            "true",
            "[1]",
            "{}",
            "18446744073709551616",
        ] {
            let outcome = parse(&format!(r#"{{"login":"octocat","id":{id}}}"#));
            assert!(
                matches!(outcome, Err(ProviderError::InvalidIdentity(_))),
                "{id}: {outcome:?}"
            );
        }
        let missing = parse(r#"{"login":"octocat","node_id":"1","user_id":1}"#);
        assert!(matches!(missing, Err(ProviderError::InvalidIdentity(_))));
    }

    #[test]
    fn idt_14_a_user_that_is_no_object_or_has_two_ids_is_not_read() {
        for body in [
            "",
            "null",
            "[1]",
            r#"{"id":1"#,
            r#"{"id":1}{"id":2}"#,
            r#"{"id":1,"id":2}"#,
        ] {
            let outcome = parse(body);
            assert!(
                matches!(outcome, Err(ProviderError::Unavailable(_))),
                "{body}: {outcome:?}"
            );
        }
    }

    #[test]
    fn without_a_name_the_login_is_shown() {
        let name = |body: &str| parse(body).unwrap().name;

        let both = r#"{"id":1,"login":"octocat","name":" Mona\u0000 Lisa "}"#;
        assert_eq!(name(both).as_deref(), Some("Mona Lisa"));
        for body in [
            r#"{"id":1,"login":"octocat","name":null}"#,
            r#"{"id":1,"login":"octocat","name":" "}"#,
            r#"{"id":1,"login":"octocat","name":7}"#,
        ] {
            assert_eq!(name(body).as_deref(), Some("octocat"));
        }
        assert_eq!(name(r#"{"id":1}"#), None);
    }

    #[test]
    fn net_07_an_avatar_is_an_address_for_browsers() {
        let picture = |url: &str| {
            let body = format!(r#"{{"id":1,"avatar_url":"{url}"}}"#);
            parse(&body).unwrap().picture
        };

        let url = "https://avatars.githubusercontent.com/u/583231?v=4";
        assert_eq!(picture(url).as_deref(), Some(url));
        assert_eq!(picture("javascript:alert(1)"), None);
    }
}
