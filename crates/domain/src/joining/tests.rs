use std::collections::BTreeMap;

use chrono::DateTime;

use super::*;
use crate::{Choice, UserId};

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

fn holder(standing: EmailStatus) -> User {
    let email = "jane@example.com".parse().unwrap();
    let mut user = User::new(
        UserId::new(DateTime::UNIX_EPOCH, [3; 10]),
        Some(email),
        DateTime::UNIX_EPOCH,
    );
    user.email_status = standing;
    user
}

fn held(user: &User, has_account_there: bool) -> IdentityMatch {
    IdentityMatch::ByAddress {
        user: user.clone(),
        has_account_there,
        has_way_in: true,
    }
}

const JANE: Option<&str> = Some("jane@example.com");

/// One cell of the matrix: what it takes to open a user by address, and what must not matter.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a cell of a matrix")]
struct Cell {
    link_by_email: LinkByEmail,
    verified: bool,
    trusted: bool,
    has_account_there: bool,
    has_way_in: bool,
    standing: EmailStatus,
    is_active: bool,
    policy: JoinPolicy,
}

fn cells() -> Vec<Cell> {
    let standings = [
        EmailStatus::Unverified,
        EmailStatus::Asserted,
        EmailStatus::Proved,
    ];
    let cell = |bits: u16, standing| {
        let is = |bit: u16| bits & (1 << bit) != 0;
        let link_by_email = if is(0) {
            LinkByEmail::Verified
        } else {
            LinkByEmail::Never
        };
        let registration = if is(5) {
            Registration::Closed
        } else {
            Registration::Open
        };
        Cell {
            link_by_email,
            verified: is(1),
            trusted: is(2),
            has_account_there: is(3),
            has_way_in: is(8),
            standing,
            is_active: is(4),
            policy: JoinPolicy {
                registration,
                link_by_email,
                allow_no_email: is(6),
                verification_required: is(7),
            },
        }
    };
    let of_standing = |standing| (0..1 << 9).map(move |bits| cell(bits, standing));
    standings.into_iter().flat_map(of_standing).collect()
}

/// What a cell must yield, by the words of the rule rather than by its code.
fn expected(cell: Cell, user: &User) -> Result<Decision, Refusal> {
    let linking = cell.link_by_email == LinkByEmail::Verified;
    let proves = cell.verified && cell.trusted;
    let open = cell.policy.registration == Registration::Open;
    let ask = |choices| {
        let holder = user.clone();
        Ok(Decision::Ask { holder, choices })
    };
    let is_proved = cell.standing == EmailStatus::Proved;
    match (is_proved, linking, proves) {
        _ if !cell.is_active => Err(Refusal::AccountDisabled),
        (true, true, true) if !cell.has_account_there => Ok(Decision::Join(user.clone())),
        (true, true, _) => ask(Choices::Connect),
        (false, true, true) if open && cell.has_way_in => ask(Choices::ConnectOrFresh),
        (false, true, true) if cell.has_way_in => ask(Choices::Connect),
        (false, _, true) if open => ask(Choices::Fresh),
        (true, false, _) | (false, _, _) => Err(Refusal::AccountExists),
    }
}

fn decided(cell: Cell) -> (Result<Decision, Refusal>, User) {
    let user = User {
        is_active: cell.is_active,
        ..holder(cell.standing)
    };
    let identity = identity(JANE, cell.verified, cell.trusted);
    let known = IdentityMatch::ByAddress {
        user: user.clone(),
        has_account_there: cell.has_account_there,
        has_way_in: cell.has_way_in,
    };
    (decide(&identity, known, cell.policy), user)
}

#[test]
fn lnk_02_only_the_all_true_cell_joins() {
    let mut joined: BTreeMap<EmailStatus, u32> = BTreeMap::new();
    for cell in cells() {
        let (Ok(Decision::Join(_)), _) = decided(cell) else {
            continue;
        };
        assert_eq!(cell.link_by_email, LinkByEmail::Verified, "{cell:?}");
        assert!(cell.verified && cell.trusted && cell.is_active, "{cell:?}");
        assert!(!cell.has_account_there, "{cell:?}");
        *joined.entry(cell.standing).or_default() += 1;
    }

    // Whatever the three other settings are, and whether the user has an account at all.
    assert_eq!(joined, [(EmailStatus::Proved, 16)].into());
}

#[test]
fn lnk_02_every_cell_of_the_matrix_yields_what_the_rule_says() {
    for cell in cells() {
        let (decision, user) = decided(cell);

        assert_eq!(decision, expected(cell, &user), "{cell:?}");
    }
}

#[test]
fn lnk_04_whoever_proves_an_unproved_address_chooses() {
    for standing in [EmailStatus::Unverified, EmailStatus::Asserted] {
        for has_account_there in [false, true] {
            for (link_by_email, choices) in [
                (LinkByEmail::Verified, Choices::ConnectOrFresh),
                (LinkByEmail::Never, Choices::Fresh),
            ] {
                let squatter = holder(standing);

                let decision = decide(
                    &identity(JANE, true, true),
                    held(&squatter, has_account_there),
                    JoinPolicy::default().link_by_email(link_by_email),
                );

                let holder = squatter;
                assert_eq!(decision, Ok(Decision::Ask { holder, choices }));
            }
        }
    }
}

#[test]
fn lnk_04_nobody_is_asked_to_sign_in_as_a_user_whom_nobody_can_sign_in_as() {
    for cell in cells() {
        let (decision, _) = decided(cell);
        let may_connect = matches!(
            decision,
            Ok(Decision::Ask { choices, .. }) if choices.allow(Choice::Connect)
        );

        let way_in = cell.has_way_in || cell.standing == EmailStatus::Proved;
        assert!(way_in || !may_connect, "{cell:?}");
    }
}

#[test]
fn lnk_08_an_account_at_the_same_provider_reserves_no_unproved_address() {
    for cell in cells() {
        let proves = cell.verified && cell.trusted;
        let is_open = cell.policy.registration == Registration::Open;
        let (decision, _) = decided(cell);
        let may_start_fresh = matches!(
            decision,
            Ok(Decision::Ask { choices, .. }) if choices.allow(Choice::Fresh)
        );

        let is_unproved = cell.standing != EmailStatus::Proved && cell.is_active;
        assert_eq!(
            may_start_fresh,
            is_unproved && proves && is_open,
            "{cell:?}"
        );
    }
}

#[test]
fn lnk_10_a_new_subject_with_an_old_address_is_not_joined_by_itself() {
    let user = holder(EmailStatus::Proved);

    let decision = decide(
        &identity(JANE, true, true),
        held(&user, true),
        JoinPolicy::default(),
    );

    let (holder, choices) = (user, Choices::Connect);
    assert_eq!(decision, Ok(Decision::Ask { holder, choices }));
}

#[test]
fn lnk_15_a_disabled_user_keeps_its_address_whoever_asks() {
    for cell in cells() {
        let (decision, _) = decided(cell);

        let is_refused = decision == Err(Refusal::AccountDisabled);
        assert_eq!(is_refused, !cell.is_active, "{cell:?}");
    }
}

#[test]
fn an_unknown_identity_becomes_a_new_user() {
    let email = "jane@example.com".parse().unwrap();

    let decision = decide(
        &identity(Some("Jane@Example.com"), false, false),
        IdentityMatch::None,
        JoinPolicy::default(),
    );

    assert_eq!(decision, Ok(Decision::Create(Some(email))));
}

#[test]
fn closed_registration_creates_no_users() {
    let policy = JoinPolicy {
        registration: Registration::Closed,
        ..JoinPolicy::default()
    };

    assert_eq!(
        decide(&identity(JANE, true, true), IdentityMatch::None, policy),
        Err(Refusal::RegistrationClosed)
    );
    assert_eq!(
        decide(&identity(None, true, true), IdentityMatch::None, policy),
        Err(Refusal::RegistrationClosed)
    );
}

#[test]
fn an_address_is_required_unless_configured_otherwise() {
    for email in [
        None,
        Some(""),
        Some("not an address"),
        Some("a@x.com,b@y.com"),
    ] {
        let identity = identity(email, true, true);
        assert_eq!(
            decide(&identity, IdentityMatch::None, JoinPolicy::default()),
            Err(Refusal::EmailRequired),
            "{email:?}"
        );

        let policy = JoinPolicy {
            allow_no_email: true,
            ..JoinPolicy::default()
        };
        assert_eq!(
            decide(&identity, IdentityMatch::None, policy),
            Ok(Decision::Create(None))
        );
    }
}

#[test]
fn an_unverified_address_is_refused_where_verification_is_required() {
    let policy = JoinPolicy {
        verification_required: true,
        ..JoinPolicy::default()
    };

    assert_eq!(
        decide(&identity(JANE, false, true), IdentityMatch::None, policy),
        Err(Refusal::EmailNotVerified)
    );
    assert!(decide(&identity(JANE, true, false), IdentityMatch::None, policy).is_ok());
}

#[test]
fn mix_04_the_owner_of_an_account_signs_in_whatever_its_address_is_now() {
    let user = holder(EmailStatus::Proved);
    for email in [JANE, Some("other@example.com"), None] {
        let decision = decide(
            &identity(email, false, false),
            IdentityMatch::ByAccount(user.clone()),
            JoinPolicy::default(),
        );

        assert_eq!(decision, Ok(Decision::SignIn(user.clone())), "{email:?}");
    }
}

#[test]
fn lnk_15_a_disabled_user_is_not_admitted() {
    let mut user = holder(EmailStatus::Proved);
    assert_eq!(check_admission(&user, JoinPolicy::default()), Ok(()));

    user.is_active = false;

    let refused = check_admission(&user, JoinPolicy::default());
    assert_eq!(refused, Err(Refusal::AccountDisabled));
}

#[test]
fn an_unverified_user_is_not_admitted_where_verification_is_required() {
    let policy = JoinPolicy {
        verification_required: true,
        ..JoinPolicy::default()
    };
    for (standing, admitted) in [
        (EmailStatus::Unverified, Err(Refusal::EmailNotVerified)),
        (EmailStatus::Asserted, Ok(())),
        (EmailStatus::Proved, Ok(())),
    ] {
        assert_eq!(check_admission(&holder(standing), policy), admitted);
    }
}
