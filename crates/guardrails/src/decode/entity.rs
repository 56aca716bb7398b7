//! Character references by name, as far as they stand for what terms have (HTML Living Standard, 13.5).

/// What may follow a letter in a name without making it another letter.
const SUFFIXES: [&[u8]; 17] = [
    b"fr", b"opf", b"scr", b"acute", b"grave", b"circ", b"uml", b"tilde", b"ring", b"cedil", b"caron",
    b"macr", b"breve", b"dot", b"slash", b"ogon", b"strok",
];

/// What `&name;` stands for; accents and styles of a letter are the letter.
pub(super) fn named(name: &[u8]) -> Option<char> {
    let c = match name {
        b"nbsp" => ' ',
        b"ensp" => ' ',
        b"emsp" => ' ',
        b"thinsp" => ' ',
        b"Tab" => ' ',
        b"NewLine" => ' ',
        b"shy" => '\u{ad}',
        b"zwj" => '\u{200d}',
        b"zwnj" => '\u{200c}',
        b"lrm" => '\u{200e}',
        b"rlm" => '\u{200f}',
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"lowbar" => '_',
        b"hyphen" => '-',
        b"period" => '.',
        b"comma" => ',',
        b"excl" => '!',
        b"commat" => '@',
        b"dollar" => '$',
        b"plus" => '+',
        b"vert" => '|',
        b"ast" => '*',
        b"bsol" => '\\',
        b"percnt" => '%',
        b"imath" => 'i',
        b"jmath" => 'j',
        b"ell" => 'l',
        _ => return accented(name),
    };
    Some(c)
}

fn accented(name: &[u8]) -> Option<char> {
    let (letter, suffix) = name.split_first()?;
    (letter.is_ascii_alphabetic() && SUFFIXES.contains(&suffix)).then_some(char::from(*letter))
}
