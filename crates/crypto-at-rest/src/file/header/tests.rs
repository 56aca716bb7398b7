use super::*;
use crate::file::X25519Identity;
use proptest::prelude::*;
use std::io::{BufReader, Cursor, Read};
use stockade_testkit::{NoEntropy, SeededEntropy};

fn alice() -> X25519Identity {
    X25519Identity::generate(&SeededEntropy::new(1)).unwrap()
}

fn sealed(seed: u64, room: HeaderRoom) -> (Header, FileKey) {
    Header::seal(&[&alice().recipient()], room, &SeededEntropy::new(seed)).unwrap()
}

fn text(header: &Header) -> String {
    String::from_utf8(header.as_bytes().to_vec()).unwrap()
}

#[test]
fn a_sealed_header_unlocks_to_its_key_and_says_where_the_payload_begins() {
    let (header, key) = sealed(2, HeaderRoom::None);
    let file = [header.as_bytes(), b"the payload\n--- of it"].concat();
    let mut reader = BufReader::with_capacity(7, Cursor::new(&file));
    let read = Header::read(&mut reader).unwrap();
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"the payload\n--- of it");
    assert_eq!(read.len(), file.len() - rest.len());
    assert_eq!(read.unlock(&[&alice()]).unwrap().expose(), key.expose());
}

#[test]
fn asvs_v11_2_5_no_bit_flip_of_a_header_opens() {
    let (header, _) = sealed(3, HeaderRoom::Multiple(512));
    for bit in 0..header.len() * 8 {
        let mut flipped = header.as_bytes().to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let opened = Header::parse(&flipped).and_then(|header| header.unlock(&[&alice()]));
        assert!(opened.is_err(), "bit {bit}");
    }
}

#[test]
fn truncation_at_every_byte_is_seen() {
    let (header, _) = sealed(4, HeaderRoom::None);
    for len in 0..header.len() {
        let result = Header::parse(&header.as_bytes()[..len]);
        let seen = matches!(result, Err(HeaderError::Truncated)) || len == 0;
        assert!(seen && result.is_err(), "{len}: {result:?}");
    }
}

#[test]
fn splice_of_a_stanza_from_another_file_is_refused() {
    let (one, two) = (text(&sealed(5, HeaderRoom::None).0), text(&sealed(6, HeaderRoom::None).0));
    let mac = |text: &str| text[text.find("---").unwrap()..].to_owned();
    let stanza = |text: &str| text[text.find("->").unwrap()..text.find("---").unwrap()].to_owned();
    let version = "age-encryption.org/v1\n";
    for spliced in [
        format!("{version}{}{}", stanza(&one), mac(&two)),
        format!("{version}{}{}{}", stanza(&one), stanza(&two), mac(&one)),
        format!("{version}{}{}{}", stanza(&two), stanza(&one), mac(&one)),
        format!("{version}{}-> grease\n\n{}", stanza(&one), mac(&one)),
    ] {
        let opened = Header::parse(spliced.as_bytes()).unwrap().unlock(&[&alice()]);
        assert!(matches!(opened, Err(HeaderError::Refused)), "{opened:?}");
    }
}

#[test]
fn asvs_v11_2_5_a_wrong_key_and_a_wrong_mac_look_the_same() {
    let (header, _) = sealed(7, HeaderRoom::None);
    let stranger = X25519Identity::generate(&SeededEntropy::new(8)).unwrap();
    let wrong_key = header.unlock(&[&stranger]).unwrap_err();
    let mut altered = header.clone();
    altered.mac[0] ^= 1;
    let wrong_mac = altered.unlock(&[&alice()]).unwrap_err();
    assert_eq!(format!("{wrong_key} {wrong_key:?}"), format!("{wrong_mac} {wrong_mac:?}"));
    assert!(header.unlock(&[&stranger, &alice()]).is_ok());
}

#[test]
fn flood_of_stanzas_is_cut_off_at_the_cap() {
    let flood = format!("age-encryption.org/v1\n{}", "-> x\n\n".repeat(100_000));
    assert!(matches!(Header::parse(flood.as_bytes()), Err(HeaderError::TooLong)));
    let most = format!("age-encryption.org/v1\n{}--- {}\n", "-> x\n\n".repeat(MAX_STANZAS), "A".repeat(43));
    assert_eq!(Header::parse(most.as_bytes()).unwrap().stanzas().len(), MAX_STANZAS);
}

/// Gives bytes without end, and counts them.
struct Endless(u8, usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(self.0);
        self.1 += buffer.len();
        Ok(buffer.len())
    }
}

#[test]
fn flood_of_one_endless_line_is_cut_off_at_the_cap() {
    for (start, cap) in
        [("", 16_384), ("age-encryption.org/", 16_384), ("age-encryption.org/v1\n-> ", 400_000)]
    {
        let mut reader = BufReader::new(start.as_bytes().chain(Endless(b'a', 0)));
        let result = Header::read(&mut reader);
        assert!(matches!(result, Err(HeaderError::TooLong | HeaderError::NotAge)), "{result:?}");
        assert!(reader.get_ref().get_ref().1.1 < cap, "{start}");
    }
}

#[test]
fn what_is_not_age_is_told_apart() {
    assert!(matches!(Header::parse(b"PK\x03\x04 a zip"), Err(HeaderError::NotAge)));
    assert!(matches!(Header::parse(b""), Err(HeaderError::NotAge)));
    assert!(matches!(Header::parse(b"salted__\n\n"), Err(HeaderError::NotAge)));
    let v2 = Header::parse(b"age-encryption.org/v2\n").unwrap_err();
    assert_eq!(v2.to_string(), "age version `v2` is not supported");
}

#[test]
fn only_the_canonical_spelling_is_read() {
    let mac = "A".repeat(43);
    let long = "A".repeat(65);
    let full = "A".repeat(64);
    for (body, good) in [
        (String::from("-> a\n\n"), true),
        (format!("-> a b c\n{full}\n\n"), true),
        (String::from("-> a\nAAA\n"), true),
        (String::new(), false),
        (String::from("->a\n\n"), false),
        (String::from("-> a \n\n"), false),
        (String::from("-> \n\n"), false),
        (String::from("-> a\tb\n\n"), false),
        (String::from("-> a\u{e9}\n\n"), false),
        (String::from("-> a\nA\n"), false),
        (String::from("-> a\nAAAA=\n"), false),
        (String::from("-> a\nAB\n"), false),
        (format!("-> a\n{long}\n\n"), false),
        (format!("-> a\n{full}\n"), false),
        (String::from("-> a\r\n\r\n"), false),
        (String::from("stanza\n\n"), false),
    ] {
        let header = format!("age-encryption.org/v1\n{body}--- {mac}\n");
        let result = Header::parse(header.as_bytes());
        assert_eq!(result.is_ok(), good, "{body:?}: {result:?}");
        assert!(good || matches!(result, Err(HeaderError::Malformed { .. })), "{body:?}: {result:?}");
    }
    for end in [
        "---\n".to_owned(),
        format!("--- {mac}=\n"),
        format!("--- {}B\n", &mac[1..]),
        format!("---  {mac}\n"),
    ] {
        let header = format!("age-encryption.org/v1\n-> a\n\n{end}");
        assert!(matches!(Header::parse(header.as_bytes()), Err(HeaderError::Malformed { .. })), "{end}");
    }
}

#[test]
fn confusion_a_password_stanza_has_no_company() {
    let mac = "A".repeat(43);
    let read =
        |stanzas: &str| Header::parse(format!("age-encryption.org/v1\n{stanzas}--- {mac}\n").as_bytes());
    for (kind, padding) in
        [("scrypt", false), ("stockade.argon2id/v1", true), ("stockade.pbkdf2-sha256/v1", true)]
    {
        assert!(read(&format!("-> {kind}\n\n")).is_ok());
        assert!(read(&format!("-> {kind}\n\n-> X25519\n\n")).is_err());
        assert!(read(&format!("-> {kind}\n\n-> {kind}\n\n")).is_err());
        assert_eq!(read(&format!("-> {kind}\n\n-> stockade.pad/v1 .\n\n")).is_ok(), padding);
    }
}

#[test]
fn a_header_has_the_room_that_was_asked_for() {
    let tight = sealed(9, HeaderRoom::None).0.len();
    for step in [64, 512, 4096, tight as u32, tight as u32 + 1, tight as u32 + 20, tight as u32 + 22] {
        let (header, key) = sealed(9, HeaderRoom::Multiple(step));
        assert_eq!(header.len() % step as usize, 0, "{step}");
        let read = Header::parse(header.as_bytes()).unwrap();
        assert_eq!(read.unlock(&[&alice()]).unwrap().expose(), key.expose());
    }
    assert_eq!(sealed(9, HeaderRoom::Exactly(1000)).0.len(), 1000);
    assert_eq!(sealed(9, HeaderRoom::Exactly(tight as u32 + 22)).0.len(), tight + 22);
    for impossible in [0, tight - 1, tight + 1, tight + 21] {
        assert_eq!(sealed(9, HeaderRoom::Exactly(impossible as u32)).0.len(), tight);
    }
    assert_eq!(sealed(9, HeaderRoom::Multiple(0)).0.len(), tight);
}

#[test]
fn flood_of_room_is_refused() {
    let result = Header::seal(
        &[&alice().recipient()],
        HeaderRoom::Exactly(MAX_HEADER_LEN as u32 + 1),
        &SeededEntropy::new(1),
    );
    assert!(matches!(result, Err(HeaderError::TooLong)));
}

#[test]
fn nothing_is_sealed_for_nobody_or_without_randomness() {
    let entropy = SeededEntropy::new(1);
    assert!(matches!(Header::seal(&[], HeaderRoom::None, &entropy), Err(HeaderError::NoRecipients)));
    let result = Header::seal(&[&alice().recipient()], HeaderRoom::None, &NoEntropy);
    assert!(matches!(result, Err(HeaderError::Entropy)));
}

#[test]
fn asvs_v11_5_1_each_file_has_a_fresh_key_and_share() {
    let entropy = SeededEntropy::new(10);
    let seal = || Header::seal(&[&alice().recipient()], HeaderRoom::None, &entropy).unwrap();
    let ((one, one_key), (two, two_key)) = (seal(), seal());
    assert_ne!(one_key.expose(), two_key.expose());
    assert_ne!(one.stanzas(), two.stanzas());
}

#[test]
fn asvs_v16_2_5_a_file_key_is_not_shown() {
    assert_eq!(format!("{:?}", FileKey::from_bytes([0xab; 16])), "FileKey(Secret([redacted]))");
}

proptest! {
    #[test]
    fn any_stanzas_survive_the_round_trip(
        stanzas in prop::collection::vec(
            ("[!-~]{1,20}", prop::collection::vec("[!-~]{1,80}", 0..4), prop::collection::vec(any::<u8>(), 0..200)),
            1..5,
        )
    ) {
        let stanzas: Vec<_> =
            stanzas.into_iter().map(|(kind, args, body)| Stanza::new(&kind, args, body).unwrap()).collect();
        prop_assume!(in_bad_company(&stanzas).is_none());
        let header = Header::assemble(&FileKey::from_bytes([7; 16]), stanzas.clone()).unwrap();
        prop_assert_eq!(header.len(), header_len(&stanzas));
        let read = Header::parse(header.as_bytes()).unwrap();
        prop_assert_eq!(read.stanzas(), stanzas);
        prop_assert!(read.verify(&FileKey::from_bytes([7; 16])).is_ok());
        prop_assert!(read.verify(&FileKey::from_bytes([8; 16])).is_err());
    }

    #[test]
    fn a_header_that_is_read_is_written_the_same(lines in prop::collection::vec("(-> )?[!-~ ]{0,70}", 0..8)) {
        let bytes = format!("age-encryption.org/v1\n{}\n--- {}\n", lines.join("\n"), "A".repeat(43));
        if let Ok(header) = Header::parse(bytes.as_bytes()) {
            let mut written = Vec::new();
            write_covered(&header.stanzas, &mut written);
            prop_assert_eq!(&header.bytes[..header.covered], &written[..]);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Header::parse(&bytes);
        let _ = Header::parse(&[&b"age-encryption.org/v1\n-> "[..], &bytes].concat());
    }
}
