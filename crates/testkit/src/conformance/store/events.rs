use belgie_domain::{Event, EventKind, FailureCode, Outcome, User};
use belgie_ports::EventQuery;

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, event, user};
use crate::changed;

pub(super) async fn two_events_cannot_have_one_id(tested: TestStore) {
    let first = event(1, &user(1));
    put(&tested.store, [(&first).into()]).await;
    let same_id = changed(event(2, &user(1)), |event| event.id = first.id);

    assert_conflict(&tested.store, (&same_id).into()).await;

    let kept = tested.store.find_event(first.id).await;
    assert_eq!(kept.ok(), Some(Some(first)));
}

pub(super) async fn events_are_listed_newest_first_of_all_or_of_one_user(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    let of_no_user = changed(event(9, &jane), |event| event.user_id = None);
    for number in [3, 1, 4, 2] {
        put(&tested.store, [(&event(number, &jane)).into()]).await;
    }
    let others = [(&event(5, &jack)).into(), (&of_no_user).into()];
    put(&tested.store, others).await;
    let newest = EventQuery::newest(3);
    let of_jane = |number| event(number, &jane);

    let cases = [
        (newest, vec![of_no_user, event(5, &jack), of_jane(4)]),
        (newest.of_user(jane.id), [4, 3, 2].map(of_jane).into()),
        (newest.of_user(user(3).id), vec![]),
        (EventQuery::newest(0), vec![]),
    ];

    for (query, expected) in cases {
        assert_eq!(listed(&tested, query).await, expected);
    }
}

pub(super) async fn sign_ins_that_succeeded_are_listed_alone(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    let failed = changed(event(2, &jane), |event| {
        event.outcome = Outcome::Failure(FailureCode::InvalidCredentials);
    });
    let signed_out = changed(event(3, &jane), |event| event.kind = EventKind::SignOut);
    for event in [
        event(1, &jane),
        failed,
        signed_out,
        event(4, &jack),
        event(5, &jane),
    ] {
        put(&tested.store, [(&event).into()]).await;
    }
    let (all, of_jane) = (
        EventQuery::newest(9),
        EventQuery::newest(9).of_user(jane.id),
    );

    let (five, one) = (event(5, &jane), event(1, &jane));
    for (query, expected) in [
        (all, vec![five.clone(), event(4, &jack), one.clone()]),
        (of_jane, vec![five.clone(), one.clone()]),
        (of_jane.before(five.id), vec![one]),
        (EventQuery::newest(1).of_user(jane.id), vec![five]),
    ] {
        assert_eq!(listed(&tested, query.of_sign_ins()).await, expected);
    }
}

pub(super) async fn events_are_paged_by_the_last_id(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    for number in 1..=8 {
        let owner = if number % 2 == 0 { &jane } else { &jack };
        put(&tested.store, [(&event(number, owner)).into()]).await;
    }

    let mut pages = Vec::new();
    let mut query = EventQuery::newest(3).of_user(jane.id);
    loop {
        let events = listed(&tested, query).await;
        let Some(last) = events.last() else { break };
        query = query.before(last.id);
        pages.push(events);
    }

    let of_jane = |number| event(number, &jane);
    let expected = [[8, 6, 4].map(of_jane).to_vec(), vec![of_jane(2)]];
    assert_eq!(pages, expected);
}

/// Lists events outside and inside a transaction.
async fn listed(tested: &TestStore, query: EventQuery) -> Vec<Event> {
    let outside = tested.store.events(query).await;
    let outside = outside.expect("they are listed");
    let inside = within(&tested.store, query, |query, tx| tx.events(*query)).await;
    assert_eq!(inside, outside);
    outside
}

pub(super) async fn events_that_a_user_caused_to_others_are_listed_alone(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    let by = |number, whose, actor: Option<&User>| {
        changed(event(number, whose), |event| {
            event.actor_id = actor.map(|actor| actor.id);
        })
    };
    let of_no_user = changed(event(5, &jane), |event| event.user_id = None);
    let caused = [by(2, &jack, Some(&jane)), by(6, &jack, Some(&jane))];
    let others = [
        event(1, &jane),
        by(3, &jane, Some(&jack)),
        by(4, &jack, None),
        of_no_user,
    ];
    put(&tested.store, caused.iter().chain(&others).map(Into::into)).await;

    let [first, last] = caused;
    let query = EventQuery::newest(10).caused_by(jane.id);
    assert_eq!(listed(&tested, query).await, [last.clone(), first.clone()]);
    let before = listed(&tested, query.before(last.id)).await;
    assert_eq!(before, std::slice::from_ref(&first));
    assert_eq!(listed(&tested, query.of_user(jack.id)).await, [last, first]);
    assert_eq!(listed(&tested, query.of_user(jane.id)).await, []);
}

pub(super) async fn old_events_lose_address_and_agent_in_batches(tested: TestStore) {
    let jane = user(1);
    let without_address = changed(event(3, &jane), |event| event.client.ip_address = None);
    let without_agent = changed(event(4, &jane), |event| event.client.user_agent = None);
    let without_client = changed(event(5, &jane), |event| event.client = erased(event).client);
    let old = [
        event(1, &jane),
        event(2, &jane),
        without_address,
        without_agent,
    ];
    let new = [event(6, &jane), event(7, &jane)];
    let all = old.iter().chain([&without_client]).chain(&new);
    put(&tested.store, all.map(Into::into)).await;

    for expected in [3, 1, 0] {
        let changed = tested.store.erase_clients_before(at(6), 3).await;
        assert_eq!(changed.ok(), Some(expected));
    }

    let mut expected: Vec<_> = old.iter().map(erased).collect();
    expected.push(without_client);
    expected.extend(new);
    expected.reverse();
    assert_eq!(listed(&tested, EventQuery::newest(10)).await, expected);
}

pub(super) async fn events_that_several_nodes_erase_at_once_are_each_counted_once(
    tested: TestStore,
) {
    let jane = user(1);
    let all: Vec<_> = (1..=40).map(|number| event(number, &jane)).collect();
    put(&tested.store, all.iter().map(Into::into)).await;
    let nodes = (0..4).map(|number| {
        let store = tested.node(number);
        tokio::spawn(async move {
            let mut changed = 0;
            loop {
                let batch = store.erase_clients_before(at(100), 7).await;
                match batch.expect("a batch") {
                    0 => return changed,
                    batch => changed += batch,
                }
            }
        })
    });

    let mut changed = 0;
    for node in nodes.collect::<Vec<_>>() {
        changed += node.await.expect("the node ends");
    }

    assert_eq!(changed, 40);
    let listed = listed(&tested, EventQuery::newest(100)).await;
    assert!(
        listed
            .iter()
            .rev()
            .eq(&all.iter().map(erased).collect::<Vec<_>>())
    );
}

/// Returns what is left of an event; the request's id stays.
fn erased(event: &Event) -> Event {
    changed(event.clone(), |event| {
        event.client.ip_address = None;
        event.client.user_agent = None;
    })
}
