use belgie_domain::{Issuer, ProviderId};
use secrecy::SecretString;
use url::Url;

use super::address;
use super::reader::Reader;
use super::table::{self, Setting};

/// Sign-in with Google.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Google {
    /// From Google's console.
    pub client_id: String,
    /// From Google's console.
    pub client_secret: SecretString,
    /// Where Google sends the browser back to, unless that is the usual address.
    pub redirect_uri: Option<Url>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether refresh tokens are asked for.
    pub access_type: AccessType,
    /// What Google asks the person beyond what it wants itself; may be nothing.
    pub prompt: String,
    /// The only Workspace domain whose accounts may sign in.
    pub hosted_domain: Option<String>,
    /// Google's issuer, or that of an emulator.
    pub issuer: Issuer,
}

/// Whether Google issues refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessType {
    /// It does.
    Offline,
    /// It does not.
    Online,
}

/// Any OpenID Connect provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Oidc {
    /// Its id in addresses.
    pub id: ProviderId,
    /// The name on its button.
    pub name: String,
    /// Its issuer.
    pub issuer: Issuer,
    /// The client id there.
    pub client_id: String,
    /// The client secret there.
    pub client_secret: SecretString,
    /// Where it sends the browser back to, unless that is the usual address.
    pub redirect_uri: Option<Url>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Its `email_verified` may join accounts.
    pub trust_email: bool,
}

/// Ids that have settings of their own.
const RESERVED: &[&str] = &["google", "github", "microsoft"];

impl Google {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client_id = reader.text(&table::GOOGLE_CLIENT_ID);
        let client_secret = reader.secret(&table::GOOGLE_CLIENT_SECRET);
        let accesses = [AccessType::Offline, AccessType::Online];
        let redirect_uri = redirect_uri(reader, &table::GOOGLE_REDIRECT_URI);
        let scopes = scopes(reader, &table::GOOGLE_SCOPES);
        let access_type = reader.one_of(&table::GOOGLE_ACCESS_TYPE, &accesses);
        let prompt = reader.parsed(&table::GOOGLE_PROMPT, prompt)?;
        let hosted_domain = reader.parsed(&table::GOOGLE_HOSTED_DOMAIN, hosted_domain);
        let issuer = reader.parsed(&table::GOOGLE_ISSUER_URL, address::issuer)?;
        require_both(reader, client_id.is_some(), client_secret.is_some());
        Some(Self {
            client_id: client_id?,
            client_secret: client_secret?,
            redirect_uri,
            scopes,
            access_type,
            prompt,
            hosted_domain,
            issuer,
        })
    }
}

fn require_both(reader: &mut Reader<'_>, has_id: bool, has_secret: bool) {
    let missing = match (has_id, has_secret) {
        (true, false) if !reader.is_given(&table::GOOGLE_CLIENT_SECRET) => (
            &table::GOOGLE_CLIENT_SECRET,
            table::GOOGLE_CLIENT_ID.variable(),
        ),
        (false, true) => (
            &table::GOOGLE_CLIENT_ID,
            table::GOOGLE_CLIENT_SECRET.variable(),
        ),
        _ => return,
    };
    reader.refuse(
        missing.0,
        format!("is not set, but {} is: Google needs both", missing.1),
    );
}

/// Reads the providers that `OIDC_PROVIDERS` names.
pub(super) fn read_all(reader: &mut Reader<'_>) -> Vec<Oidc> {
    let ids = reader.parsed_list(&table::OIDC_PROVIDERS, |text| {
        let id: ProviderId = text
            .parse()
            .map_err(|_| "must be a lower-case letter, then at most 31 of a-z, 0-9, - and _")?;
        if RESERVED.contains(&id.as_str()) {
            return Err("has settings of its own: choose another id");
        }
        Ok(id)
    });
    let mut seen = Vec::new();
    let mut providers = Vec::new();
    for id in ids {
        let capitals = capitals(id.as_str());
        if seen.contains(&capitals) {
            let problem = format!("names two providers whose settings would be OIDC_{capitals}_…");
            reader.refuse(&table::OIDC_PROVIDERS, problem);
            continue;
        }
        providers.extend(read_one(reader, &id, &capitals));
        seen.push(capitals);
    }
    providers
}

fn read_one(reader: &mut Reader<'_>, id: &ProviderId, capitals: &str) -> Option<Oidc> {
    let own = |setting: &Setting| setting.of_provider(capitals);
    let issuer = required(
        reader,
        &own(&table::OIDC_X_ISSUER_URL),
        |reader, setting| reader.parsed(setting, address::issuer),
    );
    let client_id = required(reader, &own(&table::OIDC_X_CLIENT_ID), Reader::text);
    let client_secret = required(reader, &own(&table::OIDC_X_CLIENT_SECRET), Reader::secret);
    let name = reader.text(&own(&table::OIDC_X_NAME));
    let redirect_uri = redirect_uri(reader, &own(&table::OIDC_X_REDIRECT_URI));
    let scopes = scopes(reader, &own(&table::OIDC_X_SCOPES));
    let trust_email = reader.flag(&own(&table::OIDC_X_TRUST_EMAIL));
    Some(Oidc {
        id: id.clone(),
        name: name.unwrap_or_else(|| id.to_string()),
        issuer: issuer?,
        client_id: client_id?,
        client_secret: client_secret?,
        redirect_uri,
        scopes,
        trust_email,
    })
}

fn required<'a, T>(
    reader: &mut Reader<'a>,
    setting: &Setting,
    read: impl FnOnce(&mut Reader<'a>, &Setting) -> Option<T>,
) -> Option<T> {
    if !reader.is_given(setting) {
        let problem = format!(
            "is not set, but {} names its provider",
            table::OIDC_PROVIDERS.variable()
        );
        reader.refuse(setting, problem);
        return None;
    }
    read(reader, setting)
}

fn redirect_uri(reader: &mut Reader<'_>, setting: &Setting) -> Option<Url> {
    reader.parsed(setting, |text| match address::web(text) {
        Ok(url) if url.scheme() == "http" && !address::is_loopback(&url) => {
            Err("must begin with https:// (http is for loopback addresses only)")
        }
        other => other,
    })
}

/// RFC 6749 §3.3; OpenID Connect Core §3.1.2.1.
fn scopes(reader: &mut Reader<'_>, setting: &Setting) -> Vec<String> {
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

fn prompt(text: &str) -> Result<String, &'static str> {
    let words: Vec<&str> = text
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let known = |word: &&str| matches!(*word, "consent" | "select_account");
    match &*words {
        ["none"] => Ok(String::new()),
        [] => Err(PROMPTS),
        words if words.iter().all(known) => Ok(words.join(" ")),
        _ => Err(PROMPTS),
    }
}

const PROMPTS: &str = "must be `consent`, `select_account`, both, or `none`";

fn hosted_domain(text: &str) -> Result<String, &'static str> {
    match url::Host::parse(text) {
        Ok(url::Host::Domain(domain)) if domain.contains('.') => Ok(domain),
        _ => Err("must be a domain name such as example.com"),
    }
}

/// The form that an id has in the names of settings.
pub(super) fn capitals(id: &str) -> String {
    id.to_ascii_uppercase().replace('-', "_")
}
