use std::str::FromStr;

use crate::EmailAddress;

/// An e-mail address, as reported by a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailClaim<'a> {
    /// The address.
    pub address: &'a str,
    /// Whether the provider reports that the person receives mail there.
    pub verified: bool,
    /// The organisation that the account belongs to, from the signed `hd` claim.
    pub hosted_domain: Option<&'a str>,
}

impl<'a> EmailClaim<'a> {
    /// Creates the claim of an address, verified or not, without an organisation.
    pub fn new(address: &'a str, verified: bool) -> Self {
        Self {
            address,
            verified,
            hosted_domain: None,
        }
    }

    /// Creates the claim of a verified address without an organisation.
    pub fn verified(address: &'a str) -> Self {
        Self::new(address, true)
    }

    /// Sets the organisation, if the account belongs to one.
    #[must_use]
    pub fn hosted_domain(mut self, domain: Option<&'a str>) -> Self {
        self.hosted_domain = domain;
        self
    }
}

/// For which e-mail addresses a provider is trusted, so that an identity may join the user who has proved the same
/// address.
///
/// Whatever the rule, an address that the provider has not verified is never trusted, nor is one that is not in its
/// canonical spelling (see [`EmailAddress::is_canonical_spelling`]).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum EmailTrust {
    /// None.
    #[default]
    Never,
    /// All.
    Always,
    /// Those at these domains.
    Domains(Vec<EmailDomain>),
    /// Those for which the function returns true.
    Rule(fn(EmailClaim<'_>) -> bool),
}

impl EmailTrust {
    /// Returns whether the provider is trusted for this address.
    pub fn covers(&self, claim: EmailClaim<'_>) -> bool {
        claim.verified
            && EmailAddress::is_canonical_spelling(claim.address)
            && match self {
                Self::Never => false,
                Self::Always => true,
                Self::Domains(domains) => domains.iter().any(|domain| domain.has(claim.address)),
                Self::Rule(rule) => rule(claim),
            }
    }
}

/// A domain of e-mail addresses: with a dot, in lower-case ASCII (Unicode domains as `xn--`). Subdomains are not
/// included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailDomain(String);

/// The text is not such a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a domain with a dot, such as example.com; write Unicode domains as xn--")]
pub struct InvalidEmailDomain;

impl EmailDomain {
    /// Returns the domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn has(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| domain.eq_ignore_ascii_case(&self.0))
    }
}

impl FromStr for EmailDomain {
    type Err = InvalidEmailDomain;

    fn from_str(text: &str) -> Result<Self, InvalidEmailDomain> {
        if EmailAddress::is_canonical_spelling(&format!("x@{text}")) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(InvalidEmailDomain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains(texts: &[&str]) -> EmailTrust {
        EmailTrust::Domains(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn lnk_02_a_provider_is_trusted_for_its_domains_and_no_others() {
        let trust = domains(&["corp.example", "XN--BCHER-KVA.example"]);

        for address in [
            "jane@corp.example",
            "Jane@Corp.EXAMPLE",
            "j@xn--bcher-kva.example",
        ] {
            assert!(trust.covers(EmailClaim::verified(address)), "{address}");
        }
        for address in [
            "jane@sub.corp.example",
            "jane@corp.example.evil.example",
            "jane@notcorp.example",
            "jane@evil.example@corp.example",
            "jane@corp.example@evil.example",
            "jane@corp.example.",
            "jane@gmail.com",
            "j@bücher.example",
            "@corp.example",
            "corp.example",
        ] {
            assert!(!trust.covers(EmailClaim::verified(address)), "{address}");
        }
        assert!(!domains(&[]).covers(EmailClaim::verified("jane@corp.example")));
    }

    #[test]
    fn lnk_02_no_rule_covers_what_is_unverified_or_not_in_canonical_spelling() {
        for trust in [EmailTrust::Always, EmailTrust::Rule(|_| true)] {
            assert!(trust.covers(EmailClaim::verified("jane@example.com")));
            assert!(!trust.covers(EmailClaim::new("jane@example.com", false)));
            for address in [
                "jane@stra\u{df}e.example",
                "jane@exam\u{ad}ple.com",
                "",
                "jane",
            ] {
                assert!(!trust.covers(EmailClaim::verified(address)), "{address}");
            }
        }
        assert!(!EmailTrust::Never.covers(EmailClaim::verified("jane@example.com")));
    }

    #[test]
    fn a_domain_of_addresses_has_a_dot_and_one_spelling() {
        for text in ["corp.example", "a.b.c", "xn--bcher-kva.example"] {
            assert_eq!(text.parse::<EmailDomain>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "corp",
            "true",
            ".corp.example",
            "corp.example.",
            "*.corp.example",
            "@corp.example",
            "jane@corp.example",
            "bücher.example",
            "corp example",
            "127.0.0.1:80",
            "a..b",
        ] {
            assert_eq!(
                text.parse::<EmailDomain>(),
                Err(InvalidEmailDomain),
                "{text}"
            );
        }
    }
}
