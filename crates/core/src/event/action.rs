//! What was done or tried.

use crate::{InvalidText, text};
use std::borrow::Cow;
use std::fmt;

/// The name of something done or tried: `area.verb`, 1 to 64 bytes of `a–z 0–9 . _ -`.
///
/// The constants are the actions that stockade itself records; an application adds its own with [`Action::named`].
///
/// ```
/// use stockade_core::Action;
/// const EXPORT: Action = Action::named("invoice.export");
/// assert_eq!(EXPORT.as_str(), "invoice.export");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Action(Cow<'static, str>);

impl Action {
    /// The most bytes of a name.
    pub const MAX_LEN: usize = 64;

    /// An account was created, or somebody tried.
    pub const SIGN_UP: Self = Self::named("auth.sign_up");
    /// Somebody presented a password.
    pub const LOGIN: Self = Self::named("auth.login");
    /// A refresh token was presented.
    pub const REFRESH: Self = Self::named("auth.refresh");
    /// A spent refresh token came back: somebody holds a copy.
    pub const REFRESH_REUSE: Self = Self::named("auth.refresh_reuse");
    /// One session was ended by its owner.
    pub const LOGOUT: Self = Self::named("auth.logout");
    /// All sessions of a subject were ended.
    pub const LOGOUT_ALL: Self = Self::named("auth.logout_all");
    /// One named session was ended from another.
    pub const SESSION_REVOKE: Self = Self::named("auth.session_revoke");
    /// All sessions of a subject but the one that asked were ended.
    pub const SESSION_REVOKE_OTHERS: Self = Self::named("auth.session_revoke_others");
    /// A stored password hash was renewed with current parameters.
    pub const PASSWORD_REHASH: Self = Self::named("auth.password_rehash");
    /// An access token was presented and refused.
    pub const AUTHENTICATE: Self = Self::named("auth.authenticate");
    /// Somebody who is signed in proved once more who they are, or tried.
    pub const REAUTHENTICATE: Self = Self::named("auth.reauthenticate");
    /// The password was right, and a second factor was asked for.
    pub const MFA_CHALLENGE: Self = Self::named("auth.mfa_challenge");
    /// A code of a second factor was presented.
    pub const MFA_VERIFY: Self = Self::named("auth.mfa_verify");
    /// A second factor was begun to be set up.
    pub const MFA_ENROLL: Self = Self::named("auth.mfa_enroll");
    /// A second factor came into force.
    pub const MFA_ENABLE: Self = Self::named("auth.mfa_enable");
    /// A second factor was taken away.
    pub const MFA_DISABLE: Self = Self::named("auth.mfa_disable");
    /// New backup codes replaced the old ones.
    pub const BACKUP_CODES: Self = Self::named("auth.backup_codes");
    /// A password was changed by somebody who knew it.
    pub const PASSWORD_CHANGE: Self = Self::named("auth.password_change");
    /// A reset of the password was mailed.
    pub const PASSWORD_RESET_REQUEST: Self = Self::named("auth.password_reset_request");
    /// A password was reset by mail.
    pub const PASSWORD_RESET: Self = Self::named("auth.password_reset");
    /// An address was verified.
    pub const EMAIL_VERIFY: Self = Self::named("auth.email_verify");
    /// Another address was asked for.
    pub const EMAIL_CHANGE_REQUEST: Self = Self::named("auth.email_change_request");
    /// An account got another address.
    pub const EMAIL_CHANGE: Self = Self::named("auth.email_change");
    /// An account was closed.
    pub const ACCOUNT_DISABLE: Self = Self::named("auth.account_disable");
    /// A closed account was opened again.
    pub const ACCOUNT_ENABLE: Self = Self::named("auth.account_enable");
    /// An account was removed.
    pub const ACCOUNT_REMOVE: Self = Self::named("auth.account_remove");
    /// An API key was made.
    pub const API_KEY_CREATE: Self = Self::named("auth.api_key_create");
    /// An API key got a successor.
    pub const API_KEY_ROTATE: Self = Self::named("auth.api_key_rotate");
    /// An API key was revoked.
    pub const API_KEY_REVOKE: Self = Self::named("auth.api_key_revoke");
    /// Somebody began to act in another's name, or tried.
    pub const IMPERSONATE: Self = Self::named("auth.impersonate");
    /// The key that signs access tokens was changed.
    pub const SIGNING_KEY_ROTATE: Self = Self::named("auth.signing_key_rotate");
    /// A role was given.
    pub const ROLE_GRANT: Self = Self::named("rbac.role_grant");
    /// A permission was asked for.
    pub const AUTHORIZE: Self = Self::named("rbac.authorize");
    /// An object is about to be erased.
    pub const ERASE_INTENT: Self = Self::named("data.erase_intent");
    /// An object was erased, or somebody tried.
    pub const ERASE: Self = Self::named("data.erase");
    /// A legal hold was put on an object.
    pub const HOLD: Self = Self::named("data.hold");
    /// A legal hold is about to be released.
    pub const HOLD_RELEASE_INTENT: Self = Self::named("data.hold_release_intent");
    /// A legal hold was released, or somebody tried.
    pub const HOLD_RELEASE: Self = Self::named("data.hold_release");
    /// A limit was hit.
    pub const RATE_LIMIT: Self = Self::named("ratelimit.exceeded");
    /// A request was served.
    pub const HTTP_REQUEST: Self = Self::named("http.request");

    /// An action named in the source. A bad name fails where it is written, at compile time in a `const`.
    ///
    /// # Panics
    /// The name is empty, longer than [`MAX_LEN`](Self::MAX_LEN) bytes, or leaves the alphabet.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty() && bytes.len() <= Self::MAX_LEN, "an action name has 1 to 64 bytes");
        let mut i = 0;
        while i < bytes.len() {
            assert!(is_action_byte(bytes[i]), "an action name has only a-z 0-9 . _ -");
            i += 1;
        }
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_action_byte(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
}

impl std::str::FromStr for Action {
    type Err = InvalidText;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        text::check(name, "an action", Self::MAX_LEN, is_action_byte)?;
        Ok(Self(Cow::Owned(name.to_owned())))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Action {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
