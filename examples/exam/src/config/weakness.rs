//! Secrets that are none.

use std::collections::HashMap;

/// What is wrong with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Weakness {
    /// Fewer than [`MIN_CHARS`].
    #[error("has fewer than {MIN_CHARS} characters")]
    Short,
    /// It stands in a file that everybody has.
    #[error("is the example value from the documentation")]
    Example,
    /// One piece, over and over.
    #[error("repeats itself")]
    Repeated,
    /// Letters or digits in the order of the alphabet or the keyboard.
    #[error("is a sequence")]
    Sequence,
    /// Too few different characters for its length.
    #[error("has too few different characters")]
    LowEntropy,
}

/// 16 random bytes in base64 have 22 characters, in hexadecimal 32.
pub(crate) const MIN_CHARS: usize = 20;

/// By the frequency of its characters, which random text of [`MIN_CHARS`] in base64 is well above.
const MIN_BITS: f64 = 56.0;

/// Every value that the shipped `.env.example` shows.
const EXAMPLES: &str = include_str!("../../.env.example");

/// Says whether `secret` is plainly no secret. That it is a good one, nobody can tell by looking at it.
pub(crate) fn judge(secret: &str) -> Result<(), Weakness> {
    if is_example(secret) {
        return Err(Weakness::Example);
    }
    let chars: Vec<_> = secret.chars().collect();
    if chars.len() < MIN_CHARS {
        return Err(Weakness::Short);
    }
    if is_repeated(&chars) {
        return Err(Weakness::Repeated);
    }
    if is_sequence(&chars) {
        return Err(Weakness::Sequence);
    }
    if bits(&chars) < MIN_BITS {
        return Err(Weakness::LowEntropy);
    }
    Ok(())
}

/// Whether the documentation shows it, as a value or as the password within a URL.
pub(crate) fn is_example(secret: &str) -> bool {
    let lines = EXAMPLES.lines().map(|line| line.trim_start_matches('#').trim());
    let mut values = lines.filter_map(|line| line.split_once('=').map(|(_, value)| value));
    values.any(|value| value == secret || password_in(value) == Some(secret))
}

/// The password in `scheme://user:password@host`.
pub(crate) fn password_in(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let (_, password) = user_info.split_once(':')?;
    (!password.is_empty()).then_some(password)
}

fn is_repeated(chars: &[char]) -> bool {
    (1..=chars.len() / 2)
        .any(|period| chars.iter().skip(period).zip(chars).all(|(later, earlier)| later == earlier))
}

fn is_sequence(chars: &[char]) -> bool {
    const ROWS: [&str; 6] =
        ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop"];
    let follows = |a: char, b: char| {
        let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
        ROWS.iter().any(|row| {
            let place = |wanted| row.chars().position(|c| c == wanted);
            matches!((place(a), place(b)), (Some(a), Some(b)) if a.abs_diff(b) <= 1)
        })
    };
    let steps = chars.iter().zip(chars.iter().skip(1)).filter(|&(&a, &b)| follows(a, b)).count();
    steps * 10 >= chars.len().saturating_sub(1) * 7
}

/// Shannon's measure over the characters, times their number.
fn bits(chars: &[char]) -> f64 {
    let mut counts = HashMap::new();
    for c in chars {
        *counts.entry(c).or_insert(0_u32) += 1;
    }
    let all = f64::from(u32::try_from(chars.len()).unwrap_or(u32::MAX));
    counts.values().map(|&count| -f64::from(count) * (f64::from(count) / all).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asvs_v13_3_1_what_is_plainly_no_secret_is_refused() {
        for (secret, weakness) in [
            ("", Weakness::Short),
            ("short-but-random-x9", Weakness::Short),
            ("draw-a-passphrase-of-your-own", Weakness::Example),
            ("choose-a-database-password", Weakness::Example),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Weakness::Repeated),
            ("hunter2hunter2hunter2hunter2", Weakness::Repeated),
            ("abcdefghijklmnopqrstuvwxyz", Weakness::Sequence),
            ("qwertyuiopasdfghjklzxcvbnm", Weakness::Sequence),
            ("1234567890 1234567890 0", Weakness::Sequence),
            ("mKmmKKmKmKKKmmmKmKKm", Weakness::LowEntropy),
        ] {
            assert_eq!(judge(secret), Err(weakness), "{secret}");
        }
    }

    #[test]
    fn random_text_and_a_row_of_words_pass() {
        for secret in [
            "u5Xc0n3vT9yJb1QwZrKfPg==",
            "9f86d081884c7d659a2feaa0c55ad015",
            "lumber-violet-orbit-kettle-sparrow",
            "correct horse battery staple of mine",
        ] {
            assert_eq!(judge(secret), Ok(()), "{secret}");
        }
    }

    #[test]
    fn the_password_of_a_url_is_found() {
        assert_eq!(password_in("postgres://me:a:b@host/db?x=@"), Some("a:b"));
        assert_eq!(password_in("redis://:pw@host"), Some("pw"));
        for url in ["postgres://me@host/db", "sqlite:exam.db", "redis://host", "redis://:@host", ""] {
            assert_eq!(password_in(url), None, "{url}");
        }
    }
}
