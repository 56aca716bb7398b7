//! Doing it, one step after the other; any of them may be the last.

use super::draw::{Permitted, permitted, reopen_error, writable};
use super::earlier::{Earlier, extents};
use super::{DeletePlan, Prospect, Work, judge::judge};
use crate::anchor::{Beneath, Folder};
use crate::assurance::{Assurance, Level};
use crate::error::{DeleteError, Step};
use crate::journal::{Active, Intent, Judged, Task};
use crate::namespace::Names;
use crate::ops::{Facts, OpenFile};
use crate::overwrite::{Job, Overwrite, Position, Progress, Throttle, Watch, overwrite};
use crate::policy::OtherNames;
use crate::report::{DeleteReport, Durability, Identity, ModeChange, Name, Namespace, Synced};
use crate::shredder::Means;
use crate::storage::{FileSystem, Reason, Storage};
use std::ffi::OsString;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The owner's rights to read and write.
const OWNER_READ_WRITE: u32 = 0o600;

/// A plan on its way, and what was done so far.
pub(super) struct Execution {
    pub(super) means: Arc<Means>,
    folder: Folder,
    name: OsString,
    path: Name,
    facts: Facts,
    required: Level,
    prospect: Prospect,
    pub(super) content: Content,
    storage: Option<Box<Storage>>,
    overwrite: Option<Overwrite>,
    namespace: Namespace,
    durability: Durability,
    mode: ModeChange,
    journal: Option<Active>,
    earlier: Option<Earlier>,
}

/// What is open of the file. Something always is, so that its inode's number stays its own.
pub(super) enum Content {
    Writable(Box<OpenFile>),
    ReadOnly(OwnedFd),
    Left(OwnedFd),
}

impl Execution {
    pub(super) fn new(plan: DeletePlan) -> Self {
        let prospect = plan.prospect();
        let (content, storage) = match plan.work {
            Work::Overwrite { file, storage } => (Content::Writable(file), Some(storage)),
            Work::OverwriteReadOnly { inode, storage } => (Content::ReadOnly(inode), storage),
            Work::UnlinkOnly { inode } => (Content::Left(inode), None),
        };
        let (journal, earlier) = match plan.resumption {
            Some(resumption) => {
                let (journal, earlier) = Earlier::of(resumption);
                (Some(journal), Some(earlier))
            }
            None => (None, None),
        };
        Self {
            means: plan.means,
            folder: plan.folder,
            name: plan.name,
            path: plan.path,
            facts: plan.facts,
            required: plan.required,
            prospect,
            content,
            storage,
            overwrite: None,
            namespace: Namespace::default(),
            durability: Durability::default(),
            mode: ModeChange::None,
            journal,
            earlier,
        }
    }

    pub(super) fn run(mut self, watch: Option<&Watch<'_>>) -> DeleteReport {
        let outcome = self.steps(watch);
        self.finish(outcome)
    }

    fn steps(&mut self, watch: Option<&Watch<'_>>) -> Result<Assurance, DeleteError> {
        let facts = self.prepare()?;
        let mut assurance = Assurance::UnlinkedOnly;
        if !matches!(self.content, Content::Left(_)) {
            self.write_over(&facts, watch)?;
            assurance = self.judge();
        }
        self.enough(&assurance)?;
        self.note_judged(&assurance);
        self.remove(assurance)
    }

    /// All that comes before the first write.
    pub(super) fn prepare(&mut self) -> Result<Facts, DeleteError> {
        self.foresee()?;
        let facts = self.confirm()?;
        self.make_writable()?;
        Ok(facts)
    }

    /// Does not write where that could not reach what is required.
    fn foresee(&self) -> Result<(), DeleteError> {
        if self.required <= self.prospect.reachable() {
            return Ok(());
        }
        Err(DeleteError::RequiredLevelMissed {
            required: self.required,
            reached: self.prospect.level,
            reasons: self.prospect.reasons.clone(),
        })
    }

    /// Whether the inode is still such as was examined, and still the one that the name leads to.
    fn confirm(&self) -> Result<Facts, DeleteError> {
        let facts = self.look()?;
        let planned = match self.content {
            Content::Left(_) => Permitted::UnlinkOnly,
            Content::Writable(_) | Content::ReadOnly(_) => Permitted::Overwrite,
        };
        if planned == Permitted::Overwrite && permitted(&facts, &self.means.policy)? != planned {
            return Err(DeleteError::LinksChanged { links: facts.links });
        }
        self.names().check()?;
        Ok(facts)
    }

    /// A file that its owner may not write to is made writable, and opened.
    fn make_writable(&mut self) -> Result<(), DeleteError> {
        let Content::ReadOnly(inode) = &self.content else { return Ok(()) };
        let ops = &self.means.ops;
        ops.change_mode(inode.as_fd(), self.facts.mode | OWNER_READ_WRITE)
            .map_err(|error| DeleteError::os(Step::ChangeMode, error))?;
        self.mode = ModeChange::MadeWritable;
        let file = writable(&**ops, inode.as_fd(), &self.facts).map_err(reopen_error)?;
        let storage = self.storage.get_or_insert_with(|| Box::new(self.means.examine(file.as_fd())));
        let file = OpenFile::new(Arc::clone(ops), file, &self.facts).knowing(storage);
        self.content = Content::Writable(Box::new(file));
        Ok(())
    }

    fn write_over(&mut self, facts: &Facts, watch: Option<&Watch<'_>>) -> Result<(), DeleteError> {
        let Content::Writable(file) = &self.content else { return Ok(()) };
        let Means { ops, entropy, policy, rate, .. } = &*self.means;
        let block = ops.block(file.descriptor()).map_err(|error| DeleteError::os(Step::Examine, error))?;
        let mut seed = Zeroizing::new([0; 32]);
        let (mut len, mut resume) = (facts.len, None);
        match &mut self.earlier {
            Some(earlier) => {
                (len, resume) = earlier.goes_on(facts.len, block, self.storage.as_deref());
                seed.copy_from_slice(&*earlier.intent.seed);
            }
            None => entropy.fill(&mut *seed)?,
        }
        if self.journal.is_none() {
            self.journal = self.begin_journal(facts, &seed)?;
        }
        let journal = self.journal.as_ref();
        let noting = |progress: Progress| {
            if let Some(journal) = journal {
                journal.note(progress, file);
            }
            watch.map_or(ControlFlow::Continue(()), |watch| watch(progress))
        };
        let done = overwrite(
            &**file,
            &Job {
                passes: policy.passes(),
                verify: policy.verification(),
                block,
                len,
                extent_end: len.checked_next_multiple_of(block).unwrap_or(len),
                seed: &seed,
                resume,
                watch: if journal.is_some() { Some(&noting) } else { watch },
                throttle: rate.as_ref().map(|rate| Throttle {
                    rate: rate.bytes_per_second,
                    clock: Arc::clone(&rate.clock),
                    sleep: &std::thread::sleep,
                }),
            },
        );
        self.written(done)
    }

    /// Writes down what is going to be done, where that is asked for.
    fn begin_journal(&self, facts: &Facts, seed: &[u8; 32]) -> Result<Option<Active>, DeleteError> {
        let Some(journal) = &self.means.journal else { return Ok(None) };
        // What lies too deep for a path is found again by the journal of its tree.
        if Beneath::parse(Path::new(self.path.as_os_str())).is_err() {
            return Ok(None);
        }
        let intent = Intent {
            task: Task::File,
            root: journal.root,
            key: facts.key,
            born: facts.born,
            len: facts.len,
            extents: extents(self.storage.as_deref()),
            required: self.required,
            policy: self.means.policy.clone(),
            seed: Zeroizing::new(*seed),
            path: self.path.clone(),
        };
        let begun = journal.begin(&intent, &*self.means.entropy);
        begun.map(Some).map_err(|error| DeleteError::os(Step::Journal, error))
    }

    /// From here on only the name is left to be removed.
    fn note_judged(&self, assurance: &Assurance) {
        let judged = match assurance {
            Assurance::OverwrittenInPlace { caveat } => Judged::InPlace(*caveat),
            _ => Judged::Ineffective,
        };
        if let Some(journal) = &self.journal {
            let pass = u32::try_from(self.means.policy.passes().len()).unwrap_or(u32::MAX);
            journal.judged(Position { pass, offset: 0 }, judged);
        }
    }

    /// Takes down what was written, and looks at where it lies.
    pub(super) fn written(&mut self, done: Overwrite) -> Result<(), DeleteError> {
        let cancelled = done.cancelled;
        self.overwrite = Some(done);
        if let (Some(storage), Content::Writable(file)) = (&mut self.storage, &self.content) {
            self.means.ops.look_again(storage, file.descriptor());
        }
        if cancelled { Err(DeleteError::Cancelled) } else { Ok(()) }
    }

    /// What deleting now would amount to.
    pub(super) fn judge(&self) -> Assurance {
        let judged = self.judge_this_run();
        self.earlier.as_ref().map_or(judged.clone(), |earlier| earlier.judge(judged))
    }

    fn judge_this_run(&self) -> Assurance {
        match (&self.content, &self.overwrite, &self.storage) {
            (Content::Writable(file), Some(overwrite), Some(storage)) => {
                let in_place = self.means.ops.in_place(storage);
                judge(overwrite, &file.durability(), file.disturbed(), in_place, storage)
            }
            _ => Assurance::OverwriteIneffective { reasons: vec![Reason::NotExamined] },
        }
    }

    pub(super) fn enough(&self, assurance: &Assurance) -> Result<(), DeleteError> {
        let reached = assurance.level();
        if self.required <= reached {
            return Ok(());
        }
        let reasons = match assurance {
            Assurance::OverwriteIneffective { reasons } => reasons.clone(),
            _ => Vec::new(),
        };
        Err(DeleteError::RequiredLevelMissed { required: self.required, reached, reasons })
    }

    /// Takes the name away. What it amounts to may become less meanwhile.
    fn remove(&mut self, assurance: Assurance) -> Result<Assurance, DeleteError> {
        let (outcome, report, syncs) = {
            let mut names = self.names();
            let outcome = self.take_away(&mut names, assurance);
            if outcome.is_err() && !names.report.unlinked {
                names.give_back();
            }
            names.close();
            (outcome, names.report, names.syncs)
        };
        self.removed(report, syncs);
        outcome
    }

    /// Takes down what became of the name.
    pub(super) fn removed(&mut self, report: Namespace, syncs: Vec<Synced>) {
        self.namespace = report;
        for synced in syncs {
            self.durability.note(synced);
        }
        self.durability.name_gone_for_good = self.namespace.unlinked && self.durability.folder_confirmed();
    }

    fn take_away(&self, names: &mut Names<'_>, assurance: Assurance) -> Result<Assurance, DeleteError> {
        self.hide(names)?;
        let assurance = self.unlink(names, assurance)?;
        self.none_left()?;
        Ok(assurance)
    }

    pub(super) fn hide(&self, names: &mut Names<'_>) -> Result<(), DeleteError> {
        self.only_this_name()?;
        names.hide(self.means.policy.renames())
    }

    pub(super) fn unlink(
        &self,
        names: &mut Names<'_>,
        mut assurance: Assurance,
    ) -> Result<Assurance, DeleteError> {
        names.check()?;
        self.only_this_name()?;
        if let Content::Writable(file) = &self.content {
            assurance = self.judge();
            self.enough(&assurance)?;
            names.report.truncated = self.means.ops.set_len(file.descriptor(), 0).is_ok();
        }
        names.unlink()?;
        Ok(assurance)
    }

    /// Whether it got no other name since.
    fn only_this_name(&self) -> Result<(), DeleteError> {
        self.no_more_than(1)
    }

    pub(super) fn none_left(&self) -> Result<(), DeleteError> {
        self.no_more_than(0)
    }

    fn no_more_than(&self, links: u64) -> Result<(), DeleteError> {
        let careless = self.means.policy.other_names() == OtherNames::DangerOverwriteAllNames;
        if careless || matches!(self.content, Content::Left(_)) {
            return Ok(());
        }
        match self.look()?.links {
            now if now > links => Err(DeleteError::LinksChanged { links: now }),
            _ => Ok(()),
        }
    }

    pub(super) fn file_system(&self) -> Option<&FileSystem> {
        self.storage.as_deref().map(Storage::file_system)
    }

    fn look(&self) -> Result<Facts, DeleteError> {
        self.means.ops.facts(self.descriptor()).map_err(|error| DeleteError::os(Step::Examine, error))
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match &self.content {
            Content::Writable(file) => file.descriptor(),
            Content::ReadOnly(inode) | Content::Left(inode) => inode.as_fd(),
        }
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names::new(&*self.means.ops, &*self.means.entropy, &self.folder, &self.name, &self.facts)
    }

    pub(super) fn finish(mut self, outcome: Result<Assurance, DeleteError>) -> DeleteReport {
        if outcome.is_err() && self.mode == ModeChange::MadeWritable && !self.namespace.unlinked {
            let back = self.means.ops.change_mode(self.descriptor(), self.facts.mode);
            self.mode = if back.is_ok() { ModeChange::Restored } else { ModeChange::MadeWritable };
        }
        if let Content::Writable(file) = &self.content {
            self.durability.take_content(&file.durability());
        }
        // What was cancelled can be resumed.
        if let Some(journal) = self.journal.take()
            && !matches!(outcome, Err(DeleteError::Cancelled))
        {
            journal.remove();
        }
        DeleteReport {
            path: self.path,
            assurance: outcome.unwrap_or_else(|error| Assurance::NotDeleted { error }),
            identity: Identity::new(&self.facts),
            storage: self.storage.map(|storage| *storage),
            overwrite: self.overwrite,
            namespace: self.namespace,
            durability: self.durability,
            mode: self.mode,
        }
    }
}
