//! The paths, below the issuer.

pub(crate) const AUTHORIZATION: &str = "/authorize";
pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
pub(crate) const GITHUB_ACCESS_TOKEN: &str = "/login/oauth/access_token";
pub(crate) const GITHUB_AUTHORIZATION: &str = "/login/oauth/authorize";
pub(crate) const GITHUB_APPLICATION_TOKEN: &str = "/api/v3/applications/{client_id}/token";
pub(crate) const GITHUB_EMAILS: &str = "/api/v3/user/emails";
pub(crate) const GITHUB_ISSUER: &str = "/login/oauth";
pub(crate) const GITHUB_ROOT: &str = "/api/v3/";
pub(crate) const GITHUB_USER: &str = "/api/v3/user";
pub(crate) const ICON: &str = "/icon.svg";
pub(crate) const JWKS: &str = "/jwks";
pub(crate) const PICTURE: &str = "/picture/{subject}";
pub(crate) const REVOCATION: &str = "/revoke";
pub(crate) const STYLE: &str = "/style.css";
pub(crate) const TENANT_DISCOVERY: &str = "/{tenant}/v2.0/.well-known/openid-configuration";
pub(crate) const TOKEN: &str = "/token";
pub(crate) const TRAP: &str = "/trap";
pub(crate) const USERINFO: &str = "/userinfo";

pub(crate) fn picture(subject: &str) -> String {
    let subject: String = url::form_urlencoded::byte_serialize(subject.as_bytes()).collect();
    format!("/picture/{}", subject.replace('+', "%20"))
}
