//! The other end of the connection.

use crate::text::one_line;
use std::net::IpAddr;

/// What is known of the client behind a request, as far as it can be trusted.
///
/// The address must come from the socket or from a trusted proxy's header, never from a header that a client may write;
/// the tower layer `ClientInfoLayer` sees to that.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ClientInfo {
    /// The client's address, if the service knows it.
    pub ip: Option<IpAddr>,
    /// What the client says it is; at most [`ClientInfo::MAX_USER_AGENT`] characters, no control characters.
    pub user_agent: Option<String>,
}

impl ClientInfo {
    /// The most characters kept of a user agent: enough to tell devices apart, too few to fill a store.
    pub const MAX_USER_AGENT: usize = 256;

    /// Nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::default()
    }

    /// A client at `ip`.
    #[must_use]
    pub fn at(ip: IpAddr) -> Self {
        Self { ip: Some(ip), user_agent: None }
    }

    /// Adds the user agent, cut to [`MAX_USER_AGENT`](Self::MAX_USER_AGENT) characters and freed of control characters.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: &str) -> Self {
        let kept = one_line(user_agent.to_owned(), Self::MAX_USER_AGENT);
        self.user_agent = (!kept.is_empty()).then_some(kept);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asvs_v16_4_1_a_user_agent_cannot_forge_log_lines_or_fill_the_store() {
        let client = ClientInfo::unknown().with_user_agent(&format!("curl\r\n{}", "é".repeat(9_999)));
        let agent = client.user_agent.unwrap();
        assert!(agent.starts_with("curlé"));
        assert_eq!(agent.chars().count(), ClientInfo::MAX_USER_AGENT);
    }
}
