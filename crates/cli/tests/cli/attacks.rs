//! Altered files: nothing appears under the output's name, and the exit code says that it was altered.

use crate::harness::{Desk, noise};

/// The folder as it was, so that leftovers of any name are seen.
fn opens_to_nothing(desk: &Desk, bytes: &[u8], code: i32) {
    desk.write("bad", bytes);
    let before = desk.names();
    let run = desk.run("open -i me bad -o out").ended(code);
    assert!(!run.stderr.contains("panic"), "{}", run.stderr);
    assert_eq!(desk.names(), before);
}

#[test]
fn truncation_leaves_nothing_under_the_final_name() {
    let (desk, recipient) = Desk::with_identity();
    let plain = noise(200_000);
    desk.write("plain", &plain);
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    let sealed = desk.read("sealed");
    let chunk = 65_536 + 16;
    let payload = sealed.len() - 200_000 - 4 * 16 - 16;
    for len in [0, 1, 20, payload - 1, payload, payload + 15, payload + 16, payload + 17] {
        opens_to_nothing(&desk, &sealed[..len], 4);
    }
    for chunks in 1..=3 {
        let end = payload + 16 + chunks * chunk;
        for len in [end - 1, end, end + 1] {
            opens_to_nothing(&desk, &sealed[..len], 4);
        }
    }
    opens_to_nothing(&desk, &sealed[..sealed.len() - 1], 4);
}

#[test]
fn truncation_of_a_pipe_is_told_by_the_exit_code_and_only_verified_chunks_came_out() {
    let (desk, recipient) = Desk::with_identity();
    let plain = noise(200_000);
    let sealed = desk.pipe(&format!("seal -r {recipient}"), &plain).done().stdout;
    for cut in [1, 100, 4_000, 100_000] {
        let run = desk.pipe("open -i me --json", &sealed[..sealed.len() - cut]).ended(4);
        assert_eq!(run.error_code(), "damaged");
        assert!(plain.starts_with(&run.stdout));
        assert_eq!(run.stdout.len() % 65_536, 0);
        assert!(run.stdout.len() < plain.len());
    }
}

#[test]
fn bit_flip_extension_and_splice_leave_nothing() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", noise(150_000));
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    desk.run(&format!("seal -r {recipient} -o other plain")).done();
    let (sealed, other) = (desk.read("sealed"), desk.read("other"));
    let mut flipped = sealed.clone();
    *flipped.last_mut().unwrap() ^= 1;
    opens_to_nothing(&desk, &flipped, 4);
    let mut flipped = sealed.clone();
    flipped[100_000] ^= 0x80;
    opens_to_nothing(&desk, &flipped, 4);
    opens_to_nothing(&desk, &[&sealed[..], b"x"].concat(), 4);
    opens_to_nothing(&desk, &[&sealed[..100_000], &other[100_000..]].concat(), 4);
    opens_to_nothing(&desk, b"not an age file\n", 4);
    // In the MAC of the header: whose fault it is cannot be told.
    let mut flipped = sealed;
    let mac = flipped.windows(4).position(|window| window == b"--- ").unwrap() + 4;
    flipped[mac] = if flipped[mac] == b'A' { b'B' } else { b'A' };
    opens_to_nothing(&desk, &flipped, 3);
}

#[test]
fn a_work_factor_bomb_is_refused_at_once() {
    let desk = Desk::new();
    let body = "A".repeat(43);
    for factor in ["23", "63", "9223372036854775808"] {
        let stanza = format!("-> scrypt {} {factor}\n{body}\n", "A".repeat(22));
        desk.write("bomb", format!("age-encryption.org/v1\n{stanza}--- {body}\n{}", "x".repeat(64)));
        let start = std::time::Instant::now();
        let code = desk.run("open --passphrase-file pass bomb -o out").code;
        assert!(code == 3 || code == 4, "{code}");
        assert!(start.elapsed().as_secs() < 5);
        assert!(!desk.has("out"));
    }
}

#[test]
fn partial_write_and_symlink_targets_are_refused() {
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    std::os::unix::fs::symlink("/dev/null", desk.path("link")).unwrap();
    desk.run(&format!("seal -r {recipient} -f -o link plain")).ended(5);
    assert!(desk.path("link").is_symlink());
}
