use std::fmt;
use std::str::FromStr;

use belgie_provider_oidc::{TenantId, Tenants};

/// Whose accounts may sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tenant {
    /// Those of every organisation, and personal accounts.
    #[default]
    Common,
    /// Those of every organisation: work and school accounts.
    Organizations,
    /// Personal accounts.
    Consumers,
    /// Those of one organisation, by its directory (tenant) id.
    Id(TenantId),
}

/// The text names no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTenant {
    /// It is a domain name. The issuers of tenants contain their ids.
    #[error(
        "must not be a domain name: use the directory (tenant) id, a GUID that the overview of your directory shows"
    )]
    DomainName,
    /// It is something else.
    #[error(
        "must be `common`, `organizations`, `consumers`, or a directory (tenant) id, which is a GUID"
    )]
    Unknown,
}

impl Tenant {
    /// Returns the tenants whose tokens are accepted.
    pub(crate) fn admitted(self) -> Tenants {
        match self {
            Self::Common => Tenants::Any,
            Self::Organizations => Tenants::AllBut(PERSONAL_ACCOUNTS),
            Self::Consumers => Tenants::Only(PERSONAL_ACCOUNTS),
            Self::Id(id) => Tenants::Only(id),
        }
    }
}

/// The name in the addresses of Microsoft's endpoints.
impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common => f.write_str("common"),
            Self::Organizations => f.write_str("organizations"),
            Self::Consumers => f.write_str("consumers"),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl FromStr for Tenant {
    type Err = InvalidTenant;

    fn from_str(text: &str) -> Result<Self, InvalidTenant> {
        match text.to_ascii_lowercase().as_str() {
            "common" => Ok(Self::Common),
            "organizations" => Ok(Self::Organizations),
            "consumers" => Ok(Self::Consumers),
            name if name.contains('.') => Err(InvalidTenant::DomainName),
            id => id.parse().map(Self::Id).map_err(|_| InvalidTenant::Unknown),
        }
    }
}

/// The tenant of all personal accounts.
const PERSONAL_ACCOUNTS: TenantId = TenantId::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    #[test]
    fn a_tenant_is_written_as_in_microsofts_addresses() {
        for text in ["common", "organizations", "consumers", ID] {
            assert_eq!(text.parse::<Tenant>().unwrap().to_string(), text);
        }
        assert_eq!("Common".parse(), Ok(Tenant::Common));
        let id = ID.to_uppercase().parse::<Tenant>().unwrap();
        assert_eq!(id.to_string(), ID);
    }

    #[test]
    fn a_domain_name_is_refused_as_such() {
        for text in ["example.com", "contoso.onmicrosoft.com", "Example.COM"] {
            assert_eq!(text.parse::<Tenant>(), Err(InvalidTenant::DomainName));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "organisations",
            "common/",
            " common",
            "{tenantid}",
            &ID.replace('-', ""),
            &ID[1..],
        ] {
            let refused = text.parse::<Tenant>();
            assert_eq!(refused, Err(InvalidTenant::Unknown), "{text:?}");
        }
    }

    #[test]
    fn idt_22_personal_accounts_have_one_tenant() {
        let personal = "9188040d-6c67-4c5b-b112-36a304b66dad".parse().unwrap();

        assert_eq!(Tenant::Common.admitted(), Tenants::Any);
        assert_eq!(Tenant::Organizations.admitted(), Tenants::AllBut(personal));
        assert_eq!(Tenant::Consumers.admitted(), Tenants::Only(personal));
        assert_eq!(Tenant::Id(personal).admitted(), Tenants::Only(personal));
    }
}
