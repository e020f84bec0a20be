use belgie_domain::{Event, EventId, FailureKey, UserId};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Look-ups of the audit log.
pub trait Events {
    /// Returns the event with this id.
    fn find_event(&self, id: EventId) -> BoxFuture<'_, Result<Option<Event>, StoreError>>;

    /// Returns events, newest first (by id). A kind or outcome that this version does not know is returned as it was
    /// written.
    fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<Vec<Event>, StoreError>>;
}

/// The audit log: events are added together with the change they describe, and never change, except that
/// [`EventMaintenance`] erases where they came from.
pub trait EventWrites {
    /// Adds an event. The application's event hooks run here, on the same connection; an error from one rolls back the
    /// whole transaction.
    fn insert_event<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// Writes of events that are one statement each, without a transaction around it.
pub trait EventMaintenance {
    /// Erases IP address and user agent from at most `limit` events of before `before` that have either; returns how many
    /// events were changed. Nothing else in them changes.
    fn erase_clients_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Counts of failures without a known user: each method is one statement without a transaction around it.
pub trait Failures {
    /// Adds one to the count of this key.
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Returns the counts of all minutes from `since` on, in the order of their keys.
    fn failures_since(
        &self,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<(FailureKey, u64)>, StoreError>>;

    /// Deletes at most `limit` counts of minutes before `before`; returns how many were deleted.
    fn delete_failures_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Selects events.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EventQuery {
    /// Only those of this user.
    pub user: Option<UserId>,
    /// Only those that this user caused to others.
    pub caused_by: Option<UserId>,
    /// Only sign-ins that succeeded.
    pub sign_ins: bool,
    /// Only those before this id.
    pub before: Option<EventId>,
    /// At most this many.
    pub limit: u32,
}

impl EventQuery {
    /// Selects the newest events.
    pub fn newest(limit: u32) -> Self {
        Self {
            user: None,
            caused_by: None,
            sign_ins: false,
            before: None,
            limit,
        }
    }

    /// Restricts the selection to one user.
    #[must_use]
    pub fn of_user(self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    /// Restricts the selection to those of other users that this one caused, as their actor.
    #[must_use]
    pub fn caused_by(self, actor: UserId) -> Self {
        Self {
            caused_by: Some(actor),
            ..self
        }
    }

    /// Restricts the selection to sign-ins that succeeded.
    #[must_use]
    pub fn of_sign_ins(self) -> Self {
        Self {
            sign_ins: true,
            ..self
        }
    }

    /// Restricts the selection to events before this one.
    #[must_use]
    pub fn before(self, id: EventId) -> Self {
        Self {
            before: Some(id),
            ..self
        }
    }
}
