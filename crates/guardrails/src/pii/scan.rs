use super::apart::apart;
use super::card::{self, Luhn, card};
use super::context::{Near, Topics, Words};
use super::number::{Gap, Number, separator};
use super::phone::Why;
use super::{
    BIRTH_DATE, CARD, CRYPTO, EMAIL, IBAN, IP, MAC, Numbering, NumberingPlan, PHONE, SSN, URL, US_ITIN,
    crypto, date, email, iban, national, net, phone, spaced, ssn, url,
};
use crate::found::in_readings;
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
    /// Takes time linear in the text, whatever it holds. ASCII without escapes and control characters is not copied.
    pub fn find(&self, text: &str, found: &mut Vec<Found>) {
        in_readings(text, found, |text, found| {
            let from = found.len();
            self.find_in(text, found);
            // Who takes out a link takes away what hid the number before it.
            if let Some(rest) = apart(text, found.get(from..).unwrap_or_default()) {
                let middle = found.len();
                self.find_in(&rest, found);
                let more = found.split_off(middle);
                let known: BTreeSet<_> = found.iter().skip(from).map(|one| (one.span, one.kind)).collect();
                found.extend(more.into_iter().filter(|one| !known.contains(&(one.span, one.kind))));
            }
        });
    }

    fn find_in(&self, text: &str, found: &mut Vec<Found>) {
        let mut scan = Scan {
            pii: self,
            text,
            bytes: text.as_bytes(),
            found,
            floor: 0,
            before: 0,
            link: Span::new(0, 0),
            authority: 0,
        };
        scan.run(&mut Number::new());
    }

    fn wants(&self, kind: Kind) -> bool {
        self.selectors.is_empty() || self.selectors.iter().any(|selector| kind.is_selected_by(selector))
    }
}

/// The digits of the shortest number that is looked for.
const LEAST: usize = 6;
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
    /// The same without the last finding, unless that is an address itself.
    before: usize,
    /// The last web address.
    link: Span,
    /// Where the part of it ends that may hold a name before an `@`.
    authority: usize,
}

impl Scan<'_> {
    fn run(&mut self, number: &mut Number) {
        let mut at = 0;
        while let Some(rest) = self.bytes.get(at..) {
            let Some(next) = rest.iter().position(|byte| TRIGGERS[usize::from(*byte)]) else { return };
            at += next;
            at = match self.bytes.get(at) {
                Some(b'@') => self.address(at),
                Some(b':') => self.colon(at),
                Some(b'.') => self.dot(at),
                _ => self.number(at, number),
            }
            .max(at + 1);
        }
    }

    fn add(&mut self, kind: Kind, (start, end): (usize, usize)) -> usize {
        if self.pii.wants(kind) {
            self.found.push(Found { kind, span: Span::new(start, end) });
        }
        self.before = if matches!(kind, EMAIL | URL) { end } else { self.floor };
        self.floor = end;
        end
    }

    fn byte(&self, at: Option<usize>) -> Option<u8> {
        at.and_then(|at| self.bytes.get(at)).copied()
    }

    fn linked(&mut self, place: (usize, usize)) {
        self.add(URL, place);
        self.link = Span::new(place.0, place.1);
        // Past `https://`.
        let from = (place.0 + 8).min(place.1);
        let rest = self.bytes.get(from..place.1).unwrap_or_default();
        let ends = |byte: &u8| matches!(byte, b'/' | b'?' | b'=' | b'#');
        self.authority = from + rest.iter().position(ends).unwrap_or(rest.len());
    }

    fn in_link(&self, at: usize) -> bool {
        at < self.link.end
    }

    fn address(&mut self, at: usize) -> usize {
        // In `https://name@host` it is no mail address.
        if self.in_link(at) && at <= self.authority {
            return at + 1;
        }
        // A number in front of `@` is a name.
        let whole = || email::email(self.text, at, self.before).filter(|_| self.floor == at);
        match email::email(self.text, at, self.floor).or_else(whole) {
            Some(place) => self.add(EMAIL, place),
            None => at + 1,
        }
    }

    fn colon(&mut self, at: usize) -> usize {
        if self.bytes.get(at + 1..at + 3) == Some(b"//") && !self.in_link(at) {
            if let Some(place) = url::with_scheme(self.text, at, self.floor) {
                self.linked(place);
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
            self.linked(place);
            self.floor = at + 1;
        }
        at + 1
    }

    /// What starts with, or holds, the first of some digits.
    fn number(&mut self, at: usize, number: &mut Number) -> usize {
        let column = matches!(self.byte(Some(at + 4)), Some(b'\n' | b'\r' | b' ' | b'\t' | b'_'));
        if let Some(end) = column.then(|| card::in_columns(self.bytes, at)).flatten() {
            return self.add(CARD, (at, end));
        }
        if let Some(end) = self.short(at) {
            return end;
        }
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
        self.groups(at, number)
    }

    /// The end of a few digits that stand alone, as most in a text do.
    fn short(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?;
        let digits = rest.iter().take(LEAST).take_while(|byte| byte.is_ascii_digit()).count();
        let end = at + digits;
        let letter = |at: Option<usize>| self.byte(at).is_some_and(|byte| byte.is_ascii_alphanumeric());
        let pair = digits == 2 && matches!(self.byte(Some(end)), Some(b':' | b'-'));
        let joined = letter(at.checked_sub(1)) || letter(Some(end)) || pair;
        (digits < LEAST && !joined && separator(self.bytes, end).is_none()).then_some(end)
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

    fn groups(&mut self, at: usize, number: &mut Number) -> usize {
        number.read(self.bytes, at);
        let count = number.groups().len();
        if number.total(0, count).unwrap_or_default() < LEAST {
            return number.end();
        }
        let pii = self.pii;
        let near = Near::new(&pii.words, self.bytes, at, number.end());
        // Of a phrase that was cut, the second half is read again with what follows it.
        let stop = if number.cut { count.div_ceil(2) } else { count };
        let mut from = 0;
        while from < stop {
            let taken = self.group(number, from, &near);
            from += taken.max(1);
        }
        match number.groups().get(from) {
            Some(group) => group.start,
            None => number.end().max(self.floor),
        }
    }

    /// How many groups something takes that starts at the group `from`.
    fn group(&mut self, number: &Number, from: usize, near: &Near<'_>) -> usize {
        let Some(group) = number.groups().get(from).copied() else { return 1 };
        let end_of = |taken: usize| number.groups().get(from + taken - 1).map_or(group.end, |last| last.end);
        let before = self.byte(group.start.checked_sub(1));
        let apart = |end: usize| {
            let after = self.byte(Some(end));
            // In `card_4111…` the name says what it is.
            let named = || near.context().all.has(Topics::CARD);
            !matches!(before, Some(b'$'))
                && (before != Some(b'_') || named())
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
            if taken == 3 && near.context().all.has(Topics::BIRTH) {
                self.add(BIRTH_DATE, (group.start, end_of(taken)));
            }
            return taken;
        }
        let plus = before == Some(b'+');
        let linked = self.in_link(group.start);
        if let Some(taken) =
            card(number, from, self.pii.luhn, near).filter(|taken| !plus && apart(end_of(*taken)))
        {
            self.add(CARD, (group.start, end_of(taken)));
            return taken;
        }
        // Of digits one by one nothing else is made.
        let single = group.len() == 1 && number.groups().get(from + 1).is_some_and(|next| next.len() == 1);
        if linked || single {
            return 1;
        }
        if let Some((kind, taken)) = ssn::ssn(number, from, near).filter(|(_, taken)| apart(end_of(*taken))) {
            self.add(kind, (group.start, end_of(taken)));
            return taken;
        }
        if let Some((kind, place, taken)) = spaced::spaced(self.bytes, number, from) {
            self.add(kind, place);
            return taken;
        }
        let national =
            national::digits(number, from, near).filter(|(_, taken)| !plus && apart(end_of(*taken)));
        if let Some((kind, taken)) = national {
            self.add(kind, (group.start, end_of(taken)));
            return taken;
        }
        let Some(phone) = phone::phone(number, self.bytes, from, near, self.pii.plan.is_some(), self.floor)
        else {
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
}
