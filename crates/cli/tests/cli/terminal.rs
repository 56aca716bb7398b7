//! What a terminal is asked and what it gets. `script` brings one.

use crate::harness::{Desk, PASSPHRASE, available, noise};
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A command whose three streams are one terminal.
pub(crate) struct OnTerminal {
    child: Child,
    heard: std::sync::mpsc::Receiver<u8>,
    text: String,
}

/// All that a terminal showed.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) text: String,
}

pub(crate) fn on_terminal(desk: &Desk, line: &str) -> OnTerminal {
    let mut script = desk.program("script");
    script.args(["--quiet", "--return", "--flush", "--command", line, "/dev/null"]);
    script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = script.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (said, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok(len @ 1..) = stdout.read(&mut buffer) {
            for byte in &buffer[..len] {
                let _ = said.send(*byte);
            }
        }
    });
    OnTerminal { child, heard, text: String::new() }
}

/// The same, of our command.
fn stockade(desk: &Desk, arguments: &str) -> OnTerminal {
    on_terminal(desk, &format!("{} {arguments}", env!("CARGO_BIN_EXE_stockade")))
}

impl OnTerminal {
    /// Types `answer` once a new `question` stands on the terminal.
    #[track_caller]
    pub(crate) fn answer(&mut self, question: &str, answer: &str) -> &mut Self {
        self.hears(question).types(answer)
    }

    /// Waits until a new `question` stands on the terminal.
    #[track_caller]
    pub(crate) fn hears(&mut self, question: &str) -> &mut Self {
        let from = self.text.len();
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.text[from..].contains(question) {
            assert!(Instant::now() < deadline, "`{question}` was not asked: {}", self.text);
            match self.heard.recv_timeout(Duration::from_secs(1)) {
                Ok(byte) => self.text.push(char::from(byte)),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(error) => panic!("`{question}` was not asked ({error}): {}", self.text),
            }
        }
        self
    }

    pub(crate) fn types(&mut self, answer: &str) -> &mut Self {
        // The question is written before the echo is switched off.
        std::thread::sleep(Duration::from_millis(200));
        self.child.stdin.as_mut().unwrap().write_all(format!("{answer}\r").as_bytes()).unwrap();
        self
    }

    pub(crate) fn end(&mut self) -> Said {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        self.text.extend(self.heard.iter().map(char::from));
        Said { code, text: std::mem::take(&mut self.text) }
    }
}

#[test]
fn binary_is_not_written_to_a_terminal() {
    if !available("script") {
        return;
    }
    let (desk, recipient) = Desk::with_identity();
    desk.write("plain", "hello");
    let said = stockade(&desk, &format!("seal -r {recipient} plain")).end();
    assert_eq!(said.code, 5, "{}", said.text);
    assert!(!said.text.contains("age-encryption.org"), "{}", said.text);
    // Armour is text, and `-o -` insists.
    let said = stockade(&desk, &format!("seal -a -r {recipient} plain")).end();
    assert!(said.code == 0 && said.text.contains("BEGIN AGE ENCRYPTED FILE"), "{}", said.text);
    let said = stockade(&desk, &format!("seal -o - -r {recipient} plain")).end();
    assert!(said.code == 0 && said.text.contains("age-encryption.org"), "{}", said.text);
}

#[test]
fn escape_injection_by_plaintext_does_not_reach_a_terminal() {
    if !available("script") {
        return;
    }
    let (desk, recipient) = Desk::with_identity();
    for (plain, code) in [(&b"hello\n"[..], 0), (b"\x1b]0;owned\x07", 5), (&noise(500), 5)] {
        desk.write("plain", plain);
        desk.run(&format!("seal --force -r {recipient} -o sealed plain")).done();
        let said = stockade(&desk, "open -i me sealed").end();
        assert_eq!(said.code, code, "{}", said.text);
        assert!(!said.text.contains('\x1b'), "{:?}", said.text);
    }
}

#[test]
fn passphrases_are_asked_for_and_not_shown() {
    if !available("script") {
        return;
    }
    let desk = Desk::new();
    desk.write("plain", "hello");
    let said = stockade(&desk, "seal -p -o sealed plain")
        .answer("passphrase", PASSPHRASE)
        .answer("again", PASSPHRASE)
        .end();
    assert_eq!(said.code, 0, "{}", said.text);
    assert!(!said.text.contains(PASSPHRASE));
    let said = stockade(&desk, "open -o out sealed").answer("passphrase", PASSPHRASE).end();
    assert_eq!(said.code, 0, "{}", said.text);
    assert!(!said.text.contains(PASSPHRASE));
    assert_eq!(desk.read("out"), b"hello");
    let said =
        stockade(&desk, "seal -p -o other plain").answer("passphrase", "one").answer("again", "two").end();
    assert_eq!(said.code, 2, "{}", said.text);
    assert!(!desk.has("other"));
}

#[test]
fn ctrl_c_at_the_prompt_ends_with_130() {
    if !available("script") {
        return;
    }
    let desk = Desk::new();
    desk.write("plain", "hello");
    let said = stockade(&desk, "seal -p -o sealed plain").answer("passphrase", "\x03").end();
    assert_eq!(said.code, 130, "{}", said.text);
    assert_eq!(desk.names(), ["pass", "plain"]);
}

#[test]
fn destroying_asks_for_the_key_by_name() {
    if !available("script") {
        return;
    }
    let desk = Desk::with_ring();
    desk.run("keys rotate ring --keyring-passphrase-file pass").done();
    let before = desk.read("ring");
    let line = "keys destroy ring 1 --keyring-passphrase-file pass";
    let said = stockade(&desk, line).answer("to go on", "yes").end();
    assert_eq!(said.code, 5, "{}", said.text);
    assert_eq!(desk.read("ring"), before);
    let said = stockade(&desk, line).answer("to go on", "1").end();
    assert_eq!(said.code, 0, "{}", said.text);
    assert!(said.text.contains("never be opened again"), "{}", said.text);
    assert_ne!(desk.read("ring"), before);
}

#[test]
fn a_file_moves_from_a_passphrase_to_a_ring() {
    if !available("script") {
        return;
    }
    let desk = Desk::with_ring();
    desk.write("plain", "hello");
    desk.run("seal --passphrase-file pass --kdf pbkdf2 -o sealed plain").done();
    let ring = "--keyring ring --keyring-passphrase-file pass";
    let said = stockade(&desk, &format!("rewrap {ring} sealed")).answer("passphrase", PASSPHRASE).end();
    assert_eq!(said.code, 0, "{}", said.text);
    desk.run("open --passphrase-file pass sealed -o out").ended(3);
    assert_eq!(desk.run(&format!("open {ring} sealed")).done().stdout, b"hello");
}
