use super::card::{Luhn, card};
use super::context::{Context, Topics, Words};
use super::number::{Gap, Number};
use super::phone::Why;
use super::{
    BIRTH_DATE, CARD, CRYPTO, EMAIL, IBAN, IP, MAC, Numbering, NumberingPlan, PHONE, SSN, URL, US_ITIN,
    crypto, date, email, iban, national, net, phone, ssn, url,
};
use crate::view::View;
use crate::{Found, Kind, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Finds personal data. Made once, then shared.
///
/// ```
/// use stockade_guardrails::pii::{EMAIL, Pii};
/// let text = "write to jo@example.org";
/// let mut found = Vec::new();
/// Pii::new().find(text, &mut found);
/// assert_eq!((found[0].kind, &text[found[0].span.range()]), (EMAIL, "jo@example.org"));
/// ```
#[derive(Debug, Clone)]
pub struct Pii {
    words: Words,
    luhn: Luhn,
    plan: Option<Arc<dyn NumberingPlan>>,
    selectors: Vec<String>,
}

impl Default for Pii {
    fn default() -> Self {
        Self::new()
    }
}

impl Pii {
    /// All kinds, cards with a right check digit, telephone numbers by how they are written.
    #[must_use]
    pub fn new() -> Self {
        Self { words: Words::new(), luhn: Luhn::Required, plan: None, selectors: Vec::new() }
    }

    /// Every kind that there is, once, by name.
    pub fn kinds() -> impl Iterator<Item = Kind> {
        let own = [BIRTH_DATE, CARD, CRYPTO, EMAIL, IBAN, IP, MAC, PHONE, SSN, URL, US_ITIN];
        own.into_iter().chain(national::kinds()).collect::<BTreeSet<_>>().into_iter()
    }

    /// Only the kinds that one of `selectors` asks for, as [`Kind::is_selected_by`] has it; none of them means all.
    #[must_use]
    pub fn only<S: Into<String>>(self, selectors: impl IntoIterator<Item = S>) -> Self {
        Self { selectors: selectors.into_iter().map(Into::into).collect(), ..self }
    }

    /// Whether the check digit of a card must be right.
    #[must_use]
    pub fn with_luhn(self, luhn: Luhn) -> Self {
        Self { luhn, ..self }
    }

    /// Asks `plan` about telephone numbers.
    #[must_use]
    pub fn with_plan(self, plan: Arc<dyn NumberingPlan>) -> Self {
        Self { plan: Some(plan), ..self }
    }

    /// Adds what `text` holds to `found`, in no particular order; findings may overlap ([`crate::resolve`] chooses).
    ///
    /// Takes time linear in the text, whatever it holds. ASCII is not copied.
    pub fn find(&self, text: &str, found: &mut Vec<Found>) {
        let view = View::of(text);
        let from = found.len();
        let mut scan = Scan {
            pii: self,
            text: view.text(),
            bytes: view.text().as_bytes(),
            found,
            floor: 0,
            link: Span::new(0, 0),
        };
        scan.run();
        for one in found.iter_mut().skip(from) {
            one.span = view.source(one.span);
        }
    }

    fn wants(&self, kind: Kind) -> bool {
        self.selectors.is_empty() || self.selectors.iter().any(|selector| kind.is_selected_by(selector))
    }
}

/// The longest word of letters and digits that is looked at: an account number without spaces, a block chain address.
const WORD_MAX: usize = 90;

/// Bytes at which there is something to look at.
const TRIGGERS: [bool; 256] = {
    let mut triggers = [false; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        triggers[digit as usize] = true;
        digit += 1;
    }
    triggers[b'@' as usize] = true;
    triggers[b':' as usize] = true;
    triggers[b'.' as usize] = true;
    triggers
};

struct Scan<'s> {
    pii: &'s Pii,
    text: &'s str,
    bytes: &'s [u8],
    found: &'s mut Vec<Found>,
    /// Where the last finding ended: nothing before it belongs to the next.
    floor: usize,
    /// The last web address.
    link: Span,
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(rest) = self.bytes.get(at..) {
            let Some(next) = rest.iter().position(|byte| TRIGGERS[usize::from(*byte)]) else { return };
            at += next;
            at = match self.bytes.get(at) {
                Some(b'@') => self.address(at),
                Some(b':') => self.colon(at),
                Some(b'.') => self.dot(at),
                _ => self.number(at),
            }
            .max(at + 1);
        }
    }

    fn add(&mut self, kind: Kind, (start, end): (usize, usize)) -> usize {
        if self.pii.wants(kind) {
            self.found.push(Found { kind, span: Span::new(start, end) });
        }
        self.floor = end;
        end
    }

    fn byte(&self, at: Option<usize>) -> Option<u8> {
        at.and_then(|at| self.bytes.get(at)).copied()
    }

    fn in_link(&self, at: usize) -> bool {
        at < self.link.end
    }

    fn address(&mut self, at: usize) -> usize {
        // In `https://name@host` it is no mail address.
        let authority = self.text.get(self.link.start..at).unwrap_or_default();
        if self.in_link(at) && !authority.get(8..).unwrap_or_default().contains(['/', '?', '=', '#']) {
            return at + 1;
        }
        match email::email(self.text, at, self.floor) {
            Some(place) => self.add(EMAIL, place),
            None => at + 1,
        }
    }

    fn colon(&mut self, at: usize) -> usize {
        if self.bytes.get(at + 1..at + 3) == Some(b"//") && !self.in_link(at) {
            if let Some(place) = url::with_scheme(self.text, at, self.floor) {
                self.add(URL, place);
                self.link = Span::new(place.0, place.1);
                self.floor = at + 3;
            }
            return at + 3;
        }
        if let Some(place) = net::mac(self.bytes, at, self.floor) {
            return self.add(MAC, place);
        }
        match net::v6(self.text, at, self.floor) {
            Some(place) => self.add(IP, place),
            None => at + 1,
        }
    }

    fn dot(&mut self, at: usize) -> usize {
        let www = matches!(self.byte(at.checked_sub(1)), Some(b'w' | b'W')) && !self.in_link(at);
        if let Some(place) = www.then(|| url::with_www(self.text, at, self.floor)).flatten() {
            self.add(URL, place);
            self.link = Span::new(place.0, place.1);
            self.floor = at + 1;
        }
        at + 1
    }

    /// What starts with, or holds, the first of some digits.
    fn number(&mut self, at: usize) -> usize {
        let floor = self.floor.max(at.saturating_sub(WORD_MAX));
        let lead = self.bytes.get(floor..at).unwrap_or_default();
        let start = at - lead.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let rest = self.bytes.get(at..).unwrap_or_default();
        let digits = at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let tail = self.bytes.get(digits..).unwrap_or_default();
        let end = digits + tail.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if end - start == 2 && net::mac(self.bytes, start + 2, self.floor).is_some() {
            return self.add(MAC, (start, start + 17));
        }
        if let Some(end) = self.uuid(start) {
            return end;
        }
        if start < at {
            return self.word(start, end);
        }
        if let Some(end) = net::v4(self.text, at) {
            return self.add(IP, (at, end));
        }
        if end > digits && phone::extension(self.bytes, digits).is_none() {
            return self.word(start, end);
        }
        self.groups(at)
    }

    /// Letters and digits in one.
    fn word(&mut self, start: usize, end: usize) -> usize {
        if matches!(self.byte(start.checked_sub(1)), Some(b'_')) {
            return end;
        }
        if let Some(end) = iban::iban(self.bytes, start) {
            return self.add(IBAN, (start, end));
        }
        let word = self.bytes.get(start..end).unwrap_or_default();
        if word.len() > WORD_MAX {
            return end;
        }
        match national::token(word) {
            Some(kind) => self.add(kind, (start, end)),
            None if crypto::is_address(word) => self.add(CRYPTO, (start, end)),
            None => end,
        }
    }

    /// The end of a UUID (RFC 9562): its digits are nobody's number.
    fn uuid(&self, start: usize) -> Option<usize> {
        let id = self.bytes.get(start..start + 36)?;
        let shaped = id.iter().enumerate().all(|(nth, byte)| match nth {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        shaped.then_some(start + 36)
    }

    fn groups(&mut self, at: usize) -> usize {
        let number = Number::read(self.bytes, at);
        let count = number.groups().len();
        let total: usize = number.groups().iter().map(|group| group.len()).sum();
        if total < 6 {
            return number.end();
        }
        let context = self.pii.words.around(self.bytes, at, number.end());
        // Of a phrase that was cut, the second half is read again with what follows it.
        let stop = if number.cut { count / 2 } else { count };
        let mut from = 0;
        while from < stop {
            let taken = self.group(&number, from, context);
            from += taken.max(1);
        }
        match number.groups().get(from) {
            Some(group) => group.start,
            None => number.end().max(self.floor),
        }
    }

    /// How many groups something takes that starts at the group `from`.
    fn group(&mut self, number: &Number<'_>, from: usize, context: Context) -> usize {
        let Some(group) = number.groups().get(from).copied() else { return 1 };
        let end_of = |taken: usize| number.groups().get(from + taken - 1).map_or(group.end, |last| last.end);
        let before = self.byte(group.start.checked_sub(1));
        let apart = |end: usize| {
            let after = self.byte(Some(end));
            !matches!(before, Some(b'_' | b'$'))
                && !after.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if matches!(group.gap, Gap::Dot | Gap::Hyphen) && before != Some(b' ') {
            return 1;
        }
        let dotted = number.groups().get(from + 1).is_some_and(|next| next.gap == Gap::Dot);
        if let Some(end) = dotted.then(|| net::v4(self.text, group.start)).flatten() {
            self.add(IP, (group.start, end));
            return 4;
        }
        if let Some(taken) = date::date(number, from) {
            if context.all.has(Topics::BIRTH) && taken == 3 {
                self.add(BIRTH_DATE, (group.start, end_of(taken)));
            }
            return taken;
        }
        let plus = before == Some(b'+');
        let linked = self.in_link(group.start);
        if let Some(taken) =
            card(number, from, self.pii.luhn, context).filter(|taken| !plus && apart(end_of(*taken)))
        {
            self.add(CARD, (group.start, end_of(taken)));
            return taken;
        }
        // Of digits one by one nothing else is made.
        let single = group.len() == 1 && number.groups().get(from + 1).is_some_and(|next| next.len() == 1);
        if linked || single {
            return 1;
        }
        if let Some((kind, taken)) =
            ssn::ssn(number, from, context).filter(|(_, taken)| apart(end_of(*taken)))
        {
            self.add(kind, (group.start, end_of(taken)));
            return taken;
        }
        if let Some((kind, place, taken)) = self.spaced(number, from) {
            self.add(kind, place);
            return taken;
        }
        let national =
            national::digits(number, from, context).filter(|(_, taken)| !plus && apart(end_of(*taken)));
        if let Some((kind, taken)) = national {
            self.add(kind, (group.start, end_of(taken)));
            return taken;
        }
        let Some(phone) = phone::phone(number, self.bytes, from, context, self.pii.plan.is_some()) else {
            return 1;
        };
        let Some(written) = self.text.get(phone.start..phone.end) else { return 1 };
        let numbering = self.pii.plan.as_ref().map_or(Numbering::Unknown, |plan| plan.look_up(written));
        let stands = match (phone.why, numbering) {
            (Why::International, numbering) => numbering != Numbering::Unassigned,
            (Why::Usual, _) => true,
            (Why::Length, numbering) => numbering == Numbering::Assigned,
        };
        if !stands {
            return if phone.why == Why::International { phone.taken } else { 1 };
        }
        self.add(PHONE, (phone.start, phone.end));
        phone.taken
    }

    /// Identity numbers with letters that spaces, dots or hyphens part from the digits.
    fn spaced(&self, number: &Number<'_>, from: usize) -> Option<(Kind, (usize, usize), usize)> {
        let groups = number.groups();
        let (start, apart) = (groups.get(from)?.start, |at| {
            !self.byte(Some(at)).is_some_and(|byte| byte.is_ascii_alphanumeric())
        });
        // AB 12 34 56 C
        if number.has_lens(from, &[2, 2, 2]) && number.joined_by(from, from + 3, Gap::Space) {
            let (start, end) = (start.checked_sub(3)?, groups.get(from + 2)?.end + 2);
            let open = start.checked_sub(1).is_none_or(apart);
            let word: Vec<u8> =
                self.bytes.get(start..end)?.iter().copied().filter(|byte| *byte != b' ').collect();
            let kind = national::token(&word).filter(|_| open && apart(end) && word.len() == 9)?;
            return Some((kind, (start, end), 3));
        }
        // 131052-308T
        if number.has_lens(from, &[6]) || number.has_lens(from, &[6, 3]) {
            let end = start + 11;
            let word = self.bytes.get(start..end)?;
            let kind =
                national::token(word).filter(|_| matches!(word.get(6), Some(b'-' | b'+')) && apart(end))?;
            let taken = groups.get(from..)?.iter().take_while(|group| group.start < end).count();
            return Some((kind, (start, end), taken));
        }
        // 12345678Z
        let tail = self
            .bytes
            .get(groups.get(from)?.end..)?
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        if tail > 0 {
            let end = groups.get(from)?.end + tail;
            let word = self.bytes.get(start..end).filter(|word| word.len() <= national::LONGEST)?;
            return Some((national::token(word)?, (start, end), 1));
        }
        // 12.345.678-Z, 12345678-Z
        let taken = match number.has_lens(from, &[2, 3, 3]) && number.joined_by(from, from + 3, Gap::Dot) {
            true => 3,
            false if number.has_lens(from, &[8]) => 1,
            false => return None,
        };
        let end = groups.get(from + taken - 1)?.end + 2;
        let word: Vec<u8> =
            self.bytes.get(start..end)?.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
        let kind = national::token(&word).filter(|_| word.len() == 9 && apart(end))?;
        Some((kind, (start, end), taken))
    }
}
