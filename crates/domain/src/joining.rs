use crate::{EmailAddress, EmailStanding, FailureCode, ProviderIdentity, User};

/// What is known of a verified identity before it is decided who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// This user owns an account with its issuer and subject.
    Owner(User),
    /// It owns no account, and its address is this user's.
    Holder {
        /// The user.
        user: User,
        /// The user already has an account with the provider that now vouches for the address. A second subject there
        /// is a second person: addresses and domains are given to others.
        has_account_there: bool,
    },
    /// Neither its subject nor its address is known.
    Stranger,
}

/// Who a verified identity becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The user who owns its account signs in.
    SignIn(User),
    /// Its account joins this user, who has proved the same address.
    Join(User),
    /// This user's row goes to it: the address was never proved before.
    TakeOver(User),
    /// A new user with this address.
    Create(Option<EmailAddress>),
}

/// Why a sign-in is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user is not active.
    #[error("the user is disabled")]
    AccountDisabled,
    /// The address belongs to a user that this identity may not join.
    #[error("the e-mail address belongs to another user")]
    AccountExists,
    /// No usable address.
    #[error("the provider names no usable e-mail address")]
    EmailRequired,
    /// The address must be verified and is not.
    #[error("the e-mail address is not verified")]
    EmailNotVerified,
    /// New users are not taken.
    #[error("registration is closed")]
    RegistrationClosed,
}

impl Refusal {
    /// Returns the code that clients and events get.
    pub const fn code(self) -> FailureCode {
        match self {
            Self::AccountDisabled => FailureCode::AccountDisabled,
            Self::AccountExists => FailureCode::AccountExists,
            Self::EmailRequired => FailureCode::EmailRequired,
            Self::EmailNotVerified => FailureCode::EmailNotVerified,
            Self::RegistrationClosed => FailureCode::RegistrationClosed,
        }
    }
}

/// What the operator allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JoinPolicy {
    /// Whether strangers become users.
    pub registration: Registration,
    /// Whether an identity may join a user with the same address.
    pub link_by_email: LinkByEmail,
    /// Whether new users may have no address.
    pub allow_no_email: bool,
    /// Whether an address must be verified before its user gets in.
    pub verification_required: bool,
}

/// Whether strangers become users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// Everybody may.
    #[default]
    Open,
    /// No new users but those whom an operator makes. Whoever has an account still signs in.
    Closed,
}

/// Whether an identity may join a user with the same address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkByEmail {
    /// When both sides have proved it.
    #[default]
    Verified,
    /// Never.
    Never,
}

/// Decides who signs in, given what is `known` of a verified identity.
///
/// An address by itself opens nothing (OpenID Connect Core §5.7): a user is joined only when the provider is trusted
/// for it and says verified, and when the user has proved it too. Otherwise whoever registers first with a victim's
/// address would own the victim's account.
///
/// # Errors
/// The [`Refusal`].
pub fn decide(
    identity: &ProviderIdentity,
    known: Known,
    policy: JoinPolicy,
) -> Result<Decision, Refusal> {
    match known {
        Known::Owner(user) => Ok(Decision::SignIn(user)),
        Known::Holder {
            user,
            has_account_there,
        } => join(identity, user, has_account_there, policy),
        Known::Stranger => create(identity, policy),
    }
}

/// Checks that a user may sign in at all, once everything else is decided.
///
/// # Errors
/// [`Refusal::AccountDisabled`], [`Refusal::EmailNotVerified`].
pub fn check_admission(user: &User, policy: JoinPolicy) -> Result<(), Refusal> {
    if !user.is_active {
        return Err(Refusal::AccountDisabled);
    }
    if policy.verification_required && !user.email_standing.is_verified() {
        return Err(Refusal::EmailNotVerified);
    }
    Ok(())
}

fn join(
    identity: &ProviderIdentity,
    user: User,
    has_account_there: bool,
    policy: JoinPolicy,
) -> Result<Decision, Refusal> {
    let proves = EmailStanding::of(identity) == EmailStanding::Proved;
    let linking = policy.link_by_email == LinkByEmail::Verified;
    if !linking || !proves || has_account_there {
        return Err(Refusal::AccountExists);
    }
    if !user.is_active {
        return Err(Refusal::AccountDisabled);
    }
    match user.email_standing {
        EmailStanding::Proved => Ok(Decision::Join(user)),
        EmailStanding::Asserted | EmailStanding::Unverified => Ok(Decision::TakeOver(user)),
    }
}

fn create(identity: &ProviderIdentity, policy: JoinPolicy) -> Result<Decision, Refusal> {
    let email = identity.address();
    if policy.registration == Registration::Closed {
        return Err(Refusal::RegistrationClosed);
    }
    if email.is_none() && !policy.allow_no_email {
        return Err(Refusal::EmailRequired);
    }
    if policy.verification_required && !EmailStanding::of(identity).is_verified() {
        return Err(Refusal::EmailNotVerified);
    }
    Ok(Decision::Create(email))
}

#[cfg(test)]
mod tests;
