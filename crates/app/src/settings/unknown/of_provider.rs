use crate::settings::Vars;
use crate::settings::per_provider::listed_ids;
use crate::settings::table::{PREFIX, SETTINGS, capitals};

/// Returns what was probably meant by an unknown setting of a listed provider, from its name without prefix: the nearest
/// one, or all that there are.
pub(super) fn suggestion(bare: &str, vars: &Vars) -> Option<String> {
    let ids = listed_ids(vars);
    let of_each = ids.iter().filter_map(|id| {
        let beginning = format!("OIDC_{}_", capitals(id));
        let ending = bare.strip_prefix(&beginning)?;
        Some((beginning.len(), ending))
    });
    // Of `MY` and `MY_CORP`, `OIDC_MY_CORP_…` names the latter.
    let (length, typed) = of_each.max_by_key(|(length, _)| *length)?;
    let own = format!("{PREFIX}{}", &bare[..length]);
    let endings = endings();
    let scored = endings.iter().map(|ending| {
        let score = strsim::normalized_damerau_levenshtein(typed, ending);
        (score, ending)
    });
    let nearest = scored.max_by(|one, other| one.0.total_cmp(&other.0));
    Some(match nearest {
        Some((score, ending)) if score >= NEAR => format!("did you mean {own}{ending}?"),
        _ => format!("after {own} there may be {}", endings.join(", ")),
    })
}

/// Returns what may follow the id.
fn endings() -> Vec<String> {
    let of_provider = SETTINGS.iter().filter_map(|setting| {
        let ending = setting.name.strip_prefix("OIDC_X_")?;
        let by_file = setting.file_variable().map(|_| format!("{ending}_FILE"));
        Some([Some(ending.to_owned()), by_file])
    });
    of_provider.flatten().flatten().collect()
}

/// Below this the nearest name is a guess.
const NEAR: f64 = 0.55;

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(name: &str) -> Option<String> {
        suggestion(name, &Vars::of(&[("OIDC_PROVIDERS", "my,my-corp")]))
    }

    #[test]
    fn cfg_05_a_misspelt_setting_of_a_provider_is_reported_with_the_intended_name() {
        for (typed, meant) in [
            ("SCOPE", "SCOPES"),
            ("ISSUER", "ISSUER_URL"),
            ("CLIENTID", "CLIENT_ID"),
            ("CLIENT_SECRETS", "CLIENT_SECRET"),
            ("CLIENT_SECRET_FIEL", "CLIENT_SECRET_FILE"),
            ("AUTH_METHOD", "TOKEN_AUTH_METHOD"),
            ("TOKEN_AUTH_METHODS", "TOKEN_AUTH_METHOD"),
            ("PARAMS", "PARAMETERS"),
            ("TRUSTED_AUDIENCE", "TRUSTED_AUDIENCES"),
            ("REDIRECT_URL", "REDIRECT_URI"),
            ("TRUST_EMAILS", "TRUST_EMAIL"),
        ] {
            assert_eq!(
                suggested(&format!("OIDC_MY_CORP_{typed}")),
                Some(format!("did you mean BELGIE_OIDC_MY_CORP_{meant}?"))
            );
        }
    }

    #[test]
    fn cfg_05_what_is_near_to_none_is_reported_with_all() {
        for typed in ["PROMPT", "X", "LOGO"] {
            let suggestion = suggested(&format!("OIDC_MY_{typed}")).unwrap();

            assert!(
                suggestion
                    .starts_with("after BELGIE_OIDC_MY_ there may be ISSUER_URL, CLIENT_ID, "),
                "{suggestion}"
            );
            assert!(suggestion.contains(", PARAMETERS, "), "{suggestion}");
        }
    }

    #[test]
    fn other_names_are_not_of_a_provider() {
        for name in ["OIDC_OTHER_SCOPE", "OIDC_MYSCOPE", "OIDC_PROVIDER", "SCOPE"] {
            assert_eq!(suggested(name), None, "{name}");
        }
    }
}
