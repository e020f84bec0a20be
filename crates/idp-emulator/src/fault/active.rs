//! The active faults.

use std::sync::Mutex;

use super::{
    Answer, AuthorizationFault, DiscoveryFault, Fault, GithubFault, IdTokenFault, JwksFault,
    TokenReplyFault, UserinfoFault,
};
use crate::lock::lock;
use crate::request_log::Endpoint;

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    fault: Fault,
    once: bool,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault, once: bool) {
        lock(&self.0).push(Entry { fault, once });
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    pub(crate) fn answers(&self, asked: Endpoint) -> Vec<Answer> {
        self.take(|fault| match fault {
            Fault::Answer { endpoint, answer } if *endpoint == asked => Some(answer),
            _ => None,
        })
    }

    pub(crate) fn discovery(&self) -> Vec<DiscoveryFault> {
        self.take(|fault| match fault {
            Fault::Discovery(fault) => Some(fault),
            _ => None,
        })
    }

    pub(crate) fn jwks(&self) -> Vec<JwksFault> {
        self.take(|fault| match fault {
            Fault::Jwks(fault) => Some(fault),
            _ => None,
        })
    }

    pub(crate) fn authorization(&self) -> Vec<AuthorizationFault> {
        self.take(|fault| match fault {
            Fault::Authorization(fault) => Some(fault),
            _ => None,
        })
    }

    pub(crate) fn token_reply(&self) -> Vec<TokenReplyFault> {
        self.take(|fault| match fault {
            Fault::TokenReply(TokenReplyFault::Error { .. }) => None,
            Fault::TokenReply(fault) => Some(fault),
            _ => None,
        })
    }

    /// Returns the error code that the token endpoint must return, the latest first.
    pub(crate) fn token_error(&self) -> Option<String> {
        self.take(|fault| match fault {
            Fault::TokenReply(TokenReplyFault::Error { code }) => Some(code),
            _ => None,
        })
        .pop()
    }

    pub(crate) fn id_token(&self) -> Vec<IdTokenFault> {
        self.take(|fault| match fault {
            Fault::IdToken(fault) => Some(fault),
            _ => None,
        })
    }

    pub(crate) fn userinfo(&self) -> Vec<UserinfoFault> {
        self.take(|fault| match fault {
            Fault::Userinfo(fault) => Some(fault),
            _ => None,
        })
    }

    pub(crate) fn github(&self) -> Vec<GithubFault> {
        self.take(|fault| match fault {
            Fault::Github(fault) => Some(fault),
            _ => None,
        })
    }

    /// Returns the faults that apply, oldest first, and removes those meant for one response.
    fn take<T: Clone>(&self, concerns: impl Fn(&Fault) -> Option<&T>) -> Vec<T> {
        let mut entries = lock(&self.0);
        let mut taken = Vec::new();
        entries.retain(|entry| match concerns(&entry.fault) {
            Some(fault) => {
                taken.push(fault.clone());
                !entry.once
            }
            None => true,
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_stays_until_it_is_cleared() {
        let faults = Faults::default();
        faults.add(Fault::without_claim("sub"), false);

        assert_eq!(faults.id_token().len(), 1);
        assert_eq!(faults.id_token().len(), 1);
        faults.clear();

        assert!(faults.id_token().is_empty());
    }

    #[test]
    fn a_fault_that_comes_once_waits_for_its_own_endpoint() {
        let faults = Faults::default();
        faults.add(Fault::answer(Endpoint::Token, Answer::Status(503)), true);

        assert!(faults.answers(Endpoint::Jwks).is_empty());
        assert_eq!(faults.answers(Endpoint::Token), [Answer::Status(503)]);
        assert!(faults.answers(Endpoint::Token).is_empty());
    }
}
