use rustix::process::{Resource, getrlimit};

/// How many connections may be open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimit(usize);

/// More would need memory that a small machine does not have.
const MAX_CONNECTIONS: usize = 4096;

impl ConnectionLimit {
    /// Allows this many connections, but at least eight.
    pub fn new(connections: usize) -> Self {
        Self(connections.max(8))
    }

    /// Allows three quarters of this process's file descriptors, at most 4,096 connections. The rest is left for
    /// databases, files and outgoing connections.
    pub fn from_descriptors() -> Self {
        let limit = getrlimit(Resource::Nofile).current;
        Self::of_descriptors(limit.unwrap_or(u64::MAX))
    }

    fn of_descriptors(limit: u64) -> Self {
        let most = usize::try_from(limit / 4 * 3).unwrap_or(MAX_CONNECTIONS);
        Self::new(most.min(MAX_CONNECTIONS))
    }

    /// Returns how many connections may be open at once, including those being closed.
    pub fn connections(self) -> usize {
        self.0
    }

    /// Returns how many connections are served at once. The others wait for a slot or are being closed.
    pub(crate) fn served(self) -> usize {
        self.0 - self.0 / 8
    }
}

impl Default for ConnectionLimit {
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
            let limit = ConnectionLimit::of_descriptors(limit);
            assert_eq!((limit.connections(), limit.served()), (connections, served));
        }
    }
}
