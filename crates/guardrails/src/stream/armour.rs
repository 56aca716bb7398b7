use super::recent::Recent;

/// A private key in a text: as far as it may go on, all of it is one finding.
#[derive(Debug, Default)]
pub(super) struct Armour {
    len: usize,
    part: Part,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// In its first line, which may not be one of a private key.
    #[default]
    Label,
    PrivateLabel,
    Body,
    /// In its last line, and since how many characters.
    End(usize),
}

/// As `secrets` has it.
const LABEL_MAX: usize = 96;

impl Armour {
    /// Takes a character; whether nothing after it belongs to the key.
    pub(super) fn ends(&mut self, c: char, recent: Recent) -> bool {
        self.len += 1;
        match self.part {
            Part::Label | Part::PrivateLabel if self.len > LABEL_MAX => return true,
            Part::Label if recent.ends(b"private key") => self.part = Part::PrivateLabel,
            Part::Label => return c == '-',
            Part::PrivateLabel if c == '-' => self.part = Part::Body,
            Part::PrivateLabel => {}
            Part::Body if recent.ends(b"-----end") => self.part = Part::End(0),
            // One key begins where another should go on.
            Part::Body if recent.ends(b"-----begin") => self.len = 0,
            Part::Body => {}
            Part::End(len) if len >= 4 && recent.ends(b"-----") => return true,
            Part::End(len) if len > LABEL_MAX => return true,
            Part::End(len) => self.part = Part::End(len + 1),
        }
        let body = matches!(self.part, Part::Body | Part::End(_));
        body && !is_part(c)
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/= \t\r\n\\\"',:.-()_<>|*#".contains(c)
}
