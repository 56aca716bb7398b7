/// How many words the windows have over which features are added up, and how far each is from the next: narrow ones see a
/// sentence in a long document, wide ones a tone that no sentence alone has.
pub const WINDOWS: [(usize, usize); 2] = [(24, 8), (96, 32)];

/// Words from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first word.
    pub start: usize,
    /// The word after the last one.
    pub end: usize,
}

impl Window {
    /// What sums over the window are divided by: the square root of its length, so that long windows do not win by their
    /// length alone, nor a single word by its brevity.
    #[must_use]
    pub fn norm(self) -> f64 {
        let words = u32::try_from(self.end.saturating_sub(self.start).max(FEWEST)).unwrap_or(u32::MAX);
        f64::from(words).sqrt()
    }
}

/// Windows shorter than this count as so long.
const FEWEST: usize = 6;

/// The windows over a text of `words` words; the last of each width ends with the text. A text that fits into one has no
/// wider one.
pub fn windows(words: usize) -> impl Iterator<Item = Window> {
    let narrower_fits =
        move |width: usize| WINDOWS.iter().any(|(narrower, _)| *narrower < width && words <= *narrower);
    WINDOWS.into_iter().filter(move |(width, _)| !narrower_fits(*width)).flat_map(move |(width, stride)| {
        let last = words.saturating_sub(width);
        let starts = (0..last).step_by(stride).chain(Some(last));
        starts.map(move |start| Window { start, end: (start + width).min(words) })
    })
}
