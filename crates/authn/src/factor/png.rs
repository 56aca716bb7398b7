//! The least of PNG (RFC 2083): one image of one bit a pixel, not compressed.

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// RFC 1951 §3.2.4: the most bytes of a stored block.
const BLOCK: usize = 65_535;

/// An image of `width` by `height` pixels. `rows` are its scan lines, each behind its filter byte.
pub(super) fn one_bit(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // One bit, grey, deflate, adaptive filters, not interlaced.
    header.extend([1, 0, 0, 0, 0]);

    let mut png = Vec::with_capacity(rows.len() + rows.len() / 1024 + 128);
    png.extend(SIGNATURE);
    chunk(&mut png, *b"IHDR", |png| png.extend(header));
    chunk(&mut png, *b"IDAT", |png| stored(png, rows));
    chunk(&mut png, *b"IEND", |_| ());
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], write: impl FnOnce(&mut Vec<u8>)) {
    let at = png.len();
    png.extend([0; 4]);
    png.extend(kind);
    write(png);
    let length = u32::try_from(png.len() - at - 8).unwrap_or(u32::MAX);
    png[at..at + 4].copy_from_slice(&length.to_be_bytes());
    let crc = crc32(&png[at + 4..]);
    png.extend(crc.to_be_bytes());
}

/// A zlib stream (RFC 1950) of stored blocks.
fn stored(png: &mut Vec<u8>, bytes: &[u8]) {
    png.extend([0x78, 0x01]);
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        png.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        png.extend(length.to_le_bytes());
        png.extend((!length).to_le_bytes());
        png.extend(block);
    }
    png.extend(adler32(bytes).to_be_bytes());
}

/// RFC 2083 §15.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}

/// RFC 1950 §8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn what_is_stored_inflates_whatever_its_length() {
        for length in [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let bytes: Vec<_> = (0..length).map(|n| n.to_le_bytes()[0]).collect();
            let mut stream = Vec::new();
            stored(&mut stream, &bytes);
            assert_eq!(miniz_oxide::inflate::decompress_to_vec_zlib(&stream).unwrap(), bytes, "{length}");
        }
    }
}
