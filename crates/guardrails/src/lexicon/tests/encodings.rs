//! Each way of saying a phrase in other words, over all of the phrases.

use super::hiding::*;

#[test]
fn base64_of_either_alphabet() {
    seen_through(base64);
    seen_through(|phrase| base64(phrase).trim_end_matches('=').to_owned());
    seen_through(|phrase| base64(phrase).replace('+', "-").replace('/', "_"));
    seen_through(|phrase| base64(&format!("Hello! {}?", phrase.to_uppercase())));
    seen_through(|phrase| {
        let lines =
            base64(&format!("This is a longer text, and in the middle it says: {phrase}. And so on."));
        lines
            .as_bytes()
            .chunks(32)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect::<Vec<_>>()
            .join("\n")
    });
}

#[test]
fn hexadecimal() {
    seen_through(|phrase| hex(phrase, "", ""));
    seen_through(|phrase| hex(phrase, "", " "));
    seen_through(|phrase| hex(phrase, "", ":").to_uppercase());
    seen_through(|phrase| hex(phrase, "\\x", ""));
    seen_through(|phrase| hex(phrase, "0x", " "));
    seen_through(|phrase| hex(phrase, "0x", ", "));
    seen_through(|phrase| format!("0x{}", hex(phrase, "", "")));
}

#[test]
fn url_encoding() {
    seen_through(|phrase| hex(phrase, "%", ""));
    seen_through(|phrase| phrase.replace(' ', "%20"));
    seen_through(|phrase| replaced(phrase, &[(' ', "%20"), ('e', "%65"), ('o', "%6F")]));
    seen_through(|phrase| hex(phrase, "%25", ""));
    seen_through(|phrase| hex(phrase, "%u00", ""));
}

#[test]
fn html_entities() {
    seen_through(|phrase| each(phrase, |c| format!("&#{};", c as u32)));
    seen_through(|phrase| each(phrase, |c| format!("&#x{:x};", c as u32)));
    seen_through(|phrase| each(phrase, |c| format!("&#{:07}", c as u32)));
    seen_through(|phrase| {
        replaced(phrase, &[(' ', "&nbsp;"), ('e', "&eacute;"), ('o', "&oopf;"), ('a', "&#97;")])
    });
}

#[test]
fn unicode_escapes() {
    seen_through(|phrase| each(phrase, |c| format!("\\u{:04x}", c as u32)));
    seen_through(|phrase| each(phrase, |c| format!("\\u{{{:x}}}", c as u32)));
    seen_through(|phrase| each(phrase, |c| format!("\\U{:08x}", c as u32)));
}

#[test]
fn rotation_by_thirteen() {
    seen_through(rotated);
    seen_through(|phrase| rotated(phrase).to_uppercase());
}

#[test]
fn reversal_of_the_text_and_of_its_words() {
    seen_through(|phrase| phrase.chars().rev().collect());
    seen_through(|phrase| {
        phrase.split(' ').map(|word| word.chars().rev().collect()).collect::<Vec<String>>().join(" ")
    });
}

#[test]
fn two_layers_of_encoding() {
    seen_through(|phrase| base64(&rotated(phrase)));
    seen_through(|phrase| base64(&base64(phrase)));
    seen_through(|phrase| hex(&base64(phrase), "", ""));
    seen_through(|phrase| base64(&phrase.chars().rev().collect::<String>()));
    seen_through(|phrase| base64(&joined(phrase, " ")));
    seen_through(|phrase| base64(&hex(phrase, "%", "")));
}
