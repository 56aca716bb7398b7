//! A line of the mount table is read or refused, whatever somebody mounted; what is read is no longer than the line, and each
//! option is found again by its name.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_secure_delete::storage::Mount;

fuzz_target!(|line: &[u8]| {
    let Ok(mount) = Mount::parse(line) else { return };
    assert!(line.len() <= Mount::MAX_LINE);
    assert!(line.starts_with(mount.id.to_string().trim_start_matches('0').as_bytes()) || line.starts_with(b"0"));
    let options = mount.options.len() + mount.super_options.len();
    assert!(options <= line.len());
    for option in mount.options.iter().chain(&mount.super_options) {
        let name = option.split_once('=').map_or(option.as_str(), |(name, _)| name);
        assert!(mount.has(name));
    }
});
