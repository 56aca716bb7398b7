//! A store of keys whose connection is gone.

use std::num::NonZeroU32;
use stockade_core::{StoreError, UnixMillis};
use stockade_secure_delete::erase::{
    Cause, Due, Erasing, Finding, Hold, HoldName, Holding, Keeping, KeptKey, MediumCaveat, ObjectId,
    ObjectKeys, Releasing, Rewrapping, Scheduling, Wrap,
};

pub(super) struct Broken;

fn broken() -> StoreError {
    StoreError::unavailable("the connection broke")
}

#[async_trait::async_trait]
impl ObjectKeys for Broken {
    fn engine(&self) -> &'static str {
        "broken"
    }

    async fn keep(&self, _: KeptKey) -> Result<Keeping, StoreError> {
        Err(broken())
    }

    async fn find(&self, _: &ObjectId) -> Result<Finding, StoreError> {
        Err(broken())
    }

    async fn rewrap(&self, _: &ObjectId, _: &Wrap, _: Wrap) -> Result<Rewrapping, StoreError> {
        Err(broken())
    }

    async fn erase(&self, _: &ObjectId, _: Cause, _: UnixMillis) -> Result<Erasing, StoreError> {
        Err(broken())
    }

    async fn scrub(&self) -> Result<MediumCaveat, StoreError> {
        Err(broken())
    }

    async fn hold(&self, _: &ObjectId, _: Hold) -> Result<Holding, StoreError> {
        Err(broken())
    }

    async fn release(&self, _: &ObjectId, _: &HoldName) -> Result<Releasing, StoreError> {
        Err(broken())
    }

    async fn holds(&self, _: &ObjectId) -> Result<Vec<Hold>, StoreError> {
        Err(broken())
    }

    async fn schedule(&self, _: &ObjectId, _: Option<UnixMillis>) -> Result<Scheduling, StoreError> {
        Err(broken())
    }

    async fn due(&self, _: UnixMillis, _: Option<&Due>, _: NonZeroU32) -> Result<Vec<Due>, StoreError> {
        Err(broken())
    }

    async fn live(&self, _: Option<&ObjectId>, _: NonZeroU32) -> Result<Vec<KeptKey>, StoreError> {
        Err(broken())
    }
}
