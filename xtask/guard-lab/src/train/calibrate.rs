//! Which sums mean which scores.

use super::corpus::Example;
use super::sgd::Trained;
use super::{fit, sample};
use stockade_guardrails::model::{Weights, features::Extractor};

/// Examples are judged by a model that learned from the other folds.
const FOLDS: usize = 3;

/// The sets whose innocent texts look like attacks.
const LOOK_ALIKES: [&str; 3] = ["mitre", "mt-bench", "vicuna"];

/// The small weights of `trained`, with a curve that scores 0.5 where one in a hundred innocent texts stands: half-way between the
/// look-alikes, judged by a model that has seen nothing of their set, which are few, and our own, judged by one that has seen nothing of
/// their template's line, which are harder than what people write.
pub(super) fn calibrate(trained: &Trained, examples: &[Example]) -> Weights {
    let extractor = Extractor::new();
    let mut strangers = Vec::new();
    for set in LOOK_ALIKES {
        let model = fit(examples.iter().filter(|example| example.source != set));
        let judged = examples.iter().filter(|example| example.source == set);
        strangers.extend(judged.map(|example| model.sum(&sample(&extractor, example))));
    }
    let (mut ours, mut sums) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let judged = |(at, example): &(usize, &Example)| example.line.unwrap_or(*at) % FOLDS == fold;
        let learned = examples.iter().enumerate().filter(|pair| !judged(pair)).map(|(_, example)| example);
        let model = fit(learned);
        for (_, example) in examples.iter().enumerate().filter(judged) {
            let sum = model.sum(&sample(&extractor, example));
            if !example.attack && example.line.is_some() {
                ours.push(sum);
            }
            sums.push((sum, example.attack, example.importance));
        }
    }
    let (strangers, ours) = (one_in_a_hundred(strangers), one_in_a_hundred(ours));
    println!("one in a hundred innocent texts: {strangers:.3} of look-alikes, {ours:.3} of ours");
    let midpoint = f64::midpoint(strangers, ours);
    let mut weights = trained.small();
    #[expect(clippy::cast_possible_truncation, reason = "the file holds single precision")]
    {
        weights.midpoint = midpoint as f32;
        weights.slope = slope(&sums, midpoint) as f32;
    }
    println!("midpoint {:.3}, slope {:.3}", weights.midpoint, weights.slope);
    weights
}

/// What one in a hundred is more than.
fn one_in_a_hundred(mut sums: Vec<f64>) -> f64 {
    sums.sort_unstable_by(|a, b| b.total_cmp(a));
    sums.get(sums.len() / 100).copied().unwrap_or_default()
}

/// How steep the logistic curve through the midpoint is that fits best: Newton's method in one dimension.
fn slope(sums: &[(f64, bool, f64)], midpoint: f64) -> f64 {
    let mut slope = 1.0_f64;
    for _ in 0..20 {
        let (mut first, mut second) = (0.0, 1e-9);
        for (sum, attack, importance) in sums {
            let x = sum - midpoint;
            let p = 1.0 / (1.0 + (-slope * x).exp());
            first += importance * (p - f64::from(u8::from(*attack))) * x;
            second += importance * p * (1.0 - p) * x * x;
        }
        slope = (slope - first / second).clamp(0.05, 20.0);
    }
    slope
}

#[test]
fn the_slope_rises_where_the_classes_are_apart() {
    let near: Vec<_> = (0..100).map(|n| (f64::from(n % 10) - 5.0, n % 7 < 3, 1.0)).collect();
    let apart: Vec<_> = (0..100).map(|n| (f64::from(n) / 10.0 - 5.0, n > 52 || n == 40, 1.0)).collect();
    assert!(slope(&apart, 0.0) > slope(&near, 0.0));
}
