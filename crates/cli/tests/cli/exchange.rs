//! Both ways with `age`.

use crate::harness::{Desk, available, finish, noise};

fn with_age() -> Option<(Desk, String)> {
    available("age").then(Desk::with_identity)
}

#[test]
fn age_opens_what_we_seal() {
    let Some((desk, recipient)) = with_age() else { return };
    for len in [0, 1, 65_536, 200_000] {
        let plain = noise(len);
        desk.write("plain", &plain);
        for armor in ["", "-a"] {
            desk.run(&format!("seal --force {armor} -r {recipient} -o sealed plain")).done();
            let opened = finish(desk.program("age").args(["-d", "-i", "me", "sealed"]), b"").done();
            assert_eq!(opened.stdout, plain);
        }
    }
}

#[test]
fn we_open_what_age_seals() {
    let Some((desk, recipient)) = with_age() else { return };
    for len in [0, 1, 65_536, 200_000] {
        let plain = noise(len);
        for armor in [&[][..], &["-a"]] {
            let mut age = desk.program("age");
            age.args(armor).args(["-r", &recipient, "-o", "sealed"]);
            finish(&mut age, &plain).done();
            assert_eq!(desk.run("open -i me sealed").done().stdout, plain);
            desk.run("open -i me --force -o plain sealed").done();
            assert_eq!(desk.read("plain"), plain);
        }
    }
}

#[test]
fn identities_are_those_of_age_keygen() {
    let Some((desk, recipient)) = with_age() else { return };
    let theirs = finish(desk.program("age-keygen").args(["-y", "me"]), b"").done();
    assert_eq!(String::from_utf8(theirs.stdout).unwrap().trim(), recipient);
    let ours = desk.run("keys identity -y me").done();
    assert_eq!(String::from_utf8(ours.stdout).unwrap().trim(), recipient);

    finish(desk.program("age-keygen").args(["-o", "theirs"]), b"").done();
    desk.write("recipients", desk.run("keys identity -y theirs").done().stdout);
    desk.write("plain", "for them");
    desk.run("seal -R recipients -o sealed plain").done();
    let opened = finish(desk.program("age").args(["-d", "-i", "theirs", "sealed"]), b"").done();
    assert_eq!(opened.stdout, b"for them");
    // As `age -e -i`.
    desk.run("seal -i theirs -o again plain").done();
    assert_eq!(desk.run("open -i theirs again").done().stdout, b"for them");
}

#[test]
fn age_opens_a_rewrapped_file() {
    let Some((desk, recipient)) = with_age() else { return };
    finish(desk.program("age-keygen").args(["-o", "theirs"]), b"").done();
    let theirs = String::from_utf8(desk.run("keys identity -y theirs").done().stdout).unwrap();
    let plain = noise(100_000);
    desk.write("plain", &plain);
    desk.run(&format!("seal -r {recipient} -o sealed plain")).done();
    desk.run(&format!("rewrap -i me -r {} sealed", theirs.trim())).done();
    let opened = finish(desk.program("age").args(["-d", "-i", "theirs", "sealed"]), b"").done();
    assert_eq!(opened.stdout, plain);
    desk.run("open -i me sealed -o out").ended(3);
}

/// age asks on its terminal only; `script` brings one.
#[test]
fn age_opens_a_passphrase_file_of_ours() {
    if !(available("age") && available("script")) {
        return;
    }
    let desk = Desk::new();
    desk.write("plain", "for the passphrase");
    desk.run("seal --passphrase-file pass -o sealed plain").done();
    let mut age = crate::terminal::on_terminal(&desk, "age -d -o out sealed");
    let said = age.answer("passphrase", crate::harness::PASSPHRASE).end();
    assert_eq!(said.code, 0, "{}", said.text);
    assert_eq!(desk.read("out"), b"for the passphrase");
}
