use belgie_domain::display_name;
use openidconnect::core::CoreGenderClaim;
use openidconnect::{EndUserEmail, EndUserName, EndUserPictureUrl, LocalizedClaim, StandardClaims};

use crate::id_token::Claims;

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

impl Profile {
    pub(crate) fn of_id_token(claims: &Claims) -> Self {
        Self {
            email: email(claims.email(), claims.email_verified()),
            name: name(claims.name()),
            picture: picture(claims.picture()),
        }
    }

    pub(crate) fn of_userinfo(claims: &StandardClaims<CoreGenderClaim>) -> Self {
        Self {
            email: email(claims.email(), claims.email_verified()),
            name: name(claims.name()),
            picture: picture(claims.picture()),
        }
    }

    /// Fills in missing values from another document.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            name: self.name.or(other.name),
            picture: self.picture.or(other.picture),
        }
    }

    /// Returns whether something is missing that the scope requests.
    pub(crate) fn lacks(&self, scopes: &[String]) -> bool {
        let asks = |scope: &str| scopes.iter().any(|asked| asked == scope);
        (asks("email") && self.email.is_none()) || (asks("profile") && self.name.is_none())
    }
}

fn email(address: Option<&EndUserEmail>, verified: Option<bool>) -> Option<Email> {
    let address = address.map(|address| address.as_str())?;
    (!address.is_empty()).then(|| Email {
        address: address.to_owned(),
        verified: verified == Some(true),
    })
}

fn name(name: Option<&LocalizedClaim<EndUserName>>) -> Option<String> {
    display_name(name.and_then(|name| name.get(None))?)
}

/// Returns the URL of a picture. Browsers load it; the server never does.
fn picture(picture: Option<&LocalizedClaim<EndUserPictureUrl>>) -> Option<String> {
    let picture = picture.and_then(|picture| picture.get(None))?;
    let url = url::Url::parse(picture).ok()?;
    let fits = matches!(url.scheme(), "https" | "http") && picture.len() <= MAX_URL_BYTES;
    fits.then(|| url.into())
}

const MAX_URL_BYTES: usize = 2048;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn profile(claims: &Value) -> Profile {
        let mut claims = claims.clone();
        claims["sub"] = "1".into();
        Profile::of_userinfo(&serde_json::from_value(claims).unwrap())
    }

    #[test]
    fn lnk_03_an_address_is_verified_only_by_a_json_true() {
        let verified = |value: Value| {
            let claims = json!({ "email": "a@example.com", "email_verified": value });
            profile(&claims).email.unwrap().verified
        };

        assert!(verified(json!(true)));
        assert!(!verified(json!(false)));
        assert!(!verified(Value::Null));
        assert!(
            !profile(&json!({ "email": "a@example.com" }))
                .email
                .unwrap()
                .verified
        );
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
    fn net_07_a_picture_is_an_address_for_browsers() {
        let picture = |text: &str| profile(&json!({ "picture": text })).picture;

        assert_eq!(
            picture("https://example.com/a.png").as_deref(),
            Some("https://example.com/a.png")
        );
        for text in ["", "javascript:alert(1)", "data:text/html,x", "/a.png"] {
            assert_eq!(picture(text), None, "{text}");
        }
        assert_eq!(
            picture(&format!("https://example.com/{}", "a".repeat(3000))),
            None
        );
    }

    #[test]
    fn only_what_the_scope_asks_for_is_lacking() {
        let scopes = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let nothing = Profile::default();
        let name_only = profile(&json!({ "name": "Jane" }));

        assert!(!nothing.lacks(&scopes("openid")));
        assert!(nothing.lacks(&scopes("openid email")));
        assert!(nothing.lacks(&scopes("openid profile")));
        assert!(!name_only.lacks(&scopes("openid profile")));
        assert!(name_only.lacks(&scopes("openid email profile")));
    }
}
