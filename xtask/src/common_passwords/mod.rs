//! The list of passwords that everybody is refused, made from the words that the crate `zxcvbn` ships.
//!
//! What is committed are fingerprints, not words: the first four bytes of each word's SHA-256, sorted. `stockade-authn` embeds
//! the file; it never sees the words.

mod words;

use crate::Failure;
use crate::checks::cargo;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Where the fingerprints lie.
const FILE: &str = "crates/authn/src/password/common/fingerprints.bin";

/// No policy accepts fewer characters (ASVS 6.2.1), so that shorter words need no fingerprint.
const FEWEST_CHARS: usize = 8;

/// The lists, and how much of each is taken. The crate keeps each word in one list only, the one where it ranks highest: a
/// password that is a name or a word of English stands there. What ranks below 10,000 in a list of plain language ranked lower
/// still among passwords.
const LISTS: [(&str, usize); 6] = [
    ("PASSWORDS", usize::MAX),
    ("FEMALE_NAMES", usize::MAX),
    ("MALE_NAMES", usize::MAX),
    ("SURNAMES", usize::MAX),
    ("ENGLISH_WIKI", 10_000),
    ("US_TV_AND_FILM", 10_000),
];

/// Fewer would mean that the source was misread: ASVS 6.2.4 asks for the 3000 most common.
const FEWEST_WORDS: usize = 3000;

/// Writes the file, or with `check` only says whether it is what would be written.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Failure> {
    let source = source(root)?.ok_or_else(|| {
        Failure::other("the source of `zxcvbn` is not unpacked: `cargo fetch --locked`, then try again")
    })?;
    let bytes = build(&source)?;
    let path = root.join(FILE);
    if check {
        let committed =
            std::fs::read(&path).map_err(Failure::io(format!("`{}` cannot be read", path.display())))?;
        if committed != bytes {
            return Err(Failure::other(format!(
                "`{FILE}` is not what its source makes: `cargo xtask common-passwords`"
            )));
        }
    } else {
        std::fs::write(&path, &bytes)
            .map_err(Failure::io(format!("`{}` cannot be written", path.display())))?;
    }
    println!("{} fingerprints, {} bytes", bytes.len() / 4, bytes.len());
    Ok(())
}

/// The fingerprints of the lists in `source`.
fn build(source: &str) -> Result<Vec<u8>, Failure> {
    let mut words = Vec::new();
    for (name, most) in LISTS {
        words.extend(words::parse(source, name).map_err(Failure::other)?.into_iter().take(most));
    }
    let long_enough = words.iter().filter(|word| word.chars().count() >= FEWEST_CHARS);
    let mut fingerprints: Vec<[u8; 4]> = long_enough.filter_map(|word| fingerprint(word)).collect();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    if fingerprints.len() < FEWEST_WORDS {
        return Err(Failure::other(format!("only {} words were found", fingerprints.len())));
    }
    Ok(fingerprints.concat())
}

fn fingerprint(word: &str) -> Option<[u8; 4]> {
    Sha256::digest(word.to_lowercase()).first_chunk().copied()
}

/// The text of the file that holds the words, if the crate's source lies on this machine.
fn source(root: &Path) -> Result<Option<String>, Failure> {
    let mut command = cargo(root);
    command.args(["metadata", "--format-version", "1", "--all-features", "--locked", "--offline"]);
    let output = command.output().map_err(Failure::io("`cargo metadata` cannot be run"))?;
    if !output.status.success() {
        return Ok(None);
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::other(format!("`cargo metadata` says what is no JSON: {error}")))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == "zxcvbn")
        .find_map(|package| package["manifest_path"].as_str().map(PathBuf::from));
    let folder = manifest.as_deref().and_then(Path::parent);
    Ok(folder.and_then(|folder| std::fs::read_to_string(folder.join("src/frequency_lists.rs")).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_file_is_what_the_tool_makes() {
        let root = crate::root();
        match source(&root).unwrap() {
            Some(_) => run(&root, true).unwrap(),
            None => eprintln!("SKIPPED: the source of `zxcvbn` is not unpacked on this machine"),
        }
    }

    /// Source with these passwords, and one name in each other list.
    fn source_with(passwords: &str) -> String {
        let list = |(name, _)| {
            let words = if name == "PASSWORDS" { passwords } else { "margaret" };
            format!("const {name}: &str = \"{words}\";\n")
        };
        LISTS.map(list).concat()
    }

    #[test]
    fn a_list_that_shrank_is_an_error() {
        let few = build(&source_with("password1,letmein12")).unwrap_err().to_string();
        assert!(few.contains("only 3 words"), "{few}");
        let missing = source_with("password1").replace("SURNAMES", "LAST_NAMES");
        assert!(build(&missing).unwrap_err().to_string().contains("`SURNAMES`"));
    }

    #[test]
    fn fingerprints_are_sorted_and_of_long_words_only() {
        let long: Vec<String> = (0..FEWEST_WORDS).map(|n| format!("password{n}")).collect();
        let bytes = build(&source_with(&format!("short,{}", long.join(",")))).unwrap();
        let entries: Vec<_> = bytes.chunks(4).collect();
        assert!(entries.is_sorted());
        assert_eq!(entries.len(), FEWEST_WORDS + 1);
        assert!(entries.contains(&&fingerprint("PASSWORD7").unwrap()[..]));
        assert!(entries.contains(&&fingerprint("margaret").unwrap()[..]));
        assert!(!entries.contains(&&fingerprint("short").unwrap()[..]));
    }
}
