//! Telling account holders, after the answer.

use crate::errands::{Errands, Place};
use crate::notify::{Matter, Notice, Notifier};
use crate::reply::Stop;
use crate::{FlowError, Refusal};
use std::sync::Arc;
use stockade_authn::EmailAddress;
use stockade_authn::account::{Account, DisplayName};

/// A notifier, and the places for those who wait for it.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) notifier: Option<Arc<dyn Notifier>>,
    pub(crate) errands: Errands,
}

impl Post {
    pub(crate) fn is_there(&self) -> bool {
        self.notifier.is_some()
    }

    /// A place for an errand whose outcome the caller must not learn: taken before anything is looked up.
    pub(crate) fn place(&self) -> Result<Place, Stop> {
        if !self.is_there() {
            return Err(Refusal::NoMail.into());
        }
        self.errands.place().ok_or(Stop::Refused(Refusal::Busy))
    }

    /// Sends, and waits until it is taken. For use in an errand.
    pub(crate) async fn send(
        &self,
        to: EmailAddress,
        name: Option<DisplayName>,
        matter: Matter,
    ) -> Result<(), FlowError> {
        let Some(notifier) = &self.notifier else { return Ok(()) };
        Ok(notifier.notify(&Notice::new(to, name, matter)).await?)
    }

    /// Tells the owner of `account` what was done to it, in the background. That something was done does not depend on it; a
    /// notice for which there is no place goes to the log.
    pub(crate) fn tell(&self, account: &Account, matter: Matter) {
        if !self.is_there() {
            return;
        }
        let what = matter.code();
        let Some(place) = self.errands.notice_place() else {
            tracing::error!(what, account = %account.id, "too many errands are under way: a notice is not sent");
            return;
        };
        let (post, to, name) = (self.clone(), account.email.clone(), account.name.clone());
        place.run(what, async move { post.send(to, Some(name), matter).await });
    }
}
