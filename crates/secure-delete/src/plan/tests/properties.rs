//! Any length, any holes, any name.

use super::*;
use proptest::prelude::*;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileExt, MetadataExt};

/// Lengths around the ends of the first three blocks.
fn lengths() -> impl Strategy<Value = u64> {
    prop_oneof![
        (0_u64..=3, -1_i64..=1).prop_map(|(blocks, off)| (blocks * 4096).saturating_add_signed(off)),
        0_u64..=3 * 4096 + 1,
    ]
}

/// Bytes that a name may have, up to the longest.
fn any_name() -> impl Strategy<Value = OsString> {
    let byte = any::<u8>().prop_map(|byte| if byte == 0 || byte == b'/' { 0xff } else { byte });
    let len = prop_oneof![1_usize..=20, Just(255)];
    len.prop_flat_map(move |len| proptest::collection::vec(byte.clone(), len))
        .prop_map(OsString::from_vec)
        .prop_filter("not a name", |name| name != "." && name != ".." && name != "bystander")
}

/// Deletes through ops that keep what was written at the moment of the cut, so that it can be looked at.
fn delete(scene: &Scene, name: &OsString) -> (DeleteReport, Vec<u8>) {
    let copy = fs::File::open(scene.folder.path().join(name)).unwrap();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeping = Arc::clone(&kept);
    let shredder = scene.stepped(move |number, call| {
        if call == Call::SetLen(0) {
            let mut content = vec![0; usize::try_from(copy.metadata().unwrap().len()).unwrap()];
            copy.read_exact_at(&mut content, 0).unwrap();
            *keeping.lock().unwrap() = content;
        }
        quick(number, call)
    });
    let report = shredder.plan(name).unwrap().execute();
    let kept = kept.lock().unwrap().clone();
    (report, kept)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn files_of_any_length_and_name_are_overwritten_to_the_last_byte(len in lengths(), name in any_name(), shared in any::<bool>()) {
        let scene = Scene::new();
        let mode = if shared { 0o777 } else { 0o700 };
        rustix::fs::chmod(scene.folder.path(), rustix::fs::Mode::from_raw_mode(mode)).unwrap();
        // A byte that a random pass leaves at half of all places is no proof; many are.
        fs::write(scene.folder.path().join(&name), vec![SECRET; usize::try_from(len).unwrap()]).unwrap();
        let (report, kept) = delete(&scene, &name);
        prop_assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{}", report);
        prop_assert_eq!(u64::try_from(kept.len()).unwrap(), len);
        let left = kept.windows(8).filter(|window| window.iter().all(|byte| *byte == SECRET)).count();
        prop_assert_eq!(left, 0);
        prop_assert!(!scene.folder.path().join(&name).exists());
        prop_assert!(names(scene.folder.path()).iter().all(|name| name == "bystander" || name == "secret-file"));
        scene.assert_bystander();
        prop_assert!(report.namespace().shelter_left.is_none() && report.namespace().left_as.is_none());
        // Whatever the name, the report can be written down.
        prop_assert!(serde_json::to_string(&report).is_ok());
    }

    #[test]
    fn holes_stay_holes(data in proptest::collection::vec((0_u64..64, 1_u64..3), 0..5), len in 0_u64..70 * 4096) {
        let scene = Scene::new();
        let name = OsString::from("sparse");
        let file = fs::File::create(scene.path("sparse")).unwrap();
        file.set_len(len).unwrap();
        for (block, blocks) in data {
            let at = block * 4096;
            let end = (at + blocks * 4096).min(len);
            if at < end {
                file.write_all_at(&vec![SECRET; usize::try_from(end - at).unwrap()], at).unwrap();
            }
        }
        file.sync_all().unwrap();
        let before = file.metadata().unwrap().blocks();
        let blocks = Arc::new(Mutex::new(0));
        let (seen, copy) = (Arc::clone(&blocks), file.try_clone().unwrap());
        let shredder = scene.stepped(move |number, call| {
            if call == Call::SetLen(0) {
                copy.sync_all().unwrap();
                *seen.lock().unwrap() = copy.metadata().unwrap().blocks();
            }
            quick(number, call)
        });
        let report = shredder.plan(&name).unwrap().execute();
        prop_assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{}", report);
        prop_assert!(*blocks.lock().unwrap() <= before, "no hole was filled");
    }
}
