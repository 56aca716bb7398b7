//! `keys destroy`.

use crate::args::{Destroy, Voice};
use crate::cancel::Cancel;
use crate::commands::failures;
use crate::commands::ring::Unlocked;
use crate::failure::Failure;
use crate::{say, terminal};
use serde_json::json;
use stockade_core::SystemClock;
use stockade_crypto_at_rest::ring::{Destruction, KeyError, KeyId, KeyRingFile, KeyState, RingError};

pub(super) fn destroy(args: &Destroy, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let (path, id) = (&args.file, KeyId::from_u32(args.key));
    // What is refused is refused before anybody is asked: by the list first, and by the ring itself in the end.
    let sealed = KeyRingFile::at(path).read().map_err(|error| failures::ring_file(&error).at(path))?;
    let state = sealed.keys().find(|key| key.id == id).map(|key| key.state);
    let refused = match state {
        Some(KeyState::DecryptOnly) => None,
        Some(KeyState::Active) => Some(RingError::Active(id)),
        Some(KeyState::Destroyed) => Some(KeyError::Destroyed(id).into()),
        None => Some(KeyError::Unknown(id).into()),
    };
    if let Some(error) = refused {
        return Err(failures::ring(&error).at(path));
    }
    if !args.yes {
        let question = format!(
            "Destroying key {id} of `{}`: whatever only this key opens, fields and files, can never be opened again.\n\
             Rewrap what is to be kept first. There is no way back.",
            path.display()
        );
        terminal::confirm(&question, &id.to_string(), cancel)?;
    }
    let mut unlocked = Unlocked::open(path, &args.unlock, cancel)?;
    let destroyed =
        unlocked.ring.destroy(id, &SystemClock::new()).map_err(|error| failures::ring(&error).at(path))?;
    unlocked.save()?;
    report(&destroyed, args, voice)
}

fn report(destroyed: &Destruction, args: &Destroy, voice: Voice) -> Result<(), Failure> {
    let Destruction { id, commitment, at, .. } = destroyed;
    let commitment: String = commitment.iter().map(|byte| format!("{byte:02x}")).collect();
    let at = say::time(*at);
    let object = json!({
        "keyring": say::path(&args.file),
        "action": Destruction::ACTION.as_str(),
        "destroyed": { "id": id, "commitment": commitment, "at": at },
    });
    say::result(voice, &object, || {
        format!(
            "`{}`: key {id} was destroyed at {at}\ncommitment {commitment}\n\
             What only it opened can never be opened again with this key ring. Copies and backups of the file from\n\
             before still hold the key, for whoever unlocks them: destroy those, too.",
            args.file.display()
        )
    })
}
