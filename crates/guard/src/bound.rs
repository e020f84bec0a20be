use rustix::process::{Resource, getrlimit};

/// How many connections may be open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound(usize);

/// More would take memory that a small machine does not have.
const MOST: usize = 4096;

impl Bound {
    /// So many connections; at least eight.
    pub fn new(connections: usize) -> Self {
        Self(connections.max(8))
    }

    /// Three quarters of the descriptors that this process may have, at most 4,096: the rest is for databases, files
    /// and connections to other servers.
    pub fn from_descriptors() -> Self {
        let limit = getrlimit(Resource::Nofile).current;
        Self::of_descriptors(limit.unwrap_or(u64::MAX))
    }

    fn of_descriptors(limit: u64) -> Self {
        let most = usize::try_from(limit / 4 * 3).unwrap_or(MOST);
        Self::new(most.min(MOST))
    }

    /// How many connections may be open at once, those that are being closed included.
    pub fn connections(self) -> usize {
        self.0
    }

    /// How many of them may be read from. The others wait for a place or are being closed.
    pub(crate) fn served(self) -> usize {
        self.0 - self.0 / 8
    }
}

impl Default for Bound {
    fn default() -> Self {
        Self::from_descriptors()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_leaves_descriptors_to_databases_and_files() {
        for (limit, connections, served) in [
            (0, 8, 7),
            (256, 192, 168),
            (1_024, 768, 672),
            (65_536, 4_096, 3_584),
            (u64::MAX, 4_096, 3_584),
        ] {
            let bound = Bound::of_descriptors(limit);
            assert_eq!((bound.connections(), bound.served()), (connections, served));
        }
    }
}
