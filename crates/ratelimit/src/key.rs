//! What is counted.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// What a charge is counted against: a scope, which names the limit, and a value within it.
///
/// One scope has one kind of value and one quota at a time: `login.ip` counts addresses, `login.email` counts accounts. Values
/// are compared byte for byte, so fold case and form before; otherwise `Bob@x.org` and `bob@x.org` are two budgets.
///
/// `Display` gives `scope:value`, the name under which a store may keep the key. It repeats what a client sent: not for logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    scope: &'static str,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Value {
    Ip(IpAddr),
    Text(Box<str>),
}

impl Key {
    /// The most bytes that are kept of a text: any e-mail address (RFC 5321 §4.5.3.1.3 allows 254) and any id fits.
    pub const MAX_TEXT: usize = 256;

    /// A client's network: an IPv4 address, or the first 64 bits of an IPv6 address.
    ///
    /// The other 64 bits are the client's to choose (RFC 4291 §2.5.1) and to change at will (RFC 8981); counting by them would
    /// be no limit. An IPv4-mapped IPv6 address (`::ffff:203.0.113.9`) counts as the IPv4
    /// address that it is, so a dual-stack socket gives no second budget.
    #[must_use]
    pub fn ip(scope: &'static str, ip: IpAddr) -> Self {
        let network = match ip.to_canonical() {
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from(u128::from(ip) & (u128::MAX << 64))),
            ip => ip,
        };
        Self { scope, value: Value::Ip(network) }
    }

    /// An account, an API key's id, a tenant: whatever has a name.
    ///
    /// Texts longer than [`MAX_TEXT`](Self::MAX_TEXT) bytes that begin alike count as one key: the longer ones share a budget,
    /// and nobody gains one by adding bytes at the end.
    #[must_use]
    pub fn text(scope: &'static str, text: &str) -> Self {
        let kept = &text[..text.floor_char_boundary(Self::MAX_TEXT)];
        Self { scope, value: Value::Text(kept.into()) }
    }

    /// The name of the limit.
    #[must_use]
    pub fn scope(&self) -> &'static str {
        self.scope
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Ip(IpAddr::V4(ip)) => write!(f, "{}:{ip}", self.scope),
            Value::Ip(IpAddr::V6(ip)) => write!(f, "{}:{ip}/64", self.scope),
            Value::Text(text) => write!(f, "{}:{text}", self.scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Key {
        Key::ip("login.ip", text.parse().unwrap())
    }

    #[test]
    fn asvs_v2_4_1_ipv6_rotation_within_a_64_is_one_key() {
        assert_eq!(ip("2001:db8:1:2::1"), ip("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(ip("2001:db8:1:2::1"), ip("2001:db8:1:3::1"));
        assert_eq!(ip("2001:db8:1:2::1").to_string(), "login.ip:2001:db8:1:2::/64");
    }

    #[test]
    fn a_mapped_address_is_no_second_budget() {
        assert_eq!(ip("::ffff:203.0.113.9"), ip("203.0.113.9"));
        assert_ne!(ip("203.0.113.9"), ip("203.0.113.8"));
        assert_eq!(ip("203.0.113.9").to_string(), "login.ip:203.0.113.9");
    }

    #[test]
    fn scopes_keep_equal_values_apart() {
        assert_ne!(Key::text("login.email", "a"), Key::text("reset.email", "a"));
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_gains_no_budget() {
        let long = Key::text("t", &"é".repeat(1_000_000));
        assert_eq!(long.to_string().len(), "t:".len() + Key::MAX_TEXT);
        assert_eq!(long, Key::text("t", &"é".repeat(2_000_000)));
        let odd = Key::text("t", &format!("x{}", "é".repeat(1_000)));
        assert_eq!(odd.to_string().len(), "t:".len() + Key::MAX_TEXT - 1);
    }
}
