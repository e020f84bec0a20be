use std::sync::Arc;

use belgie_provider_microsoft::{ClientCredentials, MICROSOFT_ISSUER_URL, MicrosoftConfig, Tenant};

use super::{BelgieBuilder, clock, environment};
use crate::BuildError;

/// How people sign in with Microsoft.
impl BelgieBuilder {
    /// Lets people sign in with Microsoft: work, school and personal accounts. The credentials are the application
    /// (client) id and the value of a client secret of an app registration.
    pub fn microsoft(self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let client = ClientCredentials::new(client_id, client_secret);
        self.microsoft_with(MicrosoftConfig::new(client))
    }

    /// Lets people sign in with Microsoft, with the environment variables `MICROSOFT_CLIENT_ID` and
    /// `MICROSOFT_CLIENT_SECRET`. Optionally, `MICROSOFT_TENANT` restricts whose accounts are accepted (`organizations`,
    /// `consumers`, or the directory id of one organisation), and `MICROSOFT_ISSUER_URL` sets another cloud's address. An
    /// empty variable counts as not set.
    pub fn microsoft_from_env(self) -> Self {
        self.made_microsoft(from_env(environment))
    }

    /// Lets people sign in with Microsoft, with a full configuration.
    pub fn microsoft_with(self, microsoft: MicrosoftConfig) -> Self {
        self.made_microsoft(Ok(microsoft))
    }

    fn made_microsoft(mut self, microsoft: Result<MicrosoftConfig, BuildError>) -> Self {
        self.providers.push(Box::new(|http| {
            Ok(Arc::new(microsoft?.provider(http.clone(), clock())?))
        }));
        self
    }
}

fn from_env(
    variable: impl Fn(&'static str) -> Result<String, BuildError>,
) -> Result<MicrosoftConfig, BuildError> {
    let id = variable("MICROSOFT_CLIENT_ID")?;
    let client = ClientCredentials::new(id, variable("MICROSOFT_CLIENT_SECRET")?);
    let tenant = match variable("MICROSOFT_TENANT") {
        Ok(text) => text.trim().parse().map_err(BuildError::MicrosoftTenant)?,
        Err(_) => Tenant::default(),
    };
    let url = variable("MICROSOFT_ISSUER_URL").unwrap_or_else(|_| MICROSOFT_ISSUER_URL.into());
    let microsoft = MicrosoftConfig::new(client).tenant(tenant);
    Ok(microsoft.issuer_url(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<MicrosoftConfig, BuildError> {
        from_env(|name| {
            let found = variables.iter().find(|(given, _)| *given == name);
            found
                .map(|(_, value)| (*value).to_owned())
                .ok_or(BuildError::Environment(name))
        })
    }

    #[test]
    fn id_and_secret_are_enough() {
        let id = ("MICROSOFT_CLIENT_ID", "id");
        let secret = ("MICROSOFT_CLIENT_SECRET", "secret");

        assert!(read(&[id, secret]).is_ok());
        for (given, missing) in [(id, secret), (secret, id)] {
            let error = read(&[given]).unwrap_err().to_string();
            assert_eq!(error, format!("the environment does not set {}", missing.0));
        }
    }

    #[test]
    fn a_tenant_that_is_none_is_named() {
        let tenant = |text| {
            read(&[
                ("MICROSOFT_CLIENT_ID", "id"),
                ("MICROSOFT_CLIENT_SECRET", "secret"),
                ("MICROSOFT_TENANT", text),
            ])
        };

        assert!(tenant("organizations").is_ok());
        let error = tenant("example.com").unwrap_err().to_string();
        assert!(error.starts_with("MICROSOFT_TENANT must not be a domain name"));
    }
}
