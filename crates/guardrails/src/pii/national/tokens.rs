//! Identity numbers that hold letters, and so stand as one word.

use super::asia::chinese;
use crate::Kind;
use crate::pii::checksum::{is_day, weighted};

type Check = fn(&[u8]) -> bool;

const FORMS: &[(Kind, Check)] = &[
    (Kind::new("national-id:cn-rin"), cn_rin),
    (Kind::new("national-id:es-dni"), es_dni),
    (Kind::new("national-id:fi-hetu"), fi_hetu),
    (Kind::new("national-id:gb-nino"), gb_nino),
    (Kind::new("national-id:ie-pps"), ie_pps),
    (Kind::new("national-id:in-pan"), in_pan),
    (Kind::new("national-id:it-codice-fiscale"), it_codice_fiscale),
    (Kind::new("national-id:mx-curp"), mx_curp),
    (Kind::new("national-id:sg-nric"), sg_nric),
];

/// The longest of them.
pub(crate) const LONGEST: usize = 18;

pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    FORMS.iter().map(|(kind, _)| *kind)
}

/// What sort of identity number the word is, of letters and digits, and for Finland one of `-+`.
pub(crate) fn token(word: &[u8]) -> Option<Kind> {
    if !(8..=LONGEST).contains(&word.len()) {
        return None;
    }
    FORMS.iter().find(|(_, check)| check(word)).map(|(kind, _)| *kind)
}

/// Whether the word is made like `shape`: `A` for a capital, `a` for a letter, `9` for a digit.
fn is_shaped(word: &[u8], shape: &[u8]) -> bool {
    word.len() == shape.len()
        && word.iter().zip(shape).all(|(byte, like)| match like {
            b'A' => byte.is_ascii_uppercase(),
            b'a' => byte.is_ascii_alphabetic(),
            b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        })
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte.wrapping_sub(b'0').min(9)))
}

fn part(word: &[u8], from: usize, to: usize) -> u64 {
    number(word.get(from..to).unwrap_or_default())
}

fn letter_of(table: &[u8], place: u64, letter: Option<&u8>) -> bool {
    let right = usize::try_from(place).ok().and_then(|place| table.get(place));
    right.zip(letter).is_some_and(|(right, letter)| right.eq_ignore_ascii_case(letter))
}

fn cn_rin(word: &[u8]) -> bool {
    let digits: Vec<u8> = word.iter().take(17).map(|byte| byte.wrapping_sub(b'0')).collect();
    let born = (1800..2200).contains(&part(word, 6, 10)) && is_day(part(word, 10, 12), part(word, 12, 14));
    is_shaped(word, b"99999999999999999a")
        && matches!(word.last(), Some(b'X' | b'x'))
        && born
        && chinese(&digits, Some(10))
}

/// DNI, and NIE with X, Y or Z for its first digit: the letter is the number modulo 23.
fn es_dni(word: &[u8]) -> bool {
    const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let number = match word.first().map(u8::to_ascii_uppercase) {
        Some(b'X' | b'Y' | b'Z') if is_shaped(word, b"a9999999a") => {
            let lead = word.first().map_or(0, |byte| byte.to_ascii_uppercase() - b'X');
            u64::from(lead) * 10_000_000 + part(word, 1, 8)
        }
        _ if is_shaped(word, b"99999999a") => part(word, 0, 8),
        _ => return false,
    };
    letter_of(LETTERS, number % 23, word.last())
}

fn fi_hetu(word: &[u8]) -> bool {
    const CHARACTERS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let (Some(born), Some(sign), Some(rest)) = (word.get(..6), word.get(6), word.get(7..)) else {
        return false;
    };
    let shaped = is_shaped(born, b"999999")
        && is_shaped(rest, b"999*")
        && matches!(sign, b'-' | b'+' | b'A'..=b'F' | b'U'..=b'Y');
    let all = number(born) * 1000 + part(rest, 0, 3);
    shaped && is_day(part(born, 2, 4), part(born, 0, 2)) && letter_of(CHARACTERS, all % 31, word.last())
}

/// National Insurance number, with the prefixes that HMRC does not use left out (NIM39110).
fn gb_nino(word: &[u8]) -> bool {
    let upper: Vec<u8> = word.to_ascii_uppercase();
    let [one, two, ..] = *upper else { return false };
    let barred = [*b"BG", *b"GB", *b"KN", *b"NK", *b"NT", *b"TN", *b"ZZ"].contains(&[one, two]);
    let letters = !b"DFIQUV".contains(&one) && !b"DFIOQUV".contains(&two);
    is_shaped(word, b"aa999999a") && matches!(upper.last(), Some(b'A'..=b'D')) && letters && !barred
}

fn ie_pps(word: &[u8]) -> bool {
    const LETTERS: &[u8] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let second = match word.get(8) {
        None => 0,
        Some(letter @ (b'A'..=b'I' | b'a'..=b'i')) => u64::from(letter.to_ascii_uppercase() - b'A') + 1,
        Some(b'W' | b'w') => 0,
        Some(_) => return false,
    };
    let digits: Vec<u8> = word.iter().take(7).map(|byte| byte.wrapping_sub(b'0').min(9)).collect();
    let sum = u64::from(weighted(&digits, &[8, 7, 6, 5, 4, 3, 2])) + second * 9;
    // Nine characters only: eight are too often a part number with a lucky letter.
    is_shaped(word, b"9999999aa") && letter_of(LETTERS, sum % 23, word.get(7))
}

/// Permanent account number: the fourth letter says what sort of person it is.
fn in_pan(word: &[u8]) -> bool {
    is_shaped(word, b"AAAAA9999A")
        && word.get(3).is_some_and(|byte| b"ABCFGHJLPT".contains(byte))
        && part(word, 5, 9) != 0
}

/// Decreto ministeriale 23 dicembre 1976: characters at odd places count by a table of their own. Letters may stand for digits
/// where two people would share a code.
fn it_codice_fiscale(word: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let Some((check, body)) = word.split_last() else { return false };
    if !is_shaped(word, b"aaaaaa**a**a***a")
        || !body.get(6..8).is_some_and(|year| year.iter().any(u8::is_ascii_digit))
    {
        return false;
    }
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(nth, byte)| {
            let value = match byte.to_ascii_uppercase() {
                digit @ b'0'..=b'9' => digit - b'0',
                letter => letter.wrapping_sub(b'A'),
            };
            if nth % 2 == 0 {
                ODD.get(usize::from(value)).copied().unwrap_or_default()
            } else {
                u32::from(value)
            }
        })
        .sum();
    u32::from(check.to_ascii_uppercase().wrapping_sub(b'A')) == sum % 26
}

/// Clave única de registro de población.
fn mx_curp(word: &[u8]) -> bool {
    const VALUES: &[u8] = b"0123456789ABCDEFGHIJKLMN_OPQRSTUVWXYZ";
    let Some((check, body)) = word.split_last() else { return false };
    let shaped = is_shaped(word, b"AAAA999999AAAAAA*9") && matches!(word.get(10), Some(b'H' | b'M' | b'X'));
    let sum: usize = body
        .iter()
        .zip((2..=18).rev())
        .map(|(byte, weight)| VALUES.iter().position(|value| value == byte).unwrap_or_default() * weight)
        .sum();
    shaped
        && is_day(part(word, 6, 8), part(word, 8, 10))
        && (10 - sum % 10) % 10 == usize::from(check.wrapping_sub(b'0'))
}

/// NRIC and FIN.
fn sg_nric(word: &[u8]) -> bool {
    let (offset, letters): (u32, &[u8]) = match word.first() {
        Some(b'S') => (0, b"JZIHGFEDCBA"),
        Some(b'T') => (4, b"JZIHGFEDCBA"),
        Some(b'F') => (0, b"XWUTRQPNMLK"),
        Some(b'G') => (4, b"XWUTRQPNMLK"),
        Some(b'M') => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    let digits: Vec<u8> = word.iter().skip(1).take(7).map(|byte| byte.wrapping_sub(b'0').min(9)).collect();
    let place = u64::from((offset + weighted(&digits, &[2, 7, 6, 5, 4, 3, 2])) % 11);
    let place = if word.first() == Some(&b'M') { 10 - place } else { place };
    is_shaped(word, b"A9999999A") && letter_of(letters, place, word.last())
}
