use super::features::Extractor;
use super::window::{WINDOWS, Window};
use super::{ModelError, Weights};
use crate::Scorer;
use std::sync::Arc;

/// What `cargo xtask guard-train` made.
const SHIPPED: &[u8] = include_bytes!("../../model/injection.bin");

/// The model, ready to score. Cheap to clone.
#[derive(Debug, Clone)]
pub struct InjectionModel {
    weights: Arc<Weights>,
    extractor: Arc<Extractor>,
}

impl InjectionModel {
    /// The model that comes with the crate; `model/CARD.md` is its card.
    ///
    /// # Errors
    /// [`ModelError`]: the file that was compiled in is damaged. A test says that it is not.
    pub fn shipped() -> Result<Self, ModelError> {
        Self::from_bytes(SHIPPED)
    }

    /// A model from a weight file of your own training; see [`Weights::from_bytes`].
    ///
    /// # Errors
    /// [`ModelError`]: the bytes are no weight file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Weights::from_bytes(bytes).map(Self::new)
    }

    /// A model of these weights.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        Self { weights: Arc::new(weights), extractor: Arc::new(Extractor::new()) }
    }

    /// How much `text` looks like an injection, from 0 to 1: 0.5 is where one in a hundred innocent look-alikes stood in
    /// training. The same on every machine. An empty text scores 0.
    #[must_use]
    pub fn score(&self, text: &str) -> f32 {
        let mut sums = Sums::default();
        self.extractor.each_token(text, |buckets| {
            let weight =
                |bucket: &u32| self.weights.buckets.get(*bucket as usize).copied().unwrap_or_default();
            sums.push(buckets.iter().map(|bucket| i64::from(weight(bucket))).sum());
        });
        let Some(best) = sums.finish() else { return 0.0 };
        let Weights { scale, bias, slope, midpoint, .. } = *self.weights;
        let sum = best * f64::from(scale) + f64::from(bias);
        logistic((sum - f64::from(midpoint)) * f64::from(slope))
    }
}

/// For a guard: `Guard::builder().scorer(Arc::new(InjectionModel::shipped()?))`.
impl Scorer for InjectionModel {
    fn score(&self, text: &str) -> f32 {
        self.score(text)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
fn logistic(x: f64) -> f32 {
    (1.0 / (1.0 + (-x).exp())) as f32
}

/// The greatest window so far, in constant memory: sums from the start, of as many tokens as the widest window has.
#[derive(Debug)]
struct Sums {
    ring: [i64; RING],
    tokens: usize,
    total: i64,
    best: Option<f64>,
}

/// More than the widest window.
const RING: usize = 128;
const _: () = assert!(WINDOWS[WINDOWS.len() - 1].0 < RING, "the ring holds the widest window");

impl Default for Sums {
    fn default() -> Self {
        Self { ring: [0; RING], tokens: 0, total: 0, best: None }
    }
}

impl Sums {
    fn push(&mut self, sum: i64) {
        self.total += sum;
        self.tokens += 1;
        if let Some(place) = self.ring.get_mut(self.tokens % RING) {
            *place = self.total;
        }
        for (width, stride) in WINDOWS {
            if self.tokens >= width && (self.tokens - width).is_multiple_of(stride) {
                self.close(width);
            }
        }
    }

    /// Judges the window of the last `width` tokens, or of all where there are fewer.
    fn close(&mut self, width: usize) {
        let start = self.tokens.saturating_sub(width);
        let before = self.ring.get(start % RING).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a window holds less than 2^53")]
        let sum = (self.total - before) as f64 / Window { start, end: self.tokens }.norm();
        self.best = Some(self.best.map_or(sum, |best| best.max(sum)));
    }

    fn finish(mut self) -> Option<f64> {
        if self.tokens == 0 {
            return None;
        }
        for (width, _) in WINDOWS {
            self.close(width);
            if self.tokens <= width {
                break;
            }
        }
        self.best
    }
}
