//! What one row needs: images, mounts, and a file full of markers on them.

use crate::image::{Image, Mounted};
use crate::marker::{MARKERS, Markers};
use crate::program::Skip;
use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
use std::fs::File;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use stockade_secure_delete::storage::{InPlace, Storage};
use tempfile::TempDir;

/// Where images may lie, the first where an overwrite is in place preferred: what is below a loop device counts, too.
const PLACES: &[&str] = &[env!("CARGO_TARGET_TMPDIR"), "/var/tmp", "/tmp"];

type Meanwhile = dyn Fn() -> Result<(), Skip>;

pub(crate) struct Stage {
    pub(crate) markers: Markers,
    /// The folder beneath which the file is deleted.
    pub(crate) root: PathBuf,
    /// The file's name in it.
    pub(crate) name: &'static str,
    /// What happens between the plan and its execution.
    meanwhile: Option<Box<Meanwhile>>,
    images: Vec<Image>,
    /// Images in images.
    within: Vec<Image>,
    mounts: Vec<Mounted>,
    // Last: the mounts are in it.
    folder: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("truth-").tempdir_in(place()).unwrap();
        let root = folder.path().join("mounted");
        let markers = Markers::new(MARKERS);
        Self {
            markers,
            root,
            name: "file",
            meanwhile: None,
            images: Vec::new(),
            within: Vec::new(),
            mounts: Vec::new(),
            folder,
        }
    }

    pub(crate) fn with_markers(mut self, count: usize) -> Self {
        self.markers = Markers::new(count);
        self
    }

    /// Makes a file system in an image and mounts it as the root.
    pub(crate) fn image(
        self,
        mebibytes: u64,
        mkfs: &str,
        options: &[&str],
        mount: &str,
    ) -> Result<Self, Skip> {
        let root = self.root.clone();
        self.image_at(&root, mebibytes, mkfs, options, mount)
    }

    pub(crate) fn image_at(
        mut self,
        point: &Path,
        mebibytes: u64,
        mkfs: &str,
        options: &[&str],
        mount: &str,
    ) -> Result<Self, Skip> {
        let path = self.path(&format!("image-{}", self.images.len()));
        let image = Image::make(path, mebibytes, mkfs, options)?;
        self.mounts.push(image.mount(point, mount)?);
        self.images.push(image);
        Ok(self)
    }

    /// Mounts an image that was made elsewhere as the root.
    pub(crate) fn adopt(mut self, image: Image, mount: &str) -> Result<Self, Skip> {
        self.mounts.push(image.mount(&self.root, mount)?);
        self.images.push(image);
        Ok(self)
    }

    /// Makes an image within what is mounted already, and mounts that: not scanned by itself.
    pub(crate) fn image_within(mut self, within: &Path, mebibytes: u64, mkfs: &str) -> Result<Self, Skip> {
        let image = Image::make(within.join("image"), mebibytes, mkfs, &["-q"])?;
        self.mounts.push(image.mount(&self.root, "")?);
        self.within.push(image);
        Ok(self)
    }

    /// Mounts what has no image.
    pub(crate) fn mount(self, args: &[&str]) -> Result<Self, Skip> {
        let root = self.root.clone();
        self.mount_at(args, &root)
    }

    pub(crate) fn mount_at(mut self, args: &[&str], point: &Path) -> Result<Self, Skip> {
        self.mounts.push(Mounted::new(args, point)?);
        Ok(self)
    }

    pub(crate) fn meanwhile(mut self, act: impl Fn() -> Result<(), Skip> + 'static) -> Self {
        self.meanwhile = Some(Box::new(act));
        self
    }

    /// To be called by who deletes, as late as it can.
    pub(crate) fn interfere(&self) -> Result<(), Skip> {
        self.meanwhile.as_ref().map_or(Ok(()), |act| act())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn victim(&self) -> PathBuf {
        self.root.join(self.name)
    }

    /// Writes the file of markers.
    pub(crate) fn filled(self) -> Self {
        let path = self.victim();
        self.filled_at(&path)
    }

    pub(crate) fn filled_at(self, path: &Path) -> Self {
        self.markers.fill(&mut File::create(path).unwrap());
        self
    }

    /// Writes it into a file that is marked `C` while it is empty.
    pub(crate) fn filled_without_copy_on_write(self) -> Self {
        let file = File::create_new(self.victim()).unwrap();
        let flags = ioctl_getflags(&file).unwrap();
        ioctl_setflags(&file, flags | IFlags::NOCOW).unwrap();
        self.filled()
    }

    /// Whether there is an image to look into.
    pub(crate) fn can_be_scanned(&self) -> bool {
        !self.images.is_empty()
    }

    /// How many markers are in the images now. What is mounted was synced.
    pub(crate) fn left(&self) -> usize {
        let images: Vec<_> = self.images.iter().map(|image| image.path.as_path()).collect();
        self.markers.left(&images)
    }

    /// Unmounts all, then counts; `None` where there is nothing to look into.
    pub(crate) fn left_after_unmount(mut self) -> Option<usize> {
        while let Some(mounted) = self.mounts.pop() {
            mounted.unmount();
        }
        self.can_be_scanned().then(|| self.left())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // The upper before the lower, which a vector's own drop would not do.
        while self.mounts.pop().is_some() {}
    }
}

/// Whether images lie where an overwrite is in place. Elsewhere no row can claim it.
pub(crate) fn place_is_sound(place: &Path) -> bool {
    let Ok(file) = tempfile::tempfile_in(place) else { return false };
    file.set_len(0).unwrap();
    Storage::examine(file.as_fd()).prospect() == InPlace::Proven
}

pub(crate) fn place() -> &'static Path {
    let places = || PLACES.iter().map(Path::new).filter(|place| place.is_dir());
    let sound = places().find(|place| place_is_sound(place));
    sound.or_else(|| places().next()).expect("there is a folder for temporary files")
}
