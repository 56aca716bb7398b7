use crate::Span;

/// Where the last decoded bytes come from: in runs, since most of them come one after the other.
#[derive(Debug, Default)]
pub(super) struct Origins {
    runs: Vec<Run>,
    len: usize,
}

/// Decoded bytes from `at` on, of a source that begins, or for [`Shape::Back`] ends, at `source`.
#[derive(Debug, Clone, Copy)]
struct Run {
    at: usize,
    source: usize,
    shape: Shape,
}

/// How the bytes of a run lie in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One for one.
    Same,
    /// One for one, from the last to the first.
    Back,
    /// Three in four characters (base64).
    Sextets,
    /// One in `len` bytes of every `step`: hexadecimal digits, escapes.
    Every { step: usize, len: usize },
    /// All of them in so many bytes.
    Whole(usize),
}

/// So many runs are remembered at least. What is older is taken to stand where the encoding starts.
const REMEMBERED: usize = 1024;

impl Origins {
    pub(super) fn clear(&mut self) {
        self.runs.clear();
        self.len = 0;
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// `bytes` more decoded bytes.
    #[inline]
    pub(super) fn push(&mut self, bytes: usize, source: usize, shape: Shape) {
        let at = self.len;
        self.len += bytes;
        if let Some(last) = self.runs.last()
            && last.shape == shape
            && last.goes_on(at) == Some(source)
        {
            return;
        }
        if self.runs.len() >= 2 * REMEMBERED {
            self.runs.drain(..REMEMBERED);
        }
        self.runs.push(Run { at, source, shape });
    }

    pub(super) fn get(&self, at: usize) -> Option<Span> {
        let after = self.runs.partition_point(|run| run.at <= at);
        let run = self.runs.get(after.checked_sub(1)?).filter(|_| at < self.len)?;
        let (nth, source) = (at - run.at, run.source);
        let (start, len) = match run.shape {
            Shape::Same => (source + nth, 1),
            Shape::Back => (source.saturating_sub(nth + 1), 1),
            Shape::Sextets => (source + nth / 3 * 4 + nth % 3, 2),
            Shape::Every { step, len } => (source + step * nth, len),
            Shape::Whole(len) => (source, len),
        };
        Some(Span::new(start, start + len))
    }
}

impl Run {
    /// Where the source of the decoded byte `at` is, if the run goes on up to there.
    fn goes_on(&self, at: usize) -> Option<usize> {
        let len = at - self.at;
        match self.shape {
            Shape::Same => Some(self.source + len),
            Shape::Back => self.source.checked_sub(len),
            Shape::Sextets => len.is_multiple_of(3).then_some(self.source + len / 3 * 4),
            Shape::Every { step, .. } => Some(self.source + step * len),
            Shape::Whole(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: Shape = Shape::Every { step: 2, len: 2 };

    #[test]
    fn every_byte_is_led_back_to_its_own() {
        let mut origins = Origins::default();
        origins.push(3, 10, Shape::Same);
        origins.push(1, 13, Shape::Same);
        origins.push(2, 14, Shape::Whole(6));
        origins.push(3, 20, Shape::Sextets);
        origins.push(2, 24, Shape::Sextets);
        origins.push(1, 30, PAIRS);
        origins.push(1, 32, PAIRS);
        origins.push(2, 50, Shape::Back);
        origins.push(1, 48, Shape::Back);
        let starts: Vec<_> = (0..16).map(|at| origins.get(at).unwrap().start).collect();
        assert_eq!(starts, [10, 11, 12, 13, 14, 14, 20, 21, 22, 24, 25, 30, 32, 49, 48, 47]);
        assert_eq!(origins.get(5), Some(Span::new(14, 20)));
        assert_eq!(origins.get(16), None);
        assert_eq!(origins.runs.len(), 5);
    }

    #[test]
    fn flood_of_runs_keeps_the_last() {
        let mut origins = Origins::default();
        (0..10_000).for_each(|nth| origins.push(1, 7 * nth, Shape::Whole(6)));
        assert_eq!(origins.get(9_999), Some(Span::new(69_993, 69_999)));
        assert_eq!(origins.get(0), None);
        assert!(origins.runs.len() <= 2 * REMEMBERED);
    }
}
