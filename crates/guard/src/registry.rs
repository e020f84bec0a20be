//! The bound on connections, shared by all workers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The connections that are open, and how many may be.
#[derive(Debug)]
pub(crate) struct Registry {
    bound: usize,
    /// What the ages of waits are counted from.
    epoch: Instant,
    places: Mutex<HashMap<u64, Arc<Place>>>,
    next: AtomicU64,
    queue: AtomicUsize,
    room: Notify,
    stopping: AtomicBool,
}

/// What everybody may know of a connection.
#[derive(Debug)]
struct Place {
    /// [`SERVED`], [`CLOSED`], or since when its client is waited for.
    state: AtomicU64,
    waker: AtomicWaker,
}

/// It is served, and never closed to make room.
const SERVED: u64 = 0;
/// It has to give way to another.
const CLOSED: u64 = u64::MAX;

/// A connection's place, which is free again once this is dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    registry: Arc<Registry>,
    id: u64,
    place: Arc<Place>,
    waited: Option<Instant>,
}

impl Registry {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound: bound.max(1),
            epoch: Instant::now(),
            places: Mutex::default(),
            next: AtomicU64::default(),
            queue: AtomicUsize::default(),
            room: Notify::new(),
            stopping: AtomicBool::default(),
        }
    }

    /// Waits for a place; there is none any more once the server stops.
    pub(crate) async fn admit(self: Arc<Self>) -> Option<Admission> {
        if let Some(admission) = self.try_admit() {
            return Some(admission);
        }
        let _queued = Queued::new(&self.queue);
        loop {
            let room = self.room.notified();
            let mut room = std::pin::pin!(room);
            room.as_mut().enable();
            if self.is_stopping() {
                return None;
            }
            if let Some(admission) = self.try_admit() {
                return Some(admission);
            }
            room.await;
        }
    }

    /// Takes a place, if need be that of the connection whose client has been waited for longest.
    pub(crate) fn try_admit(self: &Arc<Self>) -> Option<Admission> {
        let now = Instant::now();
        let mut places = self.places();
        if places.len() >= self.bound && !close_longest_waiting(&mut places) {
            return None;
        }
        let place = Arc::new(Place {
            state: AtomicU64::new(self.age(now)),
            waker: AtomicWaker::new(),
        });
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        places.insert(id, Arc::clone(&place));
        Some(Admission {
            registry: Arc::clone(self),
            id,
            place,
            waited: Some(now),
        })
    }

    /// From now on nothing is waited for long.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for place in self.places().values() {
            place.waker.wake();
        }
        self.room.notify_waiters();
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn age(&self, since: Instant) -> u64 {
        let age = since.saturating_duration_since(self.epoch).as_micros();
        u64::try_from(age).map_or(CLOSED - 1, |age| age.saturating_add(1).min(CLOSED - 1))
    }

    fn places(&self) -> MutexGuard<'_, HashMap<u64, Arc<Place>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_the_queue(&self) {
        if self.queue.load(Ordering::SeqCst) > 0 {
            self.room.notify_one();
        }
    }
}

/// Returns false where all are served.
fn close_longest_waiting(places: &mut HashMap<u64, Arc<Place>>) -> bool {
    loop {
        let state = |place: &Place| place.state.load(Ordering::SeqCst);
        let waiting = places.iter().map(|(id, place)| (state(place), *id));
        let Some((since, id)) = waiting.filter(|(state, _)| *state != SERVED).min() else {
            return false;
        };
        // Its request may have come in this moment.
        let place = &places[&id];
        let closed =
            place
                .state
                .compare_exchange(since, CLOSED, Ordering::SeqCst, Ordering::SeqCst);
        if closed.is_ok() {
            place.waker.wake();
            places.remove(&id);
            return true;
        }
    }
}

impl Admission {
    /// Says since when the client is waited for, or that it is served. Returns false if it has to give way to another.
    pub(crate) fn update(&mut self, waited: Option<Instant>) -> bool {
        if waited == self.waited {
            return true;
        }
        let age = |since: Option<Instant>| since.map_or(SERVED, |since| self.registry.age(since));
        let (before, after) = (age(self.waited), age(waited));
        let state = &self.place.state;
        let changed = state.compare_exchange(before, after, Ordering::SeqCst, Ordering::SeqCst);
        self.waited = waited;
        if waited.is_some() {
            self.registry.tell_the_queue();
        }
        changed.is_ok()
    }

    /// Whether it has to give way to another.
    pub(crate) fn is_closed(&self) -> bool {
        self.place.state.load(Ordering::SeqCst) == CLOSED
    }

    /// Whether the server is stopping.
    pub(crate) fn is_stopping(&self) -> bool {
        self.registry.is_stopping()
    }

    /// Whom to wake when one of these changes.
    pub(crate) fn register(&self, waker: &Waker) {
        self.place.waker.register(waker);
    }

    /// Has the connection looked at again.
    pub(crate) fn wake(&self) {
        self.place.waker.wake();
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.registry.places().remove(&self.id);
        self.registry.tell_the_queue();
    }
}

/// One that waits for a place.
#[derive(Debug)]
struct Queued<'a>(&'a AtomicUsize);

impl<'a> Queued<'a> {
    fn new(queue: &'a AtomicUsize) -> Self {
        queue.fetch_add(1, Ordering::SeqCst);
        Self(queue)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_client_that_is_waited_for_longest_goes_first() {
        let registry = Arc::new(Registry::new(3));
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(registry.try_admit().expect("room"));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(open[0].update(None));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(open[0].update(Some(Instant::now())));

        let fourth = registry.try_admit();
        let fifth = registry.try_admit();

        assert!(fourth.is_some() && fifth.is_some());
        let closed: Vec<_> = open.iter().map(Admission::is_closed).collect();
        assert_eq!(closed, [false, true, true]);
        assert!(!open[1].update(None), "its request comes too late");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_served_is_never_closed_and_the_next_waits() {
        let registry = Arc::new(Registry::new(2));
        let mut open: Vec<_> = (0..2).filter_map(|_| registry.try_admit()).collect();
        assert!(open.iter_mut().all(|served| served.update(None)));
        assert!(registry.try_admit().is_none());

        let queued = tokio::spawn(Arc::clone(&registry).admit());
        tokio::task::yield_now().await;
        assert!(!queued.is_finished());
        assert!(open[1].update(Some(Instant::now())));

        assert!(queued.await.expect("no panic").is_some());
        assert!(open[1].is_closed() && !open[0].is_closed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_left_is_free_again() {
        let registry = Arc::new(Registry::new(1));
        let mut first = registry.try_admit().expect("room");
        assert!(first.update(None));
        let queued = tokio::spawn(Arc::clone(&registry).admit());
        tokio::task::yield_now().await;

        drop(first);

        assert!(queued.await.expect("no panic").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stops_admits_none_of_those_that_wait() {
        let registry = Arc::new(Registry::new(1));
        let mut first = registry.try_admit().expect("room");
        assert!(first.update(None));
        let queued = tokio::spawn(Arc::clone(&registry).admit());
        tokio::task::yield_now().await;

        registry.stop();

        assert!(queued.await.expect("no panic").is_none());
        assert!(first.is_stopping());
    }
}
