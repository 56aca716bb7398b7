//! A wrapping key in a service with the API of Vault's transit engine.

mod address;
mod http;

use super::{KeyWrapper, WrapError, WrapperName};
use address::Address;
use base64ct::{Base64, Encoding};
use http::Client;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// Wraps and unwraps by `POST {base}/v1/transit/encrypt/{key}` and `…/decrypt/{key}`, with the token in `X-Vault-Token`. Vault,
/// OpenBao and what imitates them speak it.
///
/// The service is spoken to over TLS, and trusted by root certificates that are given: those of the system are not asked. Redirects
/// are not followed, proxies of the environment not used, answers above 64 KiB not read. The plaintext key passes through the
/// buffers of the HTTP client, which are not wiped.
///
/// ```no_run
/// use stockade_core::Secret;
/// use stockade_crypto_at_rest::ring::wrap::VaultTransit;
/// # fn token() -> Secret<String> { Secret::new(String::new()) }
/// let roots = std::fs::read("/etc/vault/ca.pem")?;
/// let vault = VaultTransit::new("https://vault.internal:8200", "clinic", token(), &roots)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In the clear it is refused, but on this machine:
///
/// ```
/// # use stockade_core::Secret;
/// # use stockade_crypto_at_rest::ring::wrap::VaultTransit;
/// # fn token() -> Secret<String> { Secret::new(String::from("t")) }
/// assert!(VaultTransit::new("http://vault.internal:8200", "clinic", token(), b"").is_err());
/// assert!(VaultTransit::over_loopback("http://vault.internal:8200", "clinic", token()).is_err());
/// assert!(VaultTransit::over_loopback("http://127.0.0.1:8200", "clinic", token()).is_ok());
/// ```
#[derive(Clone)]
pub struct VaultTransit {
    name: WrapperName,
    key: String,
    address: Address,
    client: Client,
}

impl VaultTransit {
    /// How long a call may take, from the first octet to the last, unless [`with_timeout`](Self::with_timeout) says otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

    /// The service at `base`, which begins with `https://`, trusted by the certificates in `roots_pem`. `key` is the name of the
    /// transit key: 1 to 64 of `A–Z a–z 0–9 _ -`.
    ///
    /// # Errors
    /// The address, the name, the token or the certificates are not of their form.
    pub fn new(base: &str, key: &str, token: Secret<String>, roots_pem: &[u8]) -> Result<Self, WrapError> {
        let address = Address::tls(base)?;
        Self::at(address, key, Client::tls(token, roots_pem, Self::DEFAULT_TIMEOUT)?)
    }

    /// An agent on this machine, such as Vault's own proxy, in the clear: `http://` and `localhost`, `127.…` or `[::1]`.
    ///
    /// # Errors
    /// The address, the name or the token are not of their form.
    pub fn over_loopback(base: &str, key: &str, token: Secret<String>) -> Result<Self, WrapError> {
        let address = Address::loopback(base)?;
        Self::at(address, key, Client::plain(token, Self::DEFAULT_TIMEOUT)?)
    }

    /// A service anywhere, in the clear. Whoever sees the traffic has the token, and the key of the ring with it.
    ///
    /// # Errors
    /// The address, the name or the token are not of their form.
    pub fn danger_over_plain_http(base: &str, key: &str, token: Secret<String>) -> Result<Self, WrapError> {
        let address = Address::plain(base)?;
        Self::at(address, key, Client::plain(token, Self::DEFAULT_TIMEOUT)?)
    }

    /// Sets how long a call may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.client = self.client.with_timeout(timeout);
        self
    }

    fn at(address: Address, key: &str, client: Client) -> Result<Self, WrapError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if key.is_empty() || key.len() > 64 || !key.bytes().all(allowed) {
            return Err(WrapError::Name);
        }
        let name = format!("vault-transit:{key}").parse()?;
        Ok(Self { name, key: key.to_owned(), address, client })
    }

    fn post<Q: Serialize, A: for<'de> Deserialize<'de>>(
        &self,
        verb: &str,
        question: &Q,
    ) -> Result<A, WrapError> {
        // Of this capacity from the start: growing would leave copies behind.
        let mut body = Zeroizing::new(Vec::with_capacity(2 * super::MAX_WRAPPED_LEN));
        serde_json::to_writer(&mut *body, question).map_err(|_| WrapError::Form)?;
        let answer = self.client.post(&self.address.url(verb, &self.key), &body)?;
        let answer: Answer<A> = serde_json::from_slice(&answer).map_err(|_| WrapError::Form)?;
        Ok(answer.data)
    }
}

#[derive(Deserialize)]
struct Answer<A> {
    data: A,
}

#[derive(Serialize)]
struct PlaintextQuestion<'a> {
    plaintext: &'a str,
}

#[derive(Deserialize)]
struct PlaintextAnswer {
    plaintext: Secret<String>,
}

#[derive(Serialize, Deserialize)]
struct Ciphertext {
    ciphertext: String,
}

impl KeyWrapper for VaultTransit {
    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn wrap(&self, key: &Secret<[u8; 32]>) -> Result<Vec<u8>, WrapError> {
        let plaintext = Zeroizing::new(Base64::encode_string(key.expose()));
        let answer: Ciphertext = self.post("encrypt", &PlaintextQuestion { plaintext: &plaintext })?;
        Ok(answer.ciphertext.into_bytes())
    }

    /// The service answers with status 400 to what it cannot decrypt: that is [`WrapError::Refused`].
    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, WrapError> {
        let text = std::str::from_utf8(wrapped).map_err(|_| WrapError::Refused)?;
        if text.len() > super::MAX_WRAPPED_LEN {
            return Err(WrapError::Refused);
        }
        let answer = self.post("decrypt", &Ciphertext { ciphertext: text.to_owned() });
        let answer: PlaintextAnswer = answer.map_err(|error| match error {
            WrapError::Answer(400) => WrapError::Refused,
            other => other,
        })?;
        let mut key = Zeroizing::new([0; 32]);
        match Base64::decode(answer.plaintext.expose(), &mut *key) {
            Ok(whole) if whole.len() == 32 => Ok(Secret::new(*key)),
            _ => Err(WrapError::Form),
        }
    }
}

impl fmt::Debug for VaultTransit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultTransit")
            .field("name", &self.name)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
