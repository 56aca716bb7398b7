//! A database for one test.

use super::super::{ServerError, run_id};
use super::Postgres;
use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

/// PostgreSQL cuts longer names (`NAMEDATALEN` - 1), and we put something before them.
const MAX_TEMPLATE: usize = 40;

/// A database that one test has for itself. Dropped with it, whoever is still connected.
#[derive(Debug)]
pub struct Database {
    server: Postgres,
    name: String,
}

impl Database {
    /// `postgres://USER@127.0.0.1:PORT/NAME`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url_of(&self.name)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A server that was killed took the database with it, or will.
        let drop = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        let _ = self.server.wire().and_then(|mut wire| wire.query(&drop));
    }
}

impl Postgres {
    /// An empty database.
    ///
    /// # Errors
    /// The server refuses, or is gone.
    pub fn empty_database(&self) -> Result<Database, ServerError> {
        self.create("template0")
    }

    /// A database that is a copy of what `migrate` makes of an empty one, given its URL. `migrate` is run for the first database
    /// of this `template` that anybody asks the server for, in whatever process; a server that outlives a test run keeps what it
    /// made. So the name (at most 40 of `a-z0-9_`) has to change when what `migrate` does changes. `migrate` must close its
    /// connections: a database in use is not copied.
    ///
    /// # Errors
    /// The name is none, `migrate` fails, or the server refuses or is gone.
    pub async fn database<E: Display>(
        &self,
        template: &str,
        migrate: impl AsyncFnOnce(&str) -> Result<(), E>,
    ) -> Result<Database, ServerError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if template.is_empty() || template.len() > MAX_TEMPLATE || !template.bytes().all(fits) {
            return Err(refused(format!("`{template}` is no name of a template")));
        }
        let (building, done) = (format!("building_{template}"), format!("template_{template}"));
        let mut wire = self.wire()?;
        // One builder at a time; the lock is the session's, and goes with it should the builder be killed.
        let lock = format!("SELECT pg_try_advisory_lock(hashtext('{done}'))");
        while wire.query(&lock)?.first().is_none_or(|got| got != "t") {
            std::thread::sleep(Duration::from_millis(10));
            // The builder may be a task of this very thread.
            give_way().await;
        }
        let find = format!("SELECT 1 FROM pg_database WHERE datname = '{done}'");
        if wire.query(&find)?.is_empty() {
            wire.query(&format!("DROP DATABASE IF EXISTS \"{building}\" WITH (FORCE)"))?;
            wire.query(&format!("CREATE DATABASE \"{building}\" TEMPLATE template0"))?;
            migrate(&self.url_of(&building)).await.map_err(|error| refused(error.to_string()))?;
            // A connection that was just closed may linger.
            patiently(|| wire.query(&format!("ALTER DATABASE \"{building}\" RENAME TO \"{done}\"")))?;
        }
        drop(wire);
        self.create(&done)
    }

    fn create(&self, template: &str) -> Result<Database, ServerError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("t_{}_{}_{count}", std::process::id(), run_id());
        let create = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        patiently(|| self.wire()?.query(&create))?;
        Ok(Database { server: self.clone(), name })
    }
}

fn patiently<T>(mut work: impl FnMut() -> Result<T, ServerError>) -> Result<T, ServerError> {
    for _ in 0..50 {
        match work() {
            // 55006: the database is being accessed by other users.
            Err(ServerError::Refused { message }) if message.contains("55006") => {
                std::thread::sleep(Duration::from_millis(50));
            }
            done => return done,
        }
    }
    work()
}

fn refused(message: String) -> ServerError {
    ServerError::Refused { message }
}

/// Lets the other tasks of this thread run once.
async fn give_way() {
    let mut gave = false;
    std::future::poll_fn(|context| {
        if gave {
            return Poll::Ready(());
        }
        gave = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
