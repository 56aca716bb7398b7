//! Secrets from files.

use crate::failure::Failure;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// Bytes of a passphrase or token, the end of its line included.
pub(crate) const MAX_SECRET: usize = 4096;
/// The bits of a mode that let others in.
const OTHERS: u32 = 0o077;

/// The text of a file that only its owner may read, without the end of the line.
///
/// A pipe is accepted (`<(…)` in a shell), a link is followed: what counts is the mode of what is read.
pub(crate) fn read(path: &Path) -> Result<Secret<String>, Failure> {
    let file = File::open(path).map_err(Failure::file(path))?;
    let mode = file.metadata().map_err(Failure::file(path))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(Failure::refused(
            "readable_by_others",
            format!("`{}` holds a secret and may be read by others: chmod 600 it", path.display()),
        ));
    }
    // Reserved in whole, so that no growth leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    file.take(MAX_SECRET as u64 + 1).read_to_end(&mut bytes).map_err(Failure::file(path))?;
    text(&bytes)
        .map(|text| Secret::new(text.to_owned()))
        .map_err(|why| Failure::usage(format!("`{}` {why}", path.display())))
}

fn text(bytes: &[u8]) -> Result<&str, &'static str> {
    if bytes.len() > MAX_SECRET {
        return Err("is longer than a passphrase or token may be");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    match line {
        "" => Err("is empty"),
        line if line.contains('\n') => Err("has more than one line"),
        line => Ok(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_end_of_line_is_not_part_of_the_secret() {
        assert_eq!(text(b"a b "), Ok("a b "));
        assert_eq!(text(b"a\n"), Ok("a"));
        assert_eq!(text(b"a\r\n"), Ok("a"));
    }

    #[test]
    fn flood_and_confusion_are_refused() {
        assert!(text(&[b'a'; MAX_SECRET + 1]).is_err());
        assert!(text(&[b'a'; MAX_SECRET]).is_ok());
        for wrong in [&b""[..], b"\n", b"\r\n", b"a\nb", b"a\n\n", b"\xff"] {
            assert!(text(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "hunter2\n").unwrap();
        for (mode, accepted) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o601, false)]
        {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).is_ok(), accepted, "{mode:o}");
        }
        let error = read(&path).unwrap_err();
        assert_eq!(error.exit(), crate::Exit::Refused);
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
