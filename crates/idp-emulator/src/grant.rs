//! What people have granted to clients: codes, access tokens and refresh tokens.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::lock::lock;
use crate::random;

/// One decision of a person, from which all its tokens derive.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    pub(crate) subject: String,
    pub(crate) scope: String,
    revoked: AtomicBool,
}

impl Grant {
    pub(crate) fn new(client_id: &str, subject: &str, scope: &str) -> Arc<Self> {
        Arc::new(Self {
            client_id: client_id.to_owned(),
            subject: subject.to_owned(),
            scope: scope.to_owned(),
            revoked: AtomicBool::new(false),
        })
    }

    /// Returns the grant restricted to a part of its scope.
    pub(crate) fn scoped(grant: &Arc<Self>, scope: &str) -> AccessGrant {
        AccessGrant {
            grant: Arc::clone(grant),
            scope: scope.to_owned(),
        }
    }

    fn revoke(&self) {
        self.revoked.store(true, Ordering::Relaxed);
    }

    fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Relaxed)
    }
}

/// What an access token gives access to: a grant, or a part of it.
#[derive(Clone, Debug)]
pub(crate) struct AccessGrant {
    pub(crate) grant: Arc<Grant>,
    pub(crate) scope: String,
}

/// An authorization code and what it is bound to.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationCode {
    pub(crate) grant: Arc<Grant>,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: String,
    pub(crate) nonce: Option<String>,
    /// Included in the ID token when the client requested re-authentication.
    pub(crate) auth_time: Option<i64>,
    pub(crate) with_refresh_token: bool,
    pub(crate) expires_at: i64,
    used: bool,
}

impl AuthorizationCode {
    pub(crate) fn new(grant: Arc<Grant>, redirect_uri: &str, code_challenge: &str) -> Self {
        Self {
            grant,
            redirect_uri: redirect_uri.to_owned(),
            code_challenge: code_challenge.to_owned(),
            nonce: None,
            auth_time: None,
            with_refresh_token: false,
            expires_at: i64::MAX,
            used: false,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Grants(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    codes: HashMap<String, AuthorizationCode>,
    access_tokens: HashMap<String, (AccessGrant, i64)>,
    refresh_tokens: HashMap<String, Arc<Grant>>,
    /// The clients and subjects with a consent to offline access.
    offline: HashSet<(String, String)>,
    /// Whether a refresh token is replaced when it is used.
    rotates: bool,
}

impl Grants {
    /// Stores a code and returns it.
    pub(crate) fn add_code(&self, code: AuthorizationCode, now: i64) -> String {
        let mut inner = lock(&self.0);
        if inner.codes.len() >= SWEEP_AT {
            inner.codes.retain(|_, code| code.expires_at > now);
        }
        let value = random::token();
        inner.codes.insert(value.clone(), code);
        value
    }

    pub(crate) fn find_code(&self, value: &str) -> Option<AuthorizationCode> {
        lock(&self.0).codes.get(value).cloned()
    }

    /// Consumes a code for its client; a second attempt revokes what was issued for the first (RFC 6749 §4.1.2).
    pub(crate) fn consume_code(&self, value: &str, client_id: &str) -> Option<AuthorizationCode> {
        let mut inner = lock(&self.0);
        let code = inner.codes.get_mut(value)?;
        if code.grant.client_id != client_id {
            return None;
        }
        if code.used {
            code.grant.revoke();
            return None;
        }
        code.used = true;
        Some(code.clone())
    }

    pub(crate) fn add_access_token(&self, value: String, access: AccessGrant, expires_at: i64) {
        let mut inner = lock(&self.0);
        if inner.access_tokens.len() >= SWEEP_AT {
            let now = expires_at - ACCESS_TOKEN_SECONDS;
            inner
                .access_tokens
                .retain(|_, (access, until)| *until > now && !access.grant.is_revoked());
        }
        inner.access_tokens.insert(value, (access, expires_at));
    }

    /// Returns the grant of an access token, if it is still valid.
    pub(crate) fn find_access_token(&self, value: &str, now: i64) -> Option<AccessGrant> {
        let inner = lock(&self.0);
        let (access, expires_at) = inner.access_tokens.get(value)?;
        (*expires_at > now && !access.grant.is_revoked()).then(|| access.clone())
    }

    pub(crate) fn add_refresh_token(&self, grant: Arc<Grant>) -> String {
        let value = random::token();
        lock(&self.0).refresh_tokens.insert(value.clone(), grant);
        value
    }

    /// Returns the grant of a refresh token of this client, if it is still valid.
    pub(crate) fn find_refresh_token(&self, value: &str, client_id: &str) -> Option<Arc<Grant>> {
        lock(&self.0)
            .refresh_tokens
            .get(value)
            .filter(|grant| grant.client_id == client_id && !grant.is_revoked())
            .cloned()
    }

    /// Replaces refresh tokens when they are used, from now on.
    pub(crate) fn rotate_refresh_tokens(&self) {
        lock(&self.0).rotates = true;
    }

    /// Makes a used refresh token invalid if it is to be replaced; returns whether it is.
    pub(crate) fn retire_refresh_token(&self, value: &str) -> bool {
        let mut inner = lock(&self.0);
        inner.rotates && inner.refresh_tokens.remove(value).is_some()
    }

    /// Revokes the grant of a token of this client (RFC 7009 §2.1).
    pub(crate) fn revoke_token(&self, value: &str, client_id: &str) {
        let inner = lock(&self.0);
        let by_access_token = inner.access_tokens.get(value).map(|(it, _)| &it.grant);
        let grant = inner.refresh_tokens.get(value).or(by_access_token);
        if let Some(grant) = grant.filter(|grant| grant.client_id == client_id) {
            grant.revoke();
        }
    }

    /// Records a consent to offline access; returns true the first time.
    pub(crate) fn consent_to_offline(&self, client_id: &str, subject: &str) -> bool {
        lock(&self.0)
            .offline
            .insert((client_id.to_owned(), subject.to_owned()))
    }

    /// Revokes everything that a person has granted.
    pub(crate) fn revoke_all_of(&self, subject: &str) {
        let mut inner = lock(&self.0);
        let of_codes = inner.codes.values().map(|code| &code.grant);
        let of_access_tokens = inner
            .access_tokens
            .values()
            .map(|(access, _)| &access.grant);
        of_codes
            .chain(of_access_tokens)
            .chain(inner.refresh_tokens.values())
            .filter(|grant| grant.subject == subject)
            .for_each(|grant| grant.revoke());
        inner.offline.retain(|(_, owner)| owner != subject);
        inner.refresh_tokens.retain(|_, grant| !grant.is_revoked());
    }
}

/// The lifetime of an access token.
pub(crate) const ACCESS_TOKEN_SECONDS: i64 = 3600;
/// The number of codes or access tokens at which expired ones are removed.
const SWEEP_AT: usize = 50_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> AuthorizationCode {
        let grant = Grant::new("client", "1", "openid");
        AuthorizationCode::new(grant, "http://localhost/callback", "challenge")
    }

    #[test]
    fn a_code_is_consumed_once_and_only_by_its_client() {
        let grants = Grants::default();
        let value = grants.add_code(code(), 0);

        assert!(grants.consume_code(&value, "another").is_none());
        assert!(grants.consume_code(&value, "client").is_some());
        assert!(grants.consume_code(&value, "client").is_none());
    }

    #[test]
    fn a_code_used_twice_revokes_its_tokens() {
        let grants = Grants::default();
        let value = grants.add_code(code(), 0);
        let grant = grants.consume_code(&value, "client").unwrap().grant;
        grants.add_access_token("access".to_owned(), Grant::scoped(&grant, "openid"), 10);
        let refresh = grants.add_refresh_token(grant);
        assert!(grants.find_access_token("access", 0).is_some());

        grants.consume_code(&value, "client");

        assert!(grants.find_access_token("access", 0).is_none());
        assert!(grants.find_refresh_token(&refresh, "client").is_none());
    }

    #[test]
    fn an_access_token_ends() {
        let grants = Grants::default();
        grants.add_access_token(
            "access".to_owned(),
            Grant::scoped(&code().grant, "openid"),
            10,
        );

        assert!(grants.find_access_token("access", 9).is_some());
        assert!(grants.find_access_token("access", 10).is_none());
    }

    #[test]
    fn withdrawn_consent_is_asked_for_again() {
        let grants = Grants::default();
        assert!(grants.consent_to_offline("client", "1"));
        assert!(!grants.consent_to_offline("client", "1"));
        let refresh = grants.add_refresh_token(code().grant);

        grants.revoke_all_of("1");

        assert!(grants.find_refresh_token(&refresh, "client").is_none());
        assert!(grants.consent_to_offline("client", "1"));
    }
}
