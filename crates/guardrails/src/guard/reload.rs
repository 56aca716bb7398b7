//! A guard that follows its files.

use super::{Guard, GuardBuilder, GuardError};
use crate::{MAX_POLICY_BYTES, Policy, PolicyError};
use arc_swap::ArcSwap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A guard whose policies are files, and which can be changed without a restart.
///
/// It starts no thread and reads no clock: whoever drives it calls [`reload_if_changed`](Self::reload_if_changed) now and then, on a
/// thread that may block. A file that cannot be read, is no policy, fails its own `[[test]]` cases or has lost all of them changes
/// nothing: the old guard goes on. New content is taken once two looks in a row have read the same. Write a new file beside the old one
/// and rename it all the same: one whose writing stopped between two cases is a policy, with fewer promises.
#[derive(Debug)]
pub struct Guards {
    current: ArcSwap<Guard>,
    builder: GuardBuilder,
    files: Vec<PathBuf>,
    looks: Mutex<Looks>,
}

/// What was read.
#[derive(Debug)]
struct Looks {
    /// What was last tried.
    tried: Vec<String>,
    /// What the last look read, where that is something else.
    seen: Option<Vec<String>>,
    /// How many cases each file of the current guard has.
    cases: Vec<usize>,
}

/// What came of looking for changes.
#[must_use]
#[derive(Debug)]
pub enum Reload {
    /// Every file is as it was; or there is something new, which the next look has to read once more before it counts.
    Unchanged,
    /// The new guard is in place.
    Replaced,
    /// There is something new, and it is not usable; the guard is as before.
    Kept(ReloadError),
}

/// Why files do not make a guard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// A file cannot be read, or is no UTF-8.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no policy.
    #[error("`{}` is no policy", .path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PolicyError,
    },
    /// A policy does not do what its own cases say.
    #[error(
        "{failed} of the cases of policy `{policy}` do not come out as written, the first is number {first}"
    )]
    Tests {
        /// The policy.
        policy: String,
        /// How many.
        failed: usize,
        /// Which, counted from 0.
        first: usize,
    },
    /// A policy that had cases has none any more, as if its file were cut off.
    #[error("policy `{policy}` has lost all of its cases")]
    Promises {
        /// The policy.
        policy: String,
    },
    /// The policies make no guard.
    #[error("the policies make no guard")]
    Guard(#[from] GuardError),
}

impl GuardBuilder {
    /// Makes a guard of what the builder holds and of the policies in `files`, and keeps watch over these.
    ///
    /// # Errors
    /// [`ReloadError`], where there is no guard yet that could go on.
    pub fn watch(self, files: impl IntoIterator<Item = impl Into<PathBuf>>) -> Result<Guards, ReloadError> {
        let files: Vec<PathBuf> = files.into_iter().map(Into::into).collect();
        let texts = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        let (guard, cases) = make(self.clone(), &files, &texts, &[])?;
        let looks = Mutex::new(Looks { tried: texts, seen: None, cases });
        Ok(Guards { current: ArcSwap::from_pointee(guard), builder: self, files, looks })
    }
}

impl Guards {
    /// The guard of this moment. Takes no lock; a check that is under way keeps the guard that it began with.
    #[must_use]
    pub fn current(&self) -> Guard {
        Guard::clone(&self.current.load())
    }

    /// Reads the files again and, where their content differs from what was last tried and is what the call before has read too, puts a
    /// new guard in place: a file that is being written is not taken for a policy while it grows. Leave the writer some time between
    /// two calls, a second or more. Content is compared, not the time of change: two writes within one tick of a file system's clock
    /// are both seen. Blocks on the files and, after a change, on compiling. A file that was refused is tried again only once it has
    /// changed.
    pub fn reload_if_changed(&self) -> Reload {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = match self.files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>() {
            Ok(texts) => texts,
            Err(error) => {
                looks.seen = None;
                return Reload::Kept(error);
            }
        };
        if looks.tried == texts {
            looks.seen = None;
            return Reload::Unchanged;
        }
        if looks.seen.as_ref() != Some(&texts) {
            looks.seen = Some(texts);
            return Reload::Unchanged;
        }
        let made = make(self.builder.clone(), &self.files, &texts, &looks.cases);
        (looks.tried, looks.seen) = (texts, None);
        match made {
            Ok((guard, cases)) => {
                looks.cases = cases;
                self.current.store(Arc::new(guard));
                Reload::Replaced
            }
            Err(error) => Reload::Kept(error),
        }
    }
}

fn read(path: &Path) -> Result<String, ReloadError> {
    let fail = |source| ReloadError::Read { path: path.to_owned(), source };
    let mut text = String::new();
    let limit = u64::try_from(MAX_POLICY_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    // One byte more than allowed, so that the parser sees that it is too large.
    File::open(path).map_err(fail)?.take(limit).read_to_string(&mut text).map_err(fail)?;
    Ok(text)
}

/// A guard, and how many cases each file has. `before` says how many each had.
fn make(
    mut builder: GuardBuilder,
    files: &[PathBuf],
    texts: &[String],
    before: &[usize],
) -> Result<(Guard, Vec<usize>), ReloadError> {
    let mut cases = Vec::with_capacity(files.len());
    for (place, (path, text)) in files.iter().zip(texts).enumerate() {
        let policy =
            Policy::parse(text).map_err(|source| ReloadError::Policy { path: path.clone(), source })?;
        let count = policy.body.tests.len();
        if count == 0 && before.get(place).is_some_and(|before| *before > 0) {
            return Err(ReloadError::Promises { policy: policy.name().to_owned() });
        }
        cases.push(count);
        let report = policy.run_tests()?;
        if let Some(first) = report.failures.first() {
            return Err(ReloadError::Tests {
                policy: policy.name().to_owned(),
                failed: report.failures.len(),
                first: first.index,
            });
        }
        builder = builder.policy(policy);
    }
    Ok((builder.build()?, cases))
}
