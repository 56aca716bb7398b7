//! What a terminal is asked, and what it does not get.

use crate::Exit;
use crate::cancel::{Cancel, Patient};
use crate::failure::Failure;
use std::io::{self, BufRead, BufReader, Read, Write};
use stockade_core::Secret;

/// Bytes of an answer that are read.
const MAX_ANSWER: u64 = 256;

/// Asks for a passphrase that exists.
pub(crate) fn passphrase(prompt: &str, cancel: &Cancel) -> Result<Secret<String>, Failure> {
    let typed = rpassword::prompt_password(format!("{prompt}: ")).map(Secret::new);
    if let Some(cancelled) = cancel.failure() {
        return Err(cancelled);
    }
    let typed = typed.map_err(no_terminal)?;
    if typed.expose().is_empty() {
        return Err(Failure::usage("an empty passphrase opens nothing"));
    }
    Ok(typed)
}

/// Asks for a new passphrase, twice.
pub(crate) fn new_passphrase(prompt: &str, cancel: &Cancel) -> Result<Secret<String>, Failure> {
    let first = passphrase(prompt, cancel)?;
    let second = passphrase(&format!("{prompt}, again"), cancel)?;
    if first == second { Ok(first) } else { Err(Failure::usage("the passphrases differ")) }
}

/// Fails where there is nobody to ask.
pub(crate) fn exists() -> Result<(), Failure> {
    let terminal = std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty");
    terminal.map(drop).map_err(unconfirmed)
}

fn unconfirmed(_: io::Error) -> Failure {
    Failure::refused("unconfirmed", "there is no terminal to confirm on: say --yes if it is meant")
}

/// Asks for `word`; anything else is no.
pub(crate) fn confirm(question: &str, word: &str, cancel: &Cancel) -> Result<(), Failure> {
    let ask = || -> io::Result<String> {
        let mut terminal = std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        write!(terminal, "{question}\nType `{word}` to go on: ")?;
        let mut answer = String::new();
        let typed = Patient::new(terminal, cancel.clone());
        BufReader::new(typed.take(MAX_ANSWER)).read_line(&mut answer)?;
        Ok(answer)
    };
    let answer = ask();
    if let Some(cancelled) = cancel.failure() {
        return Err(cancelled);
    }
    let answer = answer.map_err(unconfirmed)?;
    if answer.trim() == word {
        Ok(())
    } else {
        Err(Failure::refused("unconfirmed", "not confirmed, nothing done"))
    }
}

fn no_terminal(_: io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        "no_terminal",
        "there is no terminal to ask for the passphrase on: name a file that holds it",
    )
}

/// Lets text through to a terminal and refuses everything else: what is binary would be unreadable, and control characters
/// would be obeyed.
#[derive(Debug)]
pub(crate) struct TextOnly<W> {
    inner: W,
    /// The beginning of a character whose end is still to come.
    cut: Vec<u8>,
}

impl<W: Write> TextOnly<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, cut: Vec::new() }
    }
}

/// What [`TextOnly`] refuses with.
#[derive(Debug, thiserror::Error)]
#[error("refusing to write binary to the terminal: name a file by `-o FILE`, or insist by `-o -`")]
pub(crate) struct BinaryToTerminal;

impl<W: Write> Write for TextOnly<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = std::mem::take(&mut self.cut);
        text.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&text) {
            Ok(_) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(io::Error::other(BinaryToTerminal)),
        };
        let (text, cut) = text.split_at(whole);
        let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if std::str::from_utf8(text).map_or(true, |text| text.contains(obeyed)) {
            return Err(io::Error::other(BinaryToTerminal));
        }
        self.inner.write_all(text)?;
        self.cut = cut.to_vec();
        Ok(bytes.len())
    }

    /// Comes at the end, when the end of a character does not come any more.
    fn flush(&mut self) -> io::Result<()> {
        if !self.cut.is_empty() {
            return Err(io::Error::other(BinaryToTerminal));
        }
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_passes_however_it_is_cut() {
        let text = "Grüße, 世界\r\n\t🦀\n";
        for size in 1..text.len() {
            let mut out = TextOnly::new(Vec::new());
            for piece in text.as_bytes().chunks(size) {
                out.write_all(piece).unwrap();
            }
            out.flush().unwrap();
            assert_eq!(out.inner, text.as_bytes());
        }
    }

    #[test]
    fn escape_injection_and_binary_do_not_pass() {
        for wrong in
            [&b"\x1b]0;title\x07"[..], b"\x00", b"\xff", "\u{9b}31m".as_bytes(), b"\x7f", b"\xe4\xb8\n"]
        {
            let mut out = TextOnly::new(Vec::new());
            let error = out.write_all(wrong).unwrap_err();
            assert!(error.get_ref().is_some_and(|error| error.is::<BinaryToTerminal>()), "{wrong:?}");
            assert!(out.inner.is_empty());
        }
    }

    #[test]
    fn truncation_inside_a_character_is_no_text() {
        let mut out = TextOnly::new(Vec::new());
        out.write_all(b"caf\xc3").unwrap();
        assert!(out.flush().is_err());
    }
}
