//! Armour that is read has one spelling, line ends and white space around it aside; and what is armoured reads back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{BufReader, Read, Write};
use stockade_crypto_at_rest::file::{ArmorError, ArmorReader, ArmorWriter};

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(read(armored(bytes).as_slice()).expect("what we write is read"), bytes);
    match read(bytes) {
        Ok(data) => {
            let text = String::from_utf8(bytes.to_vec()).expect("armor is ascii").replace("\r\n", "\n");
            assert_eq!(text.trim_ascii().as_bytes(), armored(&data).trim_ascii());
        }
        Err(error) => assert!(ArmorError::from_io(&error).is_some()),
    }
});

fn armored(data: &[u8]) -> Vec<u8> {
    let mut writer = ArmorWriter::new(Vec::new()).expect("memory");
    writer.write_all(data).expect("memory");
    writer.finish().expect("memory")
}

fn read(text: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    ArmorReader::new(BufReader::with_capacity(13, text)).read_to_end(&mut data).map(|_| data)
}
