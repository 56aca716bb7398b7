//! Texts made to be slow.

use super::texts::{Dice, SIZE, ascii, phrases};

fn repeated(piece: &str) -> String {
    piece.repeat(SIZE / piece.len().max(1) + 1)
}

fn joined(text: &str, with: &str) -> String {
    text.chars().flat_map(|c| [c.to_string(), with.to_owned()]).take(SIZE).collect()
}

fn rot13(text: &str) -> String {
    let turn = |c: char| match c {
        'a'..='m' | 'A'..='M' => char::from(c as u8 + 13),
        'n'..='z' | 'N'..='Z' => char::from(c as u8 - 13),
        _ => c,
    };
    text.chars().map(turn).collect()
}

fn base64(text: &str) -> String {
    use base64ct::{Base64, Encoding};
    Base64::encode_string(text.as_bytes())
}

fn random(alphabet: &str) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let mut dice = Dice::new(3);
    let mut text = String::new();
    while text.len() < SIZE {
        text.extend(alphabet.get(dice.below(alphabet.len())));
    }
    text
}

/// Each with its name.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let phrases = phrases();
    let one = phrases.first().cloned().unwrap_or_default();
    let every = phrases.join(" ");
    let halves: String = phrases.iter().filter_map(|phrase| phrase.get(..phrase.len() - 1)).collect();
    let prose = ascii();
    let prose = prose.get(..SIZE / 4).unwrap_or_default();
    let short = every.get(..SIZE / 40).unwrap_or(&every);
    let words: Vec<String> = every.split(' ').map(|word| word.chars().rev().collect()).collect();
    vec![
        ("hits of one phrase", repeated(&format!("{one} "))),
        ("hits of all phrases", repeated(&format!("{every}. "))),
        ("hits without ends", repeated(&format!("{one}s "))),
        ("beginnings of phrases", repeated(&halves)),
        ("disguised hits", repeated(&joined(&every, "-"))),
        ("letters and spaces", repeated(&joined(&every, " "))),
        ("spaced prose", joined(prose, " ")),
        ("dotted prose", joined(prose, ".")),
        ("phrases run together", repeated(&every.replace(' ', ""))),
        ("digits for letters", repeated(&every.replace('e', "3").replace('o', "0").replace('i', "1"))),
        ("letters repeated", repeated(&one.chars().flat_map(|c| [c; 9]).collect::<String>())),
        ("one letter", repeated("a")),
        ("one long token", random("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/")),
        ("spaces", repeated(" ")),
        ("lines", repeated("\r\n")),
        ("apostrophes", repeated("'")),
        ("zero width", repeated("\u{200b}")),
        ("zero width in phrases", repeated(&joined(&every, "\u{200b}"))),
        ("zero width in a gap", format!("ignore{}all", "\u{200b}".repeat(SIZE / 3))),
        ("marks", repeated("a\u{301}\u{300}\u{489}\u{336}")),
        ("marks alone", repeated("\u{301}")),
        (
            "tags",
            repeated(&every.chars().filter_map(|c| char::from_u32(0xe0000 + c as u32)).collect::<String>()),
        ),
        (
            "look-alikes",
            repeated(&every.replace('a', "а").replace('e', "е").replace('o', "о").replace('i', "і")),
        ),
        ("look-alikes only", random("аеорсухіѕјԁԛԝһ")),
        ("mathematical letters", random("𝐚𝐛𝐜𝐝𝐞𝐟𝐠𝐡𝐢𝐣𝐤𝐥𝐦𝐧𝐨𝐩𝐪𝐫𝐬𝐭𝐮𝐯𝐰𝐱𝐲𝐳")),
        ("ligatures", repeated("ﷺ㋿㍻ﬃ")),
        ("ideographs", random("今日薬飲元気私昨天地玄黄宇宙洪荒")),
        ("emoji", random("🙂😀🚀❤️👩‍👩‍👧")),
        ("letters and emoji", repeated(&joined(&every, "🙂"))),
        ("base64", repeated(&base64(prose))),
        ("base64 of hits", base64(&repeated(&format!("{every} ")))),
        ("base64 twice", base64(&base64(&repeated(&format!("{every} "))))),
        ("base64 words", repeated(&(base64(&one).trim_end_matches('=').to_owned() + " "))),
        ("base64 beginnings", repeated("aWdub3Jl. ")),
        ("hexadecimal", prose.bytes().map(|byte| format!("{byte:02x}")).collect()),
        ("hexadecimal pairs", prose.bytes().map(|byte| format!("{byte:02x} ")).collect()),
        ("escapes of characters", prose.bytes().map(|byte| format!("%{byte:02x}")).collect()),
        ("escapes of escapes", repeated("%2525")),
        ("escapes and hits", repeated(&every.replace(' ', "%20"))),
        ("escapes far apart", repeated(&format!("{}%20", "word ".repeat(6)))),
        ("percent signs", repeated("%")),
        ("references", short.bytes().map(|byte| format!("&#{byte};")).collect::<String>().repeat(4)),
        ("names of references", repeated("&amp;")),
        ("ampersands", repeated("&")),
        ("backslashes", repeated("\\")),
        ("rotated phrases", repeated(&rot13(&every))),
        ("rotated beginnings", repeated(&rot13("ignore all."))),
        ("mirrored phrases", repeated(&every.chars().rev().collect::<String>())),
        ("mirrored words", repeated(&words.join(" "))),
        ("words of one letter", random("a b c d e ")),
        (
            "bytes of all kinds",
            random(
                " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~éаα中🙂\u{200b}\n",
            ),
        ),
    ]
}
