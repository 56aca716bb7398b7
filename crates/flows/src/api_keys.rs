//! Keys for programs that act for an account.

use crate::gate::own_hands;
use crate::handles::{Handles, stands};
use crate::notify::Matter;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::Purpose;
use stockade_authn::account::{Account, AccountStatus, AccountStore};
use stockade_authn::api_key::{
    ApiKeyError, ApiKeyName, ApiKeyRotation, ApiKeySummary, Issuance, IssuedApiKey, KeyRevocation, NewApiKey,
    OwnerRoles, RolesOf,
};
use stockade_core::{
    Action, ApiKeyId, Outcome, Principal, Problem, ProblemKind, Resource, Scope, Secret, StoreError,
    SubjectId,
};
use stockade_rbac::RoleAssignments;

/// What a caller sends for a new key.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyRequest {
    /// What they call it.
    pub name: String,
    /// What it may be used for, such as `paper:read`. It never may more than its owner.
    pub scopes: Vec<Scope>,
    /// After how many days it ends; as late as is allowed, if it is not said.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
    /// Their password. Not needed within five minutes of signing in.
    #[serde(default)]
    pub current_password: Option<Secret<String>>,
}

/// What a caller sends to give a key a successor.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyRotationRequest {
    /// For how many seconds the old one stays good. A day, if it is not said; none for a key that leaked.
    #[serde(default)]
    pub overlap_seconds: Option<u64>,
    /// Their password. Not needed within five minutes of signing in.
    #[serde(default)]
    pub current_password: Option<Secret<String>>,
}

/// Makes, lists, rotates and revokes the caller's API keys.
#[derive(Clone)]
pub struct ApiKeysFlow {
    pub(crate) with: Arc<Handles>,
}

impl ApiKeysFlow {
    /// Making keys is limited as guessing is: each makes a row, an event and a mail.
    const MAKE: Purpose = Purpose::literal("api_key.make");
    const OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);
    const DAY: u64 = 24 * 60 * 60;

    /// Makes a key. Its text is in the answer and nowhere else.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed: no key without its event.
    pub async fn create(
        &self,
        caller: &Principal,
        request: ApiKeyRequest,
        call: &Call,
    ) -> Result<Reply<IssuedApiKey>, FlowError> {
        reply(self.try_create(caller, request, call).await)
    }

    async fn try_create(
        &self,
        caller: &Principal,
        request: ApiKeyRequest,
        call: &Call,
    ) -> Result<IssuedApiKey, Stop> {
        let with = &self.with;
        let account = with.confirm_presence(caller, request.current_password, call).await?;
        with.gate.pass(Self::MAKE, account.id.as_str(), call).await?;
        let name = ApiKeyName::parse(&request.name).map_err(|error| Problem::from(&error))?;
        let shown = name.as_str().to_owned();
        let mut wanted = NewApiKey::new(account.id.clone(), name, request.scopes);
        if let Some(days) = request.expires_in_days {
            wanted = wanted.living(Duration::from_secs(u64::from(days) * Self::DAY));
        }
        let scopes: Vec<_> = wanted.scopes.iter().map(Scope::as_str).collect();
        let scopes = scopes.join(" ");
        with.record_own(Action::API_KEY_CREATE, Outcome::Success, caller, call, |event| {
            event.with("name", shown.as_str()).with("scopes", scopes)
        })
        .await?;
        match with.api_keys.issue(wanted).await {
            Ok(Issuance::Issued(issued)) => {
                self.keep_if_open(&account, &issued.summary.id).await?;
                with.post.tell(&account, Matter::ApiKeyCreated { name: shown });
                Ok(issued)
            }
            Ok(Issuance::TooMany) => Err(too_many().into()),
            Err(ApiKeyError::Invalid(invalid)) => Err(Problem::from(&invalid).into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The caller's keys that stand, newest first. No secret is among it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(&self, caller: &Principal) -> Result<Vec<ApiKeySummary>, FlowError> {
        Ok(self.with.api_keys.list(caller.subject()).await?)
    }

    /// Revokes one of the caller's keys. Somebody else's is not found.
    ///
    /// # Errors
    /// The store failed: the key may still be good.
    pub async fn revoke(
        &self,
        caller: &Principal,
        id: &ApiKeyId,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_revoke(caller, id, call).await)
    }

    async fn try_revoke(&self, caller: &Principal, id: &ApiKeyId, call: &Call) -> Result<(), Stop> {
        own_hands(caller)?;
        match self.with.api_keys.revoke(id, Some(caller.subject())).await? {
            KeyRevocation::Revoked { .. } => {
                let event = self.with.trail.event(call, Action::API_KEY_REVOKE, Outcome::Success)?;
                let event = event.by_principal(caller).on(Resource::new("api_key", id));
                Ok(self.with.trail.record(event).await?)
            }
            KeyRevocation::AlreadyOver { .. } => Ok(()),
            KeyRevocation::Unknown => Err(Refusal::NotFound.into()),
        }
    }

    /// Gives one of the caller's keys a successor; the old one stays good for a while.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed.
    pub async fn rotate(
        &self,
        caller: &Principal,
        id: &ApiKeyId,
        request: ApiKeyRotationRequest,
        call: &Call,
    ) -> Result<Reply<IssuedApiKey>, FlowError> {
        reply(self.try_rotate(caller, id, request, call).await)
    }

    async fn try_rotate(
        &self,
        caller: &Principal,
        id: &ApiKeyId,
        request: ApiKeyRotationRequest,
        call: &Call,
    ) -> Result<IssuedApiKey, Stop> {
        let with = &self.with;
        let account = with.confirm_presence(caller, request.current_password, call).await?;
        with.gate.pass(Self::MAKE, account.id.as_str(), call).await?;
        if !with.api_keys.list(&account.id).await?.iter().any(|key| key.id == *id) {
            return Err(Refusal::NotFound.into());
        }
        let overlap = request.overlap_seconds.map_or(Self::OVERLAP, Duration::from_secs);
        let event = with.trail.event(call, Action::API_KEY_ROTATE, Outcome::Success)?;
        let event = event.by_principal(caller).on(Resource::new("api_key", id));
        with.trail.record(event.with("overlap_seconds", overlap.as_secs())).await?;
        match with.api_keys.rotate(id, &account.id, overlap).await {
            Ok(ApiKeyRotation::Rotated { issued, .. }) => {
                self.keep_if_open(&account, &issued.summary.id).await?;
                with.post.tell(&account, Matter::ApiKeyCreated { name: issued.summary.name.clone() });
                Ok(issued)
            }
            Ok(ApiKeyRotation::AlreadyRotated) => Err(Refusal::Overtaken.into()),
            Ok(ApiKeyRotation::Over | ApiKeyRotation::Unknown) => Err(Refusal::NotFound.into()),
            Err(ApiKeyError::Invalid(invalid)) => Err(Problem::from(&invalid).into()),
            Err(error) => Err(error.into()),
        }
    }
}

impl ApiKeysFlow {
    /// A key that was made while its owner's account was being closed, or reset, goes with the others.
    async fn keep_if_open(&self, account: &Account, id: &ApiKeyId) -> Result<(), Stop> {
        let now = self.with.accounts.by_id(&account.id).await?;
        if stands(now.as_ref(), account.credential_version) {
            return Ok(());
        }
        let _ = self.with.api_keys.revoke(id, Some(&account.id)).await?;
        Err(Refusal::Overtaken.into())
    }
}

fn too_many() -> Problem {
    Problem::new(ProblemKind::Conflict, "too_many_api_keys", "revoke a key before you make another one")
}

/// A key acts with what its owner may do now, and not at all once the account is closed.
pub(crate) struct Owners {
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) roles: Arc<dyn RoleAssignments>,
}

#[async_trait::async_trait]
impl RolesOf for Owners {
    async fn roles_of(&self, owner: &SubjectId) -> Result<OwnerRoles, StoreError> {
        let account = self.accounts.by_id(owner).await?;
        if account.is_none_or(|account| account.status != AccountStatus::Active) {
            return Ok(OwnerRoles::MayNotAct);
        }
        self.roles.roles_of(owner).await.map(OwnerRoles::Active)
    }
}

impl fmt::Debug for ApiKeysFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeysFlow").finish_non_exhaustive()
    }
}
