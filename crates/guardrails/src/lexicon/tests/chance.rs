//! What is found only because disguises are undone, in texts that have none: on the labelled benign sets, which are no part of the
//! project.

use super::*;
use crate::{Guard, Policy};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;

/// In so many texts of a thousand something may be found that looking for the terms as written would not have.
const MAX_ADDED: f64 = 1.0;

#[test]
fn confusion_ordinary_questions_hide_nothing() {
    let folder = std::env::var("STOCKADE_GUARDRAILS_DATA")
        .unwrap_or_else(|_| format!("{}/../../../shared/data/guardrails", env!("CARGO_MANIFEST_DIR")));
    let sets = sets(&format!("{folder}/benign"));
    if sets.is_empty() {
        println!("SKIPPED: no benign texts in `{folder}`");
        return;
    }
    let mut guard = Guard::builder();
    for name in Policy::shipped_names() {
        guard = guard.policy(Policy::shipped(name).unwrap());
    }
    let guard = guard.build().unwrap();
    let attacks = lexicon(hiding::PHRASES);
    for (set, texts) in &sets {
        let (mut counted, mut added) = (0_u32, 0_u32);
        for text in texts {
            let hits = [guard.lexicon(), &attacks].map(|lexicon| hits(lexicon, text)).concat();
            // Most telephones write the apostrophe so.
            let hidden = hits
                .iter()
                .find(|hit| hit.via != Via::Plain || !text[hit.span.range()].replace('’', "'").is_ascii());
            // Odd texts are counted, and nobody looks at them.
            if Sha256::digest(text)[0] % 2 == 1 {
                (counted, added) = (counted + 1, added + u32::from(hidden.is_some()));
            } else if let Some(hit) = hidden {
                println!("{set}: {:?} of {text:?} is {hit:?}", &text[hit.span.range()]);
            }
        }
        println!("{set}: {added} of {counted} texts");
        let most = (f64::from(counted) * MAX_ADDED / 1000.0).max(1.0);
        assert!(f64::from(added) <= most, "{set}: {added} of {counted} texts seem to hide something");
    }
}

fn hits(lexicon: &Lexicon, text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let _ = lexicon.scan(text, &mut hits);
    hits
}

/// The texts of every set that is there.
fn sets(folder: &str) -> BTreeMap<&'static str, Vec<String>> {
    let mut sets: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let file = |name: &str| fs::read_to_string(format!("{folder}/{name}")).ok();
    let json = |name: &str| file(name).and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    let string = |value: &serde_json::Value| value.as_str().map(String::from);
    if let Some(splits) = json("clinc150.json") {
        let rows = splits.as_object().into_iter().flat_map(|splits| splits.values());
        let rows = rows.filter_map(|rows| rows.as_array()).flatten();
        sets.insert("clinc150", rows.filter_map(|row| string(&row[0])).collect());
    }
    if let Some(rows) = json("mitre_frr.json") {
        let rows = rows.as_array().into_iter().flatten();
        sets.insert("mitre", rows.filter_map(|row| string(&row["mutated_prompt"])).collect());
    }
    if let Some(rows) = file("banking77_train.csv") {
        // The last column has no comma and no quotation mark; a line break inside the first only makes two texts of one.
        let texts = rows.lines().skip(1).filter_map(|line| line.rsplit_once(','));
        sets.insert("banking77", texts.map(|(text, _)| text.trim_matches('"').into()).collect());
    }
    for name in ["mt_bench_question.jsonl", "vicuna_question.jsonl"] {
        for line in file(name).unwrap_or_default().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            let turns = row["turns"].as_array().into_iter().flatten().chain([&row["text"]]);
            sets.entry("longer instructions").or_default().extend(turns.filter_map(string));
        }
    }
    sets
}
