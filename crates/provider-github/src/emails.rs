//! The person's addresses, from `/user/emails`. The public one in `/user` comes without `verified`.

use belgie_provider_http::json;
use serde::Deserialize;

/// An entry of the list.
#[derive(Deserialize)]
pub(crate) struct Entry {
    #[serde(default, deserialize_with = "json::usable")]
    email: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    primary: Option<bool>,
    #[serde(default, deserialize_with = "json::usable")]
    verified: Option<bool>,
}

/// The address that a person signs in with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Email {
    pub(crate) address: String,
    pub(crate) verified: bool,
}

pub(crate) fn parse(body: &[u8]) -> serde_json::Result<Vec<Entry>> {
    let entries: Vec<json::Object<Entry>> = serde_json::from_slice(body)?;
    Ok(entries.into_iter().map(|entry| entry.0).collect())
}

/// Returns the primary address with its own `verified`, or the first verified one if none is primary.
///
/// An unverified primary address is not replaced by a verified one, since the person does not use that one at GitHub.
/// Addresses that only stand for others (`users.noreply.github.com`) receive no mail and do not count.
pub(crate) fn choose(entries: Vec<Entry>) -> Option<Email> {
    let mut first_verified = None;
    for entry in entries {
        let Some(address) = entry.email.filter(|address| receives_mail(address)) else {
            continue;
        };
        // Nothing but JSON's `true` counts.
        let verified = entry.verified == Some(true);
        let email = Email { address, verified };
        if entry.primary == Some(true) {
            return Some(email);
        }
        if verified && first_verified.is_none() {
            first_verified = Some(email);
        }
    }
    first_verified
}

fn receives_mail(address: &str) -> bool {
    let domain = address.rsplit_once('@').map(|(_, domain)| domain);
    domain.is_some_and(|domain| !domain.to_ascii_lowercase().starts_with("users.noreply."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(body: &str) -> Option<Email> {
        choose(parse(body.as_bytes()).unwrap())
    }

    fn email(address: &str, verified: bool) -> Email {
        Email {
            address: address.to_owned(),
            verified,
        }
    }

    #[test]
    fn idt_23_the_primary_address_counts_wherever_it_is_in_the_list() {
        let body = r#"[
            {"email":"a@example.com","primary":false,"verified":true,"visibility":null},
            {"email":"b@example.com","primary":true,"verified":true,"visibility":"public"},
            {"email":"c@example.com","primary":false,"verified":true,"visibility":null}
        ]"#;

        assert_eq!(chosen(body), Some(email("b@example.com", true)));
    }

    #[test]
    fn idt_23_an_unverified_primary_address_stays_unverified() {
        let body = r#"[
            {"email":"a@example.com","primary":false,"verified":true},
            {"email":"b@example.com","primary":true,"verified":false}
        ]"#;

        assert_eq!(chosen(body), Some(email("b@example.com", false)));
    }

    #[test]
    fn idt_23_without_a_primary_address_only_a_verified_one_counts() {
        let body = r#"[
            {"email":"a@example.com","primary":false,"verified":false},
            {"email":"b@example.com","verified":true},
            {"email":"c@example.com","primary":false,"verified":true}
        ]"#;

        assert_eq!(chosen(body), Some(email("b@example.com", true)));
        let none = r#"[{"email":"a@example.com","verified":false}]"#;
        assert_eq!(chosen(none), None);
        assert_eq!(chosen("[]"), None);
    }

    #[test]
    fn idt_23_only_a_json_true_verifies() {
        for value in ["\"true\"", "1", "null", "[true]", "false"] {
            let body =
                format!(r#"[{{"email":"a@example.com","primary":true,"verified":{value}}}]"#);

            assert_eq!(
                chosen(&body),
                Some(email("a@example.com", false)),
                "{value}"
            );
        }
        let absent = r#"[{"email":"a@example.com","primary":true}]"#;
        assert_eq!(chosen(absent), Some(email("a@example.com", false)));
    }

    #[test]
    fn an_address_that_receives_no_mail_is_not_chosen() {
        let body = r#"[
            {"email":"1+octocat@Users.NoReply.github.com","primary":true,"verified":true},
            {"email":null,"primary":true,"verified":true},
            {"email":"nobody","primary":true,"verified":true},
            {"email":"a@example.com","primary":false,"verified":true}
        ]"#;

        assert_eq!(chosen(body), Some(email("a@example.com", true)));
    }

    #[test]
    fn idt_14_addresses_that_are_no_list_of_objects_are_not_read() {
        for body in [
            "",
            "{}",
            "null",
            r#"["a@example.com"]"#,
            r#"[["a@example.com",true,true]]"#,
            "[",
            "[]x",
            r#"[{"email":"a@example.com","verified":false,"verified":true}]"#,
        ] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
