//! Aho-Corasick automata as tables (Aho and Corasick, CACM 18(6), 1975): what passes over bytes is a transition like any other.
//!
//! All automata of a lexicon stand in one table, so that one bound and one pointer serve every step. A state is the offset of its row.

use super::LexiconError;
use super::trie::Trie;

/// Set in a transition to a state in which something ends.
pub(crate) const EVENT: u32 = 1 << 31;

/// The largest table, in entries of four bytes.
pub(crate) const MAX_ENTRIES: usize = 16 << 20;

/// Which columns a table has.
#[derive(Debug)]
pub(crate) struct Columns {
    of: [u8; 256],
    bytes: Vec<u8>,
}

impl Columns {
    /// Of a byte that no pattern has: back to the start.
    pub(crate) const RESET: u8 = 0;
    /// Of what is passed over.
    pub(crate) const SKIP: u8 = 1;

    fn new<'p>(patterns: impl Iterator<Item = &'p [u8]>) -> Self {
        let mut seen = [false; 256];
        patterns.flatten().for_each(|byte| seen[usize::from(*byte)] = true);
        let mut of = [Self::RESET; 256];
        let bytes: Vec<u8> = (0..=u8::MAX).filter(|byte| seen[usize::from(*byte)]).collect();
        // UTF-8 has no byte above 0xf4, and no pattern a control: the columns fit.
        for (column, byte) in (2..=u8::MAX).zip(&bytes) {
            of[usize::from(*byte)] = column;
        }
        Self { of, bytes }
    }

    pub(crate) fn of(&self, byte: u8) -> u8 {
        self.of[usize::from(byte)]
    }

    /// Whether every byte beyond ASCII leads back to the start.
    pub(crate) fn is_ascii(&self) -> bool {
        self.bytes.is_ascii()
    }
}

/// What a state does with more of the byte that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    /// Runs of spaces are one space.
    Spaces,
    /// Runs of any letter may stand for one, where the patterns do not say otherwise.
    Letters,
}

/// What is known of the states of one automaton.
#[derive(Debug)]
pub(crate) struct Dense {
    pub(crate) columns: Columns,
    /// Where every scan starts, and the first row of all.
    pub(crate) start: u32,
    /// States from here on end patterns.
    first_match: u32,
    stride: u32,
    /// Of each state how many bytes of a pattern it stands for, and of which pattern.
    prefixes: Vec<(u16, u32)>,
    /// For each state that ends patterns, where their list ends; it starts where that of the state before ends.
    ends: Vec<u32>,
    patterns: Vec<u32>,
}

impl Dense {
    /// Adds the automaton of `patterns`, none of them empty, to `table`.
    pub(crate) fn new(patterns: &[Vec<u8>], more: More, table: &mut Vec<u32>) -> Result<Self, LexiconError> {
        let columns = Columns::new(patterns.iter().map(Vec::as_slice));
        let stride = columns.bytes.len() + 2;
        let trie = Trie::new(patterns)?;
        // Rows: the states that end nothing, then a twin of each that does, then those. A twin is where a state goes that passes over a
        // byte, so that nothing ends there a second time.
        let loud = trie.nodes.iter().filter(|node| node.ends).count();
        let quiet = trie.nodes.len() - loud;
        let total = quiet + 2 * loud;
        if total.saturating_mul(stride).saturating_add(table.len()) > MAX_ENTRIES {
            return Err(LexiconError::TooLarge);
        }
        let mut rows = Vec::with_capacity(trie.nodes.len());
        let (mut quietly, mut loudly) = (0, quiet + loud);
        for node in &trie.nodes {
            let next = if node.ends { &mut loudly } else { &mut quietly };
            rows.push(*next);
            *next += 1;
        }
        let base = table.len();
        let state = |row: usize| u32::try_from(base + row * stride).unwrap_or(0);
        let mut dense = Self {
            columns,
            start: state(0),
            first_match: state(quiet + loud),
            stride: u32::try_from(stride).unwrap_or(1),
            prefixes: vec![(0, 0); total],
            ends: Vec::with_capacity(loud),
            patterns: Vec::new(),
        };
        table.resize(base + total * stride, dense.start);
        let event = |node: usize| match trie.nodes.get(node) {
            Some(node) if node.ends => EVENT,
            _ => 0,
        };
        let row_of = |node: usize| rows.get(node).copied().unwrap_or(0);
        for (number, node) in trie.in_order() {
            let at = base + row_of(number) * stride;
            if number != node.fail {
                let from = base + row_of(node.fail) * stride;
                table.copy_within(from..from + stride, at);
            }
            for (byte, child) in trie.children(number) {
                if let Some(slot) = table.get_mut(at + usize::from(dense.columns.of(byte))) {
                    *slot = state(row_of(child)) | event(child);
                }
            }
        }
        for (number, node) in trie.nodes.iter().enumerate() {
            let row = row_of(number);
            let aside = if node.ends { row - loud } else { row };
            let at = base + row * stride;
            let mut put = |column: u8, to: u32| {
                if let Some(slot) = table.get_mut(at + usize::from(column)) {
                    *slot = to;
                }
            };
            put(Columns::SKIP, state(aside));
            if let Some(last) = node.last {
                let deeper = trie.next(number, last);
                let shallow = trie.nodes.get(deeper).is_none_or(|next| next.depth <= 1);
                match more {
                    More::Spaces if last == b' ' => put(dense.columns.of(last), state(aside)),
                    More::Letters if shallow && last.is_ascii() => {
                        put(dense.columns.of(last), state(row) | event(number));
                    }
                    _ => {}
                }
            }
            if node.ends {
                table.copy_within(at..at + stride, base + aside * stride);
            }
            for row in [row, aside] {
                if let Some(prefix) = dense.prefixes.get_mut(row) {
                    *prefix = (node.depth, node.pattern);
                }
            }
            if node.ends {
                dense.patterns.extend(trie.ending(number));
                dense.ends.push(u32::try_from(dense.patterns.len()).unwrap_or(u32::MAX));
            }
        }
        Ok(dense)
    }

    /// How many bytes of a pattern a state stands for.
    pub(crate) fn depth(&self, state: u32) -> usize {
        self.prefix(state).0
    }

    /// How many bytes of a pattern a state stands for, and a pattern that begins with them.
    pub(crate) fn prefix(&self, state: u32) -> (usize, u32) {
        let row = state.saturating_sub(self.start) / self.stride;
        let (depth, pattern) = self.prefixes.get(row as usize).copied().unwrap_or_default();
        (depth.into(), pattern)
    }

    /// The patterns that end in `state`.
    pub(crate) fn ending(&self, state: u32) -> &[u32] {
        let Some(nth) = state.checked_sub(self.first_match) else { return &[] };
        let nth = (nth / self.stride) as usize;
        let start = nth.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(nth).copied().unwrap_or(start);
        self.patterns.get(start as usize..end as usize).unwrap_or_default()
    }
}
