//! Opening, renewing and ending sessions.

use super::standing::StandingCache;
use super::{
    EndReason, Ending, OthersEnding, Rotation, RotationAttempt, SessionConfig, SessionConfigError,
    SessionRecord, SessionStore, Standing, StandingCheck,
};
use crate::access::SessionBinding;
use crate::refresh::{Nonce, RefreshKeys};
use std::fmt;
use std::sync::Arc;
use stockade_core::{
    AuthMethods, ClientInfo, Clock, Entropy, EntropyError, Problem, Secret, SessionId, StoreError, SubjectId,
    UnixMillis,
};

/// Sessions over a store. `Clone` gives another handle to the same memory.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn SessionStore>,
    keys: Arc<RefreshKeys>,
    config: SessionConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    standing: Arc<StandingCache>,
}

/// Somebody has just proved who they are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignIn {
    /// Who.
    pub subject: SubjectId,
    /// On which device.
    pub client: ClientInfo,
    /// How.
    pub methods: AuthMethods,
    /// Under which version of the account's credentials: the one that was read before the proof was judged.
    pub credential_version: u64,
}

impl SignIn {
    /// `subject` proved by `methods` who they are, under the first version of their credentials.
    #[must_use]
    pub fn new(subject: SubjectId, client: ClientInfo, methods: AuthMethods) -> Self {
        Self { subject, client, methods, credential_version: 0 }
    }

    /// Says under which version of the account's credentials.
    #[must_use]
    pub fn at_credential_version(mut self, version: u64) -> Self {
        self.credential_version = version;
        self
    }
}

/// A session that has just been opened.
#[derive(Debug)]
#[non_exhaustive]
pub struct OpenedSession {
    /// What access tokens of this session carry.
    pub binding: SessionBinding,
    /// The first refresh token.
    pub refresh_token: Secret<String>,
    /// When the person proved who they are: now.
    pub authenticated_at: UnixMillis,
    /// The sessions that had to make room.
    pub evicted: Vec<SessionId>,
}

/// A session that goes on.
#[derive(Debug)]
#[non_exhaustive]
pub struct RenewedSession {
    /// Whose it is.
    pub subject: SubjectId,
    /// What access tokens of this session carry.
    pub binding: SessionBinding,
    /// The next refresh token.
    pub refresh_token: Secret<String>,
    /// When the person last proved who they are.
    pub authenticated_at: UnixMillis,
    /// How they did.
    pub methods: AuthMethods,
    /// Under which version of the account's credentials. The caller compares it with today's: a session of an older one must
    /// not go on.
    pub credential_version: u64,
}

/// What came of presenting a refresh token.
#[derive(Debug)]
#[must_use]
pub enum Refresh {
    /// The session goes on.
    Renewed(RenewedSession),
    /// It does not.
    Refused(RefreshRefusal),
}

/// Why a refresh token is refused. For the operator: whoever presents one learns only that it is not good.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshRefusal {
    /// We did not issue it.
    NotOurs,
    /// Its session is over.
    Over {
        /// Which session.
        session: SessionId,
    },
    /// It was spent before: somebody holds a copy. The session is ended.
    Reused {
        /// Whose session it was.
        subject: SubjectId,
        /// Which session.
        session: SessionId,
    },
}

/// What its owner sees of a session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct SessionSummary {
    /// Which session.
    pub id: SessionId,
    /// The device that signed in.
    pub client: ClientInfo,
    /// When it signed in.
    pub created_at: UnixMillis,
    /// When the session was last renewed.
    pub last_seen_at: UnixMillis,
    /// When it ends whatever happens.
    pub expires_at: UnixMillis,
}

/// A session could not be opened, renewed or ended. Nothing is known to have changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The store failed.
    #[error("the session store failed")]
    Store(#[from] StoreError),
    /// The system gave no randomness for a token.
    #[error("no randomness for a token")]
    Entropy(#[from] EntropyError),
}

impl From<&SessionError> for Problem {
    fn from(error: &SessionError) -> Self {
        match error {
            SessionError::Store(store) => store.into(),
            SessionError::Entropy(entropy) => (*entropy).into(),
        }
    }
}

impl Sessions {
    /// Sessions over `store`, with refresh tokens under `keys`.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn new(
        store: Arc<dyn SessionStore>,
        keys: RefreshKeys,
        config: SessionConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SessionConfigError> {
        config.validate()?;
        let standing = StandingCache::new(store.clone(), clock.clone(), config.max_staleness);
        Ok(Self { store, keys: Arc::new(keys), config, clock, entropy, standing: Arc::new(standing) })
    }

    /// Opens a session for a subject who has just proved who they are.
    ///
    /// # Errors
    /// The store failed, or there is no randomness. No session was opened.
    pub async fn open(&self, sign_in: SignIn) -> Result<OpenedSession, SessionError> {
        let SignIn { subject, client, methods, credential_version } = sign_in;
        let now = self.clock.now();
        let id = SessionId::generate(now, &*self.entropy)?;
        let (refresh_token, current) = self.keys.first(id, &*self.entropy)?;
        let expires_at = now.plus(self.config.absolute_timeout);
        let record = SessionRecord {
            id,
            subject,
            client,
            created_at: now,
            methods,
            credential_version,
            last_seen_at: now,
            idle_expires_at: now.plus(self.config.idle_timeout).min(expires_at),
            expires_at,
            current,
            last_rotation: None,
            ended: None,
        };
        let opened = self.store.open(record, self.config.concurrency).await?;
        for session in &opened.evicted {
            self.standing.has_ended(*session);
        }
        Ok(OpenedSession {
            binding: SessionBinding { session: id, security_version: opened.security_version },
            refresh_token,
            authenticated_at: now,
            evicted: opened.evicted,
        })
    }

    /// Renews the session of a presented refresh token. A text that we did not issue is refused without asking the store.
    ///
    /// # Errors
    /// The store failed, or there is no randomness. The token is as good as before.
    pub async fn refresh(&self, token: &str) -> Result<Refresh, SessionError> {
        let Ok(presented) = self.keys.read(token) else {
            return Ok(Refresh::Refused(RefreshRefusal::NotOurs));
        };
        let session = presented.session();
        let nonce = self.draw_nonce()?;
        let (next_token, next) = self.keys.successor(&presented, &nonce);
        let attempt = RotationAttempt {
            presented: presented.digest(),
            next,
            nonce,
            now: self.clock.now(),
            grace: self.config.grace,
            idle_timeout: self.config.idle_timeout,
        };
        let (renewal, refresh_token) = match self.store.rotate(session, &attempt).await? {
            Rotation::Rotated(renewal) => (renewal, next_token),
            Rotation::Repeated { renewal, nonce, in_force } => {
                match self.keys.successor_with(&presented, &nonce, &in_force) {
                    Some(token) => (renewal, token),
                    // Made with a key that this process does not know yet: nothing is wrong with the session, and nothing is given.
                    None => return Ok(Refresh::Refused(RefreshRefusal::NotOurs)),
                }
            }
            Rotation::Reused { subject } => {
                self.standing.has_ended(session);
                return Ok(Refresh::Refused(RefreshRefusal::Reused { subject, session }));
            }
            Rotation::Over => return Ok(Refresh::Refused(RefreshRefusal::Over { session })),
        };
        self.standing.is_outdated(session);
        Ok(Refresh::Renewed(RenewedSession {
            subject: renewal.subject,
            binding: SessionBinding { session, security_version: renewal.security_version },
            refresh_token,
            authenticated_at: renewal.authenticated_at,
            methods: renewal.methods,
            credential_version: renewal.credential_version,
        }))
    }

    /// Ends the session of a presented refresh token, current or spent: whoever holds one may at least end it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_by_token(&self, token: &str) -> Result<(Ending, Option<SessionId>), SessionError> {
        let Ok(presented) = self.keys.read(token) else { return Ok((Ending::Unknown, None)) };
        let session = presented.session();
        let ending = self.end_in_store(session, None, EndReason::Logout).await?;
        Ok((ending, Some(session)))
    }

    /// Ends one session of `owner`. Somebody else's is [`Ending::Unknown`].
    ///
    /// # Errors
    /// The store failed.
    pub async fn end(
        &self,
        session: SessionId,
        owner: &SubjectId,
        reason: EndReason,
    ) -> Result<Ending, SessionError> {
        self.end_in_store(session, Some(owner), reason).await
    }

    /// Ends all sessions of `subject`, and voids every access token issued to it so far.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
    ) -> Result<Vec<SessionId>, SessionError> {
        let ended = self.store.end_all(subject, reason, self.clock.now()).await?;
        for session in &ended {
            self.standing.has_ended(*session);
        }
        Ok(ended)
    }

    /// Ends all sessions of `subject` but `kept`, whose tokens go on; nothing, where `kept` does not stand or is not theirs.
    ///
    /// # Errors
    /// The store failed.
    pub async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
    ) -> Result<OthersEnding, SessionError> {
        let ending = self.store.end_others(subject, kept, reason, self.clock.now()).await?;
        if let OthersEnding::Ended(ended) = &ending {
            for session in ended {
                self.standing.has_ended(*session);
            }
        }
        Ok(ending)
    }

    /// Voids every access token issued to `subject` so far; sessions go on, and their next renewal gives a current token. For
    /// changes that must show at once, such as a role taken away (ASVS 8.3.2).
    ///
    /// # Errors
    /// The store failed.
    pub async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, SessionError> {
        let version = self.store.raise_security_version(subject).await?;
        for session in self.store.list(subject, self.clock.now()).await? {
            self.standing.is_outdated(session.id);
        }
        Ok(version)
    }

    /// What an access token carries that is to be called back through `session`, if that is a live session of `owner`.
    ///
    /// # Errors
    /// The store failed.
    pub async fn binding(
        &self,
        session: SessionId,
        owner: &SubjectId,
    ) -> Result<Option<SessionBinding>, SessionError> {
        Ok(match self.store.standing(session, self.clock.now()).await? {
            Standing::Live { subject, security_version, .. } if subject == *owner => {
                Some(SessionBinding { session, security_version })
            }
            _ => None,
        })
    }

    /// The subject's live sessions, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(&self, subject: &SubjectId) -> Result<Vec<SessionSummary>, SessionError> {
        let records = self.store.list(subject, self.clock.now()).await?;
        Ok(records
            .into_iter()
            .map(|record| SessionSummary {
                id: record.id,
                client: record.client,
                created_at: record.created_at,
                last_seen_at: record.last_seen_at,
                expires_at: record.expires_at,
            })
            .collect())
    }

    /// Forgets sessions that have been over for longer than the absolute timeout: no token of theirs can come any more.
    ///
    /// # Errors
    /// The store failed.
    pub async fn purge(&self) -> Result<u64, SessionError> {
        Ok(self.store.purge(self.clock.now().minus(self.config.absolute_timeout)).await?)
    }

    pub(crate) fn check(&self, binding: SessionBinding, subject: &SubjectId) -> StandingCheck {
        self.standing.check(binding, subject)
    }

    async fn end_in_store(
        &self,
        session: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
    ) -> Result<Ending, SessionError> {
        let ending = self.store.end(session, owner, reason, self.clock.now()).await?;
        if !matches!(ending, Ending::Unknown) {
            self.standing.has_ended(session);
        }
        Ok(ending)
    }

    fn draw_nonce(&self) -> Result<Nonce, EntropyError> {
        let mut nonce = [0; 32];
        self.entropy.fill(&mut nonce)?;
        Ok(Nonce::from_bytes(nonce))
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("config", &self.config).finish_non_exhaustive()
    }
}
