//! The step that every byte of every text costs.

use super::Tables;
use super::dense::EVENT;
use crate::decode::{ESCAPE, begins_escape};

/// Where the three automata are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct States {
    pub(crate) main: u32,
    pub(crate) squeezed: u32,
    pub(crate) sentinel: u32,
}

/// Steps over `bytes` up to `until`, or to the first byte at which one of the automata has something to say; `states` is then where
/// they were before it. Gives back where it stopped (of a character, at its last byte; or after `until`, as characters are not cut) and
/// where the automata go by it, those that say something with [`EVENT`].
///
/// Nothing in here is more than a look-up: the three chains of look-ups run side by side, so that three cost hardly more than one.
#[inline(never)]
pub(super) fn skim(
    tables: &Tables,
    bytes: &[u8],
    mut from: usize,
    until: usize,
    states: &mut States,
) -> (usize, Option<States>) {
    let (table, classes) = (tables.table.as_slice(), &*tables.classes);
    let States { mut main, mut squeezed, mut sentinel } = *states;
    'foreign: loop {
        let ahead = bytes.get(from..until).unwrap_or_default();
        for (nth, &byte) in ahead.iter().enumerate() {
            let class = classes[usize::from(byte)];
            let next = (
                table.get((main + class.main()) as usize),
                table.get((squeezed + class.squeezed()) as usize),
                table.get((sentinel + class.sentinel()) as usize),
            );
            // Every state that the table holds is a row of it.
            let (Some(&next_main), Some(&next_squeezed), Some(&next_sentinel)) = next else { break };
            if (next_main | next_squeezed | next_sentinel) & EVENT != 0 {
                let at = from + nth;
                *states = States { main, squeezed, sentinel };
                let next = States { main: next_main, squeezed: next_squeezed, sentinel: next_sentinel };
                if byte.is_ascii() {
                    if next_sentinel == ESCAPE
                        && (next_main | next_squeezed) & EVENT == 0
                        && bytes.get(at + 1).is_some_and(|next| !begins_escape(byte, *next))
                    {
                        (main, squeezed, sentinel) = (next_main, next_squeezed, tables.sentinel.start);
                        from = at + 1;
                        continue 'foreign;
                    }
                    return (at, Some(next));
                }
                // Characters beyond ASCII, most of which are one step, too.
                from = at;
                sentinel = tables.sentinel.start;
                while let Some((c, len)) = char_at(bytes, from).filter(|_| from < until) {
                    let kind = tables.folds.kind(c);
                    *states = States { main, squeezed, sentinel };
                    if kind > tables.one_step {
                        return (from, Some(States { sentinel: next_sentinel, ..*states }));
                    }
                    let class = tables.kinds[usize::from(kind)];
                    main = tables.step(main, class.main());
                    squeezed = tables.step(squeezed, class.squeezed());
                    if (main | squeezed) & EVENT != 0 {
                        return (from + len - 1, Some(States { main, squeezed, sentinel }));
                    }
                    from += len;
                }
                continue 'foreign;
            }
            (main, squeezed, sentinel) = (next_main, next_squeezed, next_sentinel);
        }
        *states = States { main, squeezed, sentinel };
        return (from.max(until), None);
    }
}

/// The character that starts at `at`, if it is beyond ASCII, and its length.
#[inline(always)]
pub(super) fn char_at(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let rest = bytes.get(at..)?;
    let low = |nth: usize| rest.get(nth).map(|byte| u32::from(byte & 0x3f));
    let first = u32::from(*rest.first()?);
    let (code, len) = match first {
        0..=0x7f => return None,
        0xc0..=0xdf => ((first & 0x1f) << 6 | low(1)?, 2),
        0xe0..=0xef => ((first & 0x0f) << 12 | low(1)? << 6 | low(2)?, 3),
        _ => ((first & 0x07) << 18 | low(1)? << 12 | low(2)? << 6 | low(3)?, 4),
    };
    Some((char::from_u32(code)?, len))
}
