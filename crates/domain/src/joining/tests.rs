use chrono::DateTime;

use super::*;

fn identity(email: Option<&str>, verified: bool, trusted: bool) -> ProviderIdentity {
    ProviderIdentity {
        issuer: "https://issuer.example".parse().unwrap(),
        subject: "1".parse().unwrap(),
        email: email.map(str::to_owned),
        email_verified: verified,
        email_trusted: trusted,
        name: None,
        picture: None,
        hosted_domain: None,
        scope: None,
    }
}

fn holder(standing: EmailStanding) -> User {
    let email = "jane@example.com".parse().unwrap();
    let mut user = User::new(
        UserId::new(DateTime::UNIX_EPOCH, [3; 10]),
        Some(email),
        DateTime::UNIX_EPOCH,
    );
    user.email_standing = standing;
    user
}

fn held(user: &User, has_account_there: bool) -> Holder<'_> {
    Holder {
        user,
        has_account_there,
    }
}

const JANE: Option<&str> = Some("jane@example.com");

#[test]
fn lnk_02_only_the_all_true_cell_joins() {
    let mut joined = 0;
    for cell in 0_u8..32 {
        let is = |bit: u8| cell & (1 << bit) != 0;
        let link_by_email = if is(0) {
            LinkByEmail::Verified
        } else {
            LinkByEmail::Never
        };
        let policy = JoinPolicy {
            link_by_email,
            ..JoinPolicy::default()
        };
        let user = holder(if is(3) {
            EmailStanding::Proved
        } else {
            EmailStanding::Asserted
        });

        let decision = decide(
            &identity(JANE, is(1), is(2)),
            Some(held(&user, is(4))),
            policy,
        );

        let expected = match (is(0) && is(1) && is(2) && !is(4), is(3)) {
            (true, true) => Ok(Decision::Join(user.id)),
            (true, false) => Ok(Decision::TakeOver(user.id)),
            (false, _) => Err(Refusal::AccountExists),
        };
        joined += u8::from(matches!(decision, Ok(Decision::Join(_))));
        assert_eq!(decision, expected, "cell {cell:05b}");
    }
    assert_eq!(joined, 1);
}

#[test]
fn lnk_04_an_address_that_nobody_proved_goes_to_its_prover() {
    for standing in [EmailStanding::Unverified, EmailStanding::Asserted] {
        let squatter = holder(standing);

        let decision = decide(
            &identity(JANE, true, true),
            Some(held(&squatter, false)),
            JoinPolicy::default(),
        );

        assert_eq!(decision, Ok(Decision::TakeOver(squatter.id)));
    }
}

#[test]
fn lnk_10_a_new_subject_with_an_old_address_is_a_new_person() {
    let user = holder(EmailStanding::Proved);

    let decision = decide(
        &identity(JANE, true, true),
        Some(held(&user, true)),
        JoinPolicy::default(),
    );

    assert_eq!(decision, Err(Refusal::AccountExists));
}

#[test]
fn lnk_15_a_disabled_user_is_neither_joined_nor_taken_over() {
    for standing in [EmailStanding::Proved, EmailStanding::Unverified] {
        let user = User {
            is_active: false,
            ..holder(standing)
        };

        let decision = decide(
            &identity(JANE, true, true),
            Some(held(&user, false)),
            JoinPolicy::default(),
        );

        assert_eq!(decision, Err(Refusal::AccountDisabled));
    }
}

#[test]
fn a_stranger_becomes_a_new_user() {
    let email = "jane@example.com".parse().unwrap();

    let decision = decide(
        &identity(Some("Jane@Example.com"), false, false),
        None,
        JoinPolicy::default(),
    );

    assert_eq!(decision, Ok(Decision::Create(Some(email))));
}

#[test]
fn closed_registration_takes_no_strangers() {
    let policy = JoinPolicy {
        registration: Registration::Closed,
        ..JoinPolicy::default()
    };

    assert_eq!(
        decide(&identity(JANE, true, true), None, policy),
        Err(Refusal::RegistrationClosed)
    );
    assert_eq!(
        decide(&identity(None, true, true), None, policy),
        Err(Refusal::RegistrationClosed)
    );
}

#[test]
fn an_address_is_required_unless_the_operator_says_otherwise() {
    for email in [
        None,
        Some(""),
        Some("not an address"),
        Some("a@x.com,b@y.com"),
    ] {
        let identity = identity(email, true, true);
        assert_eq!(
            decide(&identity, None, JoinPolicy::default()),
            Err(Refusal::EmailRequired),
            "{email:?}"
        );

        let policy = JoinPolicy {
            allow_no_email: true,
            ..JoinPolicy::default()
        };
        assert_eq!(decide(&identity, None, policy), Ok(Decision::Create(None)));
    }
}

#[test]
fn an_unverified_address_is_refused_where_verification_is_required() {
    let policy = JoinPolicy {
        verification_required: true,
        ..JoinPolicy::default()
    };

    assert_eq!(
        decide(&identity(JANE, false, true), None, policy),
        Err(Refusal::EmailNotVerified)
    );
    assert!(decide(&identity(JANE, true, false), None, policy).is_ok());
}
