//! What is sealed by one face opens by every other.

use super::*;
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;

/// Lengths around every boundary: chunk, batch, two batches.
const LENS: [usize; 15] = [
    0, 1, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 262_143, 262_144, 262_145, 524_287, 524_288,
    524_289, 1_000_000,
];

#[test]
fn every_length_comes_back_by_every_way() {
    let identity = identity();
    let folder = tempfile::tempdir().unwrap();
    let recipient = identity.recipient();
    let opener = Opener::new(vec![&identity]);
    for (at, len) in LENS.into_iter().enumerate() {
        let threads = NonZeroUsize::new(1 + at % 4).unwrap();
        let sealer = Sealer::new(vec![&recipient], &SystemEntropy).threads(threads);
        let opener = opener.clone().threads(threads);
        let text = text(len);
        let path = |name: &str| folder.path().join(format!("{len}.{name}"));
        fs::write(path("plain"), &text).unwrap();

        assert_eq!(sealer.seal_file(&path("plain"), &path("file"), unsynced()).unwrap(), len as u64);
        assert_eq!(sealer.seal_to(&mut &*text, &path("stream"), unsynced()).unwrap(), len as u64);
        let mut bytes = Vec::new();
        assert_eq!(sealer.seal(&File::open(path("plain")).unwrap(), &mut bytes).unwrap(), len as u64);
        let armored = sealer.clone().armor(true).bytes(&text).unwrap();
        assert!(armored.starts_with(b"-----BEGIN AGE"));
        sealer.clone().armor(true).seal_file(&path("plain"), &path("armored"), unsynced()).unwrap();

        for whole in [
            fs::read(path("file")),
            fs::read(path("stream")),
            fs::read(path("armored")),
            Ok(bytes),
            Ok(armored),
        ] {
            let whole = whole.unwrap();
            assert_eq!(opener.bytes(&whole).unwrap().expose(), &text);
            let mut read = Vec::new();
            opener.reader(&*whole).unwrap().read_to_end(&mut read).unwrap();
            assert!(read == text, "{len}");
        }
        for name in ["file", "armored"] {
            let target = path(&format!("{name}.opened"));
            assert_eq!(
                opener.open_file(&path(name), &target, unsynced(), &SystemEntropy).unwrap(),
                len as u64
            );
            assert!(fs::read(&target).unwrap() == text, "{len} {name}");
        }
        let mut ranged = Vec::new();
        let mut range = opener.range(File::open(path("file")).unwrap()).unwrap();
        assert_eq!(range.len(), len as u64);
        range.read_to_end(&mut ranged).unwrap();
        assert!(ranged == text);
    }
}

#[test]
fn a_file_is_taken_from_where_it_stands_and_left_at_its_end() {
    let identity = identity();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    let text = text(700_000);
    fs::write(&path, &text).unwrap();
    let mut file = File::open(&path).unwrap();
    file.seek(std::io::SeekFrom::Start(100_000)).unwrap();
    let mut sealed = Vec::new();
    let sealer_recipient = identity.recipient();
    assert_eq!(
        Sealer::new(vec![&sealer_recipient], &SystemEntropy).seal(&file, &mut sealed).unwrap(),
        600_000
    );
    assert_eq!(file.stream_position().unwrap(), 700_000);

    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"before").unwrap();
    file.write_all(&sealed).unwrap();
    file.seek(std::io::SeekFrom::Start(6)).unwrap();
    let mut opened = Vec::new();
    assert_eq!(Opener::new(vec![&identity]).open(&file, &mut opened).unwrap(), 600_000);
    assert!(opened == text[100_000..]);
    assert_eq!(file.stream_position().unwrap(), 6 + sealed.len() as u64);
}

#[test]
fn a_file_that_lies_about_its_length_is_read_to_its_end() {
    let mut sealed = Vec::new();
    let recipient = identity().recipient();
    let file = File::open("/proc/self/status").unwrap();
    assert_eq!(file.metadata().unwrap().len(), 0);
    assert!(Sealer::new(vec![&recipient], &SystemEntropy).seal(&file, &mut sealed).unwrap() > 100);
}

#[test]
fn new_files_are_their_owners_alone() {
    let identity = identity();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("plain"), b"text").unwrap();
    fs::set_permissions(path("plain"), fs::Permissions::from_mode(0o666)).unwrap();
    Sealer::new(vec![&identity.recipient()], &SystemEntropy)
        .seal_file(&path("plain"), &path("sealed"), unsynced())
        .unwrap();
    Opener::new(vec![&identity])
        .open_file(&path("sealed"), &path("opened"), WriteOptions::default(), &SystemEntropy)
        .unwrap();
    for name in ["sealed", "opened"] {
        assert_eq!(fs::metadata(path(name)).unwrap().permissions().mode() & 0o7777, 0o600);
    }
}

/// Nonces within a file are counted; so what must not repeat is the key, which each file draws.
#[test]
fn asvs_v11_3_4_no_two_files_share_a_key_or_a_nonce() {
    let (one, two) = (sealed(b"the same text"), sealed(b"the same text"));
    let (nonces, rest) = (one.len() - 16 - 13 - 16, one.len() - 16 - 13);
    assert_ne!(one[nonces..rest], two[nonces..rest]);
    assert_ne!(one[rest..], two[rest..]);
}

#[test]
fn reseal_changes_key_and_readers_and_keeps_the_text() {
    let old = identity();
    let new = X25519Identity::generate(&SeededEntropy::new(2)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for len in [0, 10, 300_000, 900_000] {
        let text = text(len);
        let before = sealed(&text);
        fs::write(&path, &before).unwrap();
        let recipient = new.recipient();
        let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
        reseal(&path, &Opener::new(vec![&old]), &sealer, unsynced(), &SystemEntropy).unwrap();
        let after = fs::read(&path).unwrap();
        assert!(Opener::new(vec![&old]).bytes(&after).is_err());
        assert_eq!(Opener::new(vec![&new]).bytes(&after).unwrap().expose(), &text);
        assert_ne!(after[after.len() - 16..], before[before.len() - 16..]);
        assert_eq!(names(folder.path()), ["file"]);
    }
}

#[test]
fn reseal_of_an_altered_file_leaves_it_as_it_is() {
    let identity = identity();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut whole = sealed(&text(300_000));
    *whole.last_mut().unwrap() ^= 1;
    fs::write(&path, &whole).unwrap();
    let recipient = identity.recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    let result = reseal(&path, &Opener::new(vec![&identity]), &sealer, unsynced(), &SystemEntropy);
    assert!(matches!(result, Err(FileError::Refused)), "{result:?}");
    assert!(fs::read(&path).unwrap() == whole);
    assert_eq!(names(folder.path()), ["file"]);
}

proptest::proptest! {
    /// However the input is cut into reads, the output is the same.
    #[test]
    fn the_cut_of_reads_does_not_matter(
        len in 0_usize..300_000,
        cuts in proptest::collection::vec(1_usize..100_000, 1..20),
    ) {
        struct Cut<'a>(Cursor<&'a [u8]>, std::iter::Cycle<std::slice::Iter<'a, usize>>);
        impl Read for Cut<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let most = (*self.1.next().unwrap()).min(buffer.len());
                self.0.read(&mut buffer[..most])
            }
        }
        let text = text(len);
        let identity = identity();
        let cut = |bytes: &[u8], run: &dyn Fn(&mut Cut<'_>, &mut Vec<u8>)| {
            let mut out = Vec::new();
            run(&mut Cut(Cursor::new(bytes), cuts.iter().cycle()), &mut out);
            out
        };
        let recipient = identity.recipient();
        let seal = |entropy: &SeededEntropy| {
            cut(&text, &|from, to| { Sealer::new(vec![&recipient], entropy).seal(from, to).unwrap(); })
        };
        let sealed = seal(&SeededEntropy::new(9));
        proptest::prop_assert!(sealed == Sealer::new(vec![&recipient], &SeededEntropy::new(9)).bytes(&text).unwrap());
        let opened = cut(&sealed, &|from, to| { Opener::new(vec![&identity]).open(from, to).unwrap(); });
        proptest::prop_assert!(opened == text);
    }
}
