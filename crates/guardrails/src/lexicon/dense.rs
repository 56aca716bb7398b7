//! An Aho-Corasick automaton as one table: states are row offsets, and what passes over bytes is a transition like any other.

use super::LexiconError;
use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, MatchKind, StartKind, dfa::DFA};
use std::collections::HashMap;

/// Which columns a table has.
#[derive(Debug)]
pub(crate) struct Columns {
    of: [u8; 256],
    bytes: Vec<u8>,
}

impl Columns {
    /// Of a byte that no pattern has: back to the start.
    const RESET: u8 = 0;
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
}

/// What a state does with more of the byte that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    /// Runs of spaces are one space.
    Spaces,
    /// Runs of any letter may stand for one, where the patterns do not say otherwise.
    Letters,
}

#[derive(Debug)]
pub(crate) struct Dense {
    pub(crate) table: Vec<u32>,
    /// States from here on end patterns.
    pub(crate) first_match: u32,
    pub(crate) columns: Columns,
    stride: u32,
    /// Of each state how many bytes of a pattern it stands for, and of which pattern.
    prefixes: Vec<(u16, u32)>,
    /// For each state that ends patterns, where their list ends; it starts where that of the state before ends.
    ends: Vec<u32>,
    patterns: Vec<u32>,
}

/// Where every scan starts.
pub(crate) const START: u32 = 0;

/// The largest table, in entries of four bytes.
const MAX_ENTRIES: usize = 16 << 20;

impl Dense {
    pub(crate) fn new(patterns: &[Vec<u8>], more: More) -> Result<Self, LexiconError> {
        let columns = Columns::new(patterns.iter().map(Vec::as_slice));
        let stride = columns.bytes.len() + 2;
        let dfa = DFA::builder()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .prefilter(false)
            .build(patterns)
            .map_err(|_| LexiconError::TooLarge)?;
        let walk = Walk::new(&dfa, patterns, &columns.bytes)?;
        if walk.states.len().saturating_mul(2 * stride) > MAX_ENTRIES {
            return Err(LexiconError::TooLarge);
        }
        Ok(walk.lay_out(&dfa, columns, stride, more))
    }

    #[inline(always)]
    pub(crate) fn step(&self, state: u32, column: u8) -> u32 {
        // Every state that a table holds is a row of it.
        self.table.get(state as usize + usize::from(column)).copied().unwrap_or(START)
    }

    /// How many bytes of a pattern a state stands for.
    pub(crate) fn depth(&self, state: u32) -> usize {
        self.prefix(state).0
    }

    /// How many bytes of a pattern a state stands for, and a pattern that begins with them.
    pub(crate) fn prefix(&self, state: u32) -> (usize, u32) {
        let (depth, pattern) = self.prefixes.get((state / self.stride) as usize).copied().unwrap_or_default();
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

/// The states of a DFA, in the order of their discovery.
struct Walk {
    states: Vec<State>,
    numbers: HashMap<usize, usize>,
}

struct State {
    id: aho_corasick::automaton::StateID,
    depth: u16,
    pattern: u32,
    last: Option<u8>,
    matches: bool,
}

impl Walk {
    fn new(dfa: &DFA, patterns: &[Vec<u8>], bytes: &[u8]) -> Result<Self, LexiconError> {
        let start = dfa.start_state(Anchored::No).map_err(|_| LexiconError::TooLarge)?;
        let mut walk = Self { states: Vec::new(), numbers: HashMap::new() };
        walk.visit(dfa, start);
        let mut next = 0;
        while let Some(id) = walk.states.get(next).map(|state| state.id) {
            for &byte in bytes {
                walk.visit(dfa, dfa.next_state(Anchored::No, id, byte));
            }
            next += 1;
        }
        for (number, pattern) in (0..).zip(patterns) {
            let mut id = start;
            for (depth, &byte) in (1..).zip(pattern) {
                id = dfa.next_state(Anchored::No, id, byte);
                if let Some(state) = walk.numbers.get(&id.as_usize()).and_then(|at| walk.states.get_mut(*at))
                {
                    (state.depth, state.pattern, state.last) = (depth, number, Some(byte));
                }
            }
        }
        Ok(walk)
    }

    fn visit(&mut self, dfa: &DFA, id: aho_corasick::automaton::StateID) {
        if let std::collections::hash_map::Entry::Vacant(vacant) = self.numbers.entry(id.as_usize()) {
            vacant.insert(self.states.len());
            self.states.push(State { id, depth: 0, pattern: 0, last: None, matches: dfa.is_match(id) });
        }
    }

    /// Rows: the states that end nothing, then a twin of each that does, then those. A twin is where a state goes that passes over a byte,
    /// so that nothing ends there a second time.
    fn lay_out(&self, dfa: &DFA, columns: Columns, stride: usize, more: More) -> Dense {
        let quiet = self.states.iter().filter(|state| !state.matches).count();
        let loud = self.states.len() - quiet;
        let mut rows = Vec::with_capacity(self.states.len());
        let (mut quietly, mut loudly) = (0, quiet + loud);
        for state in &self.states {
            let next = if state.matches { &mut loudly } else { &mut quietly };
            rows.push(*next);
            *next += 1;
        }
        let row_of = |number: usize| rows.get(number).copied().unwrap_or(0);
        let premultiplied = |row: usize| u32::try_from(row * stride).unwrap_or(START);
        let total = quiet + 2 * loud;
        let mut dense = Dense {
            table: vec![START; total * stride],
            first_match: premultiplied(quiet + loud),
            columns,
            stride: u32::try_from(stride).unwrap_or(1),
            prefixes: vec![(0, 0); total],
            ends: Vec::with_capacity(loud),
            patterns: Vec::new(),
        };
        for (number, state) in self.states.iter().enumerate() {
            let row = row_of(number);
            let aside = if state.matches { row - loud } else { row };
            let mut entries = vec![START, premultiplied(aside)];
            for &byte in &dense.columns.bytes {
                let next = dfa.next_state(Anchored::No, state.id, byte);
                let number_of_next = self.numbers.get(&next.as_usize()).copied().unwrap_or(0);
                let shallow = self.states.get(number_of_next).is_none_or(|next| next.depth <= 1);
                let again = state.last == Some(byte);
                entries.push(premultiplied(match more {
                    More::Spaces if again && byte == b' ' => aside,
                    More::Letters if again && shallow && byte.is_ascii() => row,
                    _ => row_of(number_of_next),
                }));
            }
            for row in [row, aside] {
                if let Some(slots) = dense.table.get_mut(row * stride..(row + 1) * stride) {
                    slots.copy_from_slice(&entries);
                }
                if let Some(prefix) = dense.prefixes.get_mut(row) {
                    *prefix = (state.depth, state.pattern);
                }
            }
            if state.matches {
                let ending =
                    (0..dfa.match_len(state.id)).map(|nth| dfa.match_pattern(state.id, nth).as_u32());
                dense.patterns.extend(ending);
                dense.ends.push(u32::try_from(dense.patterns.len()).unwrap_or(u32::MAX));
            }
        }
        dense
    }
}
