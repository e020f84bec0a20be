use belgie_domain::{EmailAddress, Issuer, Subject, UserId};

/// The names of the resources a transaction competes for. After a conflict, the store runs the transaction again while
/// it alone, across all nodes, holds these names. A first run never waits for transactions without a common name; a
/// re-run may take turns with the re-runs of such transactions, but one that hangs cannot hold it up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contention(Vec<String>);

impl Contention {
    /// No names: a re-run is not protected from the transactions with which the first run conflicted.
    pub fn none() -> Self {
        Self::default()
    }

    /// Names a user.
    pub fn on_user(user: UserId) -> Self {
        Self::none().and_user(user)
    }

    /// Adds a user.
    #[must_use]
    pub fn and_user(self, user: UserId) -> Self {
        self.and(format!("user {user}"))
    }

    /// Adds the account of a subject at an issuer.
    #[must_use]
    pub fn and_account(self, issuer: &Issuer, subject: &Subject) -> Self {
        self.and(format!("account {issuer} {subject}"))
    }

    /// Adds an e-mail address.
    #[must_use]
    pub fn and_address(self, email: &EmailAddress) -> Self {
        self.and(format!("address {email}"))
    }

    /// Returns the names, sorted and deduplicated, so that stores that lock them in this order cannot deadlock.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    fn and(mut self, name: String) -> Self {
        if let Err(position) = self.0.binary_search(&name) {
            self.0.insert(position, name);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use belgie_domain::UserId;
    use chrono::DateTime;

    use super::*;

    #[test]
    fn names_are_sorted_and_each_there_once() {
        let user = |byte| UserId::new(DateTime::UNIX_EPOCH, [byte; 10]);
        let email: EmailAddress = "jane@example.com".parse().unwrap();

        let contention = Contention::on_user(user(9))
            .and_user(user(1))
            .and_address(&email)
            .and_user(user(9));

        let names = contention.names();
        assert_eq!(names.len(), 3);
        assert!(names.is_sorted());
        assert_ne!(Contention::on_user(user(1)), Contention::on_user(user(2)));
    }
}
