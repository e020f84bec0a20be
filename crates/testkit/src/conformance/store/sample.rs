//! Sample values; each number yields different ones.

use belgie_domain::{
    Account, AccountId, Attempt, ClientInfo, CodeVerifier, Delivery, EmailStatus, Event, EventId,
    EventKind, IssuedCode, KeyId, MailedToken, MailedTokenId, NewAttempt, NewPendingSignIn, Nonce,
    OutboxId, OutboxItem, PasswordHash, PendingSignIn, PendingSignUp, ProviderIdentity, Purpose,
    Role, SealedSecret, SealedTokens, Session, SessionId, SigningAlgorithm, SigningKey,
    SigningKeyId, TokenHash, TokenPurpose, User, UserId, UserPassword,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::changed;

/// Returns a time with microseconds; a higher number is later.
pub(super) fn at(number: u32) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
        + TimeDelta::days(20_000)
        + TimeDelta::seconds(number.into())
        + TimeDelta::microseconds(123_456)
}

/// Returns the hash of a token; a higher number sorts higher.
pub(super) fn hash(number: u32) -> TokenHash {
    let mut bytes = [0xa5; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

pub(super) fn user(number: u32) -> User {
    let address = format!("user-{number}@example.com");
    let id = UserId::new(at(number), random(number));
    let user = User::new(id, Some(parsed(&address)), at(number));
    changed(user, |user| {
        user.email_status = EmailStatus::Asserted;
        user.name = Some(format!("User {number}"));
    })
}

pub(super) fn signing_key(number: u32) -> SigningKey {
    let private_key = SealedSecret::new(KeyId::from_bytes([1; 8]), vec![0xff; 180]);
    let key = SigningKey::new(
        (SigningKeyId::new(at(number), random(number)), number),
        SigningAlgorithm::Es256,
        number.to_be_bytes().repeat(16),
        private_key,
        at(number),
    );
    key.signing_from(at(number + 600))
}

/// Returns a user without any optional value.
pub(super) fn bare_user(number: u32) -> User {
    User::new(UserId::new(at(number), random(number)), None, at(number))
}

pub(super) fn full_user(number: u32) -> User {
    changed(user(number), |user| {
        user.email_status = EmailStatus::Proved;
        user.name_edited = true;
        user.image = Some("https://pictures.example/1".to_owned());
        user.image_edited = true;
        user.role = Role::ADMIN;
        user.is_active = false;
        user.last_login_at = Some(at(number + 2));
        user.updated_at = at(number + 1);
    })
}

pub(super) fn account(number: u32, owner: &User) -> Account {
    let identity = ProviderIdentity::new(
        parsed("https://accounts.google.com"),
        parsed(&format!("subject-{number}")),
    );
    let id = AccountId::new(at(number), random(number));
    let account = Account::new(id, owner.id, parsed("google"), &identity, at(number));
    changed(account, |account| {
        account.email = Some(format!("User-{number}@Example.com"));
        account.scope = Some("openid email profile".to_owned());
        account.last_used_at = at(number + 1);
    })
}

/// Returns the tokens of an account, with every optional value.
pub(super) fn tokens(number: u32, account: &Account) -> SealedTokens {
    let tokens = SealedTokens::new(account.id, sealed(number), at(number));
    changed(tokens, |tokens| {
        tokens.revision = number;
        tokens.refresh_token = Some(sealed(number + 1));
        tokens.id_token = Some(sealed(number + 2));
        tokens.scope = Some("openid email profile".to_owned());
        tokens.expires_at = Some(at(number + 1));
        tokens.refreshing_until = Some(at(number + 2));
    })
}

/// Returns an encrypted secret, which may be any bytes.
pub(super) fn sealed(number: u32) -> SealedSecret {
    let key = KeyId::from_bytes(u64::from(number).to_be_bytes());
    let length = 40 + 100 * number as usize % 3000;
    SealedSecret::new(key, number.to_be_bytes().repeat(length))
}

pub(super) fn password(number: u32, owner: &User) -> UserPassword {
    let hash = PasswordHash::from_phc(format!("$argon2id$v=19$m=19456,t=2,p=1${number}$hash"));
    UserPassword::new(owner.id, hash, at(number))
}

/// Returns a token for a reset that expires at the time of the number after.
pub(super) fn mailed(number: u32, owner: &User) -> MailedToken {
    let id = MailedTokenId::new(at(number), random(number));
    let recipient = (owner.id, parsed("jane@example.com"));
    let purpose = TokenPurpose::ResetPassword;
    let token = MailedToken::new(id, hash(number), purpose, recipient, at(number));
    changed(token, |token| token.expires_at = at(number + 1))
}

/// Returns a token of a person who becomes a user by proving the address, and who needs no user.
pub(super) fn mailed_for_sign_up(number: u32) -> MailedToken {
    let identity = ProviderIdentity::new(
        parsed("https://accounts.google.com"),
        parsed(&format!("subject-{number}")),
    );
    let identity = identity
        .with_name(format!("User {number}"))
        .with_picture("https://pictures.example/1")
        .with_scope("openid email profile");
    let pending = PendingSignUp::new(parsed("google"), &identity);
    changed(mailed(number, &user(number)), |token| {
        token.purpose = TokenPurpose::VerifyEmail;
        token.owner = pending.into();
    })
}

pub(super) fn session(number: u32, owner: &User) -> Session {
    let id = SessionId::new(at(number), random(number));
    let (from, until) = (at(number), at(number + 3));
    let session = Session::new(id, hash(number), owner.id, from, until);
    changed(session, |session| {
        session.provider = Some(parsed("google"));
        session.ip_address = Some(parsed("2001:db8::1"));
        session.user_agent = Some("Mozilla/5.0".to_owned());
        session.authenticated_at = at(number + 1);
        session.last_used_at = at(number + 2);
    })
}

pub(super) fn code(number: u32, owner: &User) -> IssuedCode {
    let challenge = CodeVerifier::from_random([3; 32]).s256_challenge();
    let (provider, now) = (parsed("google"), at(number));
    let code = IssuedCode::new(hash(number), parsed(&challenge), owner.id, provider, now);
    changed(code, |code| {
        code.replaces = Some(hash(number + 1));
        code.ip_address = Some(parsed("2001:db8::1"));
        code.user_agent = Some("Mozilla/5.0".to_owned());
        code.expires_at = at(number) + IssuedCode::MAX_AGE / 2;
    })
}

/// Returns the browser to which all attempts are bound.
pub(super) fn browser() -> TokenHash {
    hash(1_000_000)
}

pub(super) fn attempt(number: u32) -> Attempt {
    let attempt = Attempt::new(NewAttempt {
        state_hash: hash(number),
        binding_hash: browser(),
        provider: parsed("google"),
        nonce: Nonce::from_random([1; 32]),
        code_verifier: CodeVerifier::from_random([2; 32]),
        return_to: "/dashboard?tab=1#top".to_owned(),
        created_at: at(number),
    });
    changed(attempt, |attempt| {
        let replaces = Some(hash(number + 1));
        attempt.purpose = Purpose::SignIn { replaces };
        let challenge = parsed(&CodeVerifier::from_random([3; 32]).s256_challenge());
        attempt.delivery = Delivery::Code { challenge };
        attempt.client_state = Some("state of the front end".to_owned());
        attempt.network = Some(parsed("192.0.2.1"));
        attempt.expires_at = at(number) + Attempt::MAX_AGE / 2;
    })
}

/// Returns the pending sign-in of [`browser`].
pub(super) fn pending(number: u32, holder: &User) -> PendingSignIn {
    let subject = parsed(&format!("subject-{number}"));
    let identity = ProviderIdentity::new(parsed("https://accounts.google.com"), subject)
        .with_trusted_email(format!("user-{number}@example.com"))
        .with_name(format!("User {number}"))
        .with_picture("https://pictures.example/1")
        .with_scope("openid email profile");
    let pending = PendingSignIn::new(NewPendingSignIn {
        binding_hash: browser(),
        provider: parsed("google"),
        identity,
        holder: holder.id,
        return_to: "/dashboard?tab=1#top".to_owned(),
        created_at: at(number),
    });
    changed(pending, |pending| {
        pending.email_status = EmailStatus::Asserted;
        pending.client_state = Some("state of the front end".to_owned());
        let challenge = parsed(&CodeVerifier::from_random([3; 32]).s256_challenge());
        pending.delivery = Delivery::Code { challenge };
        pending.replaces = Some(hash(number + 1));
        pending.expires_at = at(number) + PendingSignIn::MAX_AGE / 2;
    })
}

pub(super) fn event(number: u32, whose: &User) -> Event {
    let id = EventId::new(at(number), random(number));
    changed(Event::new(id, at(number), EventKind::SignIn), |event| {
        event.user_id = Some(whose.id);
        event.actor_id = Some(whose.id);
        event.provider = Some(parsed("google"));
        event.client = ClientInfo::default()
            .with_ip_address(parsed("192.0.2.1"))
            .with_user_agent("curl/8")
            .with_request_id("01a");
    })
}

/// Returns an item that is due at the time of the same number.
pub(super) fn item(number: u32) -> OutboxItem {
    let id = OutboxId::new(at(number), random(number));
    OutboxItem::new(id, "mail", format!("payload {number}"), at(number))
}

/// Parses a text that is known to be valid.
pub(super) fn parsed<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("the sample {text:?} parses"))
}

fn random(number: u32) -> [u8; 10] {
    let mut bytes = [0x5a; 10];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use belgie_domain::Outcome;

    use super::*;

    /// A store could lose a field that is at its default here, and no case would notice.
    #[test]
    fn no_sample_leaves_an_optional_field_at_its_default() {
        let (user, owner) = (full_user(1), bare_user(2));
        let (account, session, attempt) = (account(1, &owner), session(1, &owner), attempt(1));
        let refused = changed(event(1, &owner), |event| {
            event.outcome = Outcome::from("access_denied");
        });

        let plain = User::new(user.id, user.email.clone(), user.created_at);
        assert_eq!(same(&user, &plain), ["id", "email", "created_at"]);

        let identity = ProviderIdentity::new(account.issuer.clone(), account.subject.clone());
        let provider = account.provider.clone();
        let plain = Account::new(
            account.id,
            owner.id,
            provider,
            &identity,
            account.created_at,
        );
        let required = [
            "id",
            "user_id",
            "provider",
            "issuer",
            "subject",
            "created_at",
        ];
        assert_eq!(same(&account, &plain), required);

        let tokens = tokens(1, &account);
        let plain = SealedTokens::new(account.id, sealed(1), tokens.updated_at);
        let required = ["account_id", "access_token", "updated_at"];
        assert_eq!(same(&tokens, &plain), required);

        let (from, until) = (session.created_at, session.expires_at);
        let plain = Session::new(session.id, session.token_hash, owner.id, from, until);
        let required = ["id", "token_hash", "user_id", "created_at", "expires_at"];
        assert_eq!(same(&session, &plain), required);

        let plain = Attempt::new(NewAttempt {
            state_hash: attempt.state_hash,
            binding_hash: attempt.binding_hash,
            provider: attempt.provider.clone(),
            nonce: attempt.nonce.clone(),
            code_verifier: attempt.code_verifier.clone(),
            return_to: attempt.return_to.clone(),
            created_at: attempt.created_at,
        });
        let required = [
            "state_hash",
            "binding_hash",
            "provider",
            "nonce",
            "code_verifier",
            "return_to",
            "created_at",
        ];
        assert_eq!(same(&attempt, &plain), required);

        let code = code(1, &owner);
        let (provider, at) = (code.provider.clone(), code.authenticated_at);
        let challenge = code.challenge.clone();
        let plain = IssuedCode::new(code.code_hash, challenge, owner.id, provider, at);
        let required = [
            "code_hash",
            "challenge",
            "user_id",
            "provider",
            "authenticated_at",
        ];
        assert_eq!(same(&code, &plain), required);

        let plain = Event::new(refused.id, refused.at, refused.kind.clone());
        assert_eq!(same(&refused, &plain), ["id", "at", "kind"]);
    }

    /// Returns the names of the fields that are the same in both.
    fn same(one: &impl Debug, other: &impl Debug) -> Vec<String> {
        let other = fields(other);
        let both = fields(one).into_iter();
        let both = both.filter(|field| other.contains(field));
        both.map(|(name, _)| name).collect()
    }

    /// Returns the name and the text of each field.
    fn fields(value: &impl Debug) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in format!("{value:#?}").lines() {
            let field = line
                .strip_prefix("    ")
                .filter(|field| field.starts_with(|first: char| first.is_ascii_lowercase()))
                .and_then(|field| field.split_once(": "));
            match (field, fields.last_mut()) {
                (Some((name, text)), _) => fields.push((name.to_owned(), text.to_owned())),
                (None, Some((_, text))) => text.push_str(line),
                (None, None) => {}
            }
        }
        fields
    }
}
