//! Network addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest way to write an IPv6 address, with an IPv4 tail.
const V6_MAX: usize = 45;

/// The end of the IPv4 address that starts at `start`.
pub(super) fn v4(text: &str, start: usize) -> Option<usize> {
    let rest = text.as_bytes().get(start..)?;
    let len = rest
        .iter()
        .take(16)
        .position(|byte| !byte.is_ascii_digit() && *byte != b'.')
        .unwrap_or(rest.len().min(16));
    let run = text.get(start..start + len)?;
    let address = run.strip_suffix('.').unwrap_or(run);
    address.parse::<Ipv4Addr>().ok()?;
    let end = start + address.len();
    let closes = !text.get(end..)?.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let before = text.get(..start)?;
    // A version is written the same way.
    let version =
        ["v", "V", "version ", "Version ", "release ", "build "].iter().any(|word| before.ends_with(word));
    let opens = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'));
    (closes && opens && !version).then_some(end)
}

/// Where the IPv6 address around the colon at `colon` stands; nothing before `floor` belongs to it.
pub(super) fn v6(text: &str, colon: usize, floor: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let before = bytes.get(floor.max(colon.saturating_sub(5))..colon)?;
    let back = before.iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let start = colon - back;
    if text.get(..start)?.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '_')) {
        return None;
    }
    let rest = bytes.get(start..)?;
    let len = rest.iter().take(V6_MAX + 1).take_while(|byte| is_part(byte)).count();
    let address = text.get(start..start + len)?.trim_end_matches('.');
    let address = if address.ends_with("::") { address } else { address.trim_end_matches(':') };
    address.parse::<Ipv6Addr>().ok()?;
    let end = start + address.len();
    let closes = !text.get(end..)?.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    // `a::b` is a path of some programming language.
    let numbered = address.bytes().any(|byte| byte.is_ascii_digit());
    (closes && numbered).then_some((start, end))
}

/// Where the hardware address around its first separator at `at` stands: six pairs, all parted by `:` or all by `-`.
pub(super) fn mac(bytes: &[u8], at: usize, floor: usize) -> Option<(usize, usize)> {
    let start = at.checked_sub(2).filter(|start| *start >= floor)?;
    let address = bytes.get(start..start + 17)?;
    let separator = *address.get(2)?;
    if !matches!(separator, b':' | b'-')
        || address.get(5) != Some(&separator)
        || address.get(14) != Some(&separator)
    {
        return None;
    }
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == separator);
    if is_part(start.checked_sub(1).and_then(|at| bytes.get(at))) || is_part(bytes.get(start + 17)) {
        return None;
    }
    let shaped = address.iter().enumerate().all(|(nth, byte)| match nth % 3 {
        2 => *byte == separator,
        _ => byte.is_ascii_hexdigit(),
    });
    shaped.then_some((start, start + 17))
}
