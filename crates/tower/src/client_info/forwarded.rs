//! The walk along `X-Forwarded-For`.

use super::TrustedProxies;
use http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Every header by which a proxy speaks of the client. From anyone else they are removed, so that nothing further in takes
/// a client's word for a proxy's.
const PROXY_HEADERS: [HeaderName; 7] = [
    X_FORWARDED_FOR,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    header::FORWARDED,
];

/// More than the longest address with a port: `[`, 45 characters of IPv6, `]:65535`.
const MAX_ENTRY: usize = 64;

/// The client's address, given the socket's.
///
/// Each proxy appends the address that it saw, so the list is true from the right up to the first hop that is not trusted:
/// that hop is the client, and what stands left of it is what the client wrote. Where an entry is no address, or the list is
/// longer than is read, the walk ends at the last good hop, for nothing beyond it can be believed.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    let entries = lines.flat_map(|line| line.as_bytes().rsplit(|&b| b == b','));
    for entry in entries.take(proxies.max_hops) {
        if !proxies.trusts(client) {
            break;
        }
        let Some(hop) = address(entry) else { break };
        client = hop;
    }
    client
}

/// Removes what only a proxy may say.
pub(super) fn strip(headers: &mut HeaderMap) {
    for name in &PROXY_HEADERS {
        headers.remove(name);
    }
}

/// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let entry = entry.trim_ascii();
    if entry.len() > MAX_ENTRY {
        return None;
    }
    let text = std::str::from_utf8(entry).ok()?;
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let parsed = match bare {
        Some(v6) => v6.parse().ok().map(IpAddr::V6),
        None => text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip())),
    };
    parsed.map(|ip: IpAddr| ip.to_canonical())
}
