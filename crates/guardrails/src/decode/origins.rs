use crate::Span;

/// Where the last decoded bytes come from.
#[derive(Debug, Default)]
pub(super) struct Origins {
    ring: Vec<Span>,
    len: usize,
}

/// How many are remembered. What is older is taken to stand where the encoding starts.
const REMEMBERED: usize = 1024;

impl Origins {
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, span: Span) {
        if self.ring.is_empty() {
            self.ring = vec![Span::new(0, 0); REMEMBERED];
        }
        if let Some(slot) = self.ring.get_mut(self.len % REMEMBERED) {
            *slot = span;
        }
        self.len += 1;
    }

    pub(super) fn get(&self, at: usize) -> Option<Span> {
        if at >= self.len || at + REMEMBERED < self.len {
            return None;
        }
        self.ring.get(at % REMEMBERED).copied()
    }
}
