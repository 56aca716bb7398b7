//! What the policies and the model say of the labelled texts, set by set: never one figure for all.

mod disguise;
mod judge;
mod personal;
mod secrets;
mod table;

use crate::Failure;
use crate::data::{Half, Row, Set, folder, load};
use crate::train::FILE as WEIGHTS;
use judge::Judge;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stockade_guardrails::Scorer;
use stockade_guardrails::model::InjectionModel;
use table::Table;

/// What is asked of `guard-eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    /// Only these policies: names of those that come with the crate, or paths
    #[arg(long = "policy", value_name = "NAME", value_delimiter = ',')]
    policies: Vec<String>,
    /// Only these sets
    #[arg(long = "set", value_name = "NAME", value_delimiter = ',')]
    sets: Vec<String>,
    /// Without the injection model
    #[arg(long)]
    no_model: bool,
    /// List the rows that were judged wrongly, and by which rules; only even rows may be read
    #[arg(long, value_name = "HALF")]
    failures: Option<Readable>,
    /// A folder with `true.txt` and `false.txt`, a literal a line, for the policy `secrets`
    #[arg(long, value_name = "DIR")]
    gitleaks: Option<PathBuf>,
}

/// The half that may be listed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Readable {
    Even,
}

pub(crate) fn run(root: &Path, ask: &Ask) -> Result<(), Failure> {
    let mut sets = load(&folder(root)?)?;
    sets.retain(|set| ask.sets.is_empty() || ask.sets.contains(&set.name));
    let model = model(root)?;
    let scorer = (!ask.no_model).then(|| Arc::new(model.clone()) as Arc<dyn Scorer>);
    let judges = Judge::load(root, &ask.policies, scorer)?;
    println!("Share of the odd rows of each set that a policy, alone, does something about\n");
    let mut head = vec!["set", "odd rows"];
    head.extend(judges.iter().map(|judge| judge.name.as_str()));
    if !ask.no_model {
        head.push("model alone");
    }
    let mut table = Table::new(&head);
    for set in &sets {
        let odd: Vec<&Row> = set.rows.iter().filter(|row| row.text.half() == Half::Odd).collect();
        let flagged = |flags: &dyn Fn(&str) -> bool| {
            share(odd.iter().filter(|row| row.text.judge(flags)).count(), odd.len())
        };
        let mut cells = vec![set.name.clone(), odd.len().to_string()];
        cells.extend(judges.iter().map(|judge| flagged(&|text| judge.flags(text))));
        if !ask.no_model {
            cells.push(flagged(&|text| model.score(text) >= 0.5));
        }
        table.row(cells);
    }
    println!("{table}");
    personal::print(&sets, &judges);
    if ask.sets.is_empty() {
        disguise::print(&judges)?;
    }
    if let Some(folder) = &ask.gitleaks {
        secrets::print(folder, &judges)?;
    }
    if ask.failures.is_some() {
        failures(&sets, &judges);
    }
    Ok(())
}

/// The committed model, as it lies there: what training wrote counts without another build.
fn model(root: &Path) -> Result<InjectionModel, Failure> {
    let bytes =
        std::fs::read(root.join(WEIGHTS)).map_err(Failure::io(format!("`{WEIGHTS}` cannot be read")))?;
    InjectionModel::from_bytes(&bytes).map_err(|error| Failure::other(format!("`{WEIGHTS}`: {error}")))
}

fn failures(sets: &[Set], judges: &[Judge]) {
    for judge in judges {
        for set in sets {
            let Some(ought) = judge.ought(set.kind) else { continue };
            for text in set.rows.iter().filter_map(|row| row.text.to_read()) {
                if judge.flags(text) != ought {
                    let verdict = judge.verdict(text);
                    let rules: Vec<_> = verdict.rules().iter().map(|rule| rule.rule().to_owned()).collect();
                    let score = verdict.score.map(|score| format!(" {score:.3}")).unwrap_or_default();
                    let what = if ought { "missed" } else { "wrongly" };
                    let start: String = text.chars().take(300).collect();
                    println!(
                        "{}\t{}\t{what} {}{score}\t{}",
                        judge.name,
                        set.name,
                        rules.join("+"),
                        start.escape_debug()
                    );
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "sets have some thousand rows")]
fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "-".into() } else { format!("{:.3}", part as f64 / whole as f64) }
}
