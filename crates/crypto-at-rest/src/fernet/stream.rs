//! Opening a token that is in a file, in constant memory.

use super::shape::{BLOCK, HEAD_TEXT, Head, MAC, Shape, unpadded};
use super::{Fernet, FernetError, FernetKey, FernetStreamError, base64};
use aes::cipher::{Array, BlockModeDecrypt};
use hmac::digest::CtOutput;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::time::Duration;
use stockade_core::Clock;
use zeroize::Zeroizing;

/// Characters that are read at a time: whole groups, and as octets whole blocks.
const TEXT: usize = 1 << 20;

/// Octets that may be the last block and the MAC, until it is known whether more follow.
const HELD_BACK: usize = BLOCK + MAC;

/// The MAC so far, at the end of one piece: what the second pass must find again before it writes the piece.
type Mark = CtOutput<Hmac<Sha256>>;

impl Fernet {
    /// Opens the token that `token` holds from where it stands to its end, and writes the plaintext to `plaintext`; returns how many
    /// octets that were. A `ttl` is judged as by [`open`](Self::open).
    ///
    /// It reads twice, first to verify the MAC, then to decrypt. The first pass leaves a mark for each mebibyte, which the second finds
    /// again before it writes that mebibyte: no octet is written that the MAC did not cover, even if somebody alters the file in
    /// between, although a file altered so leaves the beginning of the plaintext behind. On an error the caller discards what was
    /// written; [`file`](crate::file) has an output that appears under its name only when it is finished.
    ///
    /// Memory: about 2 MiB, and 32 octets for each mebibyte of the token.
    ///
    /// # Errors
    /// See [`FernetStreamError`].
    pub fn open_reader(
        &self,
        token: &mut (impl Read + Seek),
        plaintext: &mut impl Write,
        ttl: Option<Duration>,
        clock: &dyn Clock,
    ) -> Result<u64, FernetStreamError> {
        let mut pass = Pass::begin(token, self.max_token)?;
        let (key, marks) = self.authenticate(&mut pass)?;
        pass.head.judge_time(ttl, clock)?;
        pass.rewind()?;
        self.release(&mut pass, key, marks, plaintext)
    }

    fn authenticate(
        &self,
        pass: &mut Pass<'_, impl Read + Seek>,
    ) -> Result<(&FernetKey, Vec<Mark>), FernetStreamError> {
        let mut marks = Vec::new();
        let mut macs: Vec<_> = self.keys.iter().map(FernetKey::mac).collect();
        macs.iter_mut().for_each(|mac| pass.head.authenticate(mac));
        let tag = loop {
            let piece = pass.advance()?;
            for mac in &mut macs {
                mac.update(piece.blocks.as_flattened());
            }
            let newest = macs.first().ok_or(FernetError::Refused)?;
            marks.push(newest.clone().finalize());
            if let Some(tag) = piece.tag {
                break tag;
            }
        };
        let mut candidates = self.keys.iter().zip(macs);
        let found = candidates.find_map(|(key, mac)| mac.verify((&tag).into()).is_ok().then_some(key));
        Ok((found.ok_or(FernetError::Refused)?, marks))
    }

    fn release(
        &self,
        pass: &mut Pass<'_, impl Read + Seek>,
        key: &FernetKey,
        marks: Vec<Mark>,
        plaintext: &mut impl Write,
    ) -> Result<u64, FernetStreamError> {
        let mut mac = self.keys.first().ok_or(FernetError::Refused)?.mac();
        pass.head.authenticate(&mut mac);
        let mut cbc = key.cbc(&pass.head.iv());
        let mut written = 0;
        for mark in marks {
            let piece = pass.advance()?;
            let octets = piece.blocks.as_flattened_mut();
            mac.update(octets);
            if mac.clone().finalize() != mark {
                return Err(FernetError::Refused.into());
            }
            cbc.decrypt_blocks(Array::slice_as_chunks_mut(octets).0);
            let mut text = octets.len();
            if piece.tag.is_some() {
                let before = text.saturating_sub(BLOCK);
                text = before + unpadded(octets.get(before..).unwrap_or_default())?;
            }
            plaintext.write_all(octets.get(..text).unwrap_or_default()).map_err(FernetStreamError::Write)?;
            written += text as u64;
        }
        Ok(written)
    }
}

/// One way through the token, a piece at a time.
struct Pass<'a, R> {
    token: &'a mut R,
    head: Head,
    /// Where the characters behind the head begin, and how many they are.
    body: (u64, u64),
    /// How many of them are still to be read.
    left: u64,
    text: Vec<u8>,
    /// What is decoded: first the `released` octets of the piece before, in which its plaintext may stand, then what was held back.
    octets: Zeroizing<Vec<u8>>,
    released: usize,
}

/// Whole blocks, and with the last of them the MAC that follows.
struct Piece<'a> {
    blocks: &'a mut [[u8; BLOCK]],
    tag: Option<[u8; MAC]>,
}

impl<'a, R: Read + Seek> Pass<'a, R> {
    fn begin(token: &'a mut R, max: u64) -> Result<Self, FernetStreamError> {
        let (start, text_len, padding) = measure(token).map_err(FernetStreamError::Read)?;
        // From here on the length is that of a token.
        Shape::of(text_len, padding, max)?;
        let mut head = [0; HEAD_TEXT];
        token.seek(SeekFrom::Start(start)).map_err(FernetStreamError::Read)?;
        token.read_exact(&mut head).map_err(FernetStreamError::Read)?;
        let head_text = HEAD_TEXT as u64;
        let mut pass = Self {
            token,
            head: Head::decode(&head)?,
            body: (start.saturating_add(head_text), text_len.saturating_sub(head_text)),
            left: 0,
            text: Vec::with_capacity(TEXT),
            octets: Zeroizing::new(Vec::with_capacity(TEXT / 4 * 3 + HELD_BACK + BLOCK)),
            released: 0,
        };
        pass.rewind()?;
        Ok(pass)
    }

    /// Back to the first piece. The head stays as it was read first.
    fn rewind(&mut self) -> Result<(), FernetStreamError> {
        let (start, len) = self.body;
        self.token.seek(SeekFrom::Start(start)).map_err(FernetStreamError::Read)?;
        self.left = len;
        self.octets.clear();
        self.octets.extend_from_slice(self.head.overlap());
        self.released = 0;
        Ok(())
    }

    fn advance(&mut self) -> Result<Piece<'_>, FernetStreamError> {
        self.octets.drain(..self.released);
        let characters = self.left.min(TEXT as u64);
        self.left -= characters;
        let last = self.left == 0;
        self.text.clear();
        let read = self.token.by_ref().take(characters).read_to_end(&mut self.text);
        if read.map_err(FernetStreamError::Read)? as u64 != characters {
            return Err(FernetStreamError::Read(ErrorKind::UnexpectedEof.into()));
        }
        let padding = if last { base64::padding(&self.text) } else { 0 };
        let octets = base64::decoded_len(characters, padding).ok_or(FernetError::Refused)?;
        let kept = self.octets.len();
        self.octets.resize(kept + usize::try_from(octets).map_err(|_| FernetError::Refused)?, 0);
        base64::decode(&self.text, self.octets.get_mut(kept..).unwrap_or_default())?;

        let held_back = if last { MAC } else { HELD_BACK };
        let whole = self.octets.len().checked_sub(held_back).ok_or(FernetError::Refused)?;
        self.released = whole / BLOCK * BLOCK;
        let (blocks, rest) = self.octets.split_at_mut(self.released);
        let tag = match <[u8; MAC]>::try_from(&*rest) {
            Ok(tag) if last => Some(tag),
            // The padding is another than when the token was measured.
            _ if last => return Err(FernetError::Refused.into()),
            _ => None,
        };
        Ok(Piece { blocks: blocks.as_chunks_mut().0, tag })
    }
}

/// Where the token begins, how many characters it has, and how many of them are padding.
fn measure(token: &mut (impl Read + Seek)) -> io::Result<(u64, u64, u64)> {
    let start = token.stream_position()?;
    let end = token.seek(SeekFrom::End(0))?;
    let len = end.saturating_sub(start);
    let mut last = [0; 2];
    if len >= 2 {
        token.seek(SeekFrom::End(-2))?;
        token.read_exact(&mut last)?;
    }
    Ok((start, len, base64::padding(&last)))
}
