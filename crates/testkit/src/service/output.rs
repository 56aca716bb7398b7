//! Reading what a process prints, without ever making it wait.

use super::Service;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The text of one stream, collected by a thread until the stream ends.
#[derive(Debug)]
pub(super) struct Output {
    kept: Arc<Mutex<Kept>>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    dropped: u64,
}

impl Output {
    pub(super) fn drain(stream: Option<impl Read + Send + 'static>) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let sink = Arc::clone(&kept);
        let reader = stream.map(|stream| std::thread::spawn(move || copy(stream, &sink)));
        Self { kept, reader }
    }

    pub(super) fn text(&self) -> String {
        let kept = lock(&self.kept);
        let mut text = String::from_utf8_lossy(&kept.bytes).into_owned();
        if kept.dropped > 0 {
            text.push_str(&format!("\n[{} more bytes were not kept]\n", kept.dropped));
        }
        text
    }

    /// Waits until the stream of an ended process is read to its end; at most a second, because a process that the ended one
    /// left behind may hold the stream open.
    pub(super) fn finish(&self) {
        let deadline = Instant::now() + Duration::from_secs(1);
        while self.reader.as_ref().is_some_and(|reader| !reader.is_finished()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn copy(mut stream: impl Read, sink: &Mutex<Kept>) {
    let mut chunk = [0; 8192];
    while let Ok(read @ 1..) = stream.read(&mut chunk) {
        let mut kept = lock(sink);
        let room = Service::MAX_OUTPUT.saturating_sub(kept.bytes.len()).min(read);
        kept.bytes.extend_from_slice(&chunk[..room]);
        kept.dropped += (read - room) as u64;
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flood_output_past_the_cap_is_read_but_not_kept() {
        let output = Output::drain(Some(std::io::repeat(b'x').take(Service::MAX_OUTPUT as u64 + 10)));
        output.finish();
        let text = output.text();
        assert!(text.ends_with("x\n[10 more bytes were not kept]\n"));
        assert!(text.len() < Service::MAX_OUTPUT + 100);
    }
}
