//! What the policies and the model say of the labelled texts, set by set: never one figure for all.

mod table;

use crate::Failure;
use crate::data::{Half, Kind, Row, Set, folder, load};
use crate::train::FILE as WEIGHTS;
use std::path::Path;
use stockade_guardrails::model::InjectionModel;
use table::Table;

/// What is asked of `guard-eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    /// Only these sets
    #[arg(long = "set", value_name = "NAME")]
    sets: Vec<String>,
    /// List what was judged wrongly, and how; only even rows may be read
    #[arg(long, value_name = "even")]
    failures: Option<Readable>,
}

/// The half that may be listed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Readable {
    Even,
}

pub(crate) fn run(root: &Path, ask: &Ask) -> Result<(), Failure> {
    let sets = load(&folder(root)?)?;
    let model = model(root)?;
    let chosen = |set: &&Set| ask.sets.is_empty() || ask.sets.contains(&set.name);
    let mut table = Table::new(&["set", "odd rows", "counts as", "model"]);
    for set in sets.iter().filter(chosen) {
        let odd: Vec<&Row> = set.rows.iter().filter(|row| row.text.half() == Half::Odd).collect();
        let seen = odd.iter().filter(|row| row.text.judge(|text| model.score(text)) >= 0.5).count();
        table.row([
            set.name.clone(),
            odd.len().to_string(),
            counts_as(set.kind).into(),
            share(seen, odd.len()),
        ]);
        if ask.failures.is_some() {
            failures(set, &model);
        }
    }
    println!("{table}");
    Ok(())
}

/// The committed model, as it lies there: what training wrote counts without another build.
fn model(root: &Path) -> Result<InjectionModel, Failure> {
    let bytes =
        std::fs::read(root.join(WEIGHTS)).map_err(Failure::io(format!("`{WEIGHTS}` cannot be read")))?;
    InjectionModel::from_bytes(&bytes).map_err(|error| Failure::other(format!("`{WEIGHTS}`: {error}")))
}

fn counts_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Injection => "recall",
        _ => "false positives",
    }
}

fn failures(set: &Set, model: &InjectionModel) {
    for text in set.rows.iter().filter_map(|row| row.text.to_read()) {
        let score = model.score(text);
        if (score >= 0.5) != (set.kind == Kind::Injection) {
            let start: String = text.chars().take(300).collect();
            println!("{}\t{score:.3}\t{}", set.name, start.replace('\n', "\\n"));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "sets have some thousand rows")]
fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "-".into() } else { format!("{:.3}", part as f64 / whole as f64) }
}
