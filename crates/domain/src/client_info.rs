use std::net::IpAddr;

/// Where a request came from, recorded with the sessions and events it creates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientInfo {
    /// The client's address; behind trusted proxies, the one they report.
    pub ip_address: Option<IpAddr>,
    /// The `User-Agent`, at most 512 characters.
    pub user_agent: Option<String>,
    /// Identifies the request in logs and on error pages.
    pub request_id: Option<String>,
}

/// Longest user agent kept, in characters.
const MAX_USER_AGENT: usize = 512;

impl ClientInfo {
    /// Sets the client's address.
    #[must_use]
    pub fn with_ip_address(mut self, address: IpAddr) -> Self {
        self.ip_address = Some(address);
        self
    }

    /// Sets the user agent, with control characters removed and cut to 512 characters.
    #[must_use]
    pub fn with_user_agent(mut self, agent: &str) -> Self {
        let kept: String = agent
            .chars()
            .filter(|character| !character.is_control())
            .take(MAX_USER_AGENT)
            .collect();
        self.user_agent = (!kept.is_empty()).then_some(kept);
        self
    }

    /// Sets the id of the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_08_a_user_agent_keeps_no_control_characters_and_is_cut() {
        let long = format!("Mozilla\r\n\u{1b}[31m{}", "x".repeat(600));

        let agent = ClientInfo::default()
            .with_user_agent(&long)
            .user_agent
            .unwrap();

        assert!(agent.starts_with("Mozilla[31mx"));
        assert_eq!(agent.chars().count(), 512);
    }
}
