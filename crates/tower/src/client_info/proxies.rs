//! The proxies whose word is taken.

use ipnet::IpNet;
use std::net::IpAddr;

/// Which hops in front of the service may name the client, and how far their list is followed.
///
/// The default trusts nobody: the client is whoever holds the other end of the socket. That is right for a service that
/// faces the network, and safe, if useless for limits, behind a proxy; trusting a network that clients are in would let them pick
/// their address (ASVS 4.1.3).
///
/// ```
/// use stockade_tower::TrustedProxies;
/// let proxies = TrustedProxies::new(["10.0.0.0/8".parse()?, "fd00::/8".parse()?]);
/// assert!(proxies.validate().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TrustedProxies {
    /// The networks that the proxies are in. One address is a network of its own: `192.0.2.7/32`.
    pub networks: Vec<IpNet>,
    /// How many entries of `X-Forwarded-For` are read, from the right. The default, 16, is more than any sane chain of
    /// proxies is long.
    pub max_hops: usize,
}

impl TrustedProxies {
    /// The most networks that can be named: they are tried one after the other for each request.
    pub const MAX_NETWORKS: usize = 64;

    /// Nobody is trusted.
    #[must_use]
    pub fn none() -> Self {
        Self { networks: Vec::new(), max_hops: 16 }
    }

    /// The hops in `networks` are trusted.
    #[must_use]
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self { networks: networks.into_iter().collect(), ..Self::none() }
    }

    /// Says what is wrong with the list.
    ///
    /// # Errors
    /// A network that holds every address, which would let every client name itself; more than
    /// [`MAX_NETWORKS`](Self::MAX_NETWORKS) networks; no hops to follow though proxies are named.
    pub fn validate(&self) -> Result<(), InvalidProxies> {
        if let Some(all) = self.networks.iter().find(|network| network.prefix_len() == 0) {
            return Err(InvalidProxies::Everybody(*all));
        }
        if self.networks.len() > Self::MAX_NETWORKS {
            return Err(InvalidProxies::TooMany(self.networks.len()));
        }
        if self.max_hops == 0 && !self.networks.is_empty() {
            return Err(InvalidProxies::NoHops);
        }
        Ok(())
    }

    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }
}

impl Default for TrustedProxies {
    fn default() -> Self {
        Self::none()
    }
}

/// Why a list of proxies is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidProxies {
    /// The network holds every address.
    #[error("the trusted network `{0}` holds every address, so every client could name itself")]
    Everybody(IpNet),
    /// Too many networks.
    #[error("{0} trusted networks are more than {max}", max = TrustedProxies::MAX_NETWORKS)]
    TooMany(usize),
    /// No entry would be read.
    #[error("max_hops is 0, so no proxy would be believed")]
    NoHops,
}
