//! Settings that several kinds of provider share.

use belgie_domain::{EmailDomain, EmailTrust, is_scope_token};
use secrecy::SecretString;
use url::Url;

use crate::settings::address;
use crate::settings::reader::{Reader, split};
use crate::settings::table::Setting;

/// Reads the credentials of a client. The provider is enabled if both are set; one without the other is an error.
pub(super) fn credentials(
    reader: &mut Reader<'_>,
    id: &Setting,
    secret: &Setting,
    provider: &str,
) -> Option<(String, SecretString)> {
    let (client_id, client_secret) = (reader.text(id), reader.secret(secret));
    let missing = match (&client_id, &client_secret) {
        (Some(_), None) if !reader.is_given(secret) => Some((secret, id)),
        (None, Some(_)) => Some((id, secret)),
        _ => None,
    };
    if let Some((missing, given)) = missing {
        let given = given.variable();
        let problem = format!("is not set, but {given} is: {provider} needs both");
        reader.refuse(missing, problem);
    }
    client_id.zip(client_secret)
}

pub(super) fn redirect_uri(reader: &mut Reader<'_>, setting: &Setting) -> Option<Url> {
    reader.parsed(setting, |text| match address::web(text) {
        Ok(url) if url.scheme() == "http" && !address::is_loopback(&url) => {
            Err("must begin with https:// (http is for loopback addresses only)")
        }
        other => other,
    })
}

/// OpenID Connect Core §3.1.2.1.
pub(super) fn scopes(reader: &mut Reader<'_>, setting: &Setting) -> Vec<String> {
    let scopes = any_scopes(reader, setting);
    if !scopes.iter().any(|scope| scope == "openid") {
        reader.refuse(setting, "must contain `openid`");
    }
    scopes
}

/// The scopes of a provider without OpenID Connect (RFC 6749 §3.3).
pub(super) fn any_scopes(reader: &mut Reader<'_>, setting: &Setting) -> Vec<String> {
    reader.parsed_list(setting, |scope| {
        is_scope_token(scope)
            .then(|| scope.to_owned())
            .ok_or("must be printable ASCII without quotes and backslashes")
    })
}

/// Reads for which addresses a provider is trusted.
pub(super) fn trust_email(reader: &mut Reader<'_>, setting: &Setting) -> EmailTrust {
    let trust = reader.parsed(setting, |text| match text.to_ascii_lowercase().as_str() {
        "true" => Ok(EmailTrust::Always),
        "false" => Ok(EmailTrust::Never),
        _ => domains(text).map(EmailTrust::Domains),
    });
    trust.unwrap_or_default()
}

fn domains(text: &str) -> Result<Vec<EmailDomain>, &'static str> {
    const EXPECTED: &str =
        "must be `true`, `false`, or domains such as example.com (Unicode domains as xn--)";
    let entries = split(text)?;
    let domains: Result<Vec<EmailDomain>, _> = entries.iter().map(|text| text.parse()).collect();
    match domains {
        Ok(domains) if !domains.is_empty() => Ok(domains),
        _ => Err(EXPECTED),
    }
}
