//! Detects misspelt settings.

mod of_provider;

use super::Vars;
use super::per_provider::every_setting;
use super::table::{self, PLANNED, PREFIX, SETTINGS, Setting};

/// Our variables that are not settings: they serve the tests.
fn is_of_tests(name: &str) -> bool {
    name == "BELGIE_BIN" || name.starts_with("BELGIE_TEST_")
}

/// Returns warnings about unknown variables with our prefix, with the setting that was probably meant.
pub fn warnings(vars: &Vars) -> Vec<String> {
    let known = known(vars);
    let unknown = vars
        .names()
        .filter(|name| !is_of_tests(name) && !known.iter().any(|known| known == name));
    let unknown = unknown.map(|name| warning(name, &known, vars));
    unknown.chain(without_prefix(vars)).collect()
}

/// Returns a warning for each provider whose credentials are only given without our prefix, and so are not used.
fn without_prefix(vars: &Vars) -> impl Iterator<Item = String> {
    let providers = [
        [&table::GOOGLE_CLIENT_ID, &table::GOOGLE_CLIENT_SECRET],
        [&table::GITHUB_CLIENT_ID, &table::GITHUB_CLIENT_SECRET],
        [&table::MICROSOFT_CLIENT_ID, &table::MICROSOFT_CLIENT_SECRET],
    ];
    providers
        .into_iter()
        .filter_map(|settings| only_without_prefix(vars, settings))
}

fn only_without_prefix(vars: &Vars, settings: [&Setting; 2]) -> Option<String> {
    if settings.iter().any(|setting| {
        let by_file = setting.file_variable().unwrap_or_default();
        vars.given(&setting.variable())
            .or(vars.given(&by_file))
            .is_some()
    }) {
        return None;
    }
    let bare = settings
        .iter()
        .find(|setting| vars.given(&setting.name).is_some())?;
    Some(format!(
        "{} is not read: the setting is {}",
        bare.name,
        bare.variable()
    ))
}

fn warning(name: &str, known: &[String], vars: &Vars) -> String {
    let bare = name.trim_start_matches(PREFIX);
    if PLANNED.contains(&bare) {
        return format!("{name} is not used by this version");
    }
    if ["PORT", "HOST", "LISTEN", "ADDR", "ADDRESS"].contains(&bare) {
        return format!(
            "{name} is not a setting: BELGIE_BIND has address and port in one, such as 127.0.0.1:8000"
        );
    }
    if let Some(suggestion) = of_provider::suggestion(bare, vars) {
        return format!("{name} is not a setting: {suggestion}");
    }
    if is_of_unnamed_provider(bare) {
        return format!("{name} is not used: BELGIE_OIDC_PROVIDERS does not name its provider");
    }
    match nearest(name, known) {
        Some(meant) => format!("{name} is not a setting: did you mean {meant}?"),
        None => format!("{name} is not a setting"),
    }
}

/// Returns the names of all other variables that have a meaning.
fn known(vars: &Vars) -> Vec<String> {
    let all = every_setting(vars);
    all.iter()
        .flat_map(|setting| [Some(setting.variable()), setting.file_variable()])
        .flatten()
        .collect()
}

fn is_of_unnamed_provider(bare: &str) -> bool {
    let endings = SETTINGS.iter().filter(|setting| setting.is_per_provider());
    let mut endings = endings.map(|setting| setting.name.trim_start_matches("OIDC_X"));
    let bare = bare.strip_suffix("_FILE").unwrap_or(bare);
    bare.strip_prefix("OIDC_")
        .is_some_and(|rest| endings.any(|ending| rest.ends_with(ending)))
}

fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let scored = known.iter().map(|candidate| {
        let score = strsim::jaro_winkler(bare(name), bare(candidate));
        (score, candidate.as_str())
    });
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 > 0.75).then_some(best.1)
}

fn bare(name: &str) -> &str {
    name.trim_start_matches(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings_of(vars: &[(&str, &str)]) -> Vec<String> {
        warnings(&Vars::of(vars))
    }

    #[test]
    fn cfg_05_other_names_for_the_address_lead_to_bind() {
        for name in ["PORT", "HOST"] {
            let warnings = warnings_of(&[(name, "8000")]);

            assert_eq!(warnings.len(), 1);
            assert!(warnings[0].contains("BELGIE_BIND"), "{warnings:?}");
        }
    }

    #[test]
    fn cfg_05_credentials_without_the_prefix_are_warned_of_unless_there_are_others() {
        let bare = |name: &str| Vars::from_environment([(name.into(), "hunter2".into())]).unwrap();
        for name in [
            "GOOGLE_CLIENT_ID",
            "GOOGLE_CLIENT_SECRET",
            "GITHUB_CLIENT_ID",
            "MICROSOFT_CLIENT_ID",
        ] {
            let expected = format!("{name} is not read: the setting is BELGIE_{name}");
            assert_eq!(warnings(&bare(name)), [expected]);
        }

        let mut vars = bare("GOOGLE_CLIENT_ID");
        vars.replace("GOOGLE_CLIENT_ID", "ours");
        assert!(warnings(&vars).is_empty());
    }

    #[test]
    fn cfg_05_an_unknown_name_is_reported_with_the_nearest_known_one() {
        for (typed, meant) in [
            ("GOGLE_CLIENT_ID", "BELGIE_GOOGLE_CLIENT_ID"),
            ("SECRETS_FILE", "BELGIE_SECRET_FILE"),
            ("SESION_MAX_AGE", "BELGIE_SESSION_MAX_AGE"),
            ("COOKIE_SAMESITE", "BELGIE_COOKIE_SAME_SITE"),
            ("DATABASEURL", "BELGIE_DATABASE_URL"),
        ] {
            assert_eq!(
                warnings_of(&[(typed, "x")]),
                [format!(
                    "BELGIE_{typed} is not a setting: did you mean {meant}?"
                )]
            );
        }
    }

    /// A letter that is missing, doubled, or has changed places with the next.
    fn misspelt(name: &str) -> Vec<String> {
        let letters: Vec<char> = name.chars().collect();
        let mut all = Vec::new();
        for at in 1..letters.len() {
            let (mut missing, mut doubled, mut swapped) =
                (letters.clone(), letters.clone(), letters.clone());
            missing.remove(at);
            doubled.insert(at, letters[at]);
            swapped.swap(at - 1, at);
            all.extend([missing, doubled, swapped].map(String::from_iter));
        }
        all
    }

    #[test]
    fn cfg_05_a_misspelt_setting_is_reported_with_the_intended_name() {
        let single = SETTINGS.iter().filter(|setting| !setting.is_per_provider());
        let names: Vec<_> = single.map(|setting| setting.name.as_ref()).collect();
        for meant in &names {
            for typed in misspelt(meant) {
                let variable = format!("{PREFIX}{typed}");
                if names.contains(&&*typed) || is_of_tests(&variable) {
                    continue;
                }
                assert_eq!(
                    warnings_of(&[(&typed, "hunter2")]),
                    [format!(
                        "BELGIE_{typed} is not a setting: did you mean BELGIE_{meant}?"
                    )]
                );
            }
        }
    }

    #[test]
    fn an_unknown_name_without_a_near_match_gets_no_suggestion() {
        assert_eq!(
            warnings_of(&[("QQQ", "x")]),
            ["BELGIE_QQQ is not a setting"]
        );
    }

    #[test]
    fn settings_of_later_versions_are_no_typing_errors() {
        assert_eq!(
            warnings_of(&[("METRICS_BIND", "127.0.0.1:9000")]),
            ["BELGIE_METRICS_BIND is not used by this version"]
        );
    }

    #[test]
    fn known_names_their_files_and_those_of_tests_pass() {
        let none: [String; 0] = [];
        assert_eq!(
            warnings_of(&[("BIND", "[::1]:1"), ("TEST_POSTGRES", "x"), ("BIN", "x")]),
            none
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("client-secret");
        std::fs::write(&file, "hunter2").unwrap();

        let warnings = warnings_of(&[
            ("OIDC_PROVIDERS", "my-corp"),
            ("OIDC_MY_CORP_ISSUER_URL", "https://a.example"),
            ("OIDC_MY_CORP_CLIENT_ID", "belgie"),
            ("OIDC_MY_CORP_CLIENT_SECRET_FILE", file.to_str().unwrap()),
        ]);

        assert_eq!(warnings, none);
    }

    #[test]
    fn settings_of_an_unlisted_provider_are_reported() {
        assert_eq!(
            warnings_of(&[("OIDC_ACME_CLIENT_SECRET_FILE", "/x")]),
            [
                "BELGIE_OIDC_ACME_CLIENT_SECRET_FILE is not used: BELGIE_OIDC_PROVIDERS does not name its provider"
            ]
        );
    }

    #[test]
    fn a_misspelt_provider_setting_is_reported_with_the_right_name() {
        let warnings = warnings_of(&[
            ("OIDC_PROVIDERS", "acme"),
            ("OIDC_ACME_ISSUER_URL", "https://a.example"),
            ("OIDC_ACME_CLIENT_ID", "belgie"),
            ("OIDC_ACME_CLIENT_SECRET", "hunter2"),
            ("OIDC_ACME_SCOPE", "openid"),
        ]);

        assert_eq!(
            warnings,
            ["BELGIE_OIDC_ACME_SCOPE is not a setting: did you mean BELGIE_OIDC_ACME_SCOPES?"]
        );
    }
}
