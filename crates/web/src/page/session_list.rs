use belgie_auth::Authenticated;
use belgie_domain::{Session, SessionId, SessionPolicy};

use super::device::Device;
use super::time::{Moment, ago};
use crate::error::Problem;
use crate::text::Texts;
use crate::web::Web;

/// Where a user is signed in: the current session, then the others by their last use.
#[derive(Debug)]
pub(super) struct SessionList {
    /// The first rows.
    pub first: Vec<Row>,
    /// The others, which are not shown at once.
    pub more: Vec<Row>,
}

/// A session.
#[derive(Debug)]
pub(super) struct Row {
    pub id: SessionId,
    pub device: Device,
    /// When it was last used.
    pub active: String,
    pub address: Option<String>,
    /// The name of the provider it was started with.
    pub provider: Option<String>,
    pub started: Moment,
    pub is_current: bool,
}

/// How many rows are shown at once.
const FIRST: usize = 5;

impl SessionList {
    /// Reads the sessions of the visitor.
    pub(super) async fn of(current: &Authenticated, web: &Web) -> Result<Self, Problem> {
        let here = current.session.id;
        let mut sessions = web.auth.sessions().list(current.user.id).await?;
        sort(&mut sessions, here);
        let rows = { sessions.iter() }.map(|session| Row::new(session, here, web));
        let mut first: Vec<_> = rows.collect();
        let more = first.split_off(FIRST.min(first.len()));
        Ok(Self { first, more })
    }

    pub(super) fn count(&self) -> usize {
        self.first.len() + self.more.len()
    }
}

/// Sorts sessions: the current one, then the others by their last use.
fn sort(sessions: &mut [Session], current: SessionId) {
    sessions.sort_by_key(|session| {
        let is_other = session.id != current;
        (is_other, std::cmp::Reverse(session.last_used_at))
    });
}

impl Row {
    fn new(session: &Session, current: SessionId, web: &Web) -> Self {
        let texts = Texts::current();
        let is_current = session.id == current;
        let active = if is_current {
            texts.sessions.active_now.to_owned()
        } else {
            let recorded = SessionPolicy::RECORDED_USE;
            let grain = web.auth.session_policy().update_age.min(recorded);
            let unused = web.auth.now() - session.last_used_at;
            (texts.sessions.active)(&ago(unused, grain, &texts.time))
        };
        let provider = session.provider.as_ref();
        Self {
            id: session.id,
            device: Device::of(session.user_agent.as_deref(), texts),
            active,
            address: session.ip_address.map(|address| address.to_string()),
            provider: provider.map(|id| {
                web.provider(id.as_str())
                    .map_or(id.to_string(), |at| at.name)
            }),
            started: Moment::new(session.created_at, &texts.time),
            is_current,
        }
    }
}

#[cfg(test)]
mod tests {
    use belgie_domain::{TokenHash, UserId};
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn the_current_session_comes_first_and_the_others_by_their_last_use() {
        let session = |number: u8, hours| {
            let start = DateTime::UNIX_EPOCH;
            let hash = TokenHash::from_bytes([number; 32]);
            let (id, user) = (
                SessionId::new(start, [number; 10]),
                UserId::new(start, [0; 10]),
            );
            let mut session = Session::new(id, hash, user, start, start);
            session.last_used_at = start + TimeDelta::hours(hours);
            session
        };
        let mut sessions = [session(1, 1), session(2, 9), session(3, 2), session(4, 5)];
        let ids = sessions.each_ref().map(|session| session.id);

        sort(&mut sessions, ids[2]);

        let order = sessions.map(|session| session.id);
        assert_eq!(order, [ids[2], ids[1], ids[3], ids[0]]);
    }
}
