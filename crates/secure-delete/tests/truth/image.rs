//! File systems in image files, mounted, and gone again whatever happens.

use crate::program::{Skip, last_line, must, program, run};
use std::fs::File;
use std::path::{Path, PathBuf};

/// An image file with a file system in it.
pub(crate) struct Image {
    pub(crate) path: PathBuf,
}

impl Image {
    /// A sparse file of so many MiB, and what `mkfs` makes of it.
    pub(crate) fn make(path: PathBuf, mebibytes: u64, mkfs: &str, options: &[&str]) -> Result<Self, Skip> {
        root_only()?;
        let file = File::create_new(&path).unwrap();
        file.set_len(mebibytes * 1024 * 1024).unwrap();
        let path_text = path.to_str().unwrap();
        must(mkfs, options.iter().copied().chain([path_text]))?;
        Ok(Self { path })
    }

    pub(crate) fn mount(&self, point: &Path, options: &str) -> Result<Mounted, Skip> {
        let options = if options.is_empty() { "loop".into() } else { format!("loop,{options}") };
        Mounted::new(&["-o", &options, self.path.to_str().unwrap()], point)
    }

    /// The loop devices that still have the image.
    fn loops(&self) -> Vec<String> {
        let output = program("losetup", ["-n", "-O", "NAME", "-j", self.path.to_str().unwrap()]).output();
        let output = output.expect("env runs");
        String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim().to_owned()).collect()
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // `mount` lets its loop device go with the unmount; this is for what a panic left.
        for device in self.loops() {
            let _ = program("losetup", ["-d", &device]).output();
        }
    }
}

/// Asked before anything is made: without root the mount would be refused, and the programs may not even be installed.
fn root_only() -> Result<(), Skip> {
    let root = rustix::process::geteuid().is_root();
    root.then_some(()).ok_or_else(|| Skip("mounting is refused: not root".into()))
}

/// A mounted file system; unmounted when it is dropped.
pub(crate) struct Mounted {
    point: PathBuf,
    mounted: bool,
}

impl Mounted {
    /// Mounts on `point`, which is made. That the kernel or the machine's keeper refuses is a reason to skip.
    pub(crate) fn new(args: &[&str], point: &Path) -> Result<Self, Skip> {
        root_only()?;
        std::fs::create_dir_all(point).unwrap();
        let output = run("mount", args.iter().copied().chain([point.to_str().unwrap()]))?;
        if output.status.success() {
            return Ok(Self { point: point.into(), mounted: true });
        }
        Err(Skip(format!("mounting is refused: {}", last_line(&output))))
    }

    /// Unmounts, so that all of it is in the image.
    pub(crate) fn unmount(mut self) {
        must("umount", [&self.point]).unwrap();
        self.mounted = false;
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily: a panic may have left a file open.
            let _ = program("umount", [Path::new("-l"), &self.point]).output();
        }
    }
}
