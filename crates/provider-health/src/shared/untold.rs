//! What was found out here and is not told yet.

use super::sharing::{Member, News};
use crate::{Notice, Pool};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The latest of each member only, so that an outage of the store costs constant memory. It outlives whoever tells: what could not be
/// told is told by the next one who tries.
#[derive(Debug)]
pub(super) struct Untold(Mutex<Vec<Option<News>>>);

impl Untold {
    pub(super) fn nothing(members: usize) -> Self {
        Self(Mutex::new(vec![None; members]))
    }

    /// Notes the circuits that are open by what was found out here, where there is nothing newer to tell.
    pub(super) fn note_standing(&self, pool: &Pool) {
        for (slot, provider) in self.slots().iter_mut().zip(pool.providers()) {
            *slot = slot.or(News::of_standing(provider));
        }
    }

    pub(super) fn note(&self, pool: &Pool, notice: &Notice) {
        for (slot, provider) in self.slots().iter_mut().zip(pool.providers()) {
            let news = match notice {
                Notice::Changed(event) if event.provider == *provider.name() => News::of(&event.transition),
                Notice::Changed(_) => None,
                Notice::Missed(_) => News::of_standing(provider),
            };
            *slot = news.or(*slot);
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.slots().iter().all(Option::is_none)
    }

    /// What there is to tell of each member.
    pub(super) fn of<'a>(&self, members: impl Iterator<Item = Member<'a>>) -> Vec<(usize, Member<'a>, News)> {
        let news = self.slots().clone();
        let with_news = members.zip(news).enumerate();
        with_news.filter_map(|(index, (member, news))| Some((index, member, news?))).collect()
    }

    /// It was told, unless there is something newer meanwhile.
    pub(super) fn told(&self, index: usize, news: News) {
        if let Some(slot) = self.slots().get_mut(index).filter(|slot| **slot == Some(news)) {
            *slot = None;
        }
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Option<News>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
