use std::fmt;
use std::sync::Arc;

use belgie_domain::{
    AccessToken, AccessTokenClaims, Jwk, Profile, Session, SigningKey, SigningKeySet, User,
};
use belgie_ports::AccessTokenError;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::signing::{Signing, not_set_up};
use super::state::AccessTokenState;
use super::verified::VerifiedAccessToken;
use crate::core::Core;
use crate::{AuthError, Authenticated, Proof};

/// Issues and verifies access tokens, and manages the keys that sign them.
#[derive(Clone, Copy)]
pub struct AccessTokens<'a> {
    pub(super) core: &'a Core,
}

/// A new access token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedAccessToken {
    /// The token.
    pub token: AccessToken,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// How many seconds that is from now (RFC 6749 §5.1).
    pub expires_in: i64,
}

impl<'a> AccessTokens<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Issues a token for this request's session, unless the request was itself authenticated by an access token: a
    /// stolen one could otherwise be renewed for as long as the session lives.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] for a request authenticated by an access token; as [`Self::issue`].
    pub async fn issue_to(
        &self,
        authenticated: &Authenticated,
    ) -> Result<IssuedAccessToken, AuthError> {
        if authenticated.by == Proof::AccessToken {
            return Err(AuthError::Forbidden);
        }
        let (session, user) = (&authenticated.session, &authenticated.user);
        self.issue(session, user).await
    }

    /// Issues a token for a session that has just been authenticated or started. It expires after the configured lifetime,
    /// or with the session if that ends earlier.
    ///
    /// # Errors
    /// [`AuthError::SessionExpired`], [`AuthError::Store`], and [`AuthError::NotFound`] when access tokens are not set up:
    /// see [`AuthBuilder::access_tokens`](crate::AuthBuilder::access_tokens).
    pub async fn issue(
        &self,
        session: &Session,
        user: &User,
    ) -> Result<IssuedAccessToken, AuthError> {
        let signing = self.signing()?;
        let now = self.core.now();
        let policy = &self.core.policy;
        let lifetime = policy
            .access_tokens
            .lifetime(session, &policy.sessions, now);
        let (issued_at, expires_at) = lifetime;
        if expires_at <= issued_at {
            return Err(AuthError::SessionExpired);
        }
        let key = self.signing_key(now).await?;
        let loaded = self.state().ring.load(&key, &signing)?;
        let claims = AccessTokenClaims::new(
            (self.state().issuer.clone(), self.state().audience.clone()),
            (user.id, session.id),
            (issued_at, expires_at),
            Uuid::from_bytes(self.core.draw(now).bytes()),
        );
        let token = loaded.sign(&claims.with_profile(Profile::of(user)));
        Ok(IssuedAccessToken {
            token,
            expires_at,
            expires_in: (expires_at - issued_at).num_seconds(),
        })
    }

    /// Makes sure that a token can be issued, so that a sign-in that ends with one does not fail once it has begun.
    ///
    /// # Errors
    /// As [`Self::issue`].
    pub(crate) async fn prepare(self) -> Result<(), AuthError> {
        let key = self.signing_key(self.core.now()).await?;
        self.state().ring.load(&key, &self.signing()?)?;
        Ok(())
    }

    /// Returns whether this installation issues access tokens.
    pub fn are_offered(&self) -> bool {
        self.signing().is_ok()
    }

    /// Verifies a token's signature and claims. Whether the session still exists is not checked: see
    /// [`SessionManager::authenticate_access_token`](crate::SessionManager::authenticate_access_token).
    ///
    /// # Errors
    /// [`AuthError::NotAuthenticated`] when it is not valid (any more), [`AuthError::Store`] when the keys cannot be
    /// read.
    pub async fn verify(&self, token: &AccessToken) -> Result<VerifiedAccessToken, AuthError> {
        let (state, now) = (self.state(), self.core.now());
        let store = self.core.store.as_ref();
        let keys = state.ring.recent(store, now).await?;
        let hash = token.hash();
        if let Some(found) = state.verified.find(&hash, now)
            && keys
                .verifying(self.max_age(), now)
                .any(|key| key.id == found.key)
        {
            return Ok(found);
        }
        let mut checked = self.check(token, &keys, now);
        if checked == Err(AccessTokenError::UnknownKey) {
            let newest = state.ring.newest(store, now).await?;
            checked = self.check(token, &newest, now);
        }
        let verified = checked.map_err(|reason| {
            tracing::debug!("an access token {reason}");
            AuthError::NotAuthenticated
        })?;
        state.verified.insert(hash, verified);
        Ok(verified)
    }

    fn check(
        self,
        token: &AccessToken,
        keys: &SigningKeySet,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAccessToken, AccessTokenError> {
        let state = self.state();
        let signer = state.signer.as_deref();
        let signer = signer.ok_or(AccessTokenError::Invalid("cannot be verified"))?;
        let keys: Vec<&SigningKey> = keys.verifying(self.max_age(), now).collect();
        let (key, claims) = signer.verify(token, &keys)?;
        if !claims.are_valid(&state.issuer, &state.audience, now) {
            let reason = "is expired, or meant for others";
            return Err(AccessTokenError::Invalid(reason));
        }
        Ok(VerifiedAccessToken::new(key, &claims))
    }

    /// Returns the public keys, which others verify tokens with. They may be cached for [`Self::KEYS_CACHEABLE`].
    ///
    /// # Errors
    /// [`AuthError::Store`], [`AuthError::NotFound`] when access tokens are not set up.
    pub async fn jwks(&self) -> Result<Vec<Jwk>, AuthError> {
        self.signing()?;
        let now = self.core.now();
        let ring = &self.state().ring;
        let keys = ring.recent(self.core.store.as_ref(), now).await?;
        let published = keys.verifying(self.max_age(), now);
        Ok(published.filter_map(SigningKey::jwk).collect())
    }

    /// How long others may cache the public keys.
    pub const KEYS_CACHEABLE: TimeDelta = SigningKeySet::CACHEABLE;

    pub(super) fn max_age(self) -> TimeDelta {
        self.core.policy.access_tokens.max_age
    }

    pub(super) fn state(self) -> &'a AccessTokenState {
        &self.core.access_tokens
    }

    pub(super) fn signing(self) -> Result<Signing<'a>, AuthError> {
        let signer = self.state().signer.as_deref().ok_or_else(not_set_up)?;
        let cipher = self.core.cipher.as_deref().ok_or_else(not_set_up)?;
        Ok(Signing { signer, cipher })
    }

    pub(super) async fn newest_keys(&self) -> Result<Arc<SigningKeySet>, AuthError> {
        let (store, now) = (self.core.store.as_ref(), self.core.now());
        Ok(self.state().ring.newest(store, now).await?)
    }
}

impl fmt::Debug for AccessTokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens").finish_non_exhaustive()
    }
}
