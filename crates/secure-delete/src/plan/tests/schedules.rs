//! An adversary acts, or a call fails, between any two calls of a deletion: ten thousand times.

use super::model::rand_like::Dice;
use super::model::{DEEDS, Deed, World};
use super::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

const NAMES: [&str; 3] = ["a", "secret-file", "scan.of.a.patient.png"];
/// Calls of a deletion with one rename, at most; what is due later does not happen.
const CALLS: usize = 70;
/// The calls until the file is examined: root, folder, its facts, the file, its facts. What the name leads to before, and what is in it,
/// is what is asked to be deleted.
const OPENING: usize = 5;

/// One schedule: what happens before which call.
struct Schedule {
    name: &'static str,
    shared: bool,
    len: usize,
    policy: Policy,
    deeds: Vec<(usize, Deed)>,
}

impl Schedule {
    fn random(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let policy = match dice.below(4) {
            0 => Policy::default().with_renames(0).unwrap(),
            1 => Policy::nist_clear().with_renames(2).unwrap(),
            _ => Policy::default(),
        };
        let deeds =
            (0..1 + dice.below(3)).map(|_| (dice.below(CALLS), DEEDS[dice.below(DEEDS.len())])).collect();
        Self {
            name: NAMES[dice.below(NAMES.len())],
            shared: dice.below(3) > 0,
            len: [0, 1, 511, 4095, 4096, 4097, 9000][dice.below(7)],
            policy,
            deeds,
        }
    }

    /// Runs it and holds the report against what happened.
    fn run(&self, folder: &Path) -> (Level, usize) {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir(folder).unwrap();
        fs::write(folder.join(self.name), vec![SECRET; self.len]).unwrap();
        fs::write(folder.join("bystander"), b"bystander").unwrap();
        fs::create_dir(folder.join("same")).unwrap();
        fs::write(folder.join("same").join(self.name), b"bystander").unwrap();
        let mode = if self.shared { 0o777 } else { 0o700 };
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();

        let world = Arc::new(Mutex::new(World::new(folder, self.name, self.shared)));
        let calls = Arc::new(Mutex::new(0));
        let (acting, counting, deeds) = (Arc::clone(&world), Arc::clone(&calls), self.deeds.clone());
        let in_place = Arc::clone(&world.lock().unwrap().in_place);
        let ops = Arc::new(Stepped::judged(in_place, move |number, call| {
            *counting.lock().unwrap() = number;
            let deed = deeds.iter().find(|(due, _)| *due == number).map(|(_, deed)| *deed);
            let fails = |deed: &Deed| matches!(deed, Deed::Fail(_) | Deed::FailForGood(_));
            let deed = deed.filter(|deed| number >= OPENING || fails(deed));
            acting.lock().unwrap().before(call, deed)
        }));
        let report = Shredder::with_ops(folder, Arc::new(SystemEntropy), ops)
            .map(|shredder| shredder.policy(self.policy.clone()))
            .and_then(|shredder| shredder.plan(self.name))
            .map(DeletePlan::execute);
        self.hold(folder, &world.lock().unwrap(), report.as_ref().ok());
        let level = report.map_or(Level::NotDeleted, |report| report.assurance().level());
        let calls = *calls.lock().unwrap();
        (level, calls)
    }

    fn hold(&self, folder: &Path, world: &World, report: Option<&DeleteReport>) {
        let said = report.map(ToString::to_string);
        let displaced = report.and_then(|report| report.namespace().displaced.as_ref());
        for (inode, (file, path)) in &world.bystanders {
            use std::os::unix::fs::FileExt;
            let mut content = [0; 20];
            let len = file.read_at(&mut content, 0).unwrap();
            assert_eq!(content.get(..len), Some(&b"bystander"[..]), "content of another file: {said:?}");
            assert_eq!(file.metadata().unwrap().nlink(), 1, "name of another file: {said:?}");
            let here = |path: &Path| fs::metadata(path).is_ok_and(|facts| facts.ino() == *inode);
            let there = displaced.is_some_and(|name| here(&folder.join(name.as_os_str())));
            assert!(here(path) || there || self.steals(), "name of another file: {said:?}, was {path:?}");
        }
        assert_eq!(fs::read(folder.join("same").join(self.name)).unwrap(), b"bystander");

        let Some(report) = report else { return };
        let level = report.assurance().level();
        if level > Level::NotDeleted {
            assert_eq!(world.links(), 0, "it is said to be deleted: {said:?}");
            assert!(report.namespace().unlinked, "{said:?}");
        }
        if level >= Level::OverwrittenInPlace {
            assert!(world.is_covered() && !world.sync_failed, "{said:?}");
        }
        if level == Level::NotDeleted && !report.namespace().unlinked && !world.names_changed {
            let now = report
                .namespace()
                .left_as
                .as_ref()
                .map_or(Path::new(self.name), |name| Path::new(name.as_os_str()));
            assert!(
                self.steals() || fs::symlink_metadata(folder.join(now)).is_ok(),
                "it is where it is said to be: {said:?}"
            );
        }
    }

    /// What lies in a private folder that was renamed is not where the report says.
    fn steals(&self) -> bool {
        self.deeds.iter().any(|(_, deed)| *deed == Deed::StealShelter)
    }
}

/// Runs schedules in a folder of their own, and counts what they came to.
fn run_all(schedules: impl Iterator<Item = (u64, Schedule)>) -> [usize; 5] {
    // In memory, where there is such a place: nothing here is about the medium.
    let memory = Path::new("/dev/shm");
    let folder = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap();
    let mut levels = [0; 5];
    for (seed, schedule) in schedules {
        let outcome = std::panic::catch_unwind(|| schedule.run(&folder.path().join("f")));
        let Ok((level, _)) = outcome else {
            panic!("schedule {seed}: {:?} shared={} {:?}", schedule.deeds, schedule.shared, schedule.name)
        };
        levels[Level::ALL.iter().position(|other| *other == level).unwrap()] += 1;
    }
    levels
}

#[test]
fn race_of_ten_thousand_schedules_touches_no_other_inode_and_claims_no_more_than_happened() {
    let workers: Vec<_> = (0..4_u64)
        .map(|worker| {
            std::thread::spawn(move || {
                run_all(
                    (0..2500)
                        .map(|number| (worker * 2500 + number, Schedule::random(worker * 2500 + number))),
                )
            })
        })
        .collect();
    let mut levels = [0; 5];
    for worker in workers {
        for (sum, count) in levels.iter_mut().zip(worker.join().unwrap()) {
            *sum += count;
        }
    }
    assert!(levels[0] > 1000 && levels[2] > 100 && levels[3] > 1000, "all outcomes are met: {levels:?}");
}

/// Each deed before each call, alone.
#[test]
fn race_with_each_deed_before_each_call() {
    let schedules = [(false, "secret-file"), (true, "secret-file"), (true, "a")].into_iter().flat_map(
        |(shared, name)| {
            (0..CALLS).flat_map(move |call| {
                DEEDS.into_iter().map(move |deed| Schedule {
                    name,
                    shared,
                    len: 5000,
                    policy: Policy::default(),
                    deeds: vec![(call, deed)],
                })
            })
        },
    );
    let levels =
        run_all(schedules.enumerate().map(|(number, schedule)| (u64::try_from(number).unwrap(), schedule)));
    assert!(levels[0] > 100 && levels[3] > 100, "all outcomes are met: {levels:?}");
}

#[test]
fn the_schedules_reach_to_the_last_call() {
    let folder = tempfile::tempdir().unwrap();
    let schedule =
        Schedule { name: "a", shared: true, len: 9000, policy: Policy::default(), deeds: Vec::new() };
    let (level, calls) = schedule.run(&folder.path().join("f"));
    assert_eq!(level, Level::OverwrittenInPlace);
    assert!(calls < CALLS, "{calls}");
}
