/// Stands for "nothing" in [`FOLD_ASCII`], which yields no other control.
pub(crate) const DROP: u8 = 0;

/// What an ASCII character becomes.
pub(crate) const FOLD_ASCII: [u8; 128] = {
    let mut table = [0_u8; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'\'' => DROP,
            0..=b' ' | 0x7f | b'-' | b'_' => b' ',
            _ => byte.to_ascii_lowercase(),
        };
        byte += 1;
    }
    table
};
