//! Each row as a test: the claim and the scan agree, both ways.

use crate::deleter::ours;
use crate::program::Skip;
use crate::rows::{self, Claim, Row};
use crate::stage::{place, place_is_sound};
use stockade_secure_delete::Level;
use stockade_secure_delete::storage::{InPlace, Reason};

fn verify(row: &Row) {
    if let Err(skip) = try_verify(row) {
        skip.shout(row.name);
    }
}

fn try_verify(row: &Row) -> Result<(), Skip> {
    let stage = (row.build)()?;
    let markers = stage.markers.count();
    if stage.can_be_scanned() {
        assert_eq!(
            stage.left(),
            markers,
            "the scan finds what was written, or finding nothing would say nothing"
        );
    }
    let (prospect, report) = ours(&stage)?;
    assert!(!stage.victim().exists());
    let left = stage.left_after_unmount();

    let level = report.assurance().level();
    let in_place = report.storage().expect("it has content").in_place();
    assert!(level <= prospect.level, "the plan promised less: {prospect:?}, {report}");
    if left.is_some_and(|left| left > 0) {
        assert_eq!(level, Level::OverwriteIneffective, "{left:?} of {markers} left: {report}");
    }
    if level == Level::OverwrittenInPlace {
        assert!(left.is_none_or(|left| left == 0), "{left:?} of {markers} left: {report}");
    }
    // What a reason excludes is there to be seen.
    if matches!(in_place, InPlace::Not(_)) {
        assert!(left.is_none_or(|left| left > 0), "nothing is left, so the reason is wrong: {report}");
    }
    // Nothing but the storage speaks against it here.
    assert_eq!(level == Level::OverwrittenInPlace, in_place == InPlace::Proven, "{report}");
    if row.claim == Claim::InPlace && !place_is_sound(place()) {
        return Err(Skip(
            "the images lie where no overwrite is proven in place, so no claim of it is".into(),
        ));
    }
    assert!(row.claim.is_met_by(&in_place), "{:?} was to be claimed: {report}", row.claim);
    Ok(())
}

impl Claim {
    fn is_met_by(self, claimed: &InPlace) -> bool {
        let says =
            |reasons: &[Reason], text: &str| reasons.iter().any(|reason| reason.to_string().contains(text));
        match (self, claimed) {
            (Self::InPlace, InPlace::Proven) => true,
            (Self::Not(text), InPlace::Not(reasons)) => says(reasons, text),
            (Self::Unknown(text), InPlace::Unknown(reasons)) => says(reasons, text),
            // Where memory is swapped, that is a reason.
            (Self::InPlace, InPlace::Unknown(reasons)) => *reasons == [Reason::Swap],
            _ => false,
        }
    }
}

#[test]
fn ext4_ordered_is_overwritten_in_place() {
    verify(&rows::EXT4_ORDERED);
}

#[test]
fn blocks_that_were_declared_void_are_written_over_as_well() {
    verify(&rows::EXT4_UNWRITTEN);
}

#[test]
fn ext4_with_a_data_journal_keeps_copies_and_it_is_said() {
    verify(&rows::EXT4_JOURNAL);
}

#[test]
fn ext4_with_a_data_journal_by_its_superblock_keeps_copies_and_it_is_said() {
    verify(&rows::EXT4_JOURNAL_BY_DEFAULT);
}

#[test]
fn ext4_with_a_journalled_inode_keeps_copies_and_it_is_said() {
    verify(&rows::EXT4_JOURNAL_FLAG);
}

#[test]
fn ext4_with_a_mark_that_it_ignores_claims_nothing() {
    verify(&rows::EXT4_JOURNAL_FLAG_IDLE);
}

#[test]
fn ext4_with_content_in_the_inode_keeps_copies_and_it_is_said() {
    verify(&rows::EXT4_INLINE);
}

#[test]
fn ext2_is_overwritten_in_place() {
    verify(&rows::EXT2);
}

#[test]
fn xfs_is_overwritten_in_place() {
    verify(&rows::XFS);
}

#[test]
fn xfs_after_a_reflink_keeps_copies_and_it_is_said() {
    verify(&rows::XFS_REFLINKED);
}

#[test]
fn btrfs_keeps_copies_and_it_is_said() {
    verify(&rows::BTRFS);
}

#[test]
fn btrfs_without_copy_on_write_is_overwritten_in_place() {
    verify(&rows::BTRFS_NODATACOW);
}

#[test]
fn btrfs_with_a_marked_file_is_overwritten_in_place() {
    verify(&rows::BTRFS_NODATACOW_FLAG);
}

#[test]
fn btrfs_in_a_snapshot_keeps_copies_and_it_is_said() {
    verify(&rows::BTRFS_SNAPSHOT);
}

#[test]
fn overlay_keeps_the_lower_file_and_claims_nothing() {
    verify(&rows::OVERLAY_LOWER);
}

#[test]
fn overlay_claims_nothing_of_an_upper_file() {
    verify(&rows::OVERLAY_UPPER);
}

#[test]
fn ext4_in_an_image_on_btrfs_keeps_copies_and_it_is_said() {
    verify(&rows::EXT4_ON_BTRFS);
}

#[test]
fn the_rest_of_a_cluster_is_not_written_over_and_it_is_said() {
    verify(&rows::EXT4_BIGALLOC);
}

#[test]
fn extended_attributes_are_not_written_over_and_it_is_said() {
    verify(&rows::EXT4_ATTRIBUTE);
}

#[test]
fn race_a_reflink_of_the_image_below_after_the_plan_keeps_copies_and_it_is_said() {
    verify(&rows::EXT4_REFLINKED_BELOW);
}

#[test]
fn confusion_of_the_image_with_another_file_at_its_path_claims_nothing() {
    verify(&rows::EXT4_HIDDEN_IMAGE);
}

#[test]
fn tmpfs_is_memory_and_is_said_to_be() {
    verify(&rows::TMPFS);
}
