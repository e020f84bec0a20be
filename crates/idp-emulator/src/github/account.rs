//! A person as GitHub knows them.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::path;
use crate::person::Person;
use crate::provider::Provider;

/// Returns the reply of `/user`.
pub(super) fn user(provider: &Provider, person: &Person) -> Map<String, Value> {
    let picture = provider.url(&path::picture(person.subject()));
    let Value::Object(user) = json!({
        "login": login(person),
        "id": id(person),
        "avatar_url": person.text("picture").unwrap_or(&picture),
        "type": "User",
        "site_admin": false,
        "name": person.text("name"),
        "email": null,
    }) else {
        unreachable!("the literal above is an object")
    };
    user
}

/// Returns the reply of `/user/emails`.
pub(super) fn emails(person: &Person) -> Value {
    let Some(address) = person.text("email") else {
        return json!([]);
    };
    json!([{
        "email": address,
        "primary": true,
        "verified": person.has_verified_email(),
        "visibility": "private",
    }])
}

/// Returns the subject if it is a number, otherwise a number that always belongs to it.
fn id(person: &Person) -> u64 {
    person.subject().parse().unwrap_or_else(|_| {
        let digest = Sha256::digest(person.subject());
        let number = digest[..4].iter();
        number.fold(1, |number, byte| number << 8 | u64::from(*byte))
    })
}

fn login(person: &Person) -> &str {
    let email = person.text("email").unwrap_or_default();
    match email.split_once('@') {
        Some((local, _)) => local,
        None => person.subject(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number_of_its_own() {
        assert_eq!(id(&Person::new("583231")), 583_231);
        let [jane, john] = ["jane", "john"].map(|subject| id(&Person::new(subject)));
        assert_ne!(jane, john);
        assert_eq!(jane, id(&Person::new("jane")));
    }
}
