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
use rustix::io::Errno;
use std::num::NonZeroUsize;
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
    loop {
        side_by_side(&mut writings, threads, |writing| writing.wrote = writing.run.write_pass());
        if writings.iter().all(|writing| writing.wrote == Pass::Nothing) {
            break;
        }
        sync(means, &mut writings, folder);
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

/// One sync for all of them; one for each, where the kernel's does not tell of failures.
fn sync(means: &Means, writings: &mut [Writing<'_>], folder: &Folder) {
    let all = means.ops.sync_file_system(folder.descriptor());
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
    thread::scope(|scope| {
        for part in items.chunks_mut(share) {
            // With one part, no thread is worth its start.
            if threads.get() == 1 {
                part.iter_mut().for_each(&work);
            } else {
                scope.spawn(|| part.iter_mut().for_each(&work));
            }
        }
    });
}
