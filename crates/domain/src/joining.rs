use crate::{EmailAddress, EmailStanding, ErrorCode, ProviderIdentity, User, UserId};

/// What a verified identity without an account of ours may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Its account joins this user, who has proved the same address.
    Join(UserId),
    /// This user's row goes to it: nobody had proved the address before.
    TakeOver(UserId),
    /// A new user with this address.
    Create(Option<EmailAddress>),
}

/// Why an identity may become nobody.
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
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::AccountDisabled => ErrorCode::AccountDisabled,
            Self::AccountExists => ErrorCode::AccountExists,
            Self::EmailRequired => ErrorCode::EmailRequired,
            Self::EmailNotVerified => ErrorCode::EmailNotVerified,
            Self::RegistrationClosed => ErrorCode::RegistrationClosed,
        }
    }
}

/// The user who already has the address of an identity.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The user.
    pub user: &'a User,
    /// The user already has an account with the provider that now vouches for the address. A second subject there
    /// is a second person: addresses and domains are given to others.
    pub has_account_there: bool,
}

/// What the operator allows. See the settings of the same names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JoinPolicy {
    /// `REGISTRATION`.
    pub registration: Registration,
    /// `LINK_BY_EMAIL`.
    pub link_by_email: LinkByEmail,
    /// `ALLOW_NO_EMAIL`: users may have no address.
    pub allow_no_email: bool,
    /// `EMAIL_VERIFICATION=required`: nobody gets in before the address is verified.
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

/// Decides what an identity that owns no account yet may become, given the `holder` of its address.
///
/// An address by itself opens nothing (OpenID Connect Core §5.7): a user is joined only when the provider is trusted
/// for it and says verified, and when the user has proved it too. Otherwise whoever registers first with a victim's
/// address would own the victim's account.
///
/// # Errors
/// The [`Refusal`].
pub fn decide_join(
    identity: &ProviderIdentity,
    holder: Option<Holder<'_>>,
    policy: JoinPolicy,
) -> Result<Decision, Refusal> {
    let email = identity.email.as_deref().and_then(|text| text.parse().ok());
    let Some(Holder {
        user,
        has_account_there,
    }) = holder
    else {
        return create(identity, email, policy);
    };
    let standing = EmailStanding::of(identity);
    let linking = policy.link_by_email == LinkByEmail::Verified;
    if !linking || standing != EmailStanding::Proved || has_account_there {
        return Err(Refusal::AccountExists);
    }
    if !user.is_active {
        return Err(Refusal::AccountDisabled);
    }
    match user.email_standing {
        EmailStanding::Proved => Ok(Decision::Join(user.id)),
        EmailStanding::Asserted | EmailStanding::Unverified => Ok(Decision::TakeOver(user.id)),
    }
}

fn create(
    identity: &ProviderIdentity,
    email: Option<EmailAddress>,
    policy: JoinPolicy,
) -> Result<Decision, Refusal> {
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
