//! What a store of sessions decides.

use super::{Concurrency, EndReason, SessionRecord};
use crate::refresh::{Nonce, TokenDigest};
use std::time::Duration;
use stockade_core::{AuthMethods, SessionId, StoreError, SubjectId, UnixMillis};

/// Keeps sessions, and for each subject a **security version**: a number that only grows, and grows whenever older access
/// tokens of the subject must no longer count.
///
/// Each method is one atomic decision. `laws` (feature `laws`) is the suite that every store passes.
#[async_trait::async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session, and ends the subject's sessions that have to make room for it (see [`surplus_sessions`]).
    ///
    /// However many open at once, no more than `concurrency` allows are live afterwards. Ending one too few lets a subject keep
    /// a session more than the rules say; ending one too many signs somebody out.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn open(&self, session: SessionRecord, concurrency: Concurrency) -> Result<Opened, StoreError>;

    /// Judges a refresh token by [`SessionRecord::rotate`] and keeps the outcome.
    ///
    /// Of any number of concurrent calls with one current token, exactly one answers [`Rotation::Rotated`]. A false `Rotated`
    /// or `Repeated` gives a thief a session; a false `Reused` signs its owner out.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn rotate(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError>;

    /// Ends a session. With `owner`, only if it is theirs: somebody else's session is [`Ending::Unknown`], as if it did not
    /// exist.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn end(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError>;

    /// Ends all live sessions of `subject` and raises the security version, in one decision: a session opened concurrently
    /// either is among the ended or counts as opened afterwards. Gives the ended ones.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError>;

    /// Ends all live sessions of `subject` but `kept`, in one decision, provided that `kept` stands and is theirs; otherwise
    /// nothing changes. The security version stays: each of the ended sessions takes its access tokens with it.
    ///
    /// Of any number of sessions that end each other at once, one is left. A session that is opened concurrently either is among
    /// the ended or counts as opened afterwards. A false `Ended` lets a session that its owner has just ended, perhaps a thief's,
    /// sign the owner out; a false `KeptIsOver` leaves sessions that somebody wants to be rid of.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError>;

    /// Raises the subject's security version, so that access tokens issued before no longer count, and gives the new one.
    /// Sessions stay: their next renewal gives a current token.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, StoreError>;

    /// Whether a session stands at `now`, and its subject's security version.
    ///
    /// A false `Live` keeps revoked access tokens working; a false `Over` signs somebody out.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn standing(&self, id: SessionId, now: UnixMillis) -> Result<Standing, StoreError>;

    /// The subject's live sessions, newest first; at most [`Concurrency::HARD_LIMIT`].
    ///
    /// # Errors
    /// The store cannot answer.
    async fn list(&self, subject: &SubjectId, now: UnixMillis) -> Result<Vec<SessionRecord>, StoreError>;

    /// Forgets sessions that were over before `before`, and gives their number. Until then they are kept, so that a copy of a
    /// token is told from a forgery.
    ///
    /// # Errors
    /// The store cannot do it now.
    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError>;
}

/// A refresh token as it is put before a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationAttempt {
    /// What was presented.
    pub presented: TokenDigest,
    /// What takes its place if it is the current one.
    pub next: TokenDigest,
    /// The randomness from which `next` was computed.
    pub nonce: Nonce,
    /// When.
    pub now: UnixMillis,
    /// How long the token just spent gives the same successor.
    pub grace: Duration,
    /// For how long a renewed session stays without another renewal.
    pub idle_timeout: Duration,
}

/// What came of [`SessionStore::open`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The subject's security version, for the new access token.
    pub security_version: u64,
    /// The sessions that had to make room.
    pub evicted: Vec<SessionId>,
}

/// What a renewed session is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Whose it is.
    pub subject: SubjectId,
    /// The subject's security version, for the new access token.
    pub security_version: u64,
    /// When the person last proved who they are.
    pub authenticated_at: UnixMillis,
    /// How they did.
    pub methods: AuthMethods,
    /// Under which version of the account's credentials.
    pub credential_version: u64,
}

/// What came of [`SessionStore::rotate`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Rotation {
    /// The token was the current one; its successor is in force.
    Rotated(Renewal),
    /// The token was spent a moment ago; its successor, computed from `nonce`, is in force already.
    Repeated {
        /// What the session is.
        renewal: Renewal,
        /// The randomness of the rotation that spent it.
        nonce: Nonce,
        /// What the successor is known by.
        in_force: TokenDigest,
    },
    /// The token was spent before: somebody holds a copy. The session is ended.
    Reused {
        /// Whose it was.
        subject: SubjectId,
    },
    /// The session is over already, or unknown.
    Over,
}

/// What came of [`SessionStore::end`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Ending {
    /// It is ended now.
    Ended {
        /// Whose it was.
        subject: SubjectId,
    },
    /// It was over before.
    AlreadyOver {
        /// Whose it was.
        subject: SubjectId,
    },
    /// There is no such session, or it is not the owner's.
    Unknown,
}

/// What came of [`SessionStore::end_others`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum OthersEnding {
    /// These are ended now; the kept one is the only one that stands.
    Ended(Vec<SessionId>),
    /// The session that was to be kept is over, unknown or somebody else's. Nothing changed.
    KeptIsOver,
}

/// Whether a session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Standing {
    /// It stands.
    Live {
        /// Whose it is.
        subject: SubjectId,
        /// The subject's security version.
        security_version: u64,
        /// Until when, if nothing more happens.
        valid_until: UnixMillis,
    },
    /// It is over, or unknown.
    Over,
}

/// Which of a subject's live sessions have to go before one more is opened: those unused for longest, as many as the limit
/// demands.
#[must_use]
pub fn surplus_sessions(mut live: Vec<(SessionId, UnixMillis)>, concurrency: Concurrency) -> Vec<SessionId> {
    live.sort_by_key(|(id, last_seen)| (std::cmp::Reverse(*last_seen), std::cmp::Reverse(*id)));
    live.split_off(live.len().min(concurrency.limit() - 1)).into_iter().map(|(id, _)| id).collect()
}
