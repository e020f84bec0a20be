use std::fmt;
use std::sync::Arc;

use belgie_domain::{
    AuthorizationCode, ClientInfo, CodeVerifier, EventKind, Nonce, PostedIdToken, ProviderIdentity,
};
use belgie_ports::{
    CodeGrant, Exchanged, IdTokenGrant, IdentityProvider, InvalidIdentity, ProviderError,
};
use url::Url;

use super::SignIn;
use super::ending::{Ending, Granted};
use super::record::{FailedSignIn, record_failure};
use super::resolution::Resolution;
use super::written::Written;
use crate::time_limit::in_time;
use crate::{AuthError, Limits, SignedIn};

/// What a client posts that made the authorization request itself, such as a server-side front end or a native app.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum PostedProof<'a> {
    /// An authorization code, with what the client sent in its authorization request.
    Code {
        /// The code.
        code: &'a str,
        /// The PKCE code verifier.
        code_verifier: &'a str,
        /// The redirect URI, on a trusted origin.
        redirect_uri: &'a str,
        /// The nonce; required for providers that use it.
        nonce: Option<&'a str>,
    },
    /// An ID token. It is accepted once.
    IdToken {
        /// The token.
        id_token: &'a str,
        /// The nonce that it contains, as it is or as its SHA-256.
        nonce: &'a str,
    },
}

impl SignIn<'_> {
    /// Signs a person in whom a client has sent to the provider itself, and starts a session.
    ///
    /// The client must have checked that the authorization response is the one it asked for (`state`, and `iss` where the
    /// provider sends it).
    ///
    /// # Errors
    /// [`AuthError::ProviderNotFound`]; [`AuthError::InvalidRequest`] for malformed input, and for an ID token when the
    /// provider issues none; [`AuthError::RedirectNotAllowed`]; [`AuthError::RateLimited`];
    /// [`AuthError::Provider`]; [`AuthError::Refused`], [`AuthError::SignUpRefused`]; [`AuthError::Store`].
    pub async fn with_posted(
        &self,
        provider: &str,
        proof: PostedProof<'_>,
        client: &ClientInfo,
    ) -> Result<SignedIn, AuthError> {
        let provider = self.core.provider(provider)?;
        Limits::new(self.core).posted(client).await?;
        match self.sign_in_posted(provider, proof, client).await {
            Ok(signed_in) => Ok(signed_in),
            Err(failed) => {
                record_failure(self.core, provider.id(), client, &failed, EventKind::SignIn).await;
                Err(failed.error)
            }
        }
    }

    async fn sign_in_posted(
        &self,
        provider: &dyn IdentityProvider,
        proof: PostedProof<'_>,
        client: &ClientInfo,
    ) -> Result<SignedIn, FailedSignIn> {
        let exchanged = match proof {
            PostedProof::Code {
                code,
                code_verifier,
                redirect_uri,
                nonce,
            } => {
                let redirect_uri = self.posted_redirect_uri(redirect_uri)?;
                let nonce = self.posted_nonce(provider, nonce)?;
                let verifier = CodeVerifier::of_client(code_verifier)
                    .map_err(|_| AuthError::InvalidRequest(NO_CODE_VERIFIER))?;
                let code = AuthorizationCode::parse(code)
                    .map_err(|_| ProviderError::CodeRejected(None))?;
                let grant = CodeGrant::new(&code, &verifier, &nonce, &redirect_uri);
                in_time(provider.exchange(grant)).await?
            }
            PostedProof::IdToken { id_token, nonce } => {
                Exchanged::new(self.posted_identity(provider, id_token, nonce).await?)
            }
        };
        let ending = Ending::Session {
            replaces: Vec::new(),
        };
        let resolution = Resolution::new(self.core, provider.id(), exchanged, client, ending);
        let Written { granted, user, .. } = Arc::new(resolution).commit(self.core).await?;
        let Granted::Session(token, session) = granted else {
            return Err(AuthError::InvalidState.into());
        };
        tracing::info!(user = %user.id, session = %session.id, provider = %provider.id(), "signed in by a client");
        let location = self.core.policy.after_sign_in.clone();
        Ok(SignedIn::new(token, session, user, location))
    }

    /// Verifies a posted ID token, and records that it was used.
    async fn posted_identity(
        &self,
        provider: &dyn IdentityProvider,
        id_token: &str,
        nonce: &str,
    ) -> Result<ProviderIdentity, AuthError> {
        let nonce = Nonce::of_client(nonce).map_err(|_| AuthError::InvalidRequest(NO_NONCE))?;
        let id_token = PostedIdToken::parse(id_token)
            .map_err(|_| rejected("the ID token does not have three parts, or is too long"))?;
        let grant = IdTokenGrant::new(&id_token, &nonce);
        let verified = in_time(provider.verify_id_token(grant)).await;
        let verified = verified.map_err(|error| match error {
            ProviderError::Unsupported => AuthError::InvalidRequest(NO_ID_TOKENS),
            error => error.into(),
        })?;
        let used = self
            .core
            .store
            .use_id_token(id_token.hash(), verified.kept_until);
        if !used.await? {
            return Err(rejected("the ID token was used before"));
        }
        Ok(verified.identity)
    }

    fn posted_redirect_uri(self, text: &str) -> Result<Url, AuthError> {
        let not_allowed = AuthError::RedirectNotAllowed;
        let Ok(url) = Url::parse(text) else {
            return Err(not_allowed);
        };
        match self.core.policy.redirects.check(text) {
            Ok(_) => Ok(url),
            Err(_) => Err(not_allowed),
        }
    }

    /// Returns the nonce; one of our own if the provider uses none.
    fn posted_nonce(
        self,
        provider: &dyn IdentityProvider,
        sent: Option<&str>,
    ) -> Result<Nonce, AuthError> {
        match sent {
            Some(text) => Nonce::of_client(text).map_err(|_| AuthError::InvalidRequest(NO_NONCE)),
            None if provider.uses_nonce() => Err(AuthError::InvalidRequest(NO_NONCE)),
            None => {
                let draw = self.core.draw(self.core.now());
                Ok(Nonce::from_random(draw.bytes()))
            }
        }
    }
}

fn rejected(reason: &str) -> AuthError {
    ProviderError::InvalidIdentity(InvalidIdentity::new(reason)).into()
}

const NO_NONCE: &str = "nonce is missing, or is not 1 to 256 visible ASCII characters.";
const NO_CODE_VERIFIER: &str =
    "code_verifier is missing, or is not 43 to 128 unreserved characters (RFC 7636).";
const NO_ID_TOKENS: &str = "This provider does not accept ID tokens: post a code.";

/// Shows which kind, and none of the secrets.
impl fmt::Debug for PostedProof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code { .. } => "Code(…)",
            Self::IdToken { .. } => "IdToken(…)",
        })
    }
}
