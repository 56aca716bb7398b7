//! Logistic regression over hashed features by AdaGrad, one thread, one order: the same bytes at every run.
//!
//! The sum of a text is that of its greatest window, and only that window learns: what else stands in a document that holds
//! an attack is not called an attack.

use super::random::Random;
use stockade_guardrails::model::{BUCKETS, Weights, Window, features::Extractor, windows};

/// A text, cut and hashed.
#[derive(Debug)]
pub(super) struct Sample {
    buckets: Vec<u32>,
    /// Where in `buckets` each token ends.
    ends: Vec<usize>,
    windows: Vec<Window>,
    pub(super) attack: bool,
    pub(super) importance: f64,
}

/// How training goes about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) epochs: usize,
    pub(super) rate: f64,
    /// What each weight loses, as a share of its gradient's size: the L2 penalty.
    pub(super) decay: f64,
}

impl Sample {
    pub(super) fn new(extractor: &Extractor, text: &str, attack: bool, importance: f64) -> Self {
        let (mut buckets, mut ends) = (Vec::new(), Vec::new());
        extractor.each_token(text, |token| {
            buckets.extend_from_slice(token);
            ends.push(buckets.len());
        });
        let windows = windows(ends.len()).collect();
        Self { buckets, ends, windows, attack, importance }
    }

    /// The greatest window and its sum, the bias not added.
    fn greatest(&self, weights: &[f64]) -> Option<(Window, f64)> {
        let mut sums = Vec::with_capacity(self.ends.len() + 1);
        let (mut total, mut from) = (0.0, 0);
        sums.push(0.0);
        for end in &self.ends {
            total += self.buckets[from..*end].iter().map(|bucket| weights[*bucket as usize]).sum::<f64>();
            sums.push(total);
            from = *end;
        }
        let sum = |window: &Window| (sums[window.end] - sums[window.start]) / window.norm();
        let scored = self
            .windows
            .iter()
            .filter(|window| window.end > window.start)
            .map(|window| (*window, sum(window)));
        scored.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    fn buckets_of(&self, window: Window) -> &[u32] {
        let start = window.start.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.buckets[start..self.ends[window.end - 1]]
    }
}

/// What training found, before it is made small.
#[derive(Debug)]
pub(super) struct Trained {
    pub(super) weights: Vec<f64>,
    pub(super) bias: f64,
}

pub(super) fn train(samples: &[Sample], plan: Plan, seed: u64) -> Trained {
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = Random::new(seed);
    let (mut weights, mut squares) = (vec![0.0_f64; BUCKETS], vec![1e-3_f64; BUCKETS]);
    let (mut bias, mut bias_squares) = (0.0_f64, 1.0_f64);
    for _ in 0..plan.epochs {
        random.shuffle(&mut order);
        for sample in order.iter().filter_map(|at| samples.get(*at)) {
            let Some((window, sum)) = sample.greatest(&weights) else { continue };
            let truth = if sample.attack { 1.0 } else { 0.0 };
            let error = (1.0 / (1.0 + (-(sum + bias)).exp()) - truth) * sample.importance;
            let each = error / window.norm();
            for bucket in sample.buckets_of(window) {
                let at = *bucket as usize;
                let gradient = each + plan.decay * weights[at];
                squares[at] += gradient * gradient;
                weights[at] -= plan.rate * gradient / squares[at].sqrt();
            }
            bias_squares += error * error;
            bias -= plan.rate * error / bias_squares.sqrt();
        }
    }
    Trained { weights, bias }
}

impl Trained {
    /// The sum of a text, as a model of these weights has it; an empty text has the lowest.
    pub(super) fn sum(&self, sample: &Sample) -> f64 {
        sample.greatest(&self.weights).map_or(f64::MIN, |(_, sum)| sum + self.bias)
    }

    /// Weights of one byte. The greatest are cut off where that loses less than rounding the small ones would.
    pub(super) fn small(&self) -> Weights {
        let mut sizes: Vec<f64> =
            self.weights.iter().map(|weight| weight.abs()).filter(|size| *size > 0.0).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let top = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 2000)).copied().unwrap_or(1.0);
        let scale = top / 127.0;
        #[expect(clippy::cast_possible_truncation, reason = "clamped to a byte")]
        let small = |weight: &f64| (weight / scale).round().clamp(-127.0, 127.0) as i8;
        #[expect(clippy::cast_possible_truncation, reason = "the file holds single precision")]
        let (scale32, bias) = (scale as f32, self.bias as f32);
        let buckets = self.weights.iter().map(small).collect();
        Weights { scale: scale32, bias, slope: 1.0, midpoint: 0.0, buckets }
    }
}
