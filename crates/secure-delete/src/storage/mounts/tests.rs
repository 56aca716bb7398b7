use super::*;
use proptest::prelude::*;
use std::os::unix::ffi::OsStrExt;

const LINE: &[u8] = br"36 35 98:0 /srv /mnt/two\040words rw,noatime shared:7 master:1 propagate_from:2 new:9 - ext4 /dev/sda1 rw,data=journal";

#[test]
fn a_line_of_the_manual() {
    let mount = Mount::parse(LINE).unwrap();
    assert_eq!((mount.id, mount.device), (36, DeviceNumber { major: 98, minor: 0 }));
    assert_eq!((mount.root.to_str(), mount.point.to_str()), (Some("/srv"), Some("/mnt/two words")));
    assert_eq!((mount.file_system.as_str(), mount.source.to_str()), ("ext4", Some("/dev/sda1")));
    assert!(mount.has("noatime") && mount.has("data") && !mount.has("dat") && !mount.has("journal"));
    assert_eq!(mount.option("data"), Some("journal"));
    assert_eq!(mount.option("noatime"), None);
}

#[test]
fn an_empty_source_moves_no_field() {
    let mount = Mount::parse(b"1 2 0:3 / / rw - tmpfs  rw,noswap").unwrap();
    assert!(mount.source.is_empty() && mount.has("noswap"));
}

#[test]
fn the_file_systems_option_stands_above_the_mounts() {
    let mount = Mount::parse(b"1 2 8:1 / / rw,data=ordered - ext4 x rw,data=journal").unwrap();
    assert_eq!(mount.option("data"), Some("journal"));
}

#[test]
fn truncation_at_any_byte_is_refused_or_ends_in_a_shorter_last_field() {
    let whole = Mount::parse(LINE).unwrap();
    for end in 0..LINE.len() {
        if let Ok(mount) = Mount::parse(&LINE[..end]) {
            let same = Mount { super_options: whole.super_options.clone(), ..mount };
            assert_eq!(same, whole, "{end}");
        }
    }
}

#[test]
fn confusion_of_numbers_is_refused() {
    for line in [
        "+1 2 8:1 / / rw - ext4 x rw",
        "1 2 8 / / rw - ext4 x rw",
        "1 2 8:1:2 / / rw - ext4 x rw",
        "1 2 -8:1 / / rw - ext4 x rw",
        "1 2 8:4294967296 / / rw - ext4 x rw",
        "99999999999999999999 2 8:1 / / rw - ext4 x rw",
        " 1 2 8:1 / / rw - ext4 x rw",
    ] {
        assert!(matches!(Mount::parse(line.as_bytes()), Err(MountError::NotANumber(_))), "{line}");
    }
}

#[test]
fn an_escape_is_three_octal_digits_and_nothing_else() {
    assert_eq!(unescape(br"\040\011\012\134\043\377"), b" \t\n\\#\xff");
    assert_eq!(unescape(br"\400\04\x\"), br"\400\04\x\");
}

#[test]
fn a_mount_is_found_among_others() {
    let table = b"3 1 8:1 / /a rw - ext4 a rw\n36 1 8:2 / /b rw - xfs b rw\n6 1 8:3 / /c rw - btrfs c rw\n";
    assert_eq!(find(&table[..], 6).unwrap().unwrap().file_system, "btrfs");
    assert_eq!(find(&table[..], 3).unwrap().unwrap().file_system, "ext4");
    assert_eq!(find(&table[..], 1).unwrap(), None);
}

#[test]
fn flood_of_one_line_is_neither_kept_nor_taken_for_another() {
    let long = format!("7 1 8:1 / /{} rw - ext4 a rw\n", "x".repeat(3 * Mount::MAX_LINE));
    let table = format!("{long}8 1 8:2 / /b rw - xfs b rw");
    assert_eq!(find(table.as_bytes(), 7).unwrap(), None);
    assert_eq!(find(table.as_bytes(), 8).unwrap().unwrap().file_system, "xfs");
    assert_eq!(Mount::parse(long.as_bytes()), Err(MountError::TooLong));
}

#[test]
fn this_process_has_a_readable_table() {
    let table = std::fs::read("/proc/self/mountinfo").unwrap();
    for line in table.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mount = Mount::parse(line).unwrap();
        assert_eq!(find(&table[..], mount.id).unwrap(), Some(mount));
    }
}

fn escape(text: &[u8]) -> Vec<u8> {
    let escaped = |byte: &u8| match byte {
        b' ' | b'\t' | b'\n' | b'\\' | b'#' => format!("\\{byte:03o}").into_bytes(),
        byte => vec![*byte],
    };
    text.iter().flat_map(escaped).collect()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(line in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Mount::parse(&line);
    }

    #[test]
    fn any_fields_are_read_or_refused(line in "[0-9:,\\\\ ab=-]{0,80}") {
        let _ = Mount::parse(line.as_bytes());
    }

    #[test]
    fn what_the_kernel_writes_is_what_is_read(
        id in any::<u64>(),
        (major, minor) in any::<(u32, u32)>(),
        point in proptest::collection::vec(1u8.., 1..50),
        source in proptest::collection::vec(1u8.., 0..50),
        optional in proptest::collection::vec("[a-z]{1,8}(:[0-9]{1,3})?", 0..4),
    ) {
        let mut line = format!("{id} 1 {major}:{minor} / ").into_bytes();
        line.extend(escape(&point));
        line.extend(b" rw");
        for field in &optional {
            line.extend(format!(" {field}").into_bytes());
        }
        line.extend(b" - xfs ");
        line.extend(escape(&source));
        line.extend(b" rw,noquota");
        let mount = Mount::parse(&line).unwrap();
        prop_assert_eq!(mount.id, id);
        prop_assert_eq!(mount.device, DeviceNumber { major, minor });
        prop_assert_eq!(mount.point.as_os_str().as_bytes(), &point[..]);
        prop_assert_eq!(mount.source.as_bytes(), &source[..]);
        prop_assert!(mount.has("noquota"));
    }
}
