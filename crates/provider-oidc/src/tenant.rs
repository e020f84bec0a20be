//! Providers that have an issuer for each tenant, as Microsoft does.

use std::fmt;
use std::str::FromStr;

use belgie_domain::Issuer;
use belgie_ports::InvalidIdentity;
use serde_json::Value;
use uuid::Uuid;

use crate::fault::invalid;

/// The identifier of a tenant: a GUID, written in lower case with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TenantId(Uuid);

/// The text is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a GUID such as 00000000-0000-0000-0000-000000000000")]
pub struct InvalidTenantId;

/// The tenants whose accounts may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tenants {
    /// All.
    Any,
    /// All but this one.
    AllBut(TenantId),
    /// This one.
    Only(TenantId),
}

/// The issuers of a provider that has one for each tenant.
#[derive(Clone, Debug)]
pub(crate) struct TenantIssuers {
    /// What stands before and after the tenant.
    around: (String, String),
    tenants: Tenants,
}

impl TenantId {
    /// Creates an identifier from a number, which is usually written in hexadecimal.
    pub const fn from_u128(number: u128) -> Self {
        Self(Uuid::from_u128(number))
    }

    /// Parses the one spelling that a claim may have: two spellings of one tenant would be two issuers.
    fn from_claim(text: &str) -> Option<Self> {
        text.parse().ok().filter(|id: &Self| id.to_string() == text)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Upper case is accepted, since people paste it.
impl FromStr for TenantId {
    type Err = InvalidTenantId;

    fn from_str(text: &str) -> Result<Self, InvalidTenantId> {
        let id = Uuid::try_parse(text).map_err(|_| InvalidTenantId)?;
        let is_hyphenated = text.len() == uuid::fmt::Hyphenated::LENGTH;
        is_hyphenated.then_some(Self(id)).ok_or(InvalidTenantId)
    }
}

impl Tenants {
    fn admit(self, tenant: TenantId) -> bool {
        match self {
            Self::Any => true,
            Self::AllBut(other) => tenant != other,
            Self::Only(one) => tenant == one,
        }
    }
}

impl TenantIssuers {
    /// Creates the issuers from one in which [`PLACEHOLDER`] stands for the tenant, exactly once.
    pub(crate) fn new(template: &str, tenants: Tenants) -> Option<Self> {
        let (before, after) = template.split_once(PLACEHOLDER)?;
        (!after.contains(PLACEHOLDER)).then(|| Self {
            around: (before.to_owned(), after.to_owned()),
            tenants,
        })
    }

    /// Returns the issuer in the discovery document: that of the only tenant, or the template.
    pub(crate) fn discovered(&self) -> String {
        match self.tenants {
            Tenants::Only(tenant) => self.with(tenant),
            Tenants::Any | Tenants::AllBut(_) => self.template(),
        }
    }

    /// Returns the issuer that a token with this `tid` must name. Only where there is a single tenant may the claim be
    /// absent.
    pub(crate) fn of_token(&self, tid: Option<&Value>) -> Result<Issuer, InvalidIdentity> {
        let tenant = match (tid, self.tenants) {
            (Some(tid), _) => { tid.as_str() }
                .and_then(TenantId::from_claim)
                .ok_or_else(|| invalid("the ID token's tenant is not a GUID (tid)"))?,
            (None, Tenants::Only(tenant)) => tenant,
            (None, Tenants::Any | Tenants::AllBut(_)) => {
                return Err(invalid("the ID token names no tenant (tid)"));
            }
        };
        if !self.tenants.admit(tenant) {
            return Err(invalid(
                "the account belongs to a tenant that is not admitted (tid)",
            ));
        }
        let issuer = self.with(tenant).parse();
        issuer.map_err(|_| invalid("the tenant's issuer is too long"))
    }

    /// Returns whether this is the issuer of a tenant that is admitted.
    pub(crate) fn include(&self, issuer: &str) -> bool {
        let (before, after) = &self.around;
        let rest = issuer.strip_prefix(before.as_str());
        let tenant = rest.and_then(|rest| rest.strip_suffix(after.as_str()));
        let tenant = tenant.and_then(TenantId::from_claim);
        tenant.is_some_and(|tenant| self.tenants.admit(tenant))
    }

    /// Returns whether a key whose `issuer` member is this may sign the tokens of an issuer: without one it may, and so
    /// may a key of every tenant.
    pub(crate) fn allow_key(&self, key_issuer: Option<&Value>, issuer: &Issuer) -> bool {
        match key_issuer {
            None => true,
            Some(Value::String(text)) => *text == issuer.as_str() || *text == self.template(),
            Some(_) => false,
        }
    }

    fn template(&self) -> String {
        let (before, after) = &self.around;
        format!("{before}{PLACEHOLDER}{after}")
    }

    fn with(&self, tenant: TenantId) -> String {
        let (before, after) = &self.around;
        format!("{before}{tenant}{after}")
    }
}

/// What stands for the tenant in Microsoft's documents.
const PLACEHOLDER: &str = "{tenantid}";

#[cfg(test)]
mod tests;
