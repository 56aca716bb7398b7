//! What several instances know together.
//!
//! Sharing is news, not command. Each instance decides by itself, with or without it: what it hears can open a circuit once, until
//! its own probe, where its own calls do not say otherwise and somebody else is well; or let its own probes begin sooner. It
//! never closes one. Versions tell news from old news, whatever the clocks say.

#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod memory;
mod run;
mod sharing;
mod supervision;
#[cfg(test)]
mod tests;
mod text;
mod untold;

use crate::ProviderName;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::StoreError;

pub use memory::MemorySharedHealth;
pub use run::{SharingNotice, SharingRun};
pub use sharing::{Sharing, Taken};
pub use supervision::{SharingConfig, SharingError};

/// How often what is known of a provider has changed. It only grows, up to [`LAST`](Self::LAST); zero is that nothing is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u64);

/// What an instance has found out about a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Its circuit is open, for so long from now on. Once that is over it says nothing any more, and is told as zero.
    Down(Duration),
    /// It has recovered, by probes.
    Up,
}

/// The latest that is known of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthRecord {
    /// Of whom.
    pub provider: ProviderName,
    /// The how-manieth change it is.
    pub version: Version,
    /// What was found out.
    pub finding: Finding,
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Publication {
    /// It is the latest, under this version.
    Published(Version),
    /// Something was published meanwhile that the publisher has not seen; nothing was changed.
    Overtaken(HealthRecord),
}

/// What comes from a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// A publication, perhaps one's own; or what somebody wrote to the channel who may. [`Sharing`] believes it once
    /// [`SharedHealth::latest`] says so too.
    Record(HealthRecord),
    /// Publications were lost; [`SharedHealth::latest`] has what came of them.
    Missed,
}

/// Where instances leave word for each other.
///
/// Every failure of it is harmless in one direction: whoever hears nothing goes by its own calls. What must never happen is that an
/// old finding passes for a new one. A false `Published` (two of the same version, or one over something unseen) lets an instance
/// that was away overwrite what the others know: at worst each pays a few failed calls to find out again. A false
/// `Overtaken` loses one piece of news, at the same price.
#[async_trait::async_trait]
pub trait SharedHealth: Send + Sync {
    /// Makes `finding` the latest about `provider`, if `seen` is at least the version of what is; the new version is one more
    /// than the larger of the two, so that a store which has lost its memory does not begin anew below what is known. Of any
    /// number of publishers that have seen the same, one is published. Subscribers are told.
    ///
    /// # Errors
    /// The store could not decide. Whether it was published is unknown. Of kind [`Corrupt`](stockade_core::StoreErrorKind::Corrupt) where
    /// `seen` is [`Version::LAST`] or beyond, or what is stored is no record.
    async fn publish(
        &self,
        provider: &ProviderName,
        finding: Finding,
        seen: Version,
    ) -> Result<Publication, StoreError>;

    /// The latest about `provider`; of a [`Finding::Down`] what is left of its time.
    ///
    /// # Errors
    /// The store could not answer. Of kind [`Corrupt`](stockade_core::StoreErrorKind::Corrupt) where what is stored is no record.
    async fn latest(&self, provider: &ProviderName) -> Result<Option<HealthRecord>, StoreError>;

    /// Publications from here on. Bounded: a slow subscriber loses the oldest, and is told.
    ///
    /// # Errors
    /// The store could not subscribe.
    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError>;
}

/// A subscription.
#[async_trait::async_trait]
pub trait Updates: Send {
    /// Waits for the next update. Cancelling loses nothing.
    ///
    /// # Errors
    /// The subscription has broken: subscribe again, and ask for the latest.
    async fn next(&mut self) -> Result<Update, StoreError>;
}

#[async_trait::async_trait]
impl<S: SharedHealth + ?Sized> SharedHealth for Arc<S> {
    async fn publish(
        &self,
        provider: &ProviderName,
        finding: Finding,
        seen: Version,
    ) -> Result<Publication, StoreError> {
        (**self).publish(provider, finding, seen).await
    }

    async fn latest(&self, provider: &ProviderName) -> Result<Option<HealthRecord>, StoreError> {
        (**self).latest(provider).await
    }

    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError> {
        (**self).subscribe().await
    }
}

impl Version {
    /// The last one, 2⁵³: up to here scripts have whole numbers exactly, and nobody counts so far. Whatever says more is not heard.
    pub const LAST: Self = Self(1 << 53);

    /// The version of what is published over `self` by somebody who has seen `seen`, or `None` if that must not be: the one
    /// place that knows the rule, for every store. Of what was seen beyond [`LAST`](Self::LAST) a store refuses to publish anything.
    #[must_use]
    pub fn succeeded_by(self, seen: Self) -> Option<Self> {
        (seen >= self).then(|| Self(seen.0.saturating_add(1)))
    }
}
