//! Secrets that are recognised by something in their middle or at their end.

use super::class::{ALNUM, Class, DIGIT, HEX, URL64, WORD, is_placeholder, is_random};

/// A secret around a sign.
pub(super) struct Around {
    pub(super) kind: crate::Kind,
    pub(super) sign: &'static str,
    before: (Class, usize, usize),
    after: (Class, usize, usize),
}

const fn around(
    kind: &'static str,
    before: (Class, usize, usize),
    sign: &'static str,
    after: (Class, usize, usize),
) -> Around {
    Around { kind: crate::Kind::new(kind), sign, before, after }
}

const NOTHING: (Class, usize, usize) = (Class::of(""), 0, 0);
const ENTRA: Class = WORD.and("~.-");
const LABEL: Class = ALNUM.and("-");
const HOOK: Class = LABEL.and("@/");

pub(super) const ALL: &[Around] = &[
    // Client secrets of Microsoft Entra: three characters, a digit, the sign, 31 to 34 more.
    around("secret:azure", (ENTRA, 4, 4), "Q~", (ENTRA, 31, 34)),
    // App access tokens of Facebook.
    around("secret:facebook", (DIGIT, 15, 16), "|", (URL64, 27, 40)),
    around("secret:facebook", (DIGIT, 15, 16), "%7C", (URL64, 27, 40)),
    around("secret:telegram", (DIGIT, 5, 16), ":A", (URL64, 33, 35)),
    around("secret:terraform", (ALNUM, 14, 14), ".atlasv1.", (URL64.and("="), 60, 70)),
    // The name of the tenant stands before.
    around("secret:microsoft-teams", (LABEL, 1, 63), ".webhook.office.com/webhookb2/", (HOOK, 100, 200)),
    around("secret:maxmind", (WORD, 36, 36), "_mmk", NOTHING),
    around("secret:mailchimp", (HEX, 32, 32), "-us", (DIGIT, 1, 2)),
];

impl Around {
    /// Where the secret whose sign stands from `start` to `end` stands.
    pub(super) fn place(&self, bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
        let (class, least, most) = self.before;
        let before = bytes.get(start.saturating_sub(most + 1)..start)?;
        let run = before.iter().rev().take_while(|byte| class.has(**byte)).count();
        if !(least..=most).contains(&run) {
            return None;
        }
        let (tail, tail_least, tail_most) = self.after;
        let after = tail.run(bytes.get(end..)?, tail_most + 1);
        if !(tail_least..=tail_most).contains(&after) {
            return None;
        }
        let place = (start - run, end + after);
        let glued = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| WORD.has(*byte));
        let value = bytes.get(place.0..place.1)?;
        let open = !glued(place.0.checked_sub(1)) && !glued(Some(place.1));
        (open && is_random(value, 3.0) && !is_placeholder(value) && self.is_shaped(value)).then_some(place)
    }

    fn is_shaped(&self, value: &[u8]) -> bool {
        match self.sign {
            "Q~" => value.get(3).is_some_and(|byte| DIGIT.has(*byte)),
            "_mmk" => value.get(6) == Some(&b'_'),
            _ => true,
        }
    }
}
