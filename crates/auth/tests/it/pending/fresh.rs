//! Starting with a new user, to whom the address moves.

use std::collections::BTreeMap;

use belgie_auth::{AuthError, BeginSignIn, Completed, SignUpRefusal, SignedIn};
use belgie_domain::{
    BrowserBinding, ClientInfo, CodeVerifier, Delivery, EmailStatus, Event, EventKind, FailureCode,
    Outcome, Role,
};
use belgie_testkit::{changed, identity};
use url::Url;

use super::{squat, squatted, squatted_at, start_fresh, stored, subjects_of, wait_in, waiting};
use crate::site::Site;

#[tokio::test]
async fn lnk_04_starting_fresh_moves_the_address_to_a_new_user() {
    let (site, squatter) = squatted().await;
    let browser = wait_in(&site, None).await;

    let owner = start_fresh(&site, &browser).await.unwrap();

    assert_ne!(owner.user.id, squatter.user.id);
    let user = stored(&site, &owner.user).await;
    assert_eq!(user, owner.user);
    assert_eq!(user.email.as_ref().unwrap().as_str(), "jane@example.com");
    assert_eq!(user.email_status, EmailStatus::Proved);
    assert_eq!(
        (user.role, user.name.as_deref()),
        (Role::USER, Some("Jane Doe"))
    );
    let former = stored(&site, &squatter.user).await;
    assert_eq!(
        (former.email, former.email_status),
        (None, EmailStatus::Unverified)
    );
    assert_eq!(former.role, Role::ADMIN);
    assert_eq!(site.auth.user_of(&squatter.token).await.unwrap(), None);
    assert_eq!(site.sign_in().await.unwrap().user.id, owner.user.id);
    assert!(waiting(&site, &browser).await.is_none());
}

#[tokio::test]
async fn lnk_06_what_a_squatter_connected_stays_with_the_squatter() {
    let (site, squatter) = squatted().await;
    let browser = wait_in(&site, None).await;
    let owner = start_fresh(&site, &browser).await.unwrap().user;

    let again = site.sign_in_at_other(squat()).await.unwrap().user;

    assert_eq!((again.id, again.email.clone()), (squatter.user.id, None));
    assert_eq!(subjects_of(&site, &again).await, ["https://other.example"]);
    assert_eq!(
        subjects_of(&site, &owner).await,
        ["https://provider.example"]
    );
}

#[tokio::test]
async fn lnk_08_a_squatter_at_the_very_provider_does_not_lock_the_owner_out() {
    let site = Site::new();
    let unverified = changed(identity(), |identity| {
        identity.subject = "squatter".parse().unwrap();
        identity.email_verified = false;
    });
    let squatter = site.sign_in_as(unverified.clone()).await.unwrap().user;
    site.provider.set_identity(identity());
    let browser = wait_in(&site, None).await;

    let owner = start_fresh(&site, &browser).await.unwrap().user;

    assert_ne!(owner.id, squatter.id);
    let still = site.sign_in_as(unverified).await.unwrap().user;
    assert_eq!((still.id, still.email), (squatter.id, None));
}

#[tokio::test]
async fn lnk_04_the_former_holder_can_see_who_has_the_address_now() {
    let (site, squatter) = squatted().await;
    let browser = wait_in(&site, None).await;

    let owner = start_fresh(&site, &browser).await.unwrap().user;

    let newest = |events: Vec<Event>| events.into_iter().next().unwrap();
    let claimed = newest(site.events_of(squatter.user.id).await);
    assert_eq!(claimed.kind, EventKind::AccountClaimed);
    assert_eq!(claimed.actor_id, Some(owner.id));
    assert_eq!(claimed.outcome, Outcome::Success);
    let kinds = site.event_kinds_of(owner.id).await;
    assert_eq!(kinds, [EventKind::UserCreated, EventKind::SignIn]);
}

#[tokio::test]
async fn a_choice_can_be_made_once_and_only_in_its_browser() {
    let (site, _) = squatted().await;
    let browser = wait_in(&site, None).await;

    let elsewhere = BrowserBinding::from_random([9; 32]);
    let refused = start_fresh(&site, &elsewhere).await.unwrap_err();
    assert_eq!(refused.code(), FailureCode::NotFound);
    start_fresh(&site, &browser).await.unwrap();

    let again = start_fresh(&site, &browser).await.unwrap_err();
    assert_eq!(again.code(), FailureCode::NotFound);
    assert_eq!(site.users().await, 2);
}

#[tokio::test]
async fn lnk_04_a_choice_is_made_about_what_the_person_was_shown() {
    let (site, _) = squatted().await;
    let browser = wait_in(&site, None).await;
    let shown = waiting(&site, &browser).await.unwrap().id;
    let joe = changed(squat(), |identity| {
        identity.subject = "joe".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    });
    site.sign_in_at_other(joe).await.unwrap();
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    }));
    wait_in(&site, Some(&browser)).await;
    let (pending, client) = (site.auth.pending(), ClientInfo::default());
    let (users, events) = (site.users().await, site.store.all_events());

    for shown in [&*shown, "", "x"] {
        let refused = pending.start_fresh(&browser, Some(shown), None, &client);
        let refused = refused.await.unwrap_err();
        assert!(matches!(refused, AuthError::OtherWaits), "{refused:?}");
    }

    assert_eq!(site.users().await, users);
    assert_eq!(site.store.all_events(), events);
    let now = waiting(&site, &browser).await.unwrap();
    assert_eq!(now.email.as_str(), "joe@example.com");
    let fresh = pending.start_fresh(&browser, Some(&now.id), None, &client);
    let Completed::SignedIn(fresh) = fresh.await.unwrap() else {
        panic!("there is no session");
    };
    assert_eq!(fresh.user.email.unwrap().as_str(), "joe@example.com");
}

#[tokio::test]
async fn the_same_identity_that_comes_back_is_still_what_the_person_was_shown() {
    let (site, _) = squatted().await;
    let browser = wait_in(&site, None).await;
    let shown = waiting(&site, &browser).await.unwrap().id;
    wait_in(&site, Some(&browser)).await;
    let (pending, client) = (site.auth.pending(), ClientInfo::default());

    let fresh = pending.start_fresh(&browser, Some(&shown), None, &client);

    assert!(fresh.await.is_ok());
}

#[tokio::test]
async fn ses_03_the_new_session_replaces_those_that_the_browser_held() {
    let (site, _) = squatted().await;
    let somebody = |subject: &str| {
        changed(squat(), |identity| {
            identity.subject = subject.parse().unwrap();
            identity.email = Some(format!("{subject}@example.com"));
        })
    };
    let before = site.sign_in_at_other(somebody("before")).await.unwrap();
    let now = site.sign_in_at_other(somebody("now")).await.unwrap();
    let request = BeginSignIn::new("fake").replacing(before.token.clone());
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    site.complete(&begun).await.unwrap_err();

    let client = ClientInfo::default();
    let pending = site.auth.pending();
    let fresh = pending.start_fresh(&begun.binding, None, Some(&now.token), &client);
    let Completed::SignedIn(fresh) = fresh.await.unwrap() else {
        panic!("there is no session");
    };

    let opens =
        async |signed_in: &SignedIn| site.auth.user_of(&signed_in.token).await.unwrap().is_some();
    assert!(opens(&fresh).await);
    assert!(!opens(&before).await && !opens(&now).await);
}

#[tokio::test]
async fn starting_fresh_ends_where_the_sign_in_would_have() {
    let (site, _) = squatted().await;
    let request = BeginSignIn::new("fake")
        .with_redirect_url("https://app.example/in?a=b")
        .with_client_state("s");
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    site.complete(&begun).await.unwrap_err();

    let fresh = start_fresh(&site, &begun.binding).await.unwrap();

    assert_eq!(fresh.location, "https://app.example/in?a=b&state=s");
}

/// Every fact that the choice rested on, changed between the question and the answer.
#[tokio::test]
async fn lnk_04_a_choice_that_is_no_longer_open_changes_nothing() {
    #[derive(Clone, Copy, Debug)]
    enum Meanwhile {
        HolderProves,
        HolderDisabled,
        HolderDeleted,
        AddressMoved,
        IdentityTaken,
    }
    for (meanwhile, code) in [
        (Meanwhile::HolderProves, FailureCode::AccountExists),
        (Meanwhile::HolderDisabled, FailureCode::AccountDisabled),
        (Meanwhile::HolderDeleted, FailureCode::NotFound),
        (Meanwhile::AddressMoved, FailureCode::AccountExists),
        (Meanwhile::IdentityTaken, FailureCode::AccountExists),
    ] {
        let (site, squatter) = squatted().await;
        let browser = wait_in(&site, None).await;
        let (holder, operator) = (squatter.user.id, site.auth.operator());
        match meanwhile {
            Meanwhile::HolderProves => {
                let trusted = changed(squat(), |identity| identity.email_trusted = true);
                site.sign_in_at_other(trusted).await.unwrap();
            }
            Meanwhile::HolderDisabled => drop(operator.disable(holder).await.unwrap()),
            Meanwhile::HolderDeleted => operator.delete(holder).await.unwrap(),
            Meanwhile::AddressMoved => {
                let email = "jane@example.com".parse().unwrap();
                operator
                    .create(belgie_auth::NewUser::new(email))
                    .await
                    .unwrap();
            }
            Meanwhile::IdentityTaken => {
                let elsewhere = wait_in(&site, None).await;
                start_fresh(&site, &elsewhere).await.unwrap();
            }
        }
        let (users, events) = (site.users().await, site.store.all_events());

        let refused = start_fresh(&site, &browser).await.unwrap_err();

        assert_eq!(refused.code(), code, "{meanwhile:?}");
        assert_eq!(site.users().await, users, "{meanwhile:?}");
        assert_eq!(site.store.all_events(), events, "{meanwhile:?}");
    }
}

#[tokio::test]
async fn the_application_may_refuse_a_new_user_who_starts_fresh() {
    let refusing = Site::built(|builder| {
        builder.before_sign_up(|sign_up| {
            let is_squatter = sign_up.provider.as_str() == "other";
            let answer = is_squatter.then_some(()).ok_or(SignUpRefusal::closed());
            Box::pin(async move { answer })
        })
    });
    let (site, squatter) = squatted_at(refusing).await;
    let browser = wait_in(&site, None).await;

    let refused = start_fresh(&site, &browser).await.unwrap_err();

    assert_eq!(refused.code(), FailureCode::RegistrationClosed);
    assert!(stored(&site, &squatter.user).await.email.is_some());
    assert!(waiting(&site, &browser).await.is_some());
}

#[tokio::test]
async fn a_sign_in_by_code_ends_with_a_code() {
    let (site, _) = squatted().await;
    let verifier = CodeVerifier::from_random([7; 32]);
    let challenge = verifier.s256_challenge().parse().unwrap();
    let request = BeginSignIn::new("fake")
        .with_client_state("the front end's")
        .with_delivery(Delivery::Code { challenge });
    let begun = site.auth.sign_in().begin(request).await.unwrap();
    let failure = site.complete(&begun).await.unwrap_err();
    assert!(failure.is_pending);

    let client = ClientInfo::default();
    let fresh = site.auth.pending();
    let fresh = fresh.start_fresh(&begun.binding, None, None, &client).await;

    let Ok(Completed::CodeIssued { location }) = fresh else {
        panic!("{fresh:?}");
    };
    let location = Url::parse("https://app.example")
        .unwrap()
        .join(&location)
        .unwrap();
    let parameters: BTreeMap<_, _> = location.query_pairs().into_owned().collect();
    assert_eq!(parameters["state"], "the front end's");
    let redeemed = site.auth.sign_in();
    let redeemed = redeemed.redeem(&parameters["code"], verifier.secret(), &client);
    let user = redeemed.await.unwrap().user;
    assert_eq!(user.email_status, EmailStatus::Proved);
}
