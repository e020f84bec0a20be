use belgie_domain::{display_name, picture_url};
use belgie_provider_http::json;
use serde::Deserialize;
use serde_json::Value;

/// What a provider reports about a person, apart from the identifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) email: Option<Email>,
    pub(crate) name: Option<String>,
    pub(crate) picture: Option<String>,
}

/// An address together with what the same document states about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Email {
    pub(crate) address: String,
    pub(crate) verified: bool,
}

/// The claims of an ID token or of userinfo that are used (OpenID Connect Core §5.1). One of the wrong type counts as
/// absent: none of them decides whether the document is accepted.
#[derive(Deserialize)]
struct Claims {
    #[serde(default, deserialize_with = "json::usable")]
    email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    #[serde(default, deserialize_with = "json::usable")]
    name: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    picture: Option<String>,
}

impl Profile {
    /// Reads the claims of a document.
    ///
    /// # Errors
    /// serde's errors, for what is not a JSON object or repeats a claim.
    pub(crate) fn read(document: &[u8]) -> serde_json::Result<Self> {
        let claims: Claims = json::object(document)?;
        let verified = is_true(&claims.email_verified);
        let email = claims.email.filter(|address| !address.is_empty());
        Ok(Self {
            email: email.map(|address| Email { address, verified }),
            name: claims.name.as_deref().and_then(display_name),
            picture: claims.picture.as_deref().and_then(picture_url),
        })
    }

    /// Fills in missing values from another document.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            name: self.name.or(other.name),
            picture: self.picture.or(other.picture),
        }
    }

    /// Returns whether the address is missing, although the scope requests it.
    pub(crate) fn lacks_email(&self, scopes: &[String]) -> bool {
        self.email.is_none() && scopes.iter().any(|scope| scope == "email")
    }

    /// Returns whether the name is missing, although the scope requests it.
    pub(crate) fn lacks_name(&self, scopes: &[String]) -> bool {
        self.name.is_none() && scopes.iter().any(|scope| scope == "profile")
    }
}

/// Some providers send `email_verified` as text. Every other value means *not verified*.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::String(text) => text == "true",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn profile(claims: &Value) -> Profile {
        Profile::read(claims.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn lnk_03_an_address_is_verified_only_by_a_json_true_or_the_text_true() {
        let verified = |value: Value| {
            let claims = json!({ "email": "a@example.com", "email_verified": value });
            profile(&claims).email.unwrap().verified
        };

        assert!(verified(json!(true)));
        assert!(verified(json!("true")));
        for value in [
            json!(false),
            json!("false"),
            json!("True"),
            json!("TRUE"),
            json!(" true"),
            json!("true "),
            json!("yes"),
            json!("1"),
            json!(""),
            json!(1),
            json!(1.0),
            json!([true]),
            json!(["true"]),
            json!({ "true": true }),
            Value::Null,
        ] {
            assert!(!verified(value.clone()), "{value}");
        }
        let unstated = profile(&json!({ "email": "a@example.com" }));
        assert!(!unstated.email.unwrap().verified);
    }

    #[test]
    fn lnk_03_a_repeated_claim_is_refused() {
        for claims in [
            r#"{"email":"a@example.com","email":"b@example.com"}"#,
            r#"{"email_verified":false,"email_verified":true}"#,
            r#"{"email_verified":true,"email\u005fverified":true}"#,
            r#"{"name":"Jane","name":"Jane"}"#,
        ] {
            assert!(Profile::read(claims.as_bytes()).is_err(), "{claims}");
        }
    }

    #[test]
    fn idt_14_a_claim_that_does_not_decide_counts_as_absent_when_it_is_unusable() {
        for name in ["email", "name", "picture"] {
            for value in [
                json!(7),
                json!(true),
                json!(["jane@example.com", "eve@example.com"]),
                json!({ "first": "Jane" }),
                json!(""),
                Value::Null,
            ] {
                let profile = profile(&json!({ name: value, "email_verified": true }));
                assert_eq!(profile, Profile::default(), "{name}: {value}");
            }
        }
    }

    #[test]
    fn idt_14_claims_that_nobody_uses_are_not_read() {
        let claims = json!({
            "name": "Jane",
            "address": "1 Main Street",
            "birthdate": 0,
            "locale": [],
            "phone_number_verified": "false",
            "updated_at": "Wed Apr 04 18:45:44 CEST 2018",
        });

        assert_eq!(profile(&claims).name.as_deref(), Some("Jane"));
    }

    #[test]
    fn lnk_03_one_document_never_verifies_the_address_of_another() {
        let id_token = profile(&json!({ "email_verified": true, "name": "Jane" }));
        let userinfo = profile(&json!({ "email": "a@example.com", "name": "Other" }));

        let merged = id_token.or(userinfo);

        assert!(!merged.email.unwrap().verified);
        assert_eq!(merged.name.as_deref(), Some("Jane"));
    }

    #[test]
    fn a_name_is_kept_as_all_names_are() {
        let name = |text: &str| profile(&json!({ "name": text })).name;

        assert_eq!(name(" Jane\u{0}\n Doe ").as_deref(), Some("Jane Doe"));
        assert_eq!(name(" \t"), None);
    }

    #[test]
    fn only_what_the_scope_asks_for_is_lacking() {
        let scopes = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let nothing = Profile::default();
        let complete = profile(&json!({ "name": "Jane", "email": "a@example.com" }));

        for (scope, email, name) in [
            ("openid", false, false),
            ("openid email", true, false),
            ("openid profile", false, true),
            ("openid email profile", true, true),
        ] {
            let scopes = scopes(scope);
            assert_eq!(nothing.lacks_email(&scopes), email, "{scopes:?}");
            assert_eq!(nothing.lacks_name(&scopes), name, "{scopes:?}");
            assert!(!complete.lacks_email(&scopes) && !complete.lacks_name(&scopes));
        }
    }
}
