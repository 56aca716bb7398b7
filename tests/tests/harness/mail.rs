//! The outbox of a server under test, read like a mailbox.

use serde_json::Value;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What was sent, and what of it has been opened.
pub(crate) struct Mailbox {
    file: PathBuf,
    opened: Mutex<HashSet<usize>>,
}

/// One mail.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) matter: String,
    pub(crate) body: String,
    pub(crate) link: Option<String>,
}

impl Letter {
    /// What stands behind `#token=` in its link.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let link = self.link.as_deref().unwrap_or_else(|| panic!("no link: {self:?}"));
        let (_, token) = link.split_once("#token=").unwrap_or_else(|| panic!("no token: {self:?}"));
        token.to_owned()
    }
}

impl Mailbox {
    const PATIENCE: Duration = Duration::from_secs(20);

    pub(crate) fn at(file: PathBuf) -> Self {
        Self { file, opened: Mutex::default() }
    }

    /// Waits for the next mail about `matter` to `to` that nobody has opened.
    #[track_caller]
    pub(crate) fn open(&self, to: &str, matter: &str) -> impl Future<Output = Letter> {
        let place = std::panic::Location::caller();
        async move {
            let deadline = Instant::now() + Self::PATIENCE;
            loop {
                if let Some(letter) = self.find(to, matter) {
                    return letter;
                }
                assert!(
                    Instant::now() < deadline,
                    "no mail about {matter} to {to}, awaited at {place}: {:?}",
                    self.all()
                );
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    fn find(&self, to: &str, matter: &str) -> Option<Letter> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let letters = self.all().into_iter().enumerate();
        let mut fitting = letters.filter(|(_, letter)| letter.to == to && letter.matter == matter);
        let (number, letter) = fitting.find(|(number, _)| !opened.contains(number))?;
        opened.insert(number);
        Some(letter)
    }

    /// Every mail so far, whole lines only.
    pub(crate) fn all(&self) -> Vec<Letter> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().filter(|line| !line.is_empty()).map(letter).collect()
    }
}

fn letter(line: &str) -> Letter {
    let json: Value = serde_json::from_str(line).expect("a line of JSON");
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let (to, matter) = (text("to").expect("to"), text("matter").expect("matter"));
    Letter { to, matter, body: text("body").unwrap_or_default(), link: text("link") }
}
