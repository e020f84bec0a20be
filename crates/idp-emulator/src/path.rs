//! The paths, below the issuer.

pub(crate) const AUTHORIZATION: &str = "/authorize";
pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
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
