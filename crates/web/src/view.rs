//! The JSON representations of users and sessions.

use std::net::IpAddr;

use belgie_auth::{Auth, IssuedAccessToken, SignedIn, Waiting};
use belgie_domain::{
    Account, EmailAddress, EmailStatus, Jwk, ProviderId, Session, SessionId, SessionPolicy, User,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

/// A user: the body of `GET /api/me`.
#[derive(Debug, Serialize)]
pub struct UserView<'a> {
    id: String,
    email: Option<&'a str>,
    email_verified: bool,
    email_proved: bool,
    name: Option<&'a str>,
    image: Option<&'a str>,
    role: &'a str,
    is_active: bool,
    last_login_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// The body of the posted callback: a new session for a client without cookies, with an access token if those are issued.
#[derive(Serialize)]
pub(crate) struct PostedView<'a> {
    #[serde(flatten)]
    access_token: Option<AccessTokenView<'a>>,
    token: &'a str,
    user: UserView<'a>,
}

/// A new session: the body of `POST /auth/exchange`, `/auth/login` and `/auth/register`.
#[derive(Serialize)]
pub(crate) struct SignedInView<'a> {
    /// For a client without cookies.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    expires_at: String,
    expires_in: i64,
    user: UserView<'a>,
}

/// A session. Its token is never included.
#[derive(Debug, Serialize)]
pub struct SessionView<'a> {
    id: String,
    created_at: String,
    authenticated_at: String,
    last_used_at: String,
    expires_at: String,
    expires_in: i64,
    provider: Option<&'a str>,
    ip_address: Option<IpAddr>,
    user_agent: Option<&'a str>,
}

/// One of the caller's own sessions.
#[derive(Debug, Serialize)]
pub(crate) struct OwnSession<'a> {
    #[serde(flatten)]
    session: SessionView<'a>,
    /// Whether this is the session of the request.
    current: bool,
}

/// The body of `GET /auth/session`.
#[derive(Debug, Serialize)]
pub(crate) struct CurrentSessionView<'a> {
    session: OwnSession<'a>,
    user: UserView<'a>,
}

/// The body of `GET /auth/sessions`.
#[derive(Debug, Serialize)]
pub(crate) struct SessionsView<'a> {
    pub sessions: Vec<OwnSession<'a>>,
}

/// The body of `GET /auth/accounts`.
#[derive(Debug, Serialize)]
pub(crate) struct AccountsView<'a> {
    pub accounts: Vec<AccountView<'a>>,
    /// Whether the user can also sign in with a password.
    pub has_password: bool,
}

/// An account. The provider's tokens are never included.
#[derive(Debug, Serialize)]
pub struct AccountView<'a> {
    id: String,
    provider: &'a str,
    issuer: &'a str,
    subject: &'a str,
    email: Option<&'a str>,
    scope: Option<&'a str>,
    created_at: String,
    last_used_at: String,
}

/// A provider's access token, for the application's server.
#[derive(Serialize)]
pub(crate) struct AccountTokenView<'a> {
    pub access_token: &'a str,
    pub expires_at: Option<String>,
    pub scope: Option<&'a str>,
}

/// Where to send the browser to add an account.
#[derive(Debug, Serialize)]
pub(crate) struct LinkView<'a> {
    pub url: &'a str,
}

/// The body of `GET /auth/pending`.
#[derive(Debug, Serialize)]
pub(crate) struct PendingView<'a> {
    id: &'a str,
    provider: &'a str,
    email: &'a str,
    choices: Vec<&'static str>,
    expires_in: i64,
}

/// Where to send the browser.
#[derive(Debug, Serialize)]
pub(crate) struct LocationView<'a> {
    pub location: &'a str,
}

/// The body of `GET /auth/providers`.
#[derive(Debug, Serialize)]
pub(crate) struct ProvidersView<'a> {
    pub providers: Vec<ProviderView<'a>>,
}

/// A provider to sign in with.
#[derive(Debug, Serialize)]
pub(crate) struct ProviderView<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub signin_url: String,
}

/// The number of sessions ended.
#[derive(Debug, Serialize)]
pub(crate) struct RevokedView {
    pub revoked: u64,
}

/// The body of `GET /healthz` and `GET /readyz`.
#[derive(Debug, Serialize)]
pub(crate) struct HealthView {
    status: &'static str,
}

impl<'a> CurrentSessionView<'a> {
    /// Creates the view of the caller's session and user.
    pub(crate) fn new(session: &'a Session, user: &'a User, auth: &Auth) -> Self {
        Self {
            session: OwnSession::new(session, session.id, auth),
            user: user.into(),
        }
    }
}

impl<'a> PendingView<'a> {
    /// Creates the view of what waits for a choice.
    pub(crate) fn new(waiting: &'a Waiting, now: DateTime<Utc>) -> Self {
        let choices = waiting.choices.each().iter();
        Self {
            id: &waiting.id,
            provider: waiting.provider.as_str(),
            email: waiting.email.as_str(),
            choices: choices.map(|choice| choice.as_str()).collect(),
            expires_in: (waiting.expires_at - now).num_seconds().max(0),
        }
    }
}

impl<'a> PostedView<'a> {
    /// Creates the view of a session that has just started, with its token and an access token.
    pub(crate) fn new(signed_in: &'a SignedIn, issued: Option<&'a IssuedAccessToken>) -> Self {
        Self {
            access_token: issued.map(AccessTokenView::new),
            token: signed_in.token.secret(),
            user: (&signed_in.user).into(),
        }
    }
}

impl<'a> AccessTokenView<'a> {
    /// Creates the view of an access token.
    pub(crate) fn new(issued: &'a IssuedAccessToken) -> Self {
        Self {
            access_token: issued.token.secret(),
            token_type: "Bearer",
            expires_in: issued.expires_in,
        }
    }
}

impl<'a> SignedInView<'a> {
    /// Creates the view of a session that has just started, with its token.
    pub(crate) fn new(signed_in: &'a SignedIn, auth: &Auth) -> Self {
        let expires_at = signed_in.session.ends_at(auth.session_policy());
        Self {
            token: Some(signed_in.token.secret()),
            expires_at: rfc3339(expires_at),
            expires_in: (expires_at - auth.now()).num_seconds().max(0),
            user: (&signed_in.user).into(),
        }
    }

    /// Leaves the token out, for a client that gets it as a cookie.
    pub(crate) fn without_token(self) -> Self {
        Self {
            token: None,
            ..self
        }
    }
}

impl HealthView {
    /// Everything is in order.
    pub(crate) const fn ok() -> Self {
        Self { status: "ok" }
    }
}

impl<'a> OwnSession<'a> {
    /// Creates the view of one of the caller's sessions; `current` is the session of the request.
    pub(crate) fn new(session: &'a Session, current: SessionId, auth: &Auth) -> Self {
        Self {
            session: SessionView::new(session, auth.session_policy(), auth.now()),
            current: session.id == current,
        }
    }
}

impl<'a> From<&'a Account> for AccountView<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            id: account.id.to_string(),
            provider: account.provider.as_str(),
            issuer: account.issuer.as_str(),
            subject: account.subject.as_str(),
            email: account.email.as_deref(),
            scope: account.scope.as_deref(),
            created_at: rfc3339(account.created_at),
            last_used_at: rfc3339(account.last_used_at),
        }
    }
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.as_ref().map(EmailAddress::as_str),
            email_verified: user.email_status.is_verified(),
            email_proved: user.email_status == EmailStatus::Proved,
            name: user.name.as_deref(),
            image: user.image.as_deref(),
            role: user.role.as_str(),
            is_active: user.is_active,
            last_login_at: user.last_login_at.map(rfc3339),
            created_at: rfc3339(user.created_at),
            updated_at: rfc3339(user.updated_at),
        }
    }
}

impl<'a> SessionView<'a> {
    /// Creates the view of a session at this time.
    pub fn new(session: &'a Session, policy: &SessionPolicy, now: DateTime<Utc>) -> Self {
        let expires_at = session.ends_at(policy);
        Self {
            id: session.id.to_string(),
            created_at: rfc3339(session.created_at),
            authenticated_at: rfc3339(session.authenticated_at),
            last_used_at: rfc3339(session.last_used_at),
            expires_at: rfc3339(expires_at),
            expires_in: (expires_at - now).num_seconds().max(0),
            provider: session.provider.as_ref().map(ProviderId::as_str),
            ip_address: session.ip_address,
            user_agent: session.user_agent.as_deref(),
        }
    }
}

/// Formats a time in UTC, to the millisecond.
pub(crate) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The body of `POST /auth/token`.
#[derive(Debug, Serialize)]
pub(crate) struct AccessTokenView<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
}

/// The body of `GET /.well-known/jwks.json` (RFC 7517 §5).
#[derive(Debug, Serialize)]
pub(crate) struct JwksView<'a> {
    pub(crate) keys: Vec<JwkView<'a>>,
}

/// A public key of ES256 (RFC 7517 §4, RFC 7518 §6.2.1).
#[derive(Debug, Serialize)]
pub(crate) struct JwkView<'a> {
    kty: &'static str,
    crv: &'static str,
    x: &'a str,
    y: &'a str,
    r#use: &'static str,
    alg: &'static str,
    kid: String,
}

impl<'a> From<&'a Jwk> for JwkView<'a> {
    fn from(key: &'a Jwk) -> Self {
        Self {
            kty: "EC",
            crv: "P-256",
            x: &key.x,
            y: &key.y,
            r#use: "sig",
            alg: "ES256",
            kid: key.kid.to_string(),
        }
    }
}
