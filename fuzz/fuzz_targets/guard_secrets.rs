//! Secrets of any text stand at places that can be cut out of it, the same each time; those whose checksums are right are among those
//! whose checksums nobody looked at; and each selection finds what the whole finds of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use stockade_guardrails::Found;
use stockade_guardrails::secrets::{Checksums, Secrets};

static ALL: LazyLock<Secrets> = LazyLock::new(Secrets::new);
static STRICT: LazyLock<Secrets> = LazyLock::new(|| Secrets::new().with_checksums(Checksums::Required));
static GITHUB: LazyLock<Secrets> = LazyLock::new(|| Secrets::new().only(["secret:github"]));

fn find(secrets: &Secrets, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    secrets.find(text, &mut found);
    found
}

fuzz_target!(|text: &str| {
    let all = find(&ALL, text);
    for one in &all {
        assert!(!one.span.is_empty() && text.get(one.span.range()).is_some());
    }
    assert_eq!(find(&ALL, text), all);
    assert!(find(&STRICT, text).iter().all(|one| all.contains(one)));
    let github: Vec<_> = all.iter().copied().filter(|one| one.kind.as_str() == "secret:github").collect();
    assert_eq!(find(&GITHUB, text), github);
});
