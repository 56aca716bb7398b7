//! In which column of each automaton a byte stands.

use super::dense::Columns;
use crate::decode::Sentinel;
use crate::fold::{DROP, FOLD_ASCII};

/// The columns of one byte of the source.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Class {
    pub(crate) main: u8,
    pub(crate) squeezed: u8,
    pub(crate) sentinel: u8,
}

/// The letter that a folded byte is read as where letters alone count. `i`, `l` and what resembles both are one, as nobody can tell which
/// of them a `1` was meant to be.
pub(crate) const fn symbol(folded: u8) -> Option<u8> {
    Some(match folded {
        b'l' | b'1' | b'!' | b'|' => b'i',
        b'0' => b'o',
        b'2' => b'z',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'6' | b'9' => b'g',
        b'7' | b'+' => b't',
        b'8' => b'b',
        b'a'..=b'z' | 0x80.. => folded,
        _ => return None,
    })
}

/// The classes of all bytes. Those of ASCII are of what they fold to; others are of folded bytes, as no source byte beyond ASCII is looked
/// up by itself.
pub(crate) fn classes(main: &Columns, squeezed: &Columns) -> Box<[Class; 256]> {
    let mut classes = Box::new([Class::default(); 256]);
    for (byte, class) in (0..=u8::MAX).zip(classes.iter_mut()) {
        let folded = FOLD_ASCII.get(usize::from(byte)).copied().unwrap_or(byte);
        let dropped = folded == DROP;
        *class = Class {
            main: if dropped { Columns::SKIP } else { main.of(folded) },
            squeezed: symbol(folded).filter(|_| !dropped).map_or(Columns::SKIP, |symbol| squeezed.of(symbol)),
            sentinel: Sentinel::class(byte),
        };
    }
    classes
}
