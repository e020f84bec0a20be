use std::str::FromStr;

use belgie_domain::printable;
use chrono::TimeDelta;
use url::form_urlencoded;

use super::ConfigError;

/// Further parameters of every authorization request, from a fixed list: those that change how the provider interacts
/// with the person, and none of the protocol's own.
///
/// `hd`, `domain_hint`, `login_hint` and the like are hints: they do not restrict who can sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationParameters(Vec<(String, String)>);

impl AuthorizationParameters {
    /// The names that can be configured.
    pub const NAMES: [&str; 14] = [
        "prompt",
        "acr_values",
        "domain_hint",
        "claims",
        "login_hint",
        "max_age",
        "ui_locales",
        "display",
        "hd",
        "organization",
        "connection",
        "kc_idp_hint",
        "audience",
        "resource",
    ];

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the longest time ago that the person may have authenticated.
    pub(crate) fn max_age(&self) -> Option<TimeDelta> {
        let (_, value) = self.iter().find(|(name, _)| *name == "max_age")?;
        seconds(value)
    }

    /// Returns the lesser of this and the requested time: neither permits more than the other.
    pub(crate) fn least_max_age(&self, requested: Option<TimeDelta>) -> Option<TimeDelta> {
        requested.into_iter().chain(self.max_age()).min()
    }

    /// Sets a parameter, also one of those that only Google knows.
    pub(super) fn set(&mut self, name: String, value: String) -> Result<(), ConfigError> {
        if !OF_GOOGLE.contains(&&*name) {
            check_name(&name)?;
        }
        check_value(&name, &value)?;
        self.0.retain(|(present, _)| *present != name);
        self.0.push((name, value));
        Ok(())
    }
}

/// Parses a query string, such as `prompt=select_account&ui_locales=de`.
impl FromStr for AuthorizationParameters {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let mut parameters = Self::default();
        for pair in text.split('&') {
            if !pair.contains('=') {
                return Err(ConfigError::NoQueryString);
            }
            for (name, value) in form_urlencoded::parse(pair.as_bytes()) {
                check_name(&name)?;
                if parameters.iter().any(|(present, _)| present == name) {
                    return Err(ConfigError::RepeatedParameter(name.into_owned()));
                }
                parameters.set(name.into_owned(), value.into_owned())?;
            }
        }
        Ok(parameters)
    }
}

/// Returns whether the protocol itself sets this parameter, in some requests at least.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

fn check_name(name: &str) -> Result<(), ConfigError> {
    if AuthorizationParameters::NAMES.contains(&name) {
        return Ok(());
    }
    if is_reserved(name) {
        return Err(ConfigError::ReservedParameter(name.to_owned()));
    }
    Err(ConfigError::UnknownParameter(printable(name)))
}

fn check_value(name: &str, value: &str) -> Result<(), ConfigError> {
    let problem = match name {
        _ if value.is_empty() => "has no value",
        // It could only ever fail, since the provider may then ask the person nothing.
        "prompt" if value.split(' ').any(|word| word == "none") => "cannot be `none`",
        "max_age" if seconds(value).is_none() => "must be a number of seconds",
        "claims" if !is_object(value) => "must be a JSON object",
        _ => return Ok(()),
    };
    Err(ConfigError::ParameterValue {
        name: name.to_owned(),
        problem,
    })
}

fn seconds(text: &str) -> Option<TimeDelta> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u32 = text.parse().ok().filter(|_| is_number)?;
    Some(TimeDelta::seconds(seconds.into()))
}

fn is_object(json: &str) -> bool {
    belgie_provider_http::json::check_object(json.as_bytes()).is_ok()
}

/// From Google's documentation, for that provider's crate.
const OF_GOOGLE: [&str; 1] = ["access_type"];

const RESERVED: [&str; 12] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AuthorizationParameters, ConfigError> {
        text.parse()
    }

    #[test]
    fn flow_17_no_parameter_of_the_protocol_can_be_configured() {
        for name in RESERVED.into_iter().filter(|name| *name != "max_age") {
            let expected = Err(ConfigError::ReservedParameter(name.to_owned()));

            assert_eq!(parse(&format!("ui_locales=de&{name}=1")), expected);
            let mut parameters = AuthorizationParameters::default();
            let set = parameters.set(name.to_owned(), "1".to_owned());
            assert_eq!(set, expected.map(drop));
        }
    }

    #[test]
    fn flow_17_only_listed_parameters_can_be_configured() {
        for name in [
            "Prompt",
            "prompt ",
            "claims_locales",
            "include_granted_scopes",
            "access_type",
            "id_token_hint",
            "client_secret",
            "code_verifier",
            "?prompt",
            "",
        ] {
            assert_eq!(
                parse(&format!("{name}=1")),
                Err(ConfigError::UnknownParameter(name.to_owned())),
                "{name}"
            );
        }
        assert_eq!(
            parse("st%61te=1"),
            Err(ConfigError::ReservedParameter("state".to_owned()))
        );
    }

    #[test]
    fn flow_17_every_listed_parameter_is_taken_once() {
        for name in AuthorizationParameters::NAMES {
            let value = if name == "claims" { "{}" } else { "1" };
            let parameters = parse(&format!("{name}={value}")).unwrap();
            assert_eq!(parameters.iter().collect::<Vec<_>>(), [(name, value)]);

            assert_eq!(
                parse(&format!("{name}={value}&{name}={value}")),
                Err(ConfigError::RepeatedParameter(name.to_owned()))
            );
        }
    }

    #[test]
    fn a_query_string_is_decoded() {
        let parameters = parse(
            "ui_locales=de+en&resource=https%3A%2F%2Fa.example&claims=%7B%22userinfo%22:{\"email\":null}}",
        );
        let parameters = parameters.unwrap();

        assert_eq!(
            parameters.iter().collect::<Vec<_>>(),
            [
                ("ui_locales", "de en"),
                ("resource", "https://a.example"),
                ("claims", r#"{"userinfo":{"email":null}}"#),
            ]
        );
    }

    #[test]
    fn what_is_no_query_string_is_refused_without_being_shown() {
        for text in ["", "hunter2", "&", "prompt=login&", "prompt=login&hunter2"] {
            assert_eq!(parse(text), Err(ConfigError::NoQueryString), "{text}");
        }
    }

    #[test]
    fn a_value_that_no_provider_could_use_is_refused() {
        for (name, value) in [
            ("prompt", "none"),
            ("prompt", "login+none"),
            ("prompt", ""),
            ("max_age", "-1"),
            ("max_age", "%2B1"),
            ("max_age", "1h"),
            ("max_age", "4294967296"),
            ("claims", "email"),
            ("claims", "[]"),
            ("claims", "{}{}"),
        ] {
            let error = parse(&format!("{name}={value}")).unwrap_err();

            let named =
                matches!(&error, ConfigError::ParameterValue { name: of, .. } if of == name);
            assert!(named, "{name}={value}: {error}");
        }
    }

    #[test]
    fn idt_21_a_configured_age_is_a_number_of_seconds() {
        let age = |text| parse(text).unwrap().max_age();

        assert_eq!(age("max_age=0"), Some(TimeDelta::zero()));
        assert_eq!(age("prompt=login&max_age=3600"), Some(TimeDelta::hours(1)));
        assert_eq!(age("prompt=login"), None);
    }
}
