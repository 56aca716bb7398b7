//! Markers: pieces of text that are nowhere but where this run wrote them, each with its number.

use memchr::memmem::Finder;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// How many markers fill a file: at 64 bytes each, 2.4 MiB.
pub(crate) const MARKERS: usize = 40_000;
const LEN: usize = 64;
const CHUNK: usize = 1024 * 1024;

/// The markers of one file.
#[derive(Debug)]
pub(crate) struct Markers {
    tag: String,
    count: usize,
}

impl Markers {
    pub(crate) fn new(count: usize) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
        let tag = format!(
            "marker {:08x} {now:020x} {:08x} ",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        Self { tag, count }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// One marker.
    pub(crate) fn text(&self, number: usize) -> String {
        let text = format!("{}{number:08}", self.tag);
        assert!(text.len() <= LEN);
        text + &"=".repeat(LEN - self.tag.len() - 8)
    }

    /// Fills the open file, and syncs it.
    pub(crate) fn fill(&self, file: &mut File) {
        let text: String = (0..self.count).map(|number| self.text(number)).collect();
        file.write_all(text.as_bytes()).unwrap();
        file.sync_all().unwrap();
    }

    /// How many of the markers are in these files at least once, wherever; read in pieces, so that an image may be of any size.
    pub(crate) fn left(&self, images: &[&Path]) -> usize {
        let mut seen = vec![false; self.count];
        images.iter().for_each(|image| self.scan(image, &mut seen));
        seen.iter().filter(|seen| **seen).count()
    }

    fn scan(&self, image: &Path, seen: &mut [bool]) {
        let finder = Finder::new(&self.tag);
        let mut file = File::open(image).unwrap();
        let mut buffer = vec![0; CHUNK + LEN];
        let mut kept = 0;
        loop {
            let read = file.read(&mut buffer[kept..]).unwrap();
            let filled = kept + read;
            for at in finder.find_iter(&buffer[..filled]) {
                let number = at + self.tag.len();
                let digits = buffer[..filled].get(number..number + 8);
                let number = digits.and_then(|digits| str::from_utf8(digits).ok()?.parse::<usize>().ok());
                if let Some(place) = number.and_then(|number| seen.get_mut(number)) {
                    *place = true;
                }
            }
            if read == 0 {
                return;
            }
            // A marker may lie across two pieces.
            let from = filled.saturating_sub(LEN);
            buffer.copy_within(from..filled, 0);
            kept = filled - from;
        }
    }
}

#[test]
fn a_scan_finds_each_marker_once_wherever_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let markers = Markers::new(50_000);
    let path = folder.path().join("image");
    let mut file = File::create(&path).unwrap();
    // Off every border, with a part of a marker at the end.
    file.write_all(&[0; 4242]).unwrap();
    markers.fill(&mut file);
    file.write_all(&markers.tag.as_bytes()[..20]).unwrap();
    assert_eq!(markers.left(&[&path]), 50_000);
    assert_eq!(markers.left(&[&path, &path]), 50_000, "a copy is no second marker");
    assert_eq!(Markers::new(50_000).left(&[&path]), 0, "another run's markers are others");
    file.set_len(4242 + 64 * 100 + 63).unwrap();
    assert_eq!(markers.left(&[&path]), 101, "one whose end was cut off still shows its number");
}
