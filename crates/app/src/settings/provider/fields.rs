//! Settings that several kinds of provider share.

use url::Url;

use crate::settings::address;
use crate::settings::reader::Reader;
use crate::settings::table::Setting;

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
