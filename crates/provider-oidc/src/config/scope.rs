use belgie_domain::is_scope_token;

use super::ConfigError;

/// Checks scope values (RFC 6749 §3.3), removes duplicates, and puts `openid` first (OpenID Connect Core §3.1.2.1).
pub(super) fn normalise(
    scopes: impl IntoIterator<Item = String>,
) -> Result<Vec<String>, ConfigError> {
    let mut normal = vec!["openid".to_owned()];
    for scope in scopes {
        if !is_scope_token(&scope) {
            return Err(ConfigError::Scope(scope));
        }
        if !normal.contains(&scope) {
            normal.push(scope);
        }
    }
    Ok(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(scopes: &[&str]) -> Result<Vec<String>, ConfigError> {
        normalise(scopes.iter().map(|&scope| scope.to_owned()))
    }

    #[test]
    fn flow_15_openid_is_always_requested_and_nothing_twice() {
        assert_eq!(normal(&[]).unwrap(), ["openid"]);
        assert_eq!(
            normal(&["email", "openid", "email"]).unwrap(),
            ["openid", "email"]
        );
    }

    #[test]
    fn a_value_that_would_be_two_is_refused() {
        for scope in ["", "email profile", "a\"b", "a\\b", "é", "a\n"] {
            assert_eq!(
                normal(&[scope]),
                Err(ConfigError::Scope(scope.to_owned())),
                "{scope:?}"
            );
        }
    }
}
