//! The people with an account at the provider.

use std::sync::Mutex;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::lock::lock;

/// A person with an account at the emulated provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    subject: String,
    claims: Map<String, Value>,
}

impl Person {
    /// Creates a person with only a subject identifier.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            claims: Map::new(),
        }
    }

    /// Creates the person with an e-mail address, always with the same subject identifier.
    pub fn of_email(email: &str) -> Self {
        let digest = Sha256::digest(email.trim().to_lowercase());
        let number = digest[..8]
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
        Self::new(format!("1{number:020}")).email(email.trim())
    }

    /// Sets the e-mail address, verified unless [`Person::email_verified`] says otherwise.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.claims
            .entry("email_verified")
            .or_insert(Value::Bool(true));
        self.claim("email", email.into())
    }

    /// Sets whether the provider has verified the e-mail address.
    #[must_use]
    pub fn email_verified(self, verified: bool) -> Self {
        self.claim("email_verified", verified)
    }

    /// Sets the full name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.claim("name", name.into())
    }

    /// Sets the URL of the picture.
    #[must_use]
    pub fn picture(self, url: impl Into<String>) -> Self {
        self.claim("picture", url.into())
    }

    /// Sets `hd`, the Google Workspace domain that the account belongs to.
    #[must_use]
    pub fn hosted_domain(self, domain: impl Into<String>) -> Self {
        self.claim("hd", domain.into())
    }

    /// Sets `tid`, the tenant at Microsoft that the account belongs to; by default that of personal accounts.
    #[must_use]
    pub fn tenant(self, id: impl Into<String>) -> Self {
        self.claim("tid", id.into())
    }

    /// Sets any other claim.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Returns the subject identifier.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns a claim that is a string, if the person has it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    pub(crate) fn has_verified_email(&self) -> bool {
        self.claims.get("email_verified") == Some(&Value::Bool(true))
    }

    /// Describes in a word what is special about the account.
    pub(crate) fn note(&self) -> &'static str {
        if self.claims.get("email_verified") == Some(&Value::Bool(false)) {
            "unverified"
        } else if self.claims.contains_key("hd") {
            "Workspace"
        } else {
            ""
        }
    }

    /// Returns the claims that a scope includes (OpenID Connect Core §5.4), and always `sub`.
    pub(crate) fn claims_for(&self, scope: &str) -> Map<String, Value> {
        let granted = |name: &str| scope.split(' ').any(|value| value == name);
        let mut claims: Map<String, Value> = self
            .claims
            .iter()
            .filter(|(name, _)| match name.as_str() {
                "email" | "email_verified" => granted("email"),
                "hd" | "tid" => true,
                _ => granted("profile"),
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        claims.insert("sub".to_owned(), self.subject.clone().into());
        claims
    }
}

/// The people known to the provider, in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct People(Mutex<Vec<Person>>);

impl People {
    pub(crate) fn new(people: Vec<Person>) -> Self {
        Self(Mutex::new(people))
    }

    /// Adds a person, replacing the one with the same subject identifier.
    pub(crate) fn put(&self, person: Person) {
        let mut people = lock(&self.0);
        match people.iter_mut().find(|it| it.subject == person.subject) {
            Some(existing) => *existing = person,
            None => people.push(person),
        }
    }

    pub(crate) fn find(&self, subject: &str) -> Option<Person> {
        lock(&self.0)
            .iter()
            .find(|person| person.subject == subject)
            .cloned()
    }

    pub(crate) fn find_by_email(&self, email: &str) -> Option<Person> {
        let owns = |person: &&Person| {
            person
                .text("email")
                .is_some_and(|address| address.eq_ignore_ascii_case(email))
        };
        lock(&self.0).iter().find(owns).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Person> {
        lock(&self.0).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_counts_as_verified_unless_said_otherwise() {
        let verified = Person::new("1").email("a@example.com");
        let unverified = Person::new("1")
            .email_verified(false)
            .email("a@example.com");

        assert_eq!(verified.claims["email_verified"], true);
        assert_eq!(unverified.claims["email_verified"], false);
    }

    #[test]
    fn the_scope_decides_which_claims_are_included() {
        let person = Person::new("1")
            .email("a@corp.example")
            .name("A")
            .hosted_domain("corp.example");

        let claims = |scope| person.claims_for(scope).keys().cloned().collect::<Vec<_>>();

        assert_eq!(claims("openid"), ["hd", "sub"]);
        assert_eq!(claims("openid profile"), ["hd", "name", "sub"]);
        assert_eq!(
            claims("openid email"),
            ["email", "email_verified", "hd", "sub"]
        );
    }

    #[test]
    fn an_address_always_belongs_to_the_same_subject() {
        let person = Person::of_email("Jane@Example.com ");

        assert_eq!(
            person.subject(),
            Person::of_email("jane@example.com").subject()
        );
        assert_ne!(
            person.subject(),
            Person::of_email("joe@example.com").subject()
        );
        assert_eq!(person.text("email"), Some("Jane@Example.com"));
    }

    #[test]
    fn a_person_replaces_the_one_with_the_same_subject() {
        let people = People::new(vec![Person::new("1").name("Old")]);

        people.put(Person::new("1").name("New"));

        assert_eq!(people.all(), [Person::new("1").name("New")]);
    }
}
