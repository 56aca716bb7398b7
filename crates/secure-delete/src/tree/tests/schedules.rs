//! An adversary acts, or a call fails, between any two calls of the deletion of a tree: ten thousand times.

use super::*;
use crate::plan::tests::model::rand_like::Dice;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

/// Calls of the deletion of the tree, at most; what is due later does not happen.
const CALLS: usize = 290;
const FILES: [&str; 3] = ["tree/one", "tree/a/two", "tree/a/b/three"];
const FOLDERS: [&str; 4] = ["tree", "tree/a", "tree/a/b", "tree/empty"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// A folder becomes a link to one outside, in which there are the same names.
    LinkFolder(usize),
    /// Two folders change places.
    SwapFolders(usize, usize),
    /// A folder is moved out of the tree.
    MoveOut(usize),
    /// A file becomes a link to one outside.
    LinkFile(usize),
    /// A file outside gets a name in the tree, too.
    HardLink(usize),
    /// A file comes into a folder.
    Create(usize),
    /// A call fails.
    Fail(Errno),
    /// This call and all after it fail.
    FailForGood(Errno),
}

fn deed(dice: &mut Dice) -> Deed {
    let (folder, other, file) = (dice.below(4), dice.below(4), dice.below(3));
    match dice.below(12) {
        0..=3 => Deed::LinkFolder(folder),
        4 | 5 => Deed::SwapFolders(folder, other),
        6 => Deed::MoveOut(folder),
        7 => Deed::LinkFile(file),
        8 => Deed::HardLink(file),
        9 => Deed::Create(folder),
        10 => Deed::Fail([Errno::IO, Errno::NOSPC, Errno::ACCESS, Errno::MFILE][dice.below(4)]),
        _ => Deed::FailForGood([Errno::ROFS, Errno::IO][dice.below(2)]),
    }
}

/// What is beside the tree: `root/bystander`, and `outside`, whose folders have the tree's names.
struct World {
    base: PathBuf,
    files: Vec<File>,
    made: usize,
    failing: Option<Errno>,
}

impl World {
    fn new(base: &Path, shared: bool) -> Self {
        let _ = fs::remove_dir_all(base);
        for path in ["root/tree/a/b", "root/tree/empty", "outside/tree/a/b", "outside/tree/empty"] {
            fs::create_dir_all(base.join(path)).unwrap();
        }
        for path in FILES {
            fs::write(base.join("root").join(path), [b'S'; 3000]).unwrap();
            fs::write(base.join("outside").join(path), b"bystander").unwrap();
        }
        fs::write(base.join("root/bystander"), b"bystander").unwrap();
        if shared {
            for path in ["", "tree", "tree/a", "tree/a/b"] {
                let path = base.join("root").join(path);
                fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
            }
        }
        let files = FILES.iter().map(|path| File::open(base.join("root").join(path)).unwrap()).collect();
        Self { base: base.to_owned(), files, made: 0, failing: None }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.base.join("root").join(path)
    }

    /// The same, if no link of the adversary's own leads elsewhere on the way.
    fn real(&self, folder: &str, name: &str) -> io::Result<PathBuf> {
        let folder = self.at(folder);
        if folder.canonicalize()? == folder {
            Ok(folder.join(name))
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn inside(&self, path: &str) -> io::Result<PathBuf> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if folder.is_empty() { Ok(self.at(name)) } else { self.real(folder, name) }
    }

    fn fresh(&mut self) -> PathBuf {
        self.made += 1;
        self.base.join(format!("aside-{}", self.made))
    }

    /// What the adversary cannot do, does not happen.
    fn act(&mut self, deed: Deed) -> io::Result<()> {
        match deed {
            Deed::LinkFolder(folder) => {
                let (path, aside) = (self.inside(FOLDERS[folder])?, self.fresh());
                fs::rename(&path, aside)?;
                symlink(self.base.join("outside").join(FOLDERS[folder]), path)
            }
            Deed::SwapFolders(one, other) => {
                let (one, other, aside) =
                    (self.inside(FOLDERS[one])?, self.inside(FOLDERS[other])?, self.fresh());
                fs::rename(&one, &aside)?;
                fs::rename(&other, &one)?;
                fs::rename(aside, other)
            }
            Deed::MoveOut(folder) => {
                let aside = self.fresh();
                fs::rename(self.inside(FOLDERS[folder])?, aside)
            }
            Deed::LinkFile(file) => {
                let (path, aside) = (self.inside(FILES[file])?, self.fresh());
                fs::rename(&path, aside)?;
                symlink(self.base.join("outside").join(FILES[file]), path)
            }
            Deed::HardLink(file) => {
                let path = self.inside(&format!("{}-linked", FILES[file]))?;
                fs::hard_link(self.base.join("outside").join(FILES[file]), path)
            }
            Deed::Create(folder) => {
                self.made += 1;
                let path = self.real(FOLDERS[folder], &format!("new-{}", self.made))?;
                fs::write(&path, b"new")?;
                self.files.push(File::open(path)?);
                Ok(())
            }
            Deed::Fail(_) | Deed::FailForGood(_) => Ok(()),
        }
    }

    fn before(&mut self, call: Call, deed: Option<Deed>) -> Fate {
        match deed {
            Some(Deed::Fail(error)) => return Fate::Fails(error),
            Some(Deed::FailForGood(error)) => self.failing = Some(error),
            Some(deed) => drop(self.act(deed)),
            None => {}
        }
        self.failing.map_or_else(|| quick(call), Fate::Fails)
    }

    fn hold(&self, report: Option<&TreeReport>) {
        let said = report.map(ToString::to_string);
        let outside = FILES.map(|path| self.base.join("outside").join(path));
        for path in outside.into_iter().chain([self.at("bystander")]) {
            assert_eq!(fs::read(&path).unwrap(), b"bystander", "{path:?}: {said:?}");
        }
        assert!(self.base.join("outside/tree/empty").is_dir(), "{said:?}");
        let Some(report) = report else { return };
        let gone = self.files.iter().filter(|file| file.metadata().unwrap().nlink() == 0).count();
        let claimed = report.files.files() - report.files.not_deleted;
        assert!(claimed <= gone as u64, "claims {claimed} of {gone}: {said:?}");
        if report.worst() != Some(Level::NotDeleted) && self.made == 0 {
            assert!(!self.at("tree").exists(), "{said:?}");
        }
    }
}

/// Runs one, and returns the number of its calls and what it came to.
fn run(base: &Path, shared: bool, deeds: Vec<(usize, Deed)>) -> (usize, Option<Level>) {
    let world = Arc::new(Mutex::new(World::new(base, shared)));
    let calls = Arc::new(Mutex::new(0));
    let (acting, counting) = (Arc::clone(&world), Arc::clone(&calls));
    let ops = Stepped::in_place(move |number, call| {
        *counting.lock().unwrap() = number;
        let deed = deeds.iter().find(|(due, _)| *due == number).map(|(_, deed)| *deed);
        acting.lock().unwrap().before(call, deed)
    });
    let report = Shredder::with_ops(&base.join("root"), Arc::new(SystemEntropy), Arc::new(ops))
        .and_then(|shredder| shredder.plan_tree("tree"))
        .map(|plan| plan.threads(NonZeroUsize::MIN).execute());
    world.lock().unwrap().hold(report.as_ref().ok());
    let calls = *calls.lock().unwrap();
    (calls, report.ok().and_then(|report| report.worst()))
}

fn folder() -> tempfile::TempDir {
    // In memory, where there is such a place: nothing here is about the medium.
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

#[test]
fn race_of_ten_thousand_schedules_touches_nothing_outside_of_the_tree() {
    let workers: Vec<_> = (0..4_u64)
        .map(|worker| {
            std::thread::spawn(move || {
                let folder = folder();
                let (mut whole, mut stayed) = (0, 0);
                for seed in worker * 2500..(worker + 1) * 2500 {
                    let mut dice = Dice(seed);
                    let shared = dice.below(2) == 0;
                    let deeds: Vec<_> =
                        (0..1 + dice.below(3)).map(|_| (dice.below(CALLS), deed(&mut dice))).collect();
                    let outcome =
                        std::panic::catch_unwind(|| run(&folder.path().join("w"), shared, deeds.clone()));
                    let Ok((_, worst)) = outcome else {
                        panic!("schedule {seed}: {deeds:?} shared={shared}")
                    };
                    match worst {
                        Some(Level::NotDeleted) => stayed += 1,
                        _ => whole += 1,
                    }
                }
                (whole, stayed)
            })
        })
        .collect();
    let sums = workers.into_iter().map(|worker| worker.join().unwrap());
    let (whole, stayed) = sums.fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.1));
    assert!(whole > 500 && stayed > 2000, "both outcomes are met: {whole} {stayed}");
}

#[test]
fn race_with_a_link_for_each_folder_before_each_call() {
    let folder = folder();
    for shared in [false, true] {
        for at in 0..CALLS {
            for which in 0..FOLDERS.len() {
                run(&folder.path().join("w"), shared, vec![(at, Deed::LinkFolder(which))]);
            }
        }
    }
}

#[test]
fn the_schedules_reach_to_the_last_call() {
    let folder = folder();
    let (calls, worst) = run(&folder.path().join("w"), true, Vec::new());
    assert_eq!(worst, Some(Level::OverwrittenInPlace));
    assert!(calls < CALLS && calls > CALLS / 2, "{calls}");
}
