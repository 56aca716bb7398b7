//! `guard check`.

use super::lines::{self, Line, MAX_LINE};
use super::{policies, words};
use crate::Exit;
use crate::args::{GuardArgs, Voice};
use crate::cancel::Cancel;
use crate::commands::input::Source;
use crate::failure::Failure;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use stockade_guardrails::{Action, Ask, Guard, MAX_INPUT, RuleId};

pub(super) fn check(args: &GuardArgs, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let guard = policies::guard(args)?;
    let ask = policies::ask(args, &guard);
    let input = BufReader::with_capacity(64 * 1024, Source::new(None, cancel)?.into_reader());
    let output = BufWriter::new(io::stdout().lock());
    let judge = Judge { guard: &guard, ask: &ask };
    if !voice.json {
        return judge.one(input, output);
    }
    let bad = judge.lines(input, output).map_err(|error| match cancel.failure() {
        Some(cancelled) => cancelled,
        None => Failure::io("the texts")(error),
    })?;
    match bad {
        0 => Ok(()),
        bad => Err(Failure::new(Exit::Failed, "bad-lines", format!("{bad} lines could not be judged"))),
    }
}

struct Judge<'a> {
    guard: &'a Guard,
    ask: &'a Ask<'a>,
}

/// What is said of a line. The keys are part of the interface and do not change.
#[derive(Serialize)]
struct Judged<'a> {
    action: Action,
    rules: Vec<&'a str>,
    score: Option<f32>,
    redacted: &'a str,
}

impl Judge<'_> {
    /// Judges line by line; returns how many could not be. Who talks to the command line by line has each answer before the
    /// next line is waited for.
    fn lines(&self, mut input: BufReader<impl Read>, mut output: impl Write) -> io::Result<u64> {
        let (mut line, mut bad) = (Vec::new(), 0);
        loop {
            if input.buffer().is_empty() {
                output.flush()?;
            }
            let Some(read) = lines::next(&mut input, &mut line)? else { break };
            match text(&read, &line) {
                Ok(text) => self.verdict(&text, &mut output)?,
                Err(why) => {
                    bad += 1;
                    serde_json::to_writer(&mut output, &json!({ "error": why }))?;
                }
            }
            output.write_all(b"\n")?;
        }
        output.flush()?;
        Ok(bad)
    }

    fn verdict(&self, text: &str, output: &mut impl Write) -> io::Result<()> {
        let verdict = self.guard.check(text, self.ask);
        let redacted = self.guard.redact(text, &verdict);
        let rules = verdict.rules().into_iter().map(RuleId::as_str).collect();
        let judged = Judged { action: verdict.action, rules, score: verdict.score, redacted: &redacted };
        Ok(serde_json::to_writer(output, &judged)?)
    }

    /// Judges all of the input as one text, in words.
    fn one(&self, input: impl BufRead, mut output: impl Write) -> Result<(), Failure> {
        let mut text = Vec::new();
        let limit = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX).saturating_add(1);
        input.take(limit).read_to_end(&mut text).map_err(Failure::io("the text"))?;
        if text.len() > MAX_INPUT {
            return Err(Failure::usage(format!("the text is longer than {MAX_INPUT} bytes")));
        }
        let text = String::from_utf8(text).map_err(|_| Failure::usage("the text is not UTF-8"))?;
        let verdict = self.guard.check(&text, self.ask);
        let said = words::words(&text, &verdict);
        writeln!(output, "{said}").and_then(|()| output.flush()).map_err(Failure::io("standard output"))
    }
}

/// The text of a line. What else the object holds is not looked at: labelled data has more.
fn text(line: &Line, bytes: &[u8]) -> Result<String, String> {
    if *line == Line::TooLong {
        return Err(format!("the line is longer than {MAX_LINE} bytes"));
    }
    let object: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|_| String::from("the line is no JSON object"))?;
    match object.into_iter().find(|(key, _)| key == "text") {
        Some((_, Value::String(text))) => Ok(text),
        Some(_) => Err("`text` is no string".into()),
        None => Err("the object has no `text`".into()),
    }
}
