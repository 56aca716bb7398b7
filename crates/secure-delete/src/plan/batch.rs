//! Small files of one folder, together: one sync of the file system where each had one of its own, and two of the folder.

use super::DeletePlan;
use super::execute::{Content, Execution};
use crate::anchor::Folder;
use crate::assurance::Assurance;
use crate::error::{DeleteError, Step};
use crate::namespace::Names;
use crate::ops::{Facts, OpenFile};
use crate::overwrite::{Job, Overwrite, Run, Step as Pass, Target};
use crate::report::{DeleteReport, Synced};
use crate::shredder::Means;
use crate::storage::FileSystem;
use rustix::io::Errno;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;
use zeroize::Zeroizing;

/// One file of many.
struct Member {
    execution: Execution,
    outcome: Result<Assurance, DeleteError>,
}

/// What its overwriting needs, besides the file.
struct Needs {
    member: usize,
    len: u64,
    block: u64,
    seed: Zeroizing<[u8; 32]>,
}

/// Deletes files of one folder and one file system as [`DeletePlan::execute`] does, each step for all of them before the next. They
/// must be few enough to be open at a time. What goes wrong with one is no other's concern, but for a sync that fails: that is
/// everybody's.
pub(crate) fn execute_together(
    plans: Vec<DeletePlan>,
    folder: &Folder,
    threads: NonZeroUsize,
) -> Vec<DeleteReport> {
    let Some(means) = plans.first().map(|plan| plan.means.clone()) else { return Vec::new() };
    let member = |plan| Member { execution: Execution::new(plan), outcome: Ok(Assurance::UnlinkedOnly) };
    let mut members: Vec<Member> = plans.into_iter().map(member).collect();
    write_over(&means, &mut members, folder, threads);
    for Member { execution, outcome } in &mut members {
        if let Ok(assurance) = outcome
            && let Err(error) = execution.enough(assurance)
        {
            *outcome = Err(error);
        }
    }
    take_away(&means, &mut members, folder);
    members.into_iter().map(|member| member.execution.finish(member.outcome)).collect()
}

fn write_over(means: &Means, members: &mut [Member], folder: &Folder, threads: NonZeroUsize) {
    let mut needs = Vec::new();
    for (member, Member { execution, outcome }) in members.iter_mut().enumerate() {
        match execution.prepare().and_then(|facts| needs_of(means, member, execution, &facts)) {
            Ok(need) => needs.extend(need),
            Err(error) => *outcome = Err(error),
        }
    }
    for (member, done) in overwrite(means, members, &needs, folder, threads) {
        let Some(Member { execution, outcome }) = members.get_mut(member) else { continue };
        *outcome = execution.written(done).map(|()| execution.judge());
    }
}

fn needs_of(
    means: &Means,
    member: usize,
    execution: &Execution,
    facts: &Facts,
) -> Result<Option<Needs>, DeleteError> {
    let Content::Writable(file) = &execution.content else { return Ok(None) };
    let block = means.ops.block(file.descriptor()).map_err(|error| DeleteError::os(Step::Examine, error))?;
    let mut seed = Zeroizing::new([0; 32]);
    means.entropy.fill(&mut *seed)?;
    Ok(Some(Needs { member, len: facts.len, block, seed }))
}

/// One file on its way.
struct Writing<'a> {
    member: usize,
    file: &'a OpenFile,
    run: Run<'a>,
    wrote: Pass,
}

fn overwrite(
    means: &Means,
    members: &[Member],
    needs: &[Needs],
    folder: &Folder,
    threads: NonZeroUsize,
) -> Vec<(usize, Overwrite)> {
    let jobs: Vec<Job<'_>> = needs.iter().map(|need| job(means, need)).collect();
    let mut writings = Vec::new();
    for (need, job) in needs.iter().zip(&jobs) {
        let content = members.get(need.member).map(|member| &member.execution.content);
        if let Some(Content::Writable(file)) = content {
            let run = Run::new(&**file, job);
            writings.push(Writing { member: need.member, file, run, wrote: Pass::Nothing });
        }
    }
    let by_one = members.iter().all(|member| member.execution.file_system().is_some_and(flushes));
    loop {
        side_by_side(&mut writings, threads, |writing| writing.wrote = writing.run.write_pass());
        if writings.iter().all(|writing| writing.wrote == Pass::Nothing) {
            break;
        }
        let all = if by_one { means.ops.sync_file_system(folder.descriptor()) } else { Err(Errno::NOSYS) };
        sync(&mut writings, all);
    }
    side_by_side(&mut writings, threads, |writing| writing.run.read_back());
    writings.into_iter().map(|writing| (writing.member, writing.run.finish())).collect()
}

fn job<'a>(means: &'a Means, need: &'a Needs) -> Job<'a> {
    Job {
        passes: means.policy.passes(),
        verify: means.policy.verification(),
        block: need.block,
        len: need.len,
        extent_end: need.len.checked_next_multiple_of(need.block).unwrap_or(need.len),
        seed: &need.seed,
        resume: None,
        watch: None,
        // Whoever limits the rate deletes one file after the other.
        throttle: None,
    }
}

/// Whether the one sync has the device write out its cache, as `fsync` has. ext2's own driver, FAT and others of their age end with
/// having written to the device. That of an overlay is the sync of what is above, and nothing is claimed there.
fn flushes(file_system: &FileSystem) -> bool {
    use FileSystem::{Btrfs, Ext3, Ext4, F2fs, Overlay, Tmpfs, Xfs};
    matches!(file_system, Ext3 | Ext4 | Xfs | Btrfs | F2fs | Tmpfs | Overlay)
}

/// One sync for all of them; one for each, where the one would not tell of failures or does not reach the medium.
fn sync(writings: &mut [Writing<'_>], all: Result<(), Errno>) {
    for writing in writings.iter_mut().filter(|writing| writing.wrote == Pass::Written) {
        let outcome = match all {
            Err(Errno::NOSYS) => writing.file.sync(),
            all => {
                writing.file.synced(all);
                all.map_err(Into::into)
            }
        };
        writing.run.note_sync(outcome);
    }
}

/// A name on its way out.
struct Leaving<'a> {
    member: usize,
    names: Names<'a>,
    outcome: Result<Assurance, DeleteError>,
}

fn take_away(means: &Means, members: &mut [Member], folder: &Folder) {
    // More renames than one each need a sync in between.
    let together = means.policy.renames() <= 1;
    let mut leaving = Vec::new();
    for (member, Member { execution, outcome }) in members.iter().enumerate() {
        let Ok(assurance) = outcome else { continue };
        let names = execution.names();
        let names = if together { names.synced_by_caller() } else { names };
        leaving.push(Leaving { member, names, outcome: Ok(assurance.clone()) });
    }
    if leaving.is_empty() {
        return;
    }
    let step = |leaving: &mut [Leaving<'_>], act: &ActOn<'_>| {
        for Leaving { member, names, outcome } in leaving {
            let Some(member) = members.get(*member) else { continue };
            if let Ok(assurance) = outcome.clone() {
                *outcome = act(&member.execution, names, assurance);
            }
        }
    };
    step(&mut leaving, &|execution, names, assurance| execution.hide(names).map(|()| assurance));
    let mut syncs = Vec::new();
    if together && means.policy.renames() > 0 {
        syncs.push(Synced::folder(means.ops.sync_folder(folder.descriptor())));
    }
    step(&mut leaving, &|execution, names, assurance| execution.unlink(names, assurance));
    for Leaving { names, outcome, .. } in &mut leaving {
        if outcome.is_err() && !names.report.unlinked {
            names.give_back();
        }
        names.close();
    }
    if together {
        syncs.push(Synced::folder(means.ops.sync_folder(folder.descriptor())));
    }
    step(&mut leaving, &|execution, _, assurance| execution.none_left().map(|()| assurance));
    let left: Vec<_> = leaving
        .into_iter()
        .map(|Leaving { member, names, outcome }| (member, names.report, names.syncs, outcome))
        .collect();
    for (member, report, own_syncs, outcome) in left {
        let Some(member) = members.get_mut(member) else { continue };
        member.execution.removed(report, if together { syncs.clone() } else { own_syncs });
        member.outcome = outcome;
    }
}

type ActOn<'a> = dyn Fn(&Execution, &mut Names<'_>, Assurance) -> Result<Assurance, DeleteError> + 'a;

/// Does `work` for each, a few at a time.
fn side_by_side<T: Send>(items: &mut [T], threads: NonZeroUsize, work: impl Fn(&mut T) + Sync) {
    let share = items.len().div_ceil(threads.get()).max(1);
    hand_out(items.chunks_mut(share).collect(), threads, &work, thread::Builder::new);
}

/// This thread takes part; where no other can be had, it does it all: what was begun has to come to its end.
fn hand_out<T: Send>(
    parts: Vec<&mut [T]>,
    threads: NonZeroUsize,
    work: &(impl Fn(&mut T) + Sync),
    builder: impl Fn() -> thread::Builder,
) {
    let helpers = threads.get().min(parts.len()).saturating_sub(1);
    let parts = Mutex::new(parts);
    let take = || parts.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let walk = || {
        while let Some(part) = take() {
            part.iter_mut().for_each(work);
        }
    };
    thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map_while(|_| builder().spawn_scoped(scope, walk).ok()).collect();
        walk();
        for helper in helpers {
            helper.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_of_a_sync_at_the_cache_of_the_device_is_not_taken_for_one() {
        // `ext2_sync_fs` and `sync_blockdev` ask for no flush; `ext4_sync_fs` does.
        for each in [FileSystem::Ext2, FileSystem::Other("vfat".into()), FileSystem::Network("nfs".into())] {
            assert!(!flushes(&each), "{each:?}");
        }
        assert!([FileSystem::Ext4, FileSystem::Xfs].iter().all(flushes));
    }

    #[test]
    fn flood_of_processes_leaves_no_thread_and_no_work_undone() {
        // More than there are addresses: no such thread can be had.
        let too_large = || thread::Builder::new().stack_size(1 << 62);
        assert!(too_large().spawn(|| ()).is_err());
        let mut items = [0; 10];
        let threads = NonZeroUsize::new(4).unwrap();
        hand_out(items.chunks_mut(3).collect(), threads, &|item: &mut i32| *item += 1, too_large);
        assert_eq!(items, [1; 10]);
        side_by_side(&mut items, threads, |item| *item += 1);
        assert_eq!(items, [2; 10]);
    }
}
