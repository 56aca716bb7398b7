/// Something that says how much a text looks like an injection: the linear model of this crate, or another.
pub trait Scorer: Send + Sync {
    /// From 0, not at all, to 1. It must not panic; anything outside the range is cut to it, and what is no number counts as 1.
    fn score(&self, text: &str) -> f32;
}

impl<F: Fn(&str) -> f32 + Send + Sync> Scorer for F {
    fn score(&self, text: &str) -> f32 {
        self(text)
    }
}
