//! Mail for developers: a file instead of a mail server.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use stockade::core::Secret;
use stockade::flows::notify::{Matter, Notice, Notifier, NotifyError};

/// Appends each mail as a line of JSON. Whoever reads the file can take over every account: for a developer's machine alone.
#[derive(Debug)]
pub(crate) struct Outbox {
    file: PathBuf,
    base: String,
}

impl Outbox {
    /// Writes to `file`. Links begin with `base`.
    pub(crate) fn new(file: PathBuf, base: String) -> Self {
        Self { file, base }
    }

    fn line(&self, notice: &Notice) -> String {
        let (page, token) = match &notice.matter {
            Matter::VerifyEmail { token, .. } | Matter::ChangeEmail { token, .. } => {
                ("verify-email", Some(token))
            }
            Matter::ResetPassword { token, .. } => ("reset-password", Some(token)),
            _ => ("", None),
        };
        let token = token.map(Secret::expose);
        // Behind `#` the browser keeps it to itself: no log of a server has it.
        let link = token.map(|token| format!("{}/{page}#token={token}", self.base));
        let (to, what) = (notice.to.as_str(), notice.matter.code());
        serde_json::json!({"to": to, "matter": what, "token": token, "link": link}).to_string() + "\n"
    }
}

#[async_trait::async_trait]
impl Notifier for Outbox {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        let (line, file) = (self.line(notice), self.file.clone());
        let written = tokio::task::spawn_blocking(move || {
            let mut options = OpenOptions::new();
            options.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            // One write to a file that is appended to: no line in the middle of another.
            options.open(file)?.write_all(line.as_bytes())
        });
        written.await.map_err(NotifyError::new)?.map_err(NotifyError::new)
    }
}
