//! One wrapping of the file key.

use super::HeaderError;
use base64ct::{Base64Unpadded, Encoding};

/// Columns of a full line of a stanza's body (age v1, "Recipient stanza").
const COLUMNS: usize = 64;

/// The file key as wrapped for one recipient: a type, arguments, and a body. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    kind: String,
    args: Vec<String>,
    body: Vec<u8>,
}

impl Stanza {
    /// A stanza of type `kind`. Types outside age's own should be named like `example.com/enigma`.
    ///
    /// # Errors
    /// [`HeaderError::BadRecipient`] for a type or an argument that is empty or not all printable ASCII without spaces.
    pub fn new(kind: &str, args: Vec<String>, body: Vec<u8>) -> Result<Self, HeaderError> {
        if std::iter::once(kind).chain(args.iter().map(String::as_str)).all(|arg| is_argument(arg.as_bytes()))
        {
            return Ok(Self { kind: kind.to_owned(), args, body });
        }
        Err(HeaderError::BadRecipient { kind: "custom", what: "an argument is not printable ascii" })
    }

    /// As [`new`](Self::new), for arguments known to be good.
    pub(in crate::file) fn known(kind: &str, args: Vec<String>, body: Vec<u8>) -> Self {
        Self { kind: kind.to_owned(), args, body }
    }

    /// The type: the first argument.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The arguments after the type.
    #[must_use]
    pub fn args(&self) -> &[String] {
        &self.args
    }

    /// The body, decoded.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Octets of the stanza as text.
    pub(super) fn len(&self) -> usize {
        let args: usize = self.args.iter().map(|arg| 1 + arg.len()).sum();
        let body = Base64Unpadded::encoded_len(&self.body);
        // each line of the body ends, and so does the last one, which may be empty
        3 + self.kind.len() + args + 1 + body + body / COLUMNS + 1
    }

    /// Appends the stanza as text.
    pub(super) fn write(&self, header: &mut Vec<u8>) {
        header.extend_from_slice(b"-> ");
        header.extend_from_slice(self.kind.as_bytes());
        for arg in &self.args {
            header.push(b' ');
            header.extend_from_slice(arg.as_bytes());
        }
        header.push(b'\n');
        let body = Base64Unpadded::encode_string(&self.body);
        let mut lines = body.as_bytes().chunks_exact(COLUMNS);
        for line in &mut lines {
            header.extend_from_slice(line);
            header.push(b'\n');
        }
        header.extend_from_slice(lines.remainder());
        header.push(b'\n');
    }
}

/// The type and arguments of an argument line behind its `-> `.
pub(super) fn parse_arguments(text: &[u8]) -> Result<(String, Vec<String>), &'static str> {
    let mut args = text.split(|byte| *byte == b' ').map(|arg| {
        if is_argument(arg) {
            Ok(arg.iter().copied().map(char::from).collect())
        } else {
            Err("an argument is empty or not printable ascii")
        }
    });
    let kind = args.next().ok_or("no arguments")??;
    Ok((kind, args.collect::<Result<_, _>>()?))
}

/// Whether a line of the body is the last one of its stanza.
#[must_use]
pub(super) enum BodyLine {
    Full,
    Last,
}

/// Appends one line of a body.
pub(super) fn parse_body_line(line: &[u8], body: &mut Vec<u8>) -> Result<BodyLine, &'static str> {
    if line.len() > COLUMNS {
        return Err("a body line is longer than 64 columns");
    }
    let mut decoded = [0; COLUMNS];
    let decoded = Base64Unpadded::decode(line, &mut decoded).map_err(|_| "not canonical base64")?;
    body.extend_from_slice(decoded);
    Ok(if line.len() == COLUMNS { BodyLine::Full } else { BodyLine::Last })
}

/// `1*VCHAR` (age v1, "ABNF definition of file header").
fn is_argument(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_graphic)
}
