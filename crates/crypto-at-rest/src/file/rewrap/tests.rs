use super::in_place::Step;
use super::journal::Standing;
use super::*;
use crate::file::{HeaderRoom, Opener, Sealer, WriteOptions, X25519Identity};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use stockade_core::SystemEntropy;
use stockade_testkit::SeededEntropy;
use tempfile::TempDir;

struct Sample {
    folder: TempDir,
    path: PathBuf,
    alice: X25519Identity,
    bob: X25519Identity,
}

fn text() -> Vec<u8> {
    (0..200_000_u32).map(|at| at as u8).collect()
}

/// A file for Alice.
fn sample(room: HeaderRoom, armor: bool) -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.age");
    let entropy = SeededEntropy::new(1);
    let (alice, bob) =
        (X25519Identity::generate(&entropy).unwrap(), X25519Identity::generate(&entropy).unwrap());
    let recipient = alice.recipient();
    let sealed =
        Sealer::new(vec![&recipient], &entropy).header_room(room).armor(armor).bytes(&text()).unwrap();
    std::fs::write(&path, sealed).unwrap();
    Sample { folder, path, alice, bob }
}

impl Sample {
    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    fn header_len(&self) -> usize {
        Header::parse(&self.bytes()).unwrap().len()
    }

    fn opens(&self, who: &X25519Identity) -> bool {
        Opener::new(vec![who]).bytes(&self.bytes()).is_ok_and(|opened| *opened.expose() == text())
    }

    fn to_bob(&self) -> Result<Rewrapped, FileError> {
        let options = RewrapOptions::default();
        rewrap(&self.path, &[&self.alice], &[&self.bob.recipient()], options, &SystemEntropy)
    }

    /// Names in the folder.
    fn names(&self) -> Vec<String> {
        let entries = self.folder.path().read_dir().unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// The journal of a rewrap to Bob, not yet written.
    fn journal(&self) -> Journal {
        let bytes = self.bytes();
        let old = Header::parse(&bytes).unwrap();
        let key = old.unlock(&[&self.alice]).unwrap();
        let bob = self.bob.recipient();
        let new =
            Header::wrap_to_fit(&key, &[&bob], old.len(), HeaderRoom::None, &SeededEntropy::new(9)).unwrap();
        Journal::new(&old, &new, bytes[old.len()..][..16].try_into().unwrap())
    }
}

#[test]
fn with_room_other_recipients_are_put_in_place_and_the_payload_is_untouched() {
    let sample = sample(HeaderRoom::Multiple(4096), false);
    let (before, inode) = (sample.bytes(), std::fs::metadata(&sample.path).unwrap().ino());
    let everyone = [sample.bob.recipient(); 30];
    let everyone: Vec<_> = everyone.iter().map(|one| one as &dyn Recipient).collect();
    let done =
        rewrap(&sample.path, &[&sample.alice], &everyone, RewrapOptions::default(), &SystemEntropy).unwrap();
    assert_eq!(done, Rewrapped::InPlace);
    assert!(sample.opens(&sample.bob) && !sample.opens(&sample.alice));
    assert_eq!(sample.bytes()[4096..], before[4096..]);
    assert_eq!(std::fs::metadata(&sample.path).unwrap().ino(), inode);
    assert_eq!(sample.names(), ["image.age"]);
}

#[test]
fn without_room_as_many_recipients_of_the_same_type_still_fit() {
    let sample = sample(HeaderRoom::None, false);
    assert_eq!(sample.to_bob().unwrap(), Rewrapped::InPlace);
    assert!(sample.opens(&sample.bob) && !sample.opens(&sample.alice));
}

#[test]
fn without_room_more_recipients_are_copied_to_and_may_get_room() {
    let sample = sample(HeaderRoom::None, false);
    let before = sample.bytes();
    let (alice, bob) = (sample.alice.recipient(), sample.bob.recipient());
    let options = RewrapOptions::default().room(HeaderRoom::Multiple(4096));
    let done = rewrap(&sample.path, &[&sample.alice], &[&alice, &bob], options, &SystemEntropy).unwrap();
    assert_eq!(done, Rewrapped::Copied);
    assert!(sample.opens(&sample.bob) && sample.opens(&sample.alice));
    assert_eq!(sample.header_len(), 4096);
    assert!(before.ends_with(&sample.bytes()[4096..]));
    assert_eq!(sample.names(), ["image.age"]);
}

#[test]
fn armored_files_stay_armored() {
    let sample = sample(HeaderRoom::None, true);
    assert_eq!(sample.to_bob().unwrap(), Rewrapped::Copied);
    assert!(sample.bytes().starts_with(b"-----BEGIN"));
    assert!(sample.opens(&sample.bob) && !sample.opens(&sample.alice));
}

#[test]
fn who_cannot_open_a_file_cannot_rewrap_it() {
    let sample = sample(HeaderRoom::Multiple(512), false);
    let before = sample.bytes();
    let bob = sample.bob.recipient();
    let result = rewrap(&sample.path, &[&sample.bob], &[&bob], RewrapOptions::default(), &SystemEntropy);
    assert!(matches!(result, Err(FileError::Header(HeaderError::Refused))));
    let result = rewrap(&sample.path, &[&sample.alice], &[], RewrapOptions::default(), &SystemEntropy);
    assert!(matches!(result, Err(FileError::Header(HeaderError::NoRecipients))));
    assert_eq!(sample.bytes(), before);
    assert_eq!(sample.names(), ["image.age"]);
}

#[test]
fn partial_write_a_stop_after_any_step_leaves_a_file_that_opens() {
    use Step::*;
    let steps = [JournalCreated, JournalWritten, JournalSynced, HeaderWritten, HeaderSynced, JournalRemoved];
    for (at, step) in steps.into_iter().enumerate() {
        let sample = sample(HeaderRoom::Multiple(512), false);
        let file = lock::open(&sample.path).unwrap();
        let mut stop = |reached| if reached == step { Err(io::Error::other("power")) } else { Ok(()) };
        let stopped = replace_header(&file, &sample.path, &sample.journal(), Durability::Synced, &mut stop);
        assert!(stopped.is_err());
        drop(file);
        let recovery = recover_rewrap(&sample.path).unwrap();
        let expected = match step {
            JournalCreated => Recovery::Discarded,
            JournalRemoved => Recovery::Nothing,
            _ => Recovery::Completed,
        };
        assert_eq!(recovery, expected, "{step:?}");
        assert_eq!(sample.opens(&sample.alice), at == 0, "{step:?}");
        assert_eq!(sample.opens(&sample.bob), at > 0, "{step:?}");
        assert_eq!(recover_rewrap(&sample.path).unwrap(), Recovery::Nothing);
        assert_eq!(sample.names(), ["image.age"]);
    }
}

#[test]
fn partial_write_of_a_header_is_completed_wherever_it_is_torn() {
    let sample = sample(HeaderRoom::None, false);
    let (before, journal) = (sample.bytes(), sample.journal());
    let len = journal.header().len();
    for cut in 0..=len {
        for (new, old) in [(0..cut, cut..len), (cut..len, 0..cut)] {
            let mut torn = before.clone();
            torn[new.clone()].copy_from_slice(&journal.header()[new]);
            assert_eq!(torn[old.clone()], before[old]);
            std::fs::write(&sample.path, &torn).unwrap();
            std::fs::write(journal_path(&sample.path), journal.to_bytes()).unwrap();
            assert_eq!(recover_rewrap(&sample.path).unwrap(), Recovery::Completed);
            assert_eq!(sample.bytes()[..len], *journal.header());
            assert_eq!(sample.bytes()[len..], before[len..]);
        }
    }
    assert!(sample.opens(&sample.bob));
}

#[test]
fn truncation_or_bit_flip_of_the_journal_discards_it() {
    let sample = sample(HeaderRoom::None, false);
    let (before, journal) = (sample.bytes(), sample.journal().to_bytes());
    let mut broken: Vec<_> = (0..journal.len()).map(|len| journal[..len].to_vec()).collect();
    for bit in 0..journal.len() * 8 {
        let mut flipped = journal.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        broken.push(flipped);
    }
    for broken in &broken {
        assert_eq!(Journal::parse(broken), None);
    }
    for broken in broken.iter().step_by(97) {
        std::fs::write(journal_path(&sample.path), broken).unwrap();
        assert_eq!(recover_rewrap(&sample.path).unwrap(), Recovery::Discarded);
        assert_eq!(sample.bytes(), before);
    }
}

#[test]
fn replay_of_a_journal_over_another_file_is_discarded() {
    let sample = sample(HeaderRoom::None, false);
    let journal = sample.journal();
    let bob = sample.bob.recipient();
    let other = Sealer::new(vec![&bob], &SystemEntropy).bytes(&text()).unwrap();
    for file in [other, b"short".to_vec(), vec![b'a'; 10_000], Vec::new()] {
        std::fs::write(&sample.path, &file).unwrap();
        std::fs::write(journal_path(&sample.path), journal.to_bytes()).unwrap();
        assert_eq!(recover_rewrap(&sample.path).unwrap(), Recovery::Discarded);
        assert_eq!(sample.bytes(), file);
    }
}

#[test]
fn splice_the_same_headers_before_another_payload_are_another_file() {
    let sample = sample(HeaderRoom::None, false);
    let journal = sample.journal();
    let mut beginning = sample.bytes()[..journal.span()].to_vec();
    assert_eq!(journal.standing(&beginning), Standing::Old);
    *beginning.last_mut().unwrap() ^= 1;
    assert_eq!(journal.standing(&beginning), Standing::Other);
}

#[test]
fn flood_a_journal_beyond_its_bounds_is_discarded() {
    let sample = sample(HeaderRoom::None, false);
    let before = sample.bytes();
    let long = File::create(journal_path(&sample.path)).unwrap();
    long.set_len(1 << 40).unwrap();
    assert_eq!(recover_rewrap(&sample.path).unwrap(), Recovery::Discarded);
    assert_eq!(sample.bytes(), before);
}

#[test]
fn confusion_links_in_place_of_the_file_or_its_journal_are_not_followed() {
    let sample = sample(HeaderRoom::None, false);
    let before = sample.bytes();
    let elsewhere = sample.folder.path().join("elsewhere");
    std::fs::write(&elsewhere, sample.journal().to_bytes()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, journal_path(&sample.path)).unwrap();
    assert!(matches!(recover_rewrap(&sample.path), Err(FileError::NotRegular)));
    assert!(matches!(sample.to_bob(), Err(FileError::NotRegular)));
    std::fs::remove_file(journal_path(&sample.path)).unwrap();
    let link = sample.folder.path().join("link.age");
    std::os::unix::fs::symlink(&sample.path, &link).unwrap();
    let bob = sample.bob.recipient();
    for path in [&*link, sample.folder.path()] {
        let result = rewrap(path, &[&sample.alice], &[&bob], RewrapOptions::default(), &SystemEntropy);
        assert!(matches!(result, Err(FileError::NotRegular)), "{result:?}");
    }
    assert_eq!(sample.bytes(), before);
}

#[test]
fn race_a_second_rewrap_waits_its_turn() {
    let sample = sample(HeaderRoom::None, false);
    let first = lock::open(&sample.path).unwrap();
    assert!(matches!(sample.to_bob(), Err(FileError::Busy)));
    drop(first);
    assert_eq!(sample.to_bob().unwrap(), Rewrapped::InPlace);
}

#[test]
fn race_many_rewraps_at_once_leave_a_file_that_opens() {
    let sample = sample(HeaderRoom::Multiple(512), false);
    let (alice, bob) = (sample.alice.recipient(), sample.bob.recipient());
    std::thread::scope(|scope| {
        for recipients in [[&alice, &bob], [&bob, &alice], [&alice, &alice], [&bob, &bob]] {
            let sample = &sample;
            scope.spawn(move || {
                for _ in 0..20 {
                    let ids: [&dyn Identity; 2] = [&sample.alice, &sample.bob];
                    let options = RewrapOptions::default().durability(Durability::Unsynced);
                    let recipients = recipients.map(|one| one as &dyn Recipient);
                    match rewrap(&sample.path, &ids, &recipients, options, &SystemEntropy) {
                        Ok(done) => assert_eq!(done, Rewrapped::InPlace),
                        Err(error) => assert!(matches!(error, FileError::Busy), "{error:?}"),
                    }
                }
            });
        }
    });
    assert!(sample.opens(&sample.alice) || sample.opens(&sample.bob));
    assert_eq!(sample.names(), ["image.age"]);
}

const CHILD_FILE: &str = "STOCKADE_TEST_REWRAP_FILE";

#[test]
#[ignore = "the child of the test below, which kills it"]
fn child_that_rewraps_until_it_is_killed() {
    let path = PathBuf::from(std::env::var_os(CHILD_FILE).expect("started by its parent"));
    let entropy = SeededEntropy::new(1);
    let (alice, bob) =
        (X25519Identity::generate(&entropy).unwrap(), X25519Identity::generate(&entropy).unwrap());
    let (one, two) = (alice.recipient(), bob.recipient());
    loop {
        for recipient in [&two, &one] {
            let options = RewrapOptions::default();
            let _ = rewrap(&path, &[&alice, &bob], &[recipient], options, &SystemEntropy).unwrap();
        }
    }
}

#[test]
fn killed_at_any_moment_a_rewrap_leaves_a_file_that_opens() {
    let sample = sample(HeaderRoom::Multiple(512), false);
    let payload = sample.bytes()[512..].to_vec();
    let mut interrupted = 0;
    for round in 0..60 {
        let before = sample.bytes();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "file::rewrap::tests::child_that_rewraps_until_it_is_killed"])
            .env(CHILD_FILE, &sample.path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while sample.bytes() == before {
            assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
            std::thread::sleep(Duration::from_millis(1));
        }
        // Half of the kills are aimed at a journal that is seen, the other half at anything.
        if round % 2 == 0 {
            while sample.names() == ["image.age"] {
                assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
            }
        } else {
            std::thread::sleep(Duration::from_micros(137 * round));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if recover_rewrap(&sample.path).unwrap() != Recovery::Nothing {
            interrupted += 1;
        }
        assert!(sample.opens(&sample.alice) != sample.opens(&sample.bob), "round {round}");
        assert_eq!(sample.bytes()[512..], payload);
        assert_eq!(sample.names(), ["image.age"]);
    }
    assert!(interrupted > 0, "no run was killed in the middle: nothing was tested");
}

#[test]
fn partial_write_opening_by_name_completes_it_first() {
    let sample = sample(HeaderRoom::None, false);
    let journal = sample.journal();
    let mut torn = sample.bytes();
    torn[..150].copy_from_slice(&journal.header()[..150]);
    std::fs::write(&sample.path, &torn).unwrap();
    std::fs::write(journal_path(&sample.path), journal.to_bytes()).unwrap();
    let opened = sample.folder.path().join("image");
    let options = WriteOptions::default();
    Opener::new(vec![&sample.bob]).open_file(&sample.path, &opened, options, &SystemEntropy).unwrap();
    assert_eq!(std::fs::read(opened).unwrap(), text());
}
