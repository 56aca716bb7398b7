//! In which column of each automaton a byte stands.

use super::dense::Columns;
use crate::decode::Sentinel;
use crate::fold::{DROP, FOLD_ASCII, kind};

/// The columns of one byte of the source, in one look-up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Class(u32);

impl Class {
    fn new(main: u8, squeezed: u8, sentinel: u8) -> Self {
        Self(u32::from_le_bytes([main, squeezed, sentinel, 0]))
    }

    #[inline(always)]
    pub(crate) fn main(self) -> u32 {
        self.0 & 0xff
    }

    #[inline(always)]
    pub(crate) fn squeezed(self) -> u32 {
        self.0 >> 8 & 0xff
    }

    #[inline(always)]
    pub(crate) fn sentinel(self) -> u32 {
        self.0 >> 16
    }
}

/// The letter that a folded byte is read as where letters alone count. `i`, `l` and what resembles both are one, as nobody can tell which
/// of them a `1` was meant to be.
pub(crate) fn symbol(folded: u8) -> Option<u8> {
    Some(SYMBOLS[usize::from(folded)]).filter(|symbol| *symbol != 0)
}

const SYMBOLS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'l' | b'1' | b'!' | b'|' => b'i',
            b'0' => b'o',
            b'2' => b'z',
            b'3' => b'e',
            b'4' | b'@' => b'a',
            b'5' | b'$' => b's',
            b'6' | b'9' => b'g',
            b'7' | b'+' => b't',
            b'8' => b'b',
            b'a'..=b'z' | 0x80.. => byte,
            _ => 0,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// The classes of all bytes. Those of ASCII are of what they fold to; others are of folded bytes, as no source byte beyond ASCII is looked
/// up by itself.
pub(crate) fn classes(main: &Columns, squeezed: &Columns) -> Box<[Class; 256]> {
    let mut classes = Box::new([Class::default(); 256]);
    let sentinel = Sentinel::classes();
    for (byte, class) in (0..=u8::MAX).zip(classes.iter_mut()) {
        let folded = FOLD_ASCII.get(usize::from(byte)).copied().unwrap_or(byte);
        let dropped = folded == DROP;
        let symbol = symbol(folded).filter(|_| !dropped);
        *class = Class::new(
            if dropped { Columns::SKIP } else { main.of(folded) },
            symbol.map_or(Columns::SKIP, |symbol| squeezed.of(symbol)),
            sentinel[usize::from(byte)],
        );
    }
    classes
}

/// The classes of what a character beyond ASCII becomes, by its kind in the table of folds.
pub(crate) fn kinds(classes: &[Class; 256]) -> Box<[Class; 256]> {
    let mut kinds = Box::new(*classes);
    kinds[usize::from(kind::DROP)] = Class::new(Columns::SKIP, Columns::SKIP, 0);
    kinds[usize::from(kind::OWN)] = Class::new(Columns::RESET, Columns::SKIP, 0);
    kinds[usize::from(kind::OWN_WORD)] = Class::new(Columns::RESET, Columns::RESET, 0);
    kinds[usize::from(kind::FOREIGN)] = Class::new(Columns::RESET, Columns::RESET, 0);
    kinds
}
