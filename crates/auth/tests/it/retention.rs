//! How long events keep where they came from.

use std::time::Duration;

use belgie_auth::Callback;
use belgie_domain::{ClientInfo, Event};
use belgie_testkit::changed;
use chrono::TimeDelta;

use crate::export::current;
use crate::site::{Site, callback, state_of};

fn client() -> ClientInfo {
    ClientInfo::default()
        .with_ip_address("192.0.2.1".parse().unwrap())
        .with_user_agent("Firefox")
        .with_request_id("01a")
}

async fn sign_in(site: &Site) -> belgie_auth::SignedIn {
    let begun = site.begin().await;
    let state = state_of(&begun);
    let states = [&*state];
    let callback: Callback<'_> = changed(callback(&states, Some(begun.binding)), |callback| {
        callback.client = client();
    });
    site.come_back(callback).await.unwrap()
}

async fn sweep(site: &Site) -> u64 {
    let swept = site.auth.housekeeping().sweep(Duration::ZERO).await;
    swept.unwrap().event_clients
}

fn erased(event: &Event) -> Event {
    changed(event.clone(), |event| {
        event.client.ip_address = None;
        event.client.user_agent = None;
    })
}

#[tokio::test]
async fn aud_06_address_and_agent_of_an_event_are_erased_after_90_days() {
    let site = Site::new();
    let jane = sign_in(&site).await.user.id;
    let before = site.events_of(jane).await;
    assert!(before.iter().all(|event| event.client == client()));

    site.clock.advance(TimeDelta::days(90));
    assert_eq!(sweep(&site).await, 0);
    assert_eq!(site.events_of(jane).await, before);
    site.pass_time();
    assert_eq!(sweep(&site).await, 2);

    let expected: Vec<_> = before.iter().map(erased).collect();
    assert_eq!(site.events_of(jane).await, expected);
    assert_eq!(sweep(&site).await, 0);
}

#[tokio::test]
async fn aud_06_the_operator_says_how_long_events_keep_address_and_agent() {
    let site = Site::with(|policy| policy.event_retention = TimeDelta::days(1));
    let jane = sign_in(&site).await.user.id;
    site.clock.advance(TimeDelta::hours(23));
    assert_eq!(sweep(&site).await, 0);
    sign_in(&site).await;
    site.clock.advance(TimeDelta::hours(2));

    assert_eq!(sweep(&site).await, 2);

    let events = site.events_of(jane).await;
    let kept: Vec<_> = events
        .iter()
        .map(|event| event.client == client())
        .collect();
    assert_eq!(kept, [true, false, false]);
}

#[tokio::test]
async fn aud_06_events_of_a_deleted_user_keep_address_and_agent_as_long() {
    let site = Site::new();
    let jane = sign_in(&site).await;
    let session = current(&site, &jane).await;
    let fresh = site.auth.sessions().fresh(&session).unwrap();
    site.pass_time();
    site.auth.me().delete(fresh, &client()).await.unwrap();
    let before = site.events_of(jane.user.id).await;
    assert!(before.iter().all(|event| event.client == client()));

    site.clock.advance(TimeDelta::days(91));

    assert_eq!(sweep(&site).await, 3);
    let expected: Vec<_> = before.iter().map(erased).collect();
    assert_eq!(site.events_of(jane.user.id).await, expected);
}
