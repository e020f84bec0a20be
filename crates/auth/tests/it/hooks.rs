use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use belgie_adapter_memory::MemoryStore;
use belgie_auth::SignUpRefusal;
use belgie_domain::{Event, EventKind, FailureCode};
use belgie_testkit::changed;
use chrono::TimeDelta;

use crate::site::Site;

#[tokio::test]
async fn the_application_may_refuse_a_new_user() {
    for (refusal, code) in [
        (SignUpRefusal::closed(), FailureCode::RegistrationClosed),
        (
            SignUpRefusal::with_code("not_invited", "Ask for an invitation."),
            FailureCode::from("not_invited"),
        ),
    ] {
        let site = Site::built(|builder| {
            builder.before_sign_up(move |sign_up| {
                let allowed = sign_up
                    .email
                    .is_some_and(|email| email.domain() == "good.example");
                let answer = if allowed {
                    Ok(())
                } else {
                    Err(refusal.clone())
                };
                Box::pin(async move { answer })
            })
        });

        let refused = site.sign_in().await.unwrap_err();
        assert_eq!((refused.code(), site.users().await), (code, 0));

        let invited = changed(belgie_testkit::identity(), |identity| {
            identity.subject = "2".parse().unwrap();
            identity.email = Some("joe@good.example".to_owned());
        });
        assert!(site.sign_in_as(invited).await.is_ok());
    }
}

#[tokio::test]
async fn the_application_is_asked_about_new_users_alone_and_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let site = Site::built(|builder| {
        builder.before_sign_up(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(()) })
        })
    });

    for _ in 0..3 {
        site.sign_in().await.unwrap();
    }

    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

type Seen = Arc<Mutex<Vec<Event>>>;

/// A site whose application notes each committed event, after failing a given number of times.
fn noting_site(failures: usize) -> (Site, Seen) {
    let (seen, left) = (Seen::default(), Arc::new(AtomicUsize::new(failures)));
    let noted = Arc::clone(&seen);
    let site = Site::built(move |builder| {
        builder.after_commit(move |event| {
            let (noted, left) = (Arc::clone(&noted), Arc::clone(&left));
            async move {
                if left.load(Ordering::SeqCst) > 0 {
                    left.fetch_sub(1, Ordering::SeqCst);
                    return Err("the mail server does not answer".into());
                }
                noted.lock().unwrap().push(event);
                Ok(())
            }
        })
    });
    (site, seen)
}

fn kinds(seen: &Seen) -> Vec<EventKind> {
    let seen = seen.lock().unwrap();
    seen.iter().map(|event| event.kind.clone()).collect()
}

#[tokio::test]
async fn committed_events_are_delivered_in_order_and_once() {
    let (site, seen) = noting_site(0);
    site.sign_in().await.unwrap();
    assert_eq!(kinds(&seen), [], "not before they are asked for");

    let delivered = site.auth.after_commit().deliver().await.unwrap();
    let again = site.auth.after_commit().deliver().await.unwrap();

    assert_eq!((delivered, again), (2, 0));
    assert_eq!(kinds(&seen), [EventKind::UserCreated, EventKind::SignIn]);
}

#[tokio::test]
async fn an_event_whose_hook_fails_is_delivered_again_after_a_minute() {
    let (site, seen) = noting_site(2);
    site.sign_in().await.unwrap();

    assert_eq!(site.auth.after_commit().deliver().await.unwrap(), 0);
    assert_eq!(site.auth.after_commit().deliver().await.unwrap(), 0);
    site.clock.advance(TimeDelta::seconds(60));
    assert_eq!(site.auth.after_commit().deliver().await.unwrap(), 2);

    assert_eq!(kinds(&seen), [EventKind::UserCreated, EventKind::SignIn]);
}

#[tokio::test]
async fn an_event_whose_hook_panics_is_delivered_again_after_a_minute() {
    let (seen, left) = (Seen::default(), AtomicUsize::new(2));
    let noted = Arc::clone(&seen);
    let site = Site::built(move |builder| {
        builder.after_commit(move |event| {
            // The first time before there is a future, the second time within it.
            let left = left.fetch_sub(1, Ordering::SeqCst);
            assert!(left != 2, "the hook panics");
            let noted = Arc::clone(&noted);
            async move {
                assert!(left != 1, "the hook panics");
                noted.lock().unwrap().push(event);
                Ok(())
            }
        })
    });
    site.sign_in().await.unwrap();

    assert_eq!(site.auth.after_commit().deliver().await.unwrap(), 0);
    site.clock.advance(TimeDelta::seconds(60));
    assert_eq!(site.auth.after_commit().deliver().await.unwrap(), 2);

    assert_eq!(kinds(&seen), [EventKind::UserCreated, EventKind::SignIn]);
}

#[tokio::test]
async fn what_was_rolled_back_is_not_delivered() {
    let (site, seen) = noting_site(0);
    let refused = changed(belgie_testkit::identity(), |identity| identity.email = None);

    site.sign_in_as(refused).await.unwrap_err();

    assert_eq!(site.auth.after_commit().deliver().await.unwrap(), 0);
    assert_eq!(kinds(&seen), []);
}

#[tokio::test]
async fn a_running_delivery_hears_of_a_commit_at_once() {
    let (site, seen) = noting_site(0);
    let auth = site.auth.clone();
    let running = tokio::spawn(async move { auth.after_commit().run().await });

    site.sign_in().await.unwrap();

    while kinds(&seen).len() < 2 {
        tokio::task::yield_now().await;
    }
    running.abort();
}

#[tokio::test]
async fn an_error_of_the_applications_own_work_in_the_transaction_undoes_everything() {
    let store = MemoryStore::default().on_event(|event| match event.kind {
        EventKind::UserCreated => Err("no room for notes".into()),
        _ => Ok(()),
    });
    let site = Site::kept_in(store);

    let failed = site.sign_in().await.unwrap_err();

    assert_eq!(failed.code(), FailureCode::Internal);
    assert_eq!(site.users().await, 0);
    assert!(site.store.all_events().is_empty());
}
