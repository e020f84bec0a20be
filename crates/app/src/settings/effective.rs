//! The effective settings and their sources.

use serde::Serialize;

use super::per_provider::every_setting;
use super::provider::redirect_uris;
use super::table::{self, Kind, Setting};
use super::{Settings, Vars};

/// One effective setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Effective {
    /// The name of its variable.
    pub setting: String,
    /// The value; `None` if there is none, or for a secret.
    pub value: Option<String>,
    /// Whether the value is hidden.
    pub hidden: bool,
    /// The source of the value: `default`, `environment`, a file, …; `None` if there is no value.
    pub source: Option<String>,
}

/// Returns every setting with its value and source. Secrets are omitted. If `settings` could be parsed, values derived
/// from other settings are included.
pub fn effective(vars: &Vars, settings: Option<&Settings>) -> Vec<Effective> {
    let all = every_setting(vars);
    all.iter()
        .map(|setting| one(setting, vars, settings))
        .collect()
}

fn one(setting: &Setting, vars: &Vars, settings: Option<&Settings>) -> Effective {
    let variable = setting.variable();
    let is_secret = setting.kind == Kind::Secret;
    let effective = |value: Option<&str>, source: String| {
        let hidden = value.is_some_and(|value| is_secret || contains_secret(value));
        Effective {
            setting: variable.clone(),
            value: value.filter(|_| !hidden).map(str::to_owned),
            hidden,
            source: Some(source),
        }
    };
    let by_file = setting.file_variable();
    let by_file = by_file.and_then(|file| Some((vars.given(&file)?, vars.source(&file)?, file)));
    let mut found = match (by_file, vars.source(&variable), setting.default) {
        (Some((path, source, file)), ..) => {
            effective(Some(path), format!("the file that {file} names ({source})"))
        }
        (None, Some(source), _) => effective(vars.get(&variable), source.to_string()),
        (None, None, Some(default)) => effective(Some(default), "default".to_owned()),
        (None, None, None) => {
            match settings.and_then(|settings| derived(setting, vars, settings)) {
                Some((value, source)) => effective(Some(&value), source.to_owned()),
                None => Effective {
                    source: None,
                    ..effective(None, String::new())
                },
            }
        }
    };
    if setting.name == table::DATABASE_URL.name
        && let Some(settings) = settings
    {
        found.value = Some(settings.database.url.to_string());
        found.hidden = false;
    }
    found
}

/// Returns whether the value of a setting that is no secret contains one: an address with a password, or a client secret
/// of Google's where the client id belongs. Both are refused, but shown here.
fn contains_secret(value: &str) -> bool {
    let mut addresses = value.split("://").skip(1);
    addresses.any(|rest| rest.contains('@')) || value.contains("GOCSPX-")
}

/// Returns the value of an unset setting without a default, and what it derives from.
fn derived(setting: &Setting, vars: &Vars, settings: &Settings) -> Option<(String, &'static str)> {
    let name = setting.name.as_ref();
    if name == table::WORKERS.name {
        let workers = settings.operation.workers.to_string();
        return Some((workers, "the number of cores"));
    }
    if name == table::SESSION_UPDATE_AGE.name {
        let age = settings.sessions.update_age.num_seconds().to_string();
        return Some((age, "BELGIE_SESSION_MAX_AGE"));
    }
    let mut uris = redirect_uris(vars, &settings.site.base_url).into_iter();
    let uri = uris.find(|uri| uri.setting.name == name)?;
    Some((uri.uri, "BELGIE_BASE_URL"))
}

impl Effective {
    /// Formats the value for people.
    pub fn shown(&self) -> &str {
        match &self.value {
            _ if self.hidden => "(hidden)",
            Some(value) if value.is_empty() => "(empty)",
            Some(value) => value,
            None => "(not set)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(settings: &[(&str, &str)]) -> Vec<(String, String, String)> {
        let vars = Vars::of(settings);
        let settings = Settings::read(&vars).unwrap();
        let each = effective(&vars, Some(&settings)).into_iter();
        each.map(|one| {
            let value = one.shown().to_owned();
            (one.setting, value, one.source.unwrap_or_default())
        })
        .collect()
    }

    #[test]
    fn cfg_02_a_secret_in_the_wrong_setting_is_not_shown() {
        for (name, value) in [
            ("GOOGLE_CLIENT_ID", "GOCSPX-hunter2"),
            ("BASE_URL", "https://jane:hunter2@a.example"),
            (
                "TRUSTED_ORIGINS",
                "https://b.example,https://jane:hun/ter2@a.example",
            ),
        ] {
            let each = effective(&Vars::of(&[(name, value)]), None);

            let shown = format!("{each:?}");
            assert!(
                !shown.contains("ter2") && !shown.contains("GOCSPX"),
                "{shown}"
            );
            let setting = format!("BELGIE_{name}");
            let one = each.iter().find(|one| one.setting == setting).unwrap();
            assert!(one.hidden && one.value.is_none(), "{one:?}");
        }
    }

    #[test]
    fn each_setting_has_a_value_and_a_source() {
        let shown = shown(&[
            ("BASE_URL", "https://a.example"),
            ("OIDC_PROVIDERS", "my-corp"),
            ("OIDC_MY_CORP_ISSUER_URL", "https://sso.example"),
            ("OIDC_MY_CORP_CLIENT_ID", "belgie"),
            ("OIDC_MY_CORP_CLIENT_SECRET", "hunter2"),
        ]);

        for (setting, value, source) in [
            ("BELGIE_BASE_URL", "https://a.example", "environment"),
            ("BELGIE_BIND", "127.0.0.1:8000", "default"),
            ("BELGIE_SECRET", "(not set)", ""),
            (
                "BELGIE_OIDC_MY_CORP_CLIENT_SECRET",
                "(hidden)",
                "environment",
            ),
            (
                "BELGIE_OIDC_MY_CORP_REDIRECT_URI",
                "https://a.example/auth/provider/my-corp/callback",
                "BELGIE_BASE_URL",
            ),
            (
                "BELGIE_SESSION_UPDATE_AGE",
                "86400",
                "BELGIE_SESSION_MAX_AGE",
            ),
        ] {
            let expected = (setting.to_owned(), value.to_owned(), source.to_owned());
            assert!(shown.contains(&expected), "{setting}: {shown:#?}");
        }
    }

    #[test]
    fn cfg_02_no_secret_is_among_the_effective_settings() {
        let vars = Vars::of(&[
            ("SECRET", "b2e9cc41f70d8a36e5914bd27fa0c863"),
            ("SECRET_PREVIOUS", "c2e9cc41f70d8a36e5914bd27fa0c863"),
            ("GOOGLE_CLIENT_ID", "id"),
            ("GOOGLE_CLIENT_SECRET", "hunter2"),
            ("DATABASE_URL", "postgres://jane:hunter2@db.example/belgie"),
        ]);
        let settings = Settings::read(&vars).unwrap();
        for settings in [Some(&settings), None] {
            let text = format!("{:?}", effective(&vars, settings));

            assert!(!text.contains("hunter2"), "{text}");
            assert!(!text.contains("e9cc41f70d8a36e5914bd27fa0c863"), "{text}");
        }
    }
}
