use super::ConfigError;

/// Allows only parameters that change how the provider interacts with the person.
pub(super) fn check(name: &str) -> Result<(), ConfigError> {
    if ALLOWED.contains(&name) {
        return Ok(());
    }
    Err(ConfigError::Parameter(name.to_owned()))
}

/// Returns whether the protocol itself sets this parameter.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// From OpenID Connect Core §3.1.2.1 and Google's documentation. `max_age` and `login_hint` belong to a single sign-in
/// and are not configurable.
const ALLOWED: [&str; 9] = [
    "access_type",
    "acr_values",
    "claims_locales",
    "display",
    "domain_hint",
    "hd",
    "include_granted_scopes",
    "prompt",
    "ui_locales",
];

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

    #[test]
    fn flow_17_no_parameter_of_the_protocol_can_be_configured() {
        for name in RESERVED {
            assert_eq!(check(name), Err(ConfigError::Parameter(name.to_owned())));
        }
    }

    #[test]
    fn flow_17_only_listed_parameters_can_be_configured() {
        for name in ["login_hint", "Prompt", "max_age", "claims", "resource", ""] {
            assert!(check(name).is_err(), "{name}");
        }
        assert_eq!(check("prompt"), Ok(()));
    }
}
