use std::sync::Arc;

use belgie_provider_github::GithubConfig;

use super::{BelgieBuilder, clock, environment};
use crate::BuildError;

/// How people sign in with GitHub.
impl BelgieBuilder {
    /// Lets people sign in with GitHub, with the credentials of an OAuth app or a GitHub App.
    pub fn github(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.github_with(GithubConfig::new(client_id, client_secret))
    }

    /// Lets people sign in with GitHub, with the environment variables `GITHUB_CLIENT_ID` and `GITHUB_CLIENT_SECRET`.
    /// `GITHUB_BASE_URL` optionally sets another URL, such as that of a GitHub Enterprise. An empty variable counts as
    /// not set.
    pub fn github_from_env(self) -> Self {
        self.made_github(from_env(environment))
    }

    /// Lets people sign in with GitHub, with a full configuration.
    pub fn github_with(self, github: GithubConfig) -> Self {
        self.made_github(Ok(github))
    }

    fn made_github(mut self, github: Result<GithubConfig, BuildError>) -> Self {
        self.providers.push(Box::new(|http| {
            Ok(Arc::new(github?.provider(http.clone(), clock())?))
        }));
        self
    }
}

fn from_env(
    variable: impl Fn(&'static str) -> Result<String, BuildError>,
) -> Result<GithubConfig, BuildError> {
    let id = variable("GITHUB_CLIENT_ID")?;
    let github = GithubConfig::new(id, variable("GITHUB_CLIENT_SECRET")?);
    Ok(match variable("GITHUB_BASE_URL") {
        Ok(url) => github.base_url(url),
        Err(_) => github,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_secret_are_needed() {
        let read = |set: &'static [&str]| {
            from_env(move |name| {
                let found = set.iter().find(|given| **given == name);
                found
                    .map(|_| "value".to_owned())
                    .ok_or(BuildError::Environment(name))
            })
        };

        assert!(read(&["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"]).is_ok());
        let error = read(&["GITHUB_CLIENT_ID"]).unwrap_err().to_string();
        assert_eq!(error, "the environment does not set GITHUB_CLIENT_SECRET");
    }
}
