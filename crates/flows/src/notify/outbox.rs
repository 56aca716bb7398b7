//! Notices into a file, while developing.

use super::{Compose, Notice, Notifier, NotifyError};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Appends each notice to a file, one JSON object a line: `to`, `matter`, `subject`, `body`, and `link` where there is one.
///
/// For development and tests only: whoever reads the file can use the tokens in it. It is made for its owner alone (mode 0600),
/// and one that others can read is refused. What is full takes no more; what was written is not forced to the disk.
pub struct Outbox {
    file: Mutex<File>,
    texts: Arc<dyn Compose>,
    max_len: u64,
}

/// One line of the file.
#[derive(serde::Serialize)]
struct Line<'a> {
    to: &'a str,
    matter: &'static str,
    subject: &'a str,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

/// The file cannot take a line.
#[derive(Debug, thiserror::Error)]
enum OutboxError {
    #[error("the outbox is full")]
    Full,
    #[error("the outbox cannot be written")]
    Io(#[source] io::Error),
}

impl Outbox {
    /// The most bytes of the file: some ten thousand notices.
    pub const MAX_LEN: u64 = 16 * 1024 * 1024;

    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// It cannot be opened, is no file, or others than its owner may read or write it.
    pub fn for_development(path: &Path, texts: Arc<dyn Compose>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let metadata = file.metadata()?;
        #[cfg(unix)]
        let is_private = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 == 0;
        #[cfg(not(unix))]
        let is_private = true;
        if !metadata.is_file() || !is_private {
            let why = "an outbox is a file that nobody but its owner may read";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(Self { file: Mutex::new(file), texts, max_len: Self::MAX_LEN })
    }

    fn append(&self, notice: &Notice) -> Result<(), OutboxError> {
        let mail = self.texts.compose(notice);
        let line = Line {
            to: notice.to.as_str(),
            matter: notice.matter.code(),
            subject: mail.subject(),
            body: mail.body().expose(),
            link: mail.link().map(|link| link.expose().as_str()),
        };
        let mut line = serde_json::to_vec(&line).map_err(|error| OutboxError::Io(error.into()))?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let len = file.metadata().map_err(OutboxError::Io)?.len();
        if len.saturating_add(line.len() as u64) > self.max_len {
            return Err(OutboxError::Full);
        }
        // One write, so that a reader sees whole lines, of several processes, too.
        file.write_all(&line).map_err(OutboxError::Io)
    }
}

#[async_trait::async_trait]
impl Notifier for Outbox {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        self.append(notice).map_err(NotifyError::new)
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("max_len", &self.max_len).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::text::tests::{all_matters, notice, texts};
    use serde_json::Value;

    fn lines(path: &Path) -> Vec<Value> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn notices_of_many_tasks_are_lines_in_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.jsonl");
        let outbox = Arc::new(Outbox::for_development(&path, Arc::new(texts())).unwrap());
        let again = Arc::new(Outbox::for_development(&path, Arc::new(texts())).unwrap());
        let tasks: Vec<_> = all_matters()
            .into_iter()
            .map(|matter| {
                let (outbox, again) = (outbox.clone(), again.clone());
                tokio::spawn(async move {
                    outbox.notify(&notice(matter.clone())).await.unwrap();
                    again.notify(&notice(matter)).await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let lines = lines(&path);
        assert_eq!(lines.len(), 2 * all_matters().len());
        assert!(lines.iter().all(|line| line["to"] == "ada@example.org" && line["subject"].is_string()));
        let links = lines.iter().filter(|line| line["matter"] == "reset_password").map(|line| &line["link"]);
        let expected = "https://exam.example.org/password-reset#token=tok-en_42";
        assert_eq!(links.collect::<Vec<_>>(), [expected; 2]);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.jsonl");
        drop(Outbox::for_development(&path, Arc::new(texts())).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o644, 0o640, 0o606] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = Outbox::for_development(&path, Arc::new(texts())).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied, "{mode:o}");
        }
        assert!(Outbox::for_development(folder.path(), Arc::new(texts())).is_err(), "a folder");
    }

    #[tokio::test]
    async fn flood_of_notices_fills_the_file_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.jsonl");
        let mut outbox = Outbox::for_development(&path, Arc::new(texts())).unwrap();
        outbox.max_len = 2000;
        let mut taken = 0;
        while outbox.notify(&notice(all_matters().swap_remove(0))).await.is_ok() {
            taken += 1;
            assert!(taken < 100);
        }
        assert_eq!(lines(&path).len(), taken);
        assert!(taken > 0 && std::fs::metadata(&path).unwrap().len() <= 2000);
    }

    #[tokio::test]
    async fn what_failed_shows_neither_token_nor_address() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.jsonl");
        let mut outbox = Outbox::for_development(&path, Arc::new(texts())).unwrap();
        outbox.max_len = 0;
        let error = outbox.notify(&notice(all_matters().swap_remove(0))).await.unwrap_err();
        let shown = format!("{error} {error:?} {outbox:?}");
        assert!(shown.contains("full") || shown.contains("Full"), "{shown}");
        assert!(!shown.contains("tok-en_42") && !shown.contains("ada@"), "{shown}");
    }
}
