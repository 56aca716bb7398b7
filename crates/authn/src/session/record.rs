//! One session as a store keeps it, and what may become of it. Pure: stores load it, ask it, and save it, in one transaction.

use super::{Renewal, Rotation, RotationAttempt};
use crate::refresh::{Nonce, TokenDigest};
use std::time::Duration;
use stockade_core::{AuthMethods, ClientInfo, SessionId, SubjectId, UnixMillis};

/// Everything that a store keeps of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Which session.
    pub id: SessionId,
    /// Whose.
    pub subject: SubjectId,
    /// The device that signed in.
    pub client: ClientInfo,
    /// When it was opened: when the person last proved who they are.
    pub created_at: UnixMillis,
    /// How they did.
    pub methods: AuthMethods,
    /// Under which version of the account's credentials. A renewal under a later one is refused.
    pub credential_version: u64,
    /// When it was last renewed.
    pub last_seen_at: UnixMillis,
    /// When it ends for want of renewal.
    pub idle_expires_at: UnixMillis,
    /// When it ends whatever happens.
    pub expires_at: UnixMillis,
    /// The refresh token that is good now.
    pub current: TokenDigest,
    /// The last renewal, if there was one.
    pub last_rotation: Option<LastRotation>,
    /// How it ended, if it did.
    pub ended: Option<Ended>,
}

/// What is kept of the last renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRotation {
    /// The token that was spent.
    pub spent: TokenDigest,
    /// The randomness from which its successor was computed.
    pub nonce: Nonce,
    /// When.
    pub at: UnixMillis,
}

/// When and why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: UnixMillis,
    /// Why.
    pub reason: EndReason,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// Its owner signed out of it.
    Logout,
    /// Its owner signed out everywhere.
    LogoutAll,
    /// Its owner ended it from another session, or an administrator did.
    Revoked,
    /// A newer session took its place.
    Evicted,
    /// A spent refresh token came back.
    Reuse,
    /// The password was changed or reset.
    CredentialChange,
    /// The account was closed or removed.
    AccountClosed,
    /// Its owner proved anew who they are, and has another session for it.
    Reauthenticated,
}

impl EndReason {
    const ALL: [Self; 8] = [
        Self::Logout,
        Self::LogoutAll,
        Self::Revoked,
        Self::Evicted,
        Self::Reuse,
        Self::CredentialChange,
        Self::AccountClosed,
        Self::Reauthenticated,
    ];

    /// The name that stands in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::LogoutAll => "logout_all",
            Self::Revoked => "revoked",
            Self::Evicted => "evicted",
            Self::Reuse => "reuse",
            Self::CredentialChange => "credential_change",
            Self::AccountClosed => "account_closed",
            Self::Reauthenticated => "reauthenticated",
        }
    }

    /// The reason with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl SessionRecord {
    /// Whether it stands at `now`: neither ended, nor idle for too long, nor past its absolute end.
    #[must_use]
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.ended.is_none() && now < self.valid_until()
    }

    /// When it ends if nothing more happens.
    #[must_use]
    pub fn valid_until(&self) -> UnixMillis {
        self.idle_expires_at.min(self.expires_at)
    }

    /// Ends it, if it has not ended yet.
    pub fn end(&mut self, at: UnixMillis, reason: EndReason) {
        self.ended.get_or_insert(Ended { at, reason });
    }

    /// Judges a presented refresh token, and changes the record accordingly. The caller saves it unless the judgement is
    /// [`Rotation::Repeated`] or [`Rotation::Over`], which change nothing.
    ///
    /// 1. An ended or expired session stays so.
    /// 2. The current token is spent, its successor takes its place.
    /// 3. The token just spent, within the grace, changes nothing and gives the same successor.
    /// 4. Any other token that we issued is a copy: the session ends.
    pub fn rotate(&mut self, attempt: &RotationAttempt, security_version: u64) -> Rotation {
        if !self.is_live(attempt.now) {
            return Rotation::Over;
        }
        let renewal = Renewal {
            subject: self.subject.clone(),
            security_version,
            authenticated_at: self.created_at,
            methods: self.methods,
            credential_version: self.credential_version,
        };
        if self.current == attempt.presented {
            self.last_rotation =
                Some(LastRotation { spent: attempt.presented, nonce: attempt.nonce, at: attempt.now });
            self.current = attempt.next;
            self.last_seen_at = attempt.now;
            self.idle_expires_at = attempt.now.plus(attempt.idle_timeout).min(self.expires_at);
            return Rotation::Rotated(renewal);
        }
        match self.last_rotation {
            Some(last) if last.spent == attempt.presented && last.is_within(attempt.grace, attempt.now) => {
                Rotation::Repeated { renewal, nonce: last.nonce, in_force: self.current }
            }
            _ => {
                self.end(attempt.now, EndReason::Reuse);
                Rotation::Reused { subject: self.subject.clone() }
            }
        }
    }
}

impl LastRotation {
    /// Measured both ways: a clock set back by an hour must not hold the grace open for an hour.
    fn is_within(&self, grace: Duration, now: UnixMillis) -> bool {
        now.since(self.at) < grace && self.at.since(now) < grace
    }
}
