use super::{Tables, TermId, Via};
use crate::Lexicon;

/// What one scan shares with the scans of what it decodes.
pub(crate) struct Job<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) caps: &'a mut Caps,
    pub(crate) budget: &'a mut Budget,
}

/// How often each term was reported.
#[derive(Debug, Default)]
pub(crate) struct Caps {
    /// Of each term: as written or disguised, and decoded. Two counts, because it depends on the pieces of a stream which of both is
    /// found first. Empty until the first hit, so that a text without one allocates nothing.
    counts: Vec<[u16; 2]>,
    pub(crate) exceeded: bool,
}

impl Caps {
    /// Whether another hit of `term` may be reported; it is counted as one.
    pub(crate) fn admit(&mut self, tables: &Tables, term: TermId, via: Via) -> bool {
        if self.counts.is_empty() {
            self.counts = vec![[0; 2]; tables.terms.len()];
        }
        let Some(count) =
            self.counts.get_mut(term.0 as usize).map(|counts| &mut counts[usize::from(via == Via::Decoded)])
        else {
            return false;
        };
        if *count >= Lexicon::MAX_HITS_PER_TERM {
            self.exceeded = true;
            return false;
        }
        *count += 1;
        true
    }

    /// Whether no more hits of `term` are wanted; the caller then spares itself the work.
    pub(crate) fn full(&mut self, term: TermId, decoded: bool) -> bool {
        let full = self
            .counts
            .get(term.0 as usize)
            .is_some_and(|counts| counts[usize::from(decoded)] >= Lexicon::MAX_HITS_PER_TERM);
        self.exceeded |= full;
        full
    }
}

/// How much may be decoded, and how much may be done for it.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    spent: usize,
    allowed: usize,
    worked: usize,
    due: usize,
    /// Once something was too much, nothing more is decoded or unmasked: a flood costs what a text costs.
    pub(crate) exceeded: bool,
}

impl Budget {
    /// Decoded bytes for each byte of the text, over all depths together.
    const TIMES: usize = 4;
    /// So that a short text may be one encoded phrase several times over.
    const SLACK: usize = 4096;
    /// Work for two bytes of the text, in what it takes to decode and scan one byte: base64 of base64 takes 2.6.
    const WORK: usize = 3;
    /// So that all of [`TIMES`](Self::TIMES) may be used in texts of the length of messages.
    const WORK_SLACK: usize = 64 << 10;

    /// What a place to decode costs before its first byte, an escape beside its character, a hit in what is decoded, and letters that
    /// may be a disguise beside each of them: measured, and rounded up.
    pub(crate) const OPEN: usize = 16;
    pub(crate) const ESCAPE: usize = 6;
    pub(crate) const HIT: usize = 64;
    pub(crate) const UNMASK: usize = 32;

    /// Allows what a text of `bytes` is allowed.
    pub(crate) fn grow_to(&mut self, bytes: usize) {
        self.allowed = bytes.saturating_mul(Self::TIMES).saturating_add(Self::SLACK);
        self.due = bytes.saturating_mul(Self::WORK) / 2;
    }

    /// Whether `bytes` more may be decoded; they are counted.
    pub(crate) fn spend(&mut self, bytes: usize) -> bool {
        self.spent = self.spent.saturating_add(bytes);
        self.exceeded |= self.spent > self.allowed;
        self.work(bytes)
    }

    /// Whether so much more may be done; it is counted.
    #[inline]
    pub(crate) fn work(&mut self, units: usize) -> bool {
        self.worked = self.worked.saturating_add(units);
        self.exceeded |= self.worked > self.due.saturating_add(Self::WORK_SLACK);
        !self.exceeded
    }
}
