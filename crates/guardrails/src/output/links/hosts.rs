//! Which hosts an answer may point to.

use serde::Deserialize;

/// Hosts that URLs in answers may name, by `https` or `http`. The default is none.
///
/// ```
/// use stockade_guardrails::AllowedHosts;
/// let hosts = AllowedHosts::new(["img.example.org", "*.cdn.example.org"]).unwrap();
/// assert!(hosts.holds("img.example.org") && hosts.holds("eu.cdn.example.org"));
/// assert!(!hosts.holds("example.org") && !hosts.holds("img.example.org.evil.example"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct AllowedHosts(Vec<String>);

/// A text that is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a host nor `*.` and a host, in lower-case ASCII")]
pub struct HostError(String);

impl AllowedHosts {
    /// These hosts. `*.example.org` stands for all hosts below `example.org`, which it is not itself.
    ///
    /// # Errors
    /// One is no host name of lower-case ASCII (RFC 1123 §2.1; an international one in its `xn--` form), or stands for a whole top-level domain.
    pub fn new<H: Into<String>>(hosts: impl IntoIterator<Item = H>) -> Result<Self, HostError> {
        let hosts: Vec<String> = hosts.into_iter().map(Into::into).collect();
        match hosts.iter().find(|host| !is_pattern(host)) {
            Some(wrong) => Err(HostError(wrong.chars().take(64).collect())),
            None => Ok(Self(hosts)),
        }
    }

    /// Whether `host` is one of them. It is compared in any case of ASCII, and as it is otherwise.
    #[must_use]
    pub fn holds(&self, host: &str) -> bool {
        self.0.iter().any(|allowed| match allowed.strip_prefix('*') {
            Some(below) => {
                let split = host.len().checked_sub(below.len()).filter(|split| *split > 0);
                split.and_then(|split| host.get(split..)).is_some_and(|end| end.eq_ignore_ascii_case(below))
            }
            None => allowed.eq_ignore_ascii_case(host),
        })
    }
}

impl TryFrom<Vec<String>> for AllowedHosts {
    type Error = HostError;

    fn try_from(hosts: Vec<String>) -> Result<Self, HostError> {
        Self::new(hosts)
    }
}

fn is_pattern(host: &str) -> bool {
    let (name, least) = host.strip_prefix("*.").map_or((host, 1), |below| (below, 2));
    let labels = name.split('.');
    name.len() <= 253
        && labels.clone().count() >= least
        && labels.clone().all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}
