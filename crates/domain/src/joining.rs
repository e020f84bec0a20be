use crate::{Choices, EmailAddress, EmailStatus, FailureCode, ProviderIdentity, User};

/// Which user, if any, a verified identity matches.
///
/// Deliberately exhaustive, as are [`Decision`] and [`Refusal`]: the code that decides, acts on the decision or
/// reports a refusal must not overlook a case. Applications need none of these types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityMatch {
    /// This user owns the account with the identity's issuer and subject.
    ByAccount(User),
    /// No account matches, but this user has the identity's address.
    ByAddress {
        /// The user.
        user: User,
        /// The user already has an account with the provider that now vouches for the address. A second subject there
        /// counts as a second person, because addresses and domains get reassigned.
        has_account_there: bool,
        /// The user has an account with which one can sign in.
        has_way_in: bool,
    },
    /// No user matches, by account or by address.
    None,
}

/// Which user a verified identity signs in as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The user who owns the account.
    SignIn(User),
    /// This user, who has proved the same address; the account is added.
    Join(User),
    /// A new user with this address.
    Create(Option<EmailAddress>),
    /// No user yet: the person chooses. To a program this is the refusal [`Refusal::AccountExists`].
    Ask {
        /// The user who holds the address.
        holder: User,
        /// What the person may choose.
        choices: Choices,
    },
}

/// Why a sign-in, or a change of accounts, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user is disabled.
    #[error("the user is disabled")]
    AccountDisabled,
    /// The address belongs to a user that this identity may not join.
    #[error("the e-mail address belongs to another user")]
    AccountExists,
    /// The account belongs to another user.
    #[error("the account belongs to another user")]
    AccountTaken,
    /// The provider supplied no usable address.
    #[error("the provider supplied no usable e-mail address")]
    EmailRequired,
    /// The address must be verified and is not.
    #[error("the e-mail address is not verified")]
    EmailNotVerified,
    /// No other active user has the role `admin`.
    #[error("no other active user has the role admin")]
    LastAdmin,
    /// Without this account, its user could not sign in any more.
    #[error("the user could not sign in any more without this account")]
    LastSignInMethod,
    /// New users are not accepted.
    #[error("registration is closed")]
    RegistrationClosed,
}

impl Refusal {
    /// Returns the code that clients and events receive.
    pub const fn code(self) -> FailureCode {
        match self {
            Self::AccountDisabled => FailureCode::AccountDisabled,
            Self::AccountExists => FailureCode::AccountExists,
            Self::AccountTaken => FailureCode::AccountTaken,
            Self::EmailRequired => FailureCode::EmailRequired,
            Self::EmailNotVerified => FailureCode::EmailNotVerified,
            Self::LastAdmin => FailureCode::LastAdmin,
            Self::LastSignInMethod => FailureCode::LastSignInMethod,
            Self::RegistrationClosed => FailureCode::RegistrationClosed,
        }
    }
}

/// The operator's rules for new users and for joining.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JoinPolicy {
    /// Whether unknown people may become users.
    pub registration: Registration,
    /// Whether an identity may join a user with the same address.
    pub link_by_email: LinkByEmail,
    /// Whether new users may have no address.
    pub allow_no_email: bool,
    /// Whether an address must be verified before its user may sign in.
    pub verification_required: bool,
}

/// Whether unknown people may become users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registration {
    /// Anyone may sign up.
    #[default]
    Open,
    /// Only the operator creates users. Existing users can still sign in.
    Closed,
}

/// Whether an identity may join a user with the same address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkByEmail {
    /// If both the identity and the user have proved the address; otherwise after signing in as that user, too.
    #[default]
    Verified,
    /// Never. A person who proves an address that its holder has not proved can still start with a new user.
    Never,
}

impl JoinPolicy {
    /// Sets whether unknown people may become users.
    #[must_use]
    pub fn registration(mut self, registration: Registration) -> Self {
        self.registration = registration;
        self
    }

    /// Sets whether an identity may join a user with the same address.
    #[must_use]
    pub fn link_by_email(mut self, link_by_email: LinkByEmail) -> Self {
        self.link_by_email = link_by_email;
        self
    }

    /// Allows new users without an address.
    #[must_use]
    pub fn allow_no_email(mut self) -> Self {
        self.allow_no_email = true;
        self
    }

    /// Requires everyone who signs in to have a verified address.
    #[must_use]
    pub fn require_verification(mut self) -> Self {
        self.verification_required = true;
        self
    }
}

/// Decides which user signs in, given the user the identity matches.
///
/// An address alone grants nothing (OpenID Connect Core §5.7): an identity joins a user by itself only when the provider
/// is trusted for the address and reports it verified, and when the user has proved it too. Otherwise, an attacker who
/// registers first with a victim's address would own the victim's account.
///
/// When the address of the user was never proved and the identity proves it, it is unknown whether that user is the
/// same person or someone who only entered the address. The person decides: see [`Decision::Ask`].
///
/// # Errors
/// A [`Refusal`] when the identity may not sign in.
pub fn decide(
    identity: &ProviderIdentity,
    known: IdentityMatch,
    policy: JoinPolicy,
) -> Result<Decision, Refusal> {
    match known {
        IdentityMatch::ByAccount(user) => Ok(Decision::SignIn(user)),
        IdentityMatch::ByAddress {
            user: holder,
            has_account_there,
            has_way_in,
        } => meet_holder(identity, holder, has_account_there, has_way_in, policy),
        IdentityMatch::None => create(identity, policy),
    }
}

/// Checks that a user may sign in at all, once the user is known.
///
/// # Errors
/// [`Refusal::AccountDisabled`], [`Refusal::EmailNotVerified`].
pub fn check_admission(user: &User, policy: JoinPolicy) -> Result<(), Refusal> {
    if !user.is_active {
        return Err(Refusal::AccountDisabled);
    }
    if policy.verification_required && !user.email_status.is_verified() {
        return Err(Refusal::EmailNotVerified);
    }
    Ok(())
}

/// Decides for an identity whose address another user holds. A disabled holder always keeps its address.
fn meet_holder(
    identity: &ProviderIdentity,
    holder: User,
    has_account_there: bool,
    has_way_in: bool,
    policy: JoinPolicy,
) -> Result<Decision, Refusal> {
    if !holder.is_active {
        return Err(Refusal::AccountDisabled);
    }
    let proves = EmailStatus::of(identity) == EmailStatus::Proved;
    let joins = policy.link_by_email == LinkByEmail::Verified;
    let has_proved = holder.email_status == EmailStatus::Proved;
    if has_proved && joins && proves && !has_account_there {
        return Ok(Decision::Join(holder));
    }
    let may_start_fresh = proves && !has_proved && policy.registration == Registration::Open;
    // A person who proves a proved address at a trusted provider signs in as its holder, who thus always has a way in.
    let may_connect = joins && (has_proved || proves && has_way_in);
    let choices = match (may_connect, may_start_fresh) {
        (true, true) => Choices::ConnectOrFresh,
        (true, false) => Choices::Connect,
        (false, true) => Choices::Fresh,
        (false, false) => return Err(Refusal::AccountExists),
    };
    Ok(Decision::Ask { holder, choices })
}

fn create(identity: &ProviderIdentity, policy: JoinPolicy) -> Result<Decision, Refusal> {
    let email = identity.address();
    if policy.registration == Registration::Closed {
        return Err(Refusal::RegistrationClosed);
    }
    if email.is_none() && !policy.allow_no_email {
        return Err(Refusal::EmailRequired);
    }
    if policy.verification_required && !EmailStatus::of(identity).is_verified() {
        return Err(Refusal::EmailNotVerified);
    }
    Ok(Decision::Create(email))
}

#[cfg(test)]
mod tests;
