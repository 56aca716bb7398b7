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
    /// No more than so many characters are looked at.
    pub const MAX_CHARS: usize = 64;

    /// How much an estimate may cost: the square of the length, times the ways to read the stand-ins. Some 15 ms.
    const MAX_WORK: usize = 8192;

    /// The letters for which `zxcvbn` tries stand-ins. It tries each combination: with all of them in a password of a hundred
    /// characters it takes five seconds.
    const STAND_INS: [&str; 12] = ["4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2"];

    /// Estimates the strength of `password` for this person.
    ///
    /// Only its beginning is looked at, up to [`MAX_CHARS`](Self::MAX_CHARS) characters and fewer if there are many digits and
    /// signs that could stand for letters, because the cost of an estimate explodes: at most some 15 milliseconds are spent.
    /// What follows makes no password weaker.
    #[must_use]
    pub fn estimate(password: &Password, context: &PasswordContext) -> Self {
        let typed = password.normalized();
        let words: Vec<_> = context.words().collect();
        match zxcvbn::zxcvbn(affordable(&typed), &words).score() {
            zxcvbn::Score::Four => Self::Strong,
            zxcvbn::Score::Three => Self::Good,
            zxcvbn::Score::Two => Self::Fair,
            zxcvbn::Score::One => Self::Weak,
            _ => Self::VeryWeak,
        }
    }
}

/// The longest beginning whose estimate is within [`Strength::MAX_WORK`].
fn affordable(typed: &str) -> &str {
    let mut end = 0;
    for (count, (at, c)) in (1..=Strength::MAX_CHARS).zip(typed.char_indices()) {
        let next = at + c.len_utf8();
        let beginning = typed.get(..next).unwrap_or_default();
        if work(count, beginning) > Strength::MAX_WORK {
            break;
        }
        end = next;
    }
    typed.get(..end).unwrap_or_default()
}

fn work(count: usize, text: &str) -> usize {
    let used = |stand_ins: &&str| stand_ins.chars().filter(|c| text.contains(*c)).count().max(1);
    let readings: usize = Strength::STAND_INS.iter().map(used).product();
    readings.saturating_mul(count).saturating_mul(count)
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
    fn flood_of_characters_and_stand_ins_is_cut_before_it_is_estimated() {
        assert_eq!(affordable(&"x".repeat(1000)).len(), Strength::MAX_CHARS);
        assert_eq!(affordable(&"ä".repeat(500)).chars().count(), Strength::MAX_CHARS);
        let worst: String = "4@8({[<369!1|70$5+%2".chars().cycle().take(100).collect();
        let cut = affordable(&worst);
        assert!(work(cut.chars().count(), cut) <= Strength::MAX_WORK && cut.len() < 20, "{cut}");
        assert_eq!(estimate(&worst), estimate(cut));
        assert_eq!(affordable(""), "");
    }

    #[test]
    fn what_is_cut_is_enough_to_be_strong() {
        for typed in
            ["x7$Kp!2@q(4Zr{9|m&T1;vB8", "8473 9120 5566 0193 7745 2098", "T4k3@th3+tr4!n_t0_<R0yd0n>"]
        {
            assert!(estimate(typed) >= Strength::Good, "{typed}");
        }
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
        fn no_password_panics_or_costs_more_than_allowed(typed in "\\PC{0,60}|[4@8({\\[<369!1|70$5+%2]{0,60}") {
            let cut = affordable(&typed);
            prop_assert!(typed.starts_with(cut) && work(cut.chars().count(), cut) <= Strength::MAX_WORK);
            let _ = estimate(&typed);
        }
    }
}
