//! What every example server shares, so that each shows only what it is about: the two flags ([`Args`]), a key ring
//! ([`open_key_ring`]), secrets sealed under it ([`load_secrets`]), accounts to try with
//! ([`demo_accounts`]), logs ([`init_logs`]), a listener that says where it listens and ends in good order ([`serve`]), and
//! a readable end when it fails ([`exit`]).
//!
//! ```no_run
//! use example_support::{Args, exit, init_logs, serve};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> std::process::ExitCode {
//!     exit(run().await)
//! }
//!
//! async fn run() -> Result<(), Box<dyn std::error::Error>> {
//!     init_logs();
//!     let args = Args::parse("hello");
//!     let database = args.data_dir()?.join("hello.db");
//!     tracing::info!(database = %database.display(), "ready");
//!     Ok(serve(args.listen, axum::Router::new()).await?)
//! }
//! ```
//!
//! Nothing in here is part of the `stockade` libraries: a service of yours has its own way with flags, logs and secrets.

mod args;
mod hourly;
mod key_file;
mod key_ring;
mod report;
mod secrets;
mod seed;
mod serve;

pub use args::{Args, data_folder};
pub use hourly::hourly;
pub use key_file::{KeyFileError, load_or_create, replace};
pub use key_ring::{PASSPHRASE, SealedKeys, open_key_ring};
pub use report::{exit, init_logs};
pub use secrets::{load_secret, load_secrets};
pub use seed::demo_accounts;
pub use serve::{Listening, SHUTDOWN_GRACE, bind, serve};
