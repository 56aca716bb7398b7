use super::*;
use proptest::prelude::*;
use std::io::{BufRead, BufReader, Read, Write};

fn armored(data: &[u8]) -> String {
    let mut writer = ArmorWriter::new(Vec::new()).unwrap();
    writer.write_all(data).unwrap();
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

fn read(text: &str) -> Result<Vec<u8>, ArmorError> {
    let mut data = Vec::new();
    match ArmorReader::new(text.as_bytes()).read_to_end(&mut data) {
        Ok(_) => Ok(data),
        Err(error) => Err(ArmorError::from_io(&error).unwrap()),
    }
}

#[test]
fn armor_is_as_age_writes_it() {
    assert_eq!(
        armored(&[0; 49]),
        format!(
            "-----BEGIN AGE ENCRYPTED FILE-----\n{}\nAA==\n-----END AGE ENCRYPTED FILE-----\n",
            "A".repeat(64)
        )
    );
    assert_eq!(armored(b""), "-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n");
}

#[test]
fn line_ends_and_white_space_around_may_differ() {
    let text = armored(&[7; 100]);
    for same in
        [text.replace('\n', "\r\n"), text.trim_end().to_owned(), format!(" \n\r\n\t\n{text}\n \t\r\n")]
    {
        assert_eq!(read(&same), Ok(vec![7; 100]), "{same:?}");
    }
}

#[test]
fn confusion_every_other_spelling_is_refused() {
    let text = armored(&[7; 100]);
    let lines: Vec<_> = text.lines().collect();
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        lines.join("\n")
    };
    for (other, error) in [
        (with(0, "-----BEGIN AGE ENCRYPTED FILES-----"), ArmorError::Begin),
        (with(0, " -----BEGIN AGE ENCRYPTED FILE-----"), ArmorError::Begin),
        (with(0, "-----begin age encrypted file-----"), ArmorError::Begin),
        (with(0, "-----BEGIN AGE ENCRYPTED FILE-----\nVersion: 1\n"), ArmorError::Line),
        (with(1, &lines[1][..60]), ArmorError::End),
        (with(1, &format!("{}AAAA", lines[1])), ArmorError::Line),
        (with(1, &format!("{} ", lines[1])), ArmorError::Line),
        (with(1, &format!("{}\n", lines[1])), ArmorError::End),
        (with(3, "BwcHBw"), ArmorError::Line),
        (with(3, "BwcHBx=="), ArmorError::Line),
        (with(3, "BwcHB==="), ArmorError::Line),
        (with(3, "BwcH\nBw=="), ArmorError::End),
        (with(3, "BwcHBw==\n=6FvX"), ArmorError::End),
        (with(4, "-----END AGE ENCRYPTED FILE----- "), ArmorError::End),
        (with(4, ""), ArmorError::End),
        (format!("{text}more"), ArmorError::Trailing),
        (format!("{text}{text}"), ArmorError::Trailing),
        (format!("more\n{text}"), ArmorError::Begin),
        (String::new(), ArmorError::Begin),
    ] {
        assert_eq!(read(&other), Err(error), "{other:?}");
    }
}

#[test]
fn truncation_at_every_byte_is_seen() {
    let text = armored(&[7; 100]);
    for len in 0..text.len() - 1 {
        assert!(read(&text[..len]).is_err(), "{len}");
    }
}

#[test]
fn bit_flip_never_gives_the_same_data() {
    let text = armored(&[7; 100]);
    for bit in 0..text.len() * 8 {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let mut data = Vec::new();
        let result = ArmorReader::new(&bytes[..]).read_to_end(&mut data);
        // the line feed behind the end line may be any white space
        let harmless = bit / 8 == text.len() - 1;
        assert!(result.is_err() || data != vec![7; 100] || harmless, "{bit}");
    }
}

#[test]
fn flood_of_white_space_or_of_one_line_is_cut_off() {
    let text = armored(b"x");
    assert_eq!(read(&format!("{}{text}", "\n".repeat(1025))), Err(ArmorError::Whitespace));
    assert_eq!(read(&format!("{text}{}", " ".repeat(1_000_000))), Err(ArmorError::Whitespace));
    assert!(read(&format!("{}{text}{}", "\n".repeat(1024), " ".repeat(1024))).is_ok());
    let mut reader = BufReader::new(io::repeat(b'-'));
    let error = ArmorReader::new(&mut reader).fill_buf().unwrap_err();
    assert_eq!(ArmorError::from_io(&error), Some(ArmorError::Begin));
}

#[test]
fn an_error_is_final() {
    let text = armored(&[7; 100]).replace("BwcHBw==", "BwcHBw!=");
    let mut reader = ArmorReader::new(text.as_bytes());
    for _ in 0..3 {
        let error = reader.fill_buf().unwrap_err();
        assert_eq!(ArmorError::from_io(&error), Some(ArmorError::Line));
    }
}

#[test]
fn armor_is_detected_and_binary_left_alone() {
    for (file, binary) in [
        (armored(b"age"), "age"),
        (format!("\n{}", armored(b"age")), "age"),
        ("age-encryption.org/v1\n".to_owned(), "age-encryption.org/v1\n"),
        (String::new(), ""),
    ] {
        let mut data = String::new();
        MaybeArmored::detect(file.as_bytes()).unwrap().read_to_string(&mut data).unwrap();
        assert_eq!(data, binary);
    }
}

#[test]
fn flushing_in_the_middle_changes_nothing() {
    let mut writer = ArmorWriter::new(Vec::new()).unwrap();
    for byte in 0..=255 {
        writer.write_all(&[byte]).unwrap();
        writer.flush().unwrap();
    }
    assert_eq!(String::from_utf8(writer.finish().unwrap()).unwrap(), armored(&(0..=255).collect::<Vec<_>>()));
}

/// Gives a part of a line, fails once, and goes on.
struct Stumbling<'a>(Vec<Result<&'a str, ()>>);

impl Read for Stumbling<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.pop() {
            Some(Ok(part)) => {
                buffer[..part.len()].copy_from_slice(part.as_bytes());
                Ok(part.len())
            }
            Some(Err(())) => Err(io::Error::other("a bad sector")),
            None => Ok(0),
        }
    }
}

#[test]
fn partial_read_of_a_line_is_not_passed_over_after_an_error() {
    let text = armored(&[7; 100]);
    let (one, two) = text.split_at(99);
    let mut reader = ArmorReader::new(BufReader::new(Stumbling(vec![Ok(two), Err(()), Ok(one)])));
    assert_eq!(reader.fill_buf().unwrap_err().to_string(), "a bad sector");
    assert!(reader.fill_buf().is_err());
}

proptest! {
    #[test]
    fn what_is_armored_reads_back(data in prop::collection::vec(any::<u8>(), 0..20_000), buffer in 1_usize..100) {
        let text = armored(&data);
        let mut back = Vec::new();
        let mut reader = ArmorReader::new(BufReader::with_capacity(buffer, text.as_bytes()));
        reader.read_to_end(&mut back).unwrap();
        prop_assert_eq!(back, data);
        prop_assert!(text.lines().all(|line| line.len() <= 64));
    }

    #[test]
    fn what_reads_has_one_spelling(body in "[A-Za-z0-9+/=\n\r ]{0,200}") {
        let text = format!("-----BEGIN AGE ENCRYPTED FILE-----\n{body}\n-----END AGE ENCRYPTED FILE-----\n");
        if let Ok(data) = read(&text) {
            prop_assert_eq!(armored(&data), text.replace("\r\n", "\n"));
        }
    }
}
