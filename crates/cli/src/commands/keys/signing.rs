//! `keys signing`.

use crate::Exit;
use crate::args::{SigningCommand, SigningStore, Voice};
use crate::cancel::Cancel;
use crate::commands::ring::Unlocked;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use stockade_authn::jose::rotation::{
    FileSigningKeys, KeyPhase, RotateNow, RotationSchedule, SigningKeyInfo, SigningKeyStore, SigningKeys,
    SigningKeysError,
};
use stockade_core::{StoreErrorKind, SystemClock, SystemEntropy};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::Keys;
use stockade_sqlite::Sqlite;

pub(super) fn perform(command: SigningCommand, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the runtime of the command"))?;
    runtime.block_on(async {
        match command {
            SigningCommand::List(args) => list(&open(&args.store, cancel).await?, voice),
            SigningCommand::Rotate(args) => {
                let keys = open(&args.store, cancel).await?;
                cancel.check()?;
                rotate(&keys, args.store.place(), voice).await
            }
            SigningCommand::Emergency(args) => {
                if !args.yes {
                    let message = "everything that was signed so far will be refused: say --yes";
                    return Err(Failure::refused("unconfirmed", message).at(args.store.place()));
                }
                let keys = open(&args.store, cancel).await?;
                cancel.check()?;
                emergency(&keys, args.store.place(), voice).await
            }
        }
    })
}

impl SigningStore {
    fn place(&self) -> &Path {
        self.file.as_deref().or(self.sqlite.as_deref()).unwrap_or(Path::new(""))
    }

    async fn store(&self) -> Result<Arc<dyn SigningKeyStore>, Failure> {
        let Some(path) = &self.sqlite else { return Ok(Arc::new(FileSigningKeys::at(self.place()))) };
        // A mistyped name must not become a new database.
        std::fs::metadata(path).map_err(Failure::file(path))?;
        let opened = Sqlite::open(path).await;
        Ok(Arc::new(opened.map_err(|error| Failure::chained(Exit::Failed, "io", &error).at(path))?))
    }
}

/// The keys that are there; where there are none, none are made.
async fn open(args: &SigningStore, cancel: &Cancel) -> Result<SigningKeys, Failure> {
    let store = args.store().await?;
    let found = store.load().await.map_err(|error| failed(&error.into(), args.place()))?;
    if found.is_none() {
        return Err(Failure::new(Exit::Failed, "missing", "there are no signing keys").at(args.place()));
    }
    let ring = Unlocked::open(&args.keyring, &args.unlock, cancel)?.ring;
    let seal = Fields::new(Keys::new(ring), Arc::new(SystemEntropy));
    let (schedule, clock) = (RotationSchedule::default(), Arc::new(SystemClock::new()));
    let opened = SigningKeys::open(store, Arc::new(seal), schedule, clock, Arc::new(SystemEntropy)).await;
    opened.map_err(|error| failed(&error, args.place()))
}

fn list(keys: &SigningKeys, voice: Voice) -> Result<(), Failure> {
    let keys = keys.keys();
    let object = |key: &SigningKeyInfo| {
        json!({
            "id": key.id.as_str(),
            "phase": key.phase,
            "announced": say::time(key.announced_at),
            "activates": say::time(key.activates_at),
        })
    };
    say::result(voice, &json!({ "keys": keys.iter().map(object).collect::<Vec<_>>() }), || {
        let mut text = format!("{:<43}  {:<9}  {:<20}  activates", "key", "phase", "announced");
        for key in &keys {
            let (phase, announced) = (phase(key.phase), say::time(key.announced_at));
            let activates = say::time(key.activates_at);
            text.push_str(&format!("\n{:<43}  {phase:<9}  {announced:<20}  {activates}", key.id.as_str()));
        }
        text
    })
}

async fn rotate(keys: &SigningKeys, place: &Path, voice: Voice) -> Result<(), Failure> {
    let rotated = keys.rotate_now().await.map_err(|error| failed(&error, place))?;
    let (id, activates_at, new) = match rotated {
        RotateNow::Announced { id, activates_at } => (id, activates_at, true),
        RotateNow::AlreadyAnnounced { id, activates_at } => (id, activates_at, false),
    };
    let activates = say::time(activates_at);
    let object = json!({ "announced": id.as_str(), "activates": activates, "new": new });
    say::result(voice, &object, || {
        let verb = if new { "is announced" } else { "was announced before" };
        format!("key {id} {verb} and signs from {activates} on")
    })
}

async fn emergency(keys: &SigningKeys, place: &Path, voice: Voice) -> Result<(), Failure> {
    let done = keys.emergency().await.map_err(|error| failed(&error, place))?;
    let dropped: Vec<_> = done.dropped.iter().map(|id| id.as_str()).collect();
    say::result(voice, &json!({ "active": done.active.as_str(), "dropped": dropped }), || {
        format!(
            "key {} signs, {} are dropped: running processes follow at their next tick, others when they read the key set anew",
            done.active,
            dropped.len()
        )
    })
}

fn phase(phase: KeyPhase) -> &'static str {
    match phase {
        KeyPhase::Announced => "announced",
        KeyPhase::Active => "active",
        KeyPhase::Retired => "retired",
        _ => "unknown",
    }
}

fn failed(error: &SigningKeysError, place: &Path) -> Failure {
    let (exit, code) = match error {
        SigningKeysError::Seal(_) => (Exit::DoesNotOpen, "does_not_open"),
        SigningKeysError::Record(_) => (Exit::Damaged, "damaged"),
        SigningKeysError::Store(store) if store.kind() == StoreErrorKind::Corrupt => {
            (Exit::Damaged, "damaged")
        }
        SigningKeysError::Full => (Exit::Refused, "full"),
        SigningKeysError::Contended => (Exit::Failed, "busy"),
        _ => (Exit::Failed, "failed"),
    };
    Failure::chained(exit, code, error).at(place)
}
