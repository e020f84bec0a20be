//! The limit on connections, shared by all workers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The open connections, and their limit.
#[derive(Debug)]
pub(crate) struct Registry {
    limit: usize,
    /// The origin of all waiting times.
    epoch: Instant,
    slots: Mutex<HashMap<u64, Arc<Slot>>>,
    next: AtomicU64,
    queue: AtomicUsize,
    room: Notify,
    stopping: AtomicBool,
}

/// The shared state of a connection.
#[derive(Debug)]
struct Slot {
    /// [`SERVED`], [`CLOSED`], or since when the connection has been waiting for its client.
    state: AtomicU64,
    waker: AtomicWaker,
}

/// The connection is being served, and is not closed to make room.
const SERVED: u64 = 0;
/// The connection must make room for another.
const CLOSED: u64 = u64::MAX;

/// A connection's slot, released on drop.
#[derive(Debug)]
pub(crate) struct Admission {
    registry: Arc<Registry>,
    id: u64,
    slot: Arc<Slot>,
    waited: Option<Instant>,
}

impl Registry {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            epoch: Instant::now(),
            slots: Mutex::default(),
            next: AtomicU64::default(),
            queue: AtomicUsize::default(),
            room: Notify::new(),
            stopping: AtomicBool::default(),
        }
    }

    /// Waits for a slot; returns `None` once the server is stopping.
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

    /// Takes a slot, if necessary that of the connection that has been waiting for its client longest.
    pub(crate) fn try_admit(self: &Arc<Self>) -> Option<Admission> {
        let now = Instant::now();
        let mut slots = self.slots();
        if slots.len() >= self.limit && !evict_longest_waiting(&mut slots) {
            return None;
        }
        let slot = Arc::new(Slot {
            state: AtomicU64::new(self.age(now)),
            waker: AtomicWaker::new(),
        });
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        slots.insert(id, Arc::clone(&slot));
        Some(Admission {
            registry: Arc::clone(self),
            id,
            slot,
            waited: Some(now),
        })
    }

    /// Announces that the server is stopping.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for slot in self.slots().values() {
            slot.waker.wake();
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

    fn slots(&self) -> MutexGuard<'_, HashMap<u64, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notify_queue(&self) {
        if self.queue.load(Ordering::SeqCst) > 0 {
            self.room.notify_one();
        }
    }
}

/// Returns false when all connections are being served.
fn evict_longest_waiting(slots: &mut HashMap<u64, Arc<Slot>>) -> bool {
    loop {
        let state = |slot: &Slot| slot.state.load(Ordering::SeqCst);
        let waiting = slots.iter().map(|(id, slot)| (state(slot), *id));
        let Some((since, id)) = waiting.filter(|(state, _)| *state != SERVED).min() else {
            return false;
        };
        // Its request may have arrived at this moment.
        let slot = &slots[&id];
        let closed = slot
            .state
            .compare_exchange(since, CLOSED, Ordering::SeqCst, Ordering::SeqCst);
        if closed.is_ok() {
            slot.waker.wake();
            slots.remove(&id);
            return true;
        }
    }
}

impl Admission {
    /// Records since when the connection has been waiting for the client, or that it is being served. Returns false if
    /// it must make room for another.
    pub(crate) fn update(&mut self, waited: Option<Instant>) -> bool {
        if waited == self.waited {
            return true;
        }
        let age = |since: Option<Instant>| since.map_or(SERVED, |since| self.registry.age(since));
        let (before, after) = (age(self.waited), age(waited));
        let state = &self.slot.state;
        let changed = state.compare_exchange(before, after, Ordering::SeqCst, Ordering::SeqCst);
        self.waited = waited;
        if waited.is_some() {
            self.registry.notify_queue();
        }
        changed.is_ok()
    }

    /// Returns whether the connection must make room for another.
    pub(crate) fn is_closed(&self) -> bool {
        self.slot.state.load(Ordering::SeqCst) == CLOSED
    }

    /// Returns whether the server is stopping.
    pub(crate) fn is_stopping(&self) -> bool {
        self.registry.is_stopping()
    }

    /// Sets the waker to call when either changes.
    pub(crate) fn register(&self, waker: &Waker) {
        self.slot.waker.register(waker);
    }

    /// Wakes the connection's task.
    pub(crate) fn wake(&self) {
        self.slot.waker.wake();
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.registry.slots().remove(&self.id);
        self.registry.notify_queue();
    }
}

/// A connection waiting for a slot.
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
    async fn the_longest_idle_connection_is_evicted_first() {
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
    async fn a_served_connection_is_never_evicted_and_the_next_waits() {
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
    async fn a_released_slot_is_free_again() {
        let registry = Arc::new(Registry::new(1));
        let mut first = registry.try_admit().expect("room");
        assert!(first.update(None));
        let queued = tokio::spawn(Arc::clone(&registry).admit());
        tokio::task::yield_now().await;

        drop(first);

        assert!(queued.await.expect("no panic").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stopping_server_admits_no_waiting_connection() {
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
