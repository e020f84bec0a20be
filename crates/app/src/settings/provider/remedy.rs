use belgie_ports::ProviderError;
use belgie_provider_oidc::UnusableProvider;

use super::ProviderSettings;
use crate::settings::table::{self, capitals};

impl ProviderSettings {
    /// Returns which setting makes the provider usable, if the error is one that a setting can resolve.
    pub fn remedy(&self, error: &ProviderError) -> Option<String> {
        let ProviderError::Unavailable(source) = error else {
            return None;
        };
        match (source.downcast_ref()?, self) {
            (UnusableProvider::OtherIssuer { found }, _) => Some(self.right_issuer(found)),
            (UnusableProvider::NoCommonTokenAuthMethod { announced }, Self::Oidc(oidc)) => {
                Some(right_method(announced, &capitals(oidc.id.as_str())))
            }
            _ => None,
        }
    }

    /// A slash at the end makes another issuer (Discovery §4.3), and is easily forgotten or added. Any other difference
    /// may mean that another server answers.
    fn right_issuer(&self, found: &str) -> String {
        let (variable, configured) = self.issuer();
        let without_slash = |issuer: &str| issuer.trim_end_matches('/').to_owned();
        if without_slash(found) == without_slash(configured.as_str()) {
            return format!("set {variable} to it");
        }
        format!("if that is the provider you mean, set {variable} to it")
    }
}

fn right_method(announced: &str, capitals: &str) -> String {
    if announced.split(", ").any(|method| method == "none") {
        let secret = table::OIDC_X_CLIENT_SECRET.of_provider(capitals).variable();
        return format!("remove {secret} if the client is a public one");
    }
    let method = table::OIDC_X_TOKEN_AUTH_METHOD
        .of_provider(capitals)
        .variable();
    format!("register the client with one of these, and set {method} to it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, Vars};

    fn remedy(reason: UnusableProvider) -> Option<String> {
        let settings = Settings::read(&Vars::of(&[
            ("OIDC_PROVIDERS", "my-corp"),
            ("OIDC_MY_CORP_ISSUER_URL", "https://id.example.com"),
            ("OIDC_MY_CORP_CLIENT_ID", "belgie"),
            ("OIDC_MY_CORP_CLIENT_SECRET", "hunter2"),
        ]));
        let error = ProviderError::Unavailable(reason.into());
        settings.unwrap().providers[0].remedy(&error)
    }

    #[test]
    fn an_issuer_with_a_slash_too_many_or_too_few_is_to_be_set_as_it_is() {
        let other = |found: &str| {
            let found = found.to_owned();
            remedy(UnusableProvider::OtherIssuer { found }).unwrap()
        };

        assert_eq!(
            other("https://id.example.com/"),
            "set BELGIE_OIDC_MY_CORP_ISSUER_URL to it"
        );
        assert_eq!(
            other("https://evil.example.com"),
            "if that is the provider you mean, set BELGIE_OIDC_MY_CORP_ISSUER_URL to it"
        );
    }

    #[test]
    fn only_what_a_setting_can_resolve_has_a_remedy() {
        let announced = "private_key_jwt".to_owned();
        assert_eq!(
            remedy(UnusableProvider::NoCommonTokenAuthMethod { announced }).unwrap(),
            "register the client with one of these, and set BELGIE_OIDC_MY_CORP_TOKEN_AUTH_METHOD to it"
        );
        assert_eq!(remedy(UnusableProvider::PushedRequestsRequired), None);
    }
}
