//! Erasures as a policy: who asks, what stands against it, what was assured, on record.

use crate::{Call, FlowError, Trail};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use stockade_core::{Action, Event, Outcome, Principal, Resource};
use stockade_secure_delete::erase::{
    Cause, Ciphertext, CryptoErasure, Due, EraseError, Erasure, Hold, HoldName, Holding, ObjectId, Releasing,
};

/// Erases objects, holds them, and lets them expire. `Clone` gives another handle. Whether the caller may is the caller's to ask.
#[derive(Clone)]
pub struct EraseFlow {
    erasure: CryptoErasure,
    ciphertext: Arc<dyn Ciphertext>,
    trail: Trail,
    resource: fn(&ObjectId) -> Resource,
}

/// What a look at the schedule came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Expired {
    /// Objects that were erased.
    pub erased: u64,
    /// Objects that were listed as due and then held or prolonged.
    pub spared: u64,
    /// Objects that could not be erased now. They are due still.
    pub failed: u64,
}

/// For whom something is done.
#[derive(Clone, Copy)]
enum Who<'a> {
    Caller(&'a Principal, &'a Call),
    Schedule,
}

impl EraseFlow {
    /// Looked up in the schedule at once.
    const PAGE: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);

    /// Erases keys with `erasure`, deletes what they sealed with `ciphertext`, and records in `trail`. Events name the object by its id.
    #[must_use]
    pub fn new(erasure: CryptoErasure, ciphertext: Arc<dyn Ciphertext>, trail: Trail) -> Self {
        Self { erasure, ciphertext, trail, resource: |object| Resource::new("object", object) }
    }

    /// Decides what events call an object.
    #[must_use]
    pub fn with_resource(mut self, resource: fn(&ObjectId) -> Resource) -> Self {
        self.resource = resource;
        self
    }

    /// Erases an object for `who`.
    ///
    /// 1. The intent is put on record: no audit, no action.
    /// 2. A legal hold refuses, and nothing is touched; otherwise the key is erased.
    /// 3. The ciphertext is deleted. That it could not be undoes nothing.
    /// 4. What was assured is put on record.
    ///
    /// Idempotent: repeat it after an error, and while the receipt has something that [`remains`](stockade_secure_delete::erase::ErasureReceipt::remains).
    ///
    /// # Errors
    /// The intent could not be recorded, and nothing was touched; or a store failed, or the outcome could not be recorded: the key
    /// may then be gone.
    pub async fn erase(&self, who: &Principal, object: &ObjectId, call: &Call) -> Result<Erasure, FlowError> {
        self.run(Who::Caller(who, call), Cause::Requested, object).await
    }

    /// Erases whatever is over its time and not held (ASVS 14.2.7). Call it now and then, such as once an hour.
    ///
    /// # Errors
    /// What is due could not be listed, or an intent could not be recorded; what was erased before that stays so.
    pub async fn expire(&self) -> Result<Expired, FlowError> {
        let (mut expired, mut after) = (Expired::default(), None::<Due>);
        loop {
            let due = self.erasure.due(after.as_ref(), Self::PAGE).await?;
            for Due { object, .. } in &due {
                match self.run(Who::Schedule, Cause::Expired, object).await {
                    Ok(Erasure::Done(_)) => expired.erased += 1,
                    Ok(_) => expired.spared += 1,
                    Err(FlowError::NotRecorded(error)) => return Err(FlowError::NotRecorded(error)),
                    Err(_) => expired.failed += 1,
                }
            }
            match due.last() {
                Some(last) => after = Some(last.clone()),
                None => return Ok(expired),
            }
        }
    }

    /// Puts a legal hold on an object. It is held before it is on record: what is held for nothing is released again.
    ///
    /// # Errors
    /// The store failed, or the hold could not be recorded; it may stand.
    pub async fn hold(
        &self,
        who: &Principal,
        object: &ObjectId,
        hold: Hold,
        call: &Call,
    ) -> Result<Holding, FlowError> {
        let name = hold.name.clone();
        let holding = self.erasure.hold(object, hold).await?;
        let (outcome, why) = match &holding {
            Holding::Held | Holding::AlreadyHeld(_) => (Outcome::Success, None),
            Holding::Full => (Outcome::Denied, Some("too_many_holds")),
            Holding::Erased(_) => (Outcome::Denied, Some("erased")),
            Holding::Unknown => (Outcome::Failure, Some("not_found")),
        };
        let event = self.event(Who::Caller(who, call), Action::HOLD, outcome, object)?;
        let event = event.with("hold", name.as_str());
        self.trail.record(because(event, why)).await?;
        Ok(holding)
    }

    /// Releases a hold.
    ///
    /// 1. The intent is put on record: no audit, no action.
    /// 2. The hold is released, if it stands.
    /// 3. What came of it is put on record: a release is a success only when the store has said so.
    ///
    /// # Errors
    /// The intent could not be recorded, and the hold stands; or the store failed, or the outcome could not be recorded: it may then
    /// be released.
    pub async fn release(
        &self,
        who: &Principal,
        object: &ObjectId,
        name: &HoldName,
        call: &Call,
    ) -> Result<Releasing, FlowError> {
        let who = Who::Caller(who, call);
        let intent = self.event(who, Action::HOLD_RELEASE_INTENT, Outcome::Success, object)?;
        self.trail.record(intent.with("hold", name.as_str())).await?;
        let released = self.erasure.release(object, name).await;
        let (outcome, why) = match &released {
            Ok(Releasing::Released { .. }) => (Outcome::Success, None),
            Ok(Releasing::NotHeld) => (Outcome::Failure, Some("not_held")),
            Err(_) => (Outcome::Error, Some("not_known_to_be_released")),
        };
        let event = self.event(who, Action::HOLD_RELEASE, outcome, object)?.with("hold", name.as_str());
        self.trail.record(because(event, why)).await?;
        Ok(released?)
    }

    async fn run(&self, who: Who<'_>, cause: Cause, object: &ObjectId) -> Result<Erasure, FlowError> {
        let intent = self.event(who, Action::ERASE_INTENT, Outcome::Success, object)?;
        self.trail.record(intent.with("cause", cause.as_str())).await?;
        let erased = match cause {
            Cause::Requested => self.erasure.erase_with(object, &*self.ciphertext).await,
            Cause::Expired => self.erasure.expire_one(object, &*self.ciphertext).await,
        };
        self.trail.record(self.outcome(who, object, &erased)?).await?;
        Ok(erased?)
    }

    fn outcome(
        &self,
        who: Who<'_>,
        object: &ObjectId,
        erased: &Result<Erasure, EraseError>,
    ) -> Result<Event, FlowError> {
        let event = |outcome| self.event(who, Action::ERASE, outcome, object);
        Ok(match erased {
            Ok(Erasure::Done(receipt)) => receipt.describe(event(Outcome::Success)?),
            Ok(Erasure::Held { by }) => {
                let names: Vec<_> = by.iter().map(HoldName::as_str).collect();
                event(Outcome::Denied)?.because("held").with("held_by", names.join(" "))
            }
            Ok(Erasure::NotDue { .. }) => event(Outcome::Denied)?.because("not_due"),
            Ok(Erasure::Unknown) => event(Outcome::Failure)?.because("not_found"),
            Err(_) => event(Outcome::Error)?.because("not_known_to_be_erased"),
        })
    }

    fn event(
        &self,
        who: Who<'_>,
        action: Action,
        outcome: Outcome,
        object: &ObjectId,
    ) -> Result<Event, FlowError> {
        let on = (self.resource)(object);
        Ok(match who {
            Who::Caller(principal, call) => {
                self.trail.event(call, action, outcome)?.by_principal(principal).on(on)
            }
            Who::Schedule => self.trail.event(&Call::default(), action, outcome)?.on(on),
        })
    }
}

fn because(event: Event, why: Option<&'static str>) -> Event {
    match why {
        Some(why) => event.because(why),
        None => event,
    }
}

impl fmt::Debug for EraseFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EraseFlow").field("erasure", &self.erasure).finish_non_exhaustive()
    }
}
