//! What nobody sees.

use super::Scan;
use crate::Span;
pub(crate) use crate::view::is_unseen;

/// Characters without a shape, but for those that a script or an emoji needs where they stand. A run of them is one finding.
///
/// The set: `Default_Ignorable_Code_Point` of Unicode 17 (DerivedCoreProperties.txt) without what [`BidiScan`] finds, and the interlinear
/// marks. By what stands before them are let be: joiners after a letter of a script from Hebrew on or after an emoji, one variation
/// selector after a sign or an ideograph, direction marks that are not inside a Latin word, and the three flags that Unicode knows as sequences of
/// tag characters.
#[derive(Debug, Default)]
pub(super) struct InvisibleScan {
    before: Option<char>,
}

/// Embeddings, overrides and isolates (UAX #9; the set of CVE-2021-42574).
pub(super) struct BidiScan;

/// `gbeng`, `gbsct` and `gbwls` with the end, as tag characters: the subdivision flags of UTS #51.
const FLAGS: [&str; 3] = [
    "\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];
const BLACK_FLAG: char = '\u{1f3f4}';

impl Scan for InvisibleScan {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        let mut run: Option<usize> = None;
        let mut chars = text.char_indices().peekable();
        // As it was before what may have to be read again.
        let mut before_run = self.before;
        let mut flag_ends = 0;
        while let Some((at, c)) = chars.next() {
            if at < flag_ends || !is_unseen(c) {
                if let Some(start) = run.take() {
                    found.push(Span::new(start, at));
                }
                self.before = Some(c);
                continue;
            }
            if run.is_none() {
                before_run = self.before;
            }
            let rest = text.get(at..).unwrap_or_default();
            let after = chars.peek().map(|(_, after)| *after);
            if c == '\u{e0067}' && self.before == Some(BLACK_FLAG) {
                if let Some(flag) = FLAGS.iter().find(|flag| rest.starts_with(**flag)) {
                    flag_ends = at + flag.len();
                    self.before = Some(c);
                    continue;
                }
                if !last && FLAGS.iter().any(|flag| flag.starts_with(rest)) {
                    return at;
                }
            }
            if !last && after.is_none() {
                self.before = before_run;
                return run.unwrap_or(at);
            }
            if run.is_some() || !self.belongs(c, after) {
                run.get_or_insert(at);
            }
            self.before = Some(c);
        }
        if let Some(start) = run {
            if !last {
                self.before = before_run;
                return start;
            }
            found.push(Span::new(start, text.len()));
        }
        text.len()
    }
}

impl InvisibleScan {
    /// Whether `c`, which nobody sees, is of use between what is before it and `after`.
    fn belongs(&self, c: char, after: Option<char>) -> bool {
        let Some(before) = self.before.filter(|before| !is_unseen(*before) || is_selector(*before)) else {
            return false;
        };
        match c {
            '\u{200c}' | '\u{200d}' => before >= '\u{590}',
            '\u{200e}' | '\u{200f}' | '\u{61c}' => {
                !(before.is_ascii_alphanumeric() && after.is_some_and(|after| after.is_ascii_alphanumeric()))
            }
            '\u{fe00}'..='\u{fe0f}' => {
                !is_selector(before)
                    && (before >= '\u{203c}' || matches!(before, '#' | '*' | '0'..='9' | '©' | '®'))
            }
            '\u{e0100}'..='\u{e01ef}' => {
                matches!(before, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
            }
            '\u{180b}'..='\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
            // Fillers and inherent vowels stand in old Hangul and Khmer.
            '\u{115f}' | '\u{1160}' => matches!(before, '\u{1100}'..='\u{11ff}'),
            '\u{17b4}' | '\u{17b5}' => matches!(before, '\u{1780}'..='\u{17ff}'),
            _ => false,
        }
    }
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

impl Scan for BidiScan {
    fn scan(&mut self, text: &str, _: bool, found: &mut Vec<Span>) -> usize {
        found.extend(text.match_indices(reorders).map(|(at, c)| Span::new(at, at + c.len())));
        text.len()
    }
}

/// Whether it shows text in another order: see [`BidiScan`].
pub(crate) fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
