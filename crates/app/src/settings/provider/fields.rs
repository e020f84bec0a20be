//! Settings that several kinds of provider share.

use secrecy::SecretString;
use url::Url;

use crate::settings::address;
use crate::settings::reader::Reader;
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

/// RFC 6749 §3.3; OpenID Connect Core §3.1.2.1.
pub(super) fn scopes(reader: &mut Reader<'_>, setting: &Setting) -> Vec<String> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let scopes = reader.parsed_list(setting, |scope| {
        let is_scope = !scope.is_empty() && scope.bytes().all(allowed);
        is_scope
            .then(|| scope.to_owned())
            .ok_or("must be printable ASCII without quotes and backslashes")
    });
    if !scopes.iter().any(|scope| scope == "openid") {
        reader.refuse(setting, "must contain `openid`");
    }
    scopes
}
