//! Chains of devices in a `/sys` made for the test.

use super::*;
use crate::storage::sys::Sys;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;

/// A `/sys` with block devices.
struct Fake(TempDir);

impl Fake {
    fn new() -> Self {
        let fake = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(fake.sys("dev/block")).unwrap();
        fake
    }

    fn sys(&self, path: &str) -> PathBuf {
        self.0.path().join("sys").join(path)
    }

    /// A device at `place`, whose last part is its name, with attributes.
    fn device(&self, number: &str, place: &str, attributes: &[(&str, &str)]) -> &Self {
        let folder = self.sys("devices").join(place);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("dev", number)].iter().chain(attributes) {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{text}\n")).unwrap();
        }
        symlink(&folder, self.sys("dev/block").join(number)).unwrap();
        self
    }

    fn slave(&self, upper: &str, lower: &str) -> &Self {
        let slaves = self.sys("devices").join(upper).join("slaves");
        fs::create_dir_all(&slaves).unwrap();
        let lower = self.sys("devices").join(lower);
        symlink(&lower, slaves.join(lower.file_name().unwrap())).unwrap();
        self
    }

    fn read(&self, number: &str) -> Option<Device> {
        read(&Sys::at(self.0.path()), number.parse().unwrap(), &mut Budget::default())
    }

    fn kinds(&self, number: &str) -> Vec<String> {
        let device = self.read(number).unwrap();
        device.chain().map(|device| format!("{} {}", device.name, device.kind)).collect()
    }
}

const SPINS: &[(&str, &str)] =
    &[("device/model", "HGST"), ("queue/rotational", "1"), ("queue/discard_max_bytes", "0")];

/// The UUIDs of a group and a volume.
fn lvm(layer: &str) -> String {
    format!("LVM-{}{layer}", "a".repeat(64))
}

#[test]
fn a_partition_stands_on_its_disk() {
    let fake = Fake::new();
    fake.device("8:0", "pci/sda", SPINS).device("8:1", "pci/sda/sda1", &[("partition", "1")]);
    assert_eq!(fake.kinds("8:1"), ["sda1 partition", "sda disk"]);
    let disk = &fake.read("8:1").unwrap().below[0];
    assert_eq!((disk.rotational, disk.discard), (Some(true), Some(false)));
}

#[test]
fn encryption_on_a_volume_on_a_mirror_is_followed_to_both_disks() {
    let fake = Fake::new();
    fake.device("8:0", "pci/sda", SPINS)
        .device("8:16", "pci/sdb", SPINS)
        .device("9:0", "virtual/md0", &[("md/level", "raid1"), ("md/consistency_policy", "resync")])
        .device("253:0", "virtual/dm-0", &[("dm/uuid", &lvm(""))])
        .device("253:1", "virtual/dm-1", &[("dm/uuid", "CRYPT-LUKS2-0123-x")])
        .slave("virtual/md0", "pci/sda")
        .slave("virtual/md0", "pci/sdb")
        .slave("virtual/dm-0", "virtual/md0")
        .slave("virtual/dm-1", "virtual/dm-0");
    assert_eq!(
        fake.kinds("253:1"),
        ["dm-1 encryption", "dm-0 logical volume", "md0 array raid1", "sda disk", "sdb disk"]
    );
}

#[test]
fn what_lvm_puts_between_is_told_by_its_uuid() {
    for (uuid, mapper) in [
        (lvm(""), Mapper::Volume),
        (lvm("-tpool"), Mapper::ThinPool),
        (lvm("-real"), Mapper::Snapshot),
        (lvm("-cow"), Mapper::Snapshot),
        (lvm("-cpool"), Mapper::Other("LVM-cpool".into())),
        (lvm("-vpool"), Mapper::Other("LVM-vpool".into())),
        ("LVM-short".into(), Mapper::Other("LVM".into())),
        ("CRYPT-LUKS1-x".into(), Mapper::Crypt),
        ("CRYPT-VERITY-x".into(), Mapper::Other("CRYPT-VERITY".into())),
        ("CRYPT-SUBDEV-x".into(), Mapper::Other("CRYPT-SUBDEV".into())),
        ("CRYPT-INTEGRITY-x".into(), Mapper::Other("CRYPT-INTEGRITY".into())),
        ("mpath-360".into(), Mapper::Multipath),
        ("part1-mpath-360".into(), Mapper::Partition),
        ("VDO-x".into(), Mapper::Other("VDO".into())),
        (String::new(), Mapper::Other(String::new())),
    ] {
        assert_eq!(Mapper::of_uuid(&uuid), mapper, "{uuid}");
    }
}

#[test]
fn layers_that_lvm_names_alone_are_told_too() {
    let mapper = |name| Mapper::of(&lvm(""), name);
    assert_eq!(mapper("vg-data_rimage_0_iorig"), Mapper::Other("LVM_iorig".into()));
    assert_eq!(mapper("vg-data_corig"), Mapper::Other("LVM_corig".into()));
    assert_eq!(mapper("vg-data"), Mapper::Volume);
}

#[test]
fn all_members_of_a_btrfs_are_found_or_none() {
    let fake = Fake::new();
    fake.device("8:0", "pci/sda", SPINS).device("8:16", "pci/sdb", SPINS);
    let pool = fake.sys("fs/btrfs/14dafe7c/devices");
    fs::create_dir_all(fake.sys("fs/btrfs/features")).unwrap();
    fs::create_dir_all(&pool).unwrap();
    for name in ["sda", "sdb"] {
        symlink(fake.sys("devices/pci").join(name), pool.join(name)).unwrap();
    }
    let sys = Sys::at(fake.0.path());
    let number = |minor| DeviceNumber { major: 8, minor };
    assert_eq!(sys.btrfs_members("sda"), Some(vec![number(0), number(16)]));
    assert_eq!(sys.btrfs_members("sdc"), None);
    symlink(fake.sys("gone"), pool.join("gone")).unwrap();
    assert_eq!(sys.btrfs_members("sda"), None, "one of them is missing");
}

#[test]
fn confusion_a_claim_to_be_a_disk_does_not_hide_a_hypervisor() {
    for (name, attributes, kind) in [
        ("sda", &[("device/vendor", "QEMU    "), ("device/model", "QEMU HARDDISK")][..], "virtual disk"),
        ("nvme0n1", &[("device/model", "Amazon Elastic Block Store")], "virtual disk"),
        ("vda", &[("device/vendor", "0x1af4")], "virtual disk"),
        ("nvme1n1", &[("device/model", "Samsung SSD 990")], "disk"),
        ("nbd0", &[], "network block device"),
        ("zram0", &[], "memory"),
        ("bcache0", &[], "cache"),
        ("strange0", &[], "other"),
    ] {
        let fake = Fake::new();
        fake.device("8:0", &format!("x/{name}"), attributes);
        assert_eq!(fake.kinds("8:0"), [format!("{name} {kind}")]);
    }
}

#[test]
fn an_array_with_a_journal_is_told_from_one_without() {
    for (policy, journal) in
        [("journal", Some(true)), ("ppl", Some(true)), ("bitmap", Some(false)), ("", None)]
    {
        let fake = Fake::new();
        fake.device("9:0", "x/md0", &[("md/level", "raid5"), ("md/consistency_policy", policy)]);
        let expected = DeviceKind::Array { level: "raid5".into(), journal };
        assert_eq!(fake.read("9:0").unwrap().kind, expected, "{policy}");
    }
}

#[test]
fn truncation_a_chain_that_cannot_be_followed_to_its_end_is_none() {
    let fake = Fake::new();
    fake.device("253:0", "x/dm-0", &[("dm/uuid", &lvm(""))]);
    fs::create_dir_all(fake.sys("devices/x/dm-0/slaves/gone")).unwrap();
    assert_eq!(fake.read("253:0"), None);
    assert_eq!(fake.read("1:1"), None);
}

#[test]
fn flood_a_circle_of_devices_ends() {
    let fake = Fake::new();
    fake.device("253:0", "x/dm-0", &[("dm/uuid", &lvm(""))]).slave("x/dm-0", "x/dm-0");
    assert_eq!(fake.read("253:0"), None);
}

#[test]
fn confusion_a_drive_that_is_reached_by_a_network_is_no_disk_of_this_machine() {
    let fake = Fake::new();
    let model = &[("device/model", "LUN")][..];
    fake.device("8:0", "pci/host1/session1/target1:0:0/sda", model)
        .device("8:16", "pci/host2/rport-2:0-1/target2:0:0/sdb", model)
        .device("259:0", "nvme-fabrics/ctl/nvme0/nvme0n1", &[("device/transport", "tcp")])
        .device("259:1", "virtual/nvme-subsystem/s/nvme1n1", &[("device/nvme1/transport", "rdma")])
        .device("259:2", "pci/nvme2/nvme2n1", &[("device/transport", "pcie")])
        .device("8:32", "pci/sessions/sdc", model);
    for number in ["8:0", "8:16", "259:0", "259:1"] {
        assert_eq!(fake.read(number).unwrap().kind, DeviceKind::Network, "{number}");
    }
    for number in ["259:2", "8:32"] {
        assert_eq!(fake.read(number).unwrap().kind, DeviceKind::Disk, "{number}");
    }
}

#[test]
fn behind_a_loop_is_a_file_and_its_file_system() {
    let fake = Fake::new();
    let image = fake.0.path().join("image");
    fs::write(&image, [1; 5000]).unwrap();
    let loops = |number: &str, backing: &Path| {
        let backing = backing.to_str().unwrap();
        fake.device(number, &format!("x/loop{number}"), &[("loop/backing_file", backing)]);
        fake.read(number).unwrap().backing.unwrap()
    };
    let backing = loops("7:0", &image);
    assert_eq!(backing.path, image);
    let storage = backing.storage.unwrap();
    assert!(storage.extents_before().is_none_or(|extents| extents.bytes >= 5000));

    assert_eq!(loops("7:1", &fake.0.path().join("gone (deleted)")).storage, None);
    assert_eq!(loops("7:2", fake.0.path()).storage, None, "a folder is no image");
    let link = fake.0.path().join("link");
    symlink(&image, &link).unwrap();
    assert_eq!(loops("7:3", &link).storage, None, "somebody put a link there");
}

#[test]
fn an_attribute_that_is_too_long_is_none() {
    let fake = Fake::new();
    let long = "x".repeat(100_000);
    fake.device("253:0", "x/dm-0", &[("dm/uuid", &long)]);
    assert_eq!(fake.read("253:0").unwrap().kind, DeviceKind::Mapper(Mapper::Other(String::new())));
}

proptest! {
    #[test]
    fn a_number_is_what_it_says(major in any::<u32>(), minor in any::<u32>()) {
        let number = DeviceNumber { major, minor };
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    #[test]
    fn no_uuid_makes_it_panic(uuid in "(LVM-|CRYPT-|mpath-|\\PC)\\PC{0,100}") {
        let _ = Mapper::of_uuid(&uuid);
    }
}
