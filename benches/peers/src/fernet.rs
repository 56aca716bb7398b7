//! The `fernet` crate, encrypting a field.

use crate::Failure;
use crate::asked::answer;
use fernet::Fernet;
use std::hint::black_box;

/// As long as the field that `compare` seals.
const FIELD: [u8; 256] = [b'x'; 256];

pub(crate) fn run() -> Result<(), Failure> {
    let fernet = Fernet::new(&Fernet::generate_key()).ok_or("the key is refused")?;
    if fernet.decrypt(&fernet.encrypt(&FIELD))? != FIELD {
        return Err("what was encrypted is not what is decrypted".into());
    }
    answer(|_| {
        black_box(fernet.encrypt(black_box(&FIELD)));
        Ok(())
    })
}
