//! The table: one storage that is proven, and each thing that makes it less.

use super::*;
use crate::assurance::Caveat;
use crate::storage::behind::Behind;
use crate::storage::later::Later;
use crate::storage::{
    Backing, Device, DeviceKind, DeviceNumber, Extent, Extents, Ground, InodeFlags, Mapper, Mount,
};
use std::sync::Arc;

fn extents() -> Extents {
    Extents {
        count: 1,
        pieces: 1,
        bytes: 4096,
        shared_bytes: 0,
        unwritten_bytes: 0,
        inline: 0,
        encoded: 0,
        unaligned: 0,
        unplaced: 0,
        complete: true,
        first: Vec::new(),
        digest: "00".into(),
    }
}

fn device(kind: DeviceKind, below: Vec<Device>) -> Device {
    let number = DeviceNumber { major: 8, minor: 0 };
    let rotational = (kind == DeviceKind::Disk).then_some(true);
    Device { number, name: "x".into(), kind, rotational, discard: None, below, backing: None }
}

fn disk() -> Device {
    device(DeviceKind::Disk, Vec::new())
}

/// ext4 on a partition of a disk, and nothing about it that is not as it should be.
fn sound() -> Storage {
    let ground = Ground {
        file_system: FileSystem::Ext4,
        block: 4096,
        mount: Some(Mount::parse(b"1 2 8:1 / / rw - ext4 /dev/sda1 rw").unwrap()),
        journal: Some(JournalMode::Ordered),
        delayed_allocation: Some(true),
        devices: vec![device(DeviceKind::Partition, vec![disk()])],
        swap: Some(true),
    };
    Storage {
        ground: Arc::new(ground),
        flags: Some(InodeFlags::default()),
        end: 4096,
        owned: Owned { allocated: Some(4096), attributes: Some(0), attributes_of_programs: Some(0) },
        before: Ok(extents()),
        after: Some(Ok(extents())),
        later: None,
    }
    .settled()
}

impl Storage {
    /// The second look finds what the first found.
    fn settled(mut self) -> Self {
        self.later = Some(Later {
            ground: Arc::clone(&self.ground),
            flags: self.flags,
            owned: self.owned,
            behind: Behind::Seen,
        });
        self
    }

    fn change(&mut self) -> &mut Ground {
        self.later = None;
        Arc::get_mut(&mut self.ground).unwrap()
    }

    /// The second look finds something else.
    fn later(mut self, change: impl FnOnce(&mut Later)) -> Self {
        change(self.later.as_mut().unwrap());
        self
    }
}

fn on(change: impl FnOnce(&mut Ground)) -> Storage {
    let mut storage = sound();
    change(storage.change());
    storage.settled()
}

fn with_file_system(file_system: FileSystem) -> Storage {
    on(|ground| {
        ground.file_system = file_system;
        ground.journal = None;
    })
}

fn before(change: impl FnOnce(&mut Extents)) -> Storage {
    let mut storage = sound();
    storage.before.as_mut().map(change).unwrap();
    storage
}

fn after(change: impl FnOnce(&mut Extents)) -> Storage {
    let mut storage = sound();
    storage.after.as_mut().unwrap().as_mut().map(change).unwrap();
    storage
}

fn below(kind: DeviceKind) -> Storage {
    on(|ground| {
        ground.devices = vec![device(DeviceKind::Mapper(Mapper::Volume), vec![device(kind, vec![disk()])])]
    })
}

fn looped(storage: Option<Storage>) -> Storage {
    let mut device = device(DeviceKind::Loop, Vec::new());
    device.backing = Some(Backing { path: "/x".into(), offset: Some(0), storage: storage.map(Box::new) });
    on(|ground| ground.devices = vec![device])
}

fn flagged(mut storage: Storage, flags: &[&str]) -> Storage {
    storage.flags = Some(InodeFlags::named(flags));
    storage.settled()
}

fn unflagged(mut storage: Storage) -> Storage {
    storage.flags = None;
    storage.settled()
}

#[test]
fn what_is_known_to_be_in_place_is_proven() {
    let unlooked = Storage { after: None, ..sound() };
    assert_eq!(unlooked.prospect(), InPlace::Proven);
    for (name, storage) in [
        ("ext4", sound()),
        ("ext4 writeback", on(|ground| ground.journal = Some(JournalMode::Writeback))),
        ("ext4 without a journal, whose j flag means nothing", {
            flagged(on(|ground| ground.journal = Some(JournalMode::Absent)), &["data-journal"])
        }),
        ("ext3", on(|ground| ground.file_system = FileSystem::Ext3)),
        ("ext2, whose flags matter to nothing", unflagged(with_file_system(FileSystem::Ext2))),
        ("xfs", with_file_system(FileSystem::Xfs)),
        ("btrfs", flagged(with_file_system(FileSystem::Btrfs), &["no-copy-on-write"])),
        ("tmpfs without swap", {
            let mut storage = with_file_system(FileSystem::Tmpfs);
            storage.change().swap = Some(false);
            Storage { after: None, before: Err("unsupported".into()), ..storage.settled() }
        }),
        ("tmpfs that is not swapped", {
            let mut storage = with_file_system(FileSystem::Tmpfs);
            let mount = Mount::parse(b"1 2 0:9 / / rw - tmpfs tmpfs rw,noswap").unwrap();
            storage.change().mount = Some(mount);
            storage.settled()
        }),
        ("never written, then written", before(|extents| extents.unwritten_bytes = 4096)),
        ("encrypted volume", below(DeviceKind::Mapper(Mapper::Crypt))),
        ("mirror", below(DeviceKind::Array { level: "raid1".into(), journal: Some(false) })),
        ("loop on a sound file", looped(Some(Storage { after: None, ..sound() }))),
    ] {
        assert_eq!(storage.in_place(), InPlace::Proven, "{name}");
    }
}

#[test]
fn what_keeps_copies_is_not_in_place() {
    let ext4 = || "ext4".to_owned();
    for (storage, reason) in [
        (on(|ground| ground.journal = Some(JournalMode::Data)), Reason::DataJournal { file_system: ext4() }),
        (
            flagged(on(|ground| ground.delayed_allocation = Some(false)), &["data-journal"]),
            Reason::DataJournalFlag,
        ),
        (with_file_system(FileSystem::Btrfs), Reason::CopyOnWrite { file_system: "btrfs".into() }),
        (
            with_file_system(FileSystem::CopyOnWrite("zfs".into())),
            Reason::CopyOnWrite { file_system: "zfs".into() },
        ),
        (before(|extents| extents.shared_bytes = 7), Reason::SharedExtents { bytes: 7 }),
        (after(|extents| extents.shared_bytes = 8), Reason::SharedExtents { bytes: 8 }),
        (before(|extents| extents.inline = 1), Reason::Inline),
        (after(|extents| extents.encoded = 1), Reason::Encoded),
        (flagged(with_file_system(FileSystem::Btrfs), &["no-copy-on-write", "compressed"]), Reason::Encoded),
        (after(|extents| extents.digest = "01".into()), Reason::ExtentsMoved),
        (after(|extents| extents.count = 2), Reason::ExtentsMoved),
        (
            looped(Some(with_file_system(FileSystem::Btrfs))),
            Reason::Backing { reason: Box::new(Reason::CopyOnWrite { file_system: "btrfs".into() }) },
        ),
    ] {
        assert_eq!(storage.in_place(), InPlace::Not(vec![reason.clone()]), "{reason}");
    }
}

#[test]
fn what_is_not_known_is_not_proven() {
    let name = |name: &str| name.to_owned();
    for (storage, reason) in [
        (on(|ground| ground.journal = None), Reason::JournalModeUnknown { file_system: name("ext4") }),
        (unflagged(sound()), Reason::InodeFlagsUnknown),
        (flagged(sound(), &["data-journal"]), Reason::DataJournalFlagIdle),
        (
            flagged(on(|ground| ground.delayed_allocation = None), &["data-journal"]),
            Reason::DataJournalFlagIdle,
        ),
        (unflagged(with_file_system(FileSystem::Btrfs)), Reason::InodeFlagsUnknown),
        (with_file_system(FileSystem::F2fs), Reason::LogStructured { file_system: name("f2fs") }),
        (with_file_system(FileSystem::Overlay), Reason::OverlayLayers),
        (
            with_file_system(FileSystem::Network(name("nfs4"))),
            Reason::NetworkFileSystem { file_system: name("nfs4") },
        ),
        (
            with_file_system(FileSystem::UserSpace(name("fuse.x"))),
            Reason::UserSpaceFileSystem { file_system: name("fuse.x") },
        ),
        (
            with_file_system(FileSystem::Other(name("newfs"))),
            Reason::FileSystemUnknown { file_system: name("newfs") },
        ),
        (with_file_system(FileSystem::Tmpfs), Reason::Swap),
        (Storage { after: None, ..sound() }, Reason::NotComparedYet),
        (Storage { before: Err(name("no")), ..sound() }, Reason::ExtentsUnknown { error: name("no") }),
        (Storage { after: Some(Err(name("no"))), ..sound() }, Reason::ExtentsUnknown { error: name("no") }),
        (after(|extents| extents.complete = false), Reason::TooManyExtents),
        (after(|extents| extents.unwritten_bytes = 5), Reason::Unwritten { bytes: 5 }),
        (after(|extents| extents.unplaced = 3), Reason::PlaceUnknown { pieces: 3 }),
        (before(|extents| extents.unaligned = 2), Reason::SharedBlock { pieces: 2 }),
        (on(|ground| ground.devices.clear()), Reason::DevicesUnknown),
        (below(DeviceKind::Network), Reason::NetworkDevice),
        (below(DeviceKind::Array { level: name("raid5"), journal: Some(true) }), Reason::ArrayJournal),
        (below(DeviceKind::Array { level: name("raid5"), journal: None }), Reason::ArrayJournal),
        (below(DeviceKind::Mapper(Mapper::ThinPool)), Reason::DeviceLayer { layer: name("thin pool") }),
        (below(DeviceKind::Mapper(Mapper::Snapshot)), Reason::DeviceLayer { layer: name("snapshot") }),
        (
            below(DeviceKind::Mapper(Mapper::Other(name("VDO")))),
            Reason::DeviceLayer { layer: name("mapper VDO") },
        ),
        (below(DeviceKind::Cache), Reason::DeviceLayer { layer: name("device of the kind `cache`") }),
        (looped(None), Reason::BackingUnknown),
        (
            looped(Some(on(|ground| ground.devices.clear()))),
            Reason::Backing { reason: Box::new(Reason::DevicesUnknown) },
        ),
    ] {
        assert_eq!(storage.in_place(), InPlace::Unknown(vec![reason.clone()]), "{reason}");
    }
}

fn owning(change: impl FnOnce(&mut Owned)) -> Storage {
    let mut storage = sound();
    change(&mut storage.owned);
    storage.settled()
}

#[test]
fn what_an_inode_owns_besides_its_extents_is_a_reason_beyond_what_its_own_structures_take() {
    let mapped = |mut storage: Storage| {
        storage.flags = Some(InodeFlags::mapped_by_extents());
        storage.settled()
    };
    let allocated = |bytes| mapped(owning(|owned| owned.allocated = Some(bytes)));
    assert_eq!(allocated(8192).in_place(), InPlace::Proven, "a block of its tree");
    let rest = Reason::Unaccounted { bytes: 65_536 - 8192 };
    assert_eq!(allocated(65_536).in_place(), InPlace::Unknown(vec![rest.clone()]), "bigalloc");
    assert_eq!(allocated(65_536).prospect(), InPlace::Unknown(vec![rest]));
    let later = mapped(sound()).later(|later| later.owned.allocated = Some(65_536));
    assert_ne!(later.in_place(), InPlace::Proven);
    let attributes = owning(|owned| owned.attributes_of_programs = Some(1));
    assert_eq!(attributes.in_place(), InPlace::Not(vec![Reason::ExtendedAttributes]));
    let attributes = owning(|owned| owned.attributes_of_programs = None);
    assert_eq!(attributes.in_place(), InPlace::Unknown(vec![Reason::ExtendedAttributesUnknown]));
}

#[test]
fn race_a_snapshot_a_remount_or_a_mark_that_came_between_the_looks_counts() {
    let flags = sound().later(|later| later.flags = None);
    assert_eq!(flags.in_place(), InPlace::Unknown(vec![Reason::InodeFlagsUnknown]));
    assert_eq!(flags.prospect(), InPlace::Proven);
    let remounted = sound().later(|later| {
        later.ground = Arc::new(Ground { journal: Some(JournalMode::Data), ..Ground::clone(&later.ground) });
    });
    let journal = Reason::DataJournal { file_system: "ext4".into() };
    assert_eq!(remounted.in_place(), InPlace::Not(vec![journal]));
    let snapshot = below(DeviceKind::Mapper(Mapper::Snapshot));
    let layered = sound().later(|later| later.ground = snapshot.ground);
    let layer = Reason::DeviceLayer { layer: "snapshot".into() };
    assert_eq!(layered.in_place(), InPlace::Unknown(vec![layer, Reason::DevicesChanged]));
    let moved = looped(Some(after(|_| {}))).later(|later| {
        later.ground = looped(Some(before(|extents| extents.shared_bytes = 7))).ground;
    });
    let shared = Box::new(Reason::SharedExtents { bytes: 7 });
    assert_eq!(moved.in_place(), InPlace::Not(vec![Reason::Backing { reason: shared }]));
    let other = |physical| {
        let place = Extent { logical: 0, physical, length: 4096 };
        looped(Some(before(|extents| (extents.first, extents.digest) = (vec![place], physical.to_string()))))
    };
    let moved = other(1).later(|later| later.ground = other(2).ground);
    let reason = Reason::Backing { reason: Box::new(Reason::ExtentsMoved) };
    assert_eq!(moved.in_place(), InPlace::Not(vec![reason]));
}

#[test]
fn confusion_of_the_file_behind_a_loop_with_another_at_its_path_is_not_proven() {
    let looped_on = |storage| looped(Some(storage));
    let unseen = looped_on(sound()).later(|later| later.behind = Behind::NotSeen);
    assert_eq!(unseen.in_place(), InPlace::Unknown(vec![Reason::BackingUnverified]));
    assert_eq!(unseen.prospect(), InPlace::Proven);
    let nested = looped_on(looped_on(sound()));
    assert_eq!(nested.in_place(), InPlace::Unknown(vec![Reason::BackingUnverified]));
}

#[test]
fn memory_that_was_never_written_is_not_proven() {
    let mut storage = with_file_system(FileSystem::Tmpfs);
    storage.change().swap = Some(false);
    assert_eq!(storage.prospect(), InPlace::Proven);
    assert_eq!(storage.in_place(), InPlace::Unknown(vec![Reason::NotComparedYet]));
}

#[test]
fn the_gravest_reason_stands_first_and_none_is_lost() {
    let mut storage = with_file_system(FileSystem::F2fs);
    storage.after = Some(Ok(Extents { digest: "01".into(), ..extents() }));
    let log = Reason::LogStructured { file_system: "f2fs".into() };
    assert_eq!(storage.in_place(), InPlace::Not(vec![Reason::ExtentsMoved, log]));
}

#[test]
fn ten_members_of_an_array_give_a_reason_once() {
    let members = vec![device(DeviceKind::Network, Vec::new()); 10];
    let storage = on(|ground| ground.devices = members);
    assert_eq!(storage.in_place(), InPlace::Unknown(vec![Reason::NetworkDevice]));
}

#[test]
fn a_second_look_is_no_part_of_the_prospect() {
    let moved = after(|extents| extents.digest = "01".into());
    assert_eq!(moved.prospect(), InPlace::Proven);
    let shared = before(|extents| extents.shared_bytes = 7);
    assert_eq!(shared.prospect(), InPlace::Not(vec![Reason::SharedExtents { bytes: 7 }]));
}

#[test]
fn the_caveat_is_that_of_the_device_of_which_least_can_be_said() {
    let flash = Device { rotational: Some(false), ..disk() };
    let silent = Device { rotational: None, ..disk() };
    let of = |devices: Vec<Device>| on(|ground| ground.devices = devices).caveat();
    assert_eq!(of(vec![disk()]), Caveat::Magnetic);
    assert_eq!(of(vec![disk(), device(DeviceKind::Partition, vec![flash.clone()])]), Caveat::Flash);
    assert_eq!(of(vec![flash, device(DeviceKind::VirtualDisk, Vec::new())]), Caveat::Virtual);
    assert_eq!(of(vec![disk(), silent]), Caveat::Unknown);
    assert_eq!(of(Vec::new()), Caveat::Unknown);
    assert_eq!(with_file_system(FileSystem::Tmpfs).caveat(), Caveat::Memory);
    let mut memory = with_file_system(FileSystem::Tmpfs);
    memory.change().devices.clear();
    assert_eq!(looped(Some(memory)).caveat(), Caveat::Memory);
    assert_eq!(looped(None).caveat(), Caveat::Unknown);
}

#[test]
fn no_reason_promises_or_names_a_place() {
    let reasons = [
        Reason::DataJournal { file_system: "ext4".into() },
        Reason::Backing { reason: Box::new(Reason::DataJournal { file_system: "ext4".into() }) },
    ];
    assert_eq!(
        reasons.map(|reason| reason.to_string()),
        [
            "`ext4` writes data through its journal (`data=journal`): copies remain there",
            "behind the loop device: `ext4` writes data through its journal (`data=journal`): copies remain there",
        ]
    );
}
