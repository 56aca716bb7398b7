//! How many guesses a password withstands, estimated.

use super::{Password, PasswordContext};

/// An estimate by `zxcvbn`: dictionaries, keyboard walks, dates, repetitions, and the person's own names.
///
/// It is an estimate for one language and one sort of guesser. Use it beside the rules of NIST, not in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Fewer than 10³ guesses.
    VeryWeak,
    /// Fewer than 10⁶ guesses.
    Weak,
    /// Fewer than 10⁸ guesses: withstands guessing at a limited login.
    Fair,
    /// Fewer than 10¹⁰ guesses: withstands guessing at a stolen, slow hash for a while.
    Good,
    /// 10¹⁰ guesses or more.
    Strong,
}

impl Strength {
    /// Only so many characters are looked at, because the estimate takes more than linear time. What comes after them makes
    /// no password weaker.
    pub const MAX_CHARS: usize = 100;

    /// Estimates the strength of `password` for this person. Costs up to some milliseconds.
    #[must_use]
    pub fn estimate(password: &Password, context: &PasswordContext) -> Self {
        let typed = password.normalized();
        let end = typed.char_indices().nth(Self::MAX_CHARS).map_or(typed.len(), |(at, _)| at);
        let words: Vec<_> = context.words().collect();
        match zxcvbn::zxcvbn(typed.get(..end).unwrap_or_default(), &words).score() {
            zxcvbn::Score::Four => Self::Strong,
            zxcvbn::Score::Three => Self::Good,
            zxcvbn::Score::Two => Self::Fair,
            zxcvbn::Score::One => Self::Weak,
            _ => Self::VeryWeak,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{PasswordRejection, PasswordRules, PasswordRulesError};
    use proptest::prelude::*;

    fn estimate(typed: &str) -> Strength {
        Strength::estimate(&Password::new(typed.to_owned()).unwrap(), &PasswordContext::default())
    }

    #[test]
    fn weak_is_weaker_than_strong() {
        assert_eq!(estimate("password"), Strength::VeryWeak);
        assert_eq!(estimate("aaaaaaaaaaaaaaaaaaaa"), Strength::VeryWeak);
        assert!(estimate("abcdefghijklmnopq") < Strength::Good);
        assert_eq!(estimate("plum tractor vexing oboe"), Strength::Strong);
        assert_eq!(estimate(""), Strength::VeryWeak);
    }

    #[test]
    fn a_persons_own_names_count_for_little() {
        let typed = Password::new("zbigniewowska".to_owned()).unwrap();
        let alone = Strength::estimate(&typed, &PasswordContext::default());
        let known = Strength::estimate(&typed, &PasswordContext::default().with_name("Zbigniewowska"));
        assert!(known < alone, "{known:?} {alone:?}");
    }

    #[test]
    fn flood_of_characters_is_cut_before_it_is_estimated() {
        let long: String = (0..340).map(|n| char::from(b'a' + (n * 7 % 26) as u8)).collect();
        let cut: String = long.chars().take(Strength::MAX_CHARS).collect();
        assert_eq!(estimate(&long), estimate(&cut));
        assert_eq!(estimate(&"ä".repeat(500)), estimate(&"ä".repeat(Strength::MAX_CHARS)));
    }

    #[tokio::test]
    async fn a_minimum_refuses_what_the_policy_alone_would_accept() {
        let typed = || Password::new("aaaaaaaaaaaaaaaaaaaa".to_owned()).unwrap();
        let context = PasswordContext::only_factor();
        assert!(PasswordRules::default().accept(typed(), &context).await.is_ok());
        let rules = PasswordRules::default().min_strength(Strength::Good);
        let refused = rules.accept(typed(), &context).await;
        assert!(matches!(refused, Err(PasswordRulesError::Rejected(PasswordRejection::Guessable))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn no_password_panics(typed in "\\PC{0,60}") {
            let _ = estimate(&typed);
        }
    }
}
