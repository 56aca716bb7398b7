//! An authenticator app, by RFC 6238 and by nothing of ours.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const STEP: u64 = 30;

/// An app with one account in it.
#[derive(Debug, Clone)]
pub(crate) struct Authenticator {
    secret: Vec<u8>,
    last: u64,
}

impl Authenticator {
    /// Takes the secret as a person would type it.
    pub(crate) fn new(base32: &str) -> Self {
        Self { secret: decode(base32), last: 0 }
    }

    /// A code that has not been used. A server takes those of one step to either side, each once and none before another: the
    /// first three come at once, more at the pace of time.
    pub(crate) async fn code(&mut self) -> String {
        let next = (self.last + 1).max(now() - 1);
        while next > now() + 1 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.last = next;
        self.at(next)
    }

    /// The code of a step, used or not.
    pub(crate) fn at(&self, step: u64) -> String {
        let mut mac = <Hmac<Sha1>>::new_from_slice(&self.secret).expect("any length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[19] & 15);
        let bytes: [u8; 4] = digest[offset..offset + 4].try_into().expect("four bytes");
        format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
    }

    /// Six digits that are not right for minutes to come.
    pub(crate) fn wrong(&self, n: u64) -> String {
        let right: Vec<_> = (now() - 10..now() + 10).map(|step| self.at(step)).collect();
        (n..)
            .map(|n| format!("{:06}", n % 1_000_000))
            .find(|code| !right.contains(code))
            .expect("a wrong one")
    }
}

/// The step of this moment.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() / STEP
}

/// RFC 4648 §6, without padding.
fn decode(base32: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut len) = (Vec::new(), 0_u32, 0);
    for c in base32.bytes().filter(|c| !b"= ".contains(c)) {
        let value = match c.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            other => panic!("{other} is not base32"),
        };
        (bits, len) = (bits << 5 | u32::from(value), len + 5);
        if len >= 8 {
            len -= 8;
            bytes.push(u8::try_from(bits >> len & 0xff).expect("a byte"));
        }
    }
    bytes
}

#[test]
fn the_app_says_what_the_rfc_says() {
    // RFC 6238, appendix B, cut to six digits.
    let app = Authenticator::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
        assert_eq!(app.at(time / STEP), code);
    }
}
