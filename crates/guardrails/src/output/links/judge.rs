//! What a URL would do.

use super::walk::{Mark, Url};
use super::{AllowedHosts, Wanted, data, entities};
use icu_normalizer::ComposingNormalizerBorrowed;
use std::borrow::Cow;

/// When a URL is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// As soon as an answer is shown.
    Fetched,
    /// When somebody clicks.
    Clicked,
}

/// Schemes that run or open something on the reader's machine.
const RUNS: [&str; 8] = ["javascript", "vbscript", "livescript", "data", "file", "blob", "filesystem", "jar"];

/// Schemes after which a browser looks for a host, however many slashes stand there (WHATWG URL, special schemes).
const HOSTED: [&str; 5] = ["http", "https", "ws", "wss", "ftp"];

/// What an answer may hand to another program: a letter, a call.
const HANDED_OVER: [&str; 2] = ["mailto", "tel"];

/// No honest link is longer.
const MAX_LINK: usize = 512;

/// How much of a very long spelling has to be left of it as a browser reads it, that it is no disguise: no scheme is so long.
const LEAST_PLAIN: usize = 64;

/// Whether it is `wanted`, and following it tells somebody who is not allowed what the answer's writer wants, or opens another program.
pub(super) fn carries_away(spelled: &str, url: &Url, wanted: Wanted, hosts: &AllowedHosts) -> bool {
    let fetched = url.place == Place::Fetched;
    if fetched != (wanted == Wanted::Fetched) {
        return false;
    }
    let plain = plain(spelled);
    let (scheme, rest) = match scheme_of(&plain) {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        // Padded until what matters is out of sight.
        None if url.cut && plain.len() < LEAST_PLAIN => return true,
        None if url.mark == Mark::Bare => (String::from("https"), &*plain),
        None if plain.starts_with("//") => (String::from("https"), &*plain),
        // Relative: to whoever shows it.
        None => return false,
    };
    if RUNS.contains(&&*scheme) {
        return true;
    }
    let hosted = HOSTED.contains(&&*scheme);
    if !hosted && HANDED_OVER.contains(&&*scheme) && !rest.starts_with("//") {
        return !fetched && rest.contains('?');
    }
    let web = matches!(&*scheme, "http" | "https");
    if !hosted && !rest.starts_with("//") {
        return opens_something(rest, url);
    }
    if !web && url.mark != Mark::Bare {
        return true;
    }
    let rest = rest.trim_start_matches('/');
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let sound = is_sound(spelled) && !authority.contains('@');
    // Of what was cut nobody knows where its host ends.
    if sound && !url.cut && web && hosts.holds(without_port(authority)) {
        return false;
    }
    fetched
        || wanted == Wanted::AnyClicked
        || !sound
        || url.goes_on
        || spelled.len() > MAX_LINK
        || data::in_host(authority)
        || data::in_rest(rest)
}

/// Whether a scheme that no list knows, with `rest` behind its colon, is one. Much code, and many a log, has a word and a colon where a
/// link could be.
fn opens_something(rest: &str, url: &Url) -> bool {
    match url.mark {
        // A path of Rust or C++.
        Mark::Brackets => !rest.starts_with(':'),
        Mark::Definition => rest.contains(['/', '|', '?', '#', '=', '@']),
        // Of what is not clicked a browser opens nothing; most are styles.
        Mark::Attribute => url.place == Place::Clicked,
        Mark::Bare => false,
    }
}

/// As a browser reads it: references undone, without what it skips, `\` for `/`, compatibility forms of letters as letters.
fn plain(spelled: &str) -> Cow<'_, str> {
    if spelled.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'&' | b'\\')) {
        return Cow::Borrowed(spelled);
    }
    let decoded = entities::decode(spelled);
    let folded = ComposingNormalizerBorrowed::new_nfkc().normalize(&decoded);
    let skipped = |c: &char| !c.is_control() && !c.is_whitespace() && !is_unseen(*c);
    let like_a_browser = |c| if matches!(c, '\\' | '\u{2044}' | '\u{2215}') { '/' } else { c };
    Cow::Owned(folded.chars().filter(skipped).map(like_a_browser).collect())
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// The scheme and what follows its colon (RFC 3986 §3.1).
fn scheme_of(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    valid.then_some((scheme, rest))
}

/// Whether all who read it read the same: no `\`, no reference, nothing outside ASCII, and `//` after the scheme.
fn is_sound(spelled: &str) -> bool {
    let graphic = spelled.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let hosted = spelled.split_once("://").is_some_and(|(scheme, rest)| {
        scheme.bytes().all(|b| b.is_ascii_alphabetic()) && !rest.starts_with('/')
    });
    let undisguised = !spelled.contains("&#")
        && entities::decode(spelled).chars().filter(|c| *c == '/').count() == spelled.matches('/').count();
    graphic && undisguised && (hosted || spelled.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www.")))
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}
