//! Steps with a name and a time, the first failure of which ends the task.

use crate::{Failure, servers};
use std::fmt::Write;
use std::process::Command;
use std::time::{Duration, Instant};

/// The steps of one task so far.
#[derive(Debug)]
pub(crate) struct Steps {
    skip: Vec<String>,
    in_ci: bool,
    done: Vec<Done>,
}

#[derive(Debug)]
struct Done {
    name: String,
    took: Duration,
    end: End,
}

#[derive(Debug)]
enum End {
    Passed,
    Failed,
    Skipped(String),
}

impl Steps {
    /// No step done yet; those named in `skip` will be left out. In CI nothing may be.
    pub(crate) fn new(skip: Vec<String>, in_ci: bool) -> Result<Self, Failure> {
        if in_ci && !skip.is_empty() {
            return Err(Failure::other("with CI=true no step may be skipped"));
        }
        Ok(Self { skip, in_ci, done: Vec::new() })
    }

    pub(crate) fn in_ci(&self) -> bool {
        self.in_ci
    }

    /// Runs `command` with this process's own output, so that nothing of a test runner's report is lost.
    pub(crate) fn run(&mut self, name: &str, command: &mut Command) -> Result<(), Failure> {
        let line = shell_line(command);
        self.perform(name, &line, || {
            let status = command.status().map_err(Failure::io(format!("`{line}` cannot be run")))?;
            if status.success() {
                return Ok(());
            }
            Err(Failure::Command {
                step: name.into(),
                command: format!("`{line}`"),
                status: status.to_string(),
            })
        })
    }

    /// Does `work`, described by `what`, as a step.
    pub(crate) fn perform(
        &mut self,
        name: &str,
        what: &str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.skip.iter().any(|skipped| skipped == name) {
            self.leave_out(name, "as asked with --skip");
            return Ok(());
        }
        println!("\n━━ {name}: {what}");
        let start = Instant::now();
        let result = work();
        let end = if result.is_ok() { End::Passed } else { End::Failed };
        self.done.push(Done { name: name.into(), took: start.elapsed(), end });
        result
    }

    /// Notes that a step is not done, and why.
    pub(crate) fn leave_out(&mut self, name: &str, why: &str) {
        println!("\n━━ {name}: SKIPPED, {why}");
        self.done.push(Done { name: name.into(), took: Duration::ZERO, end: End::Skipped(why.into()) });
    }

    /// A misspelt `--skip` would otherwise pass for one that worked.
    pub(crate) fn all_skips_were_steps(&self) -> Result<(), Failure> {
        match self.skip.iter().find(|name| !self.done.iter().any(|done| done.name == **name)) {
            Some(name) => Err(Failure::other(format!("there is no step `{name}` to skip"))),
            None => Ok(()),
        }
    }

    /// One line a step, and the time of all.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        let mut total = Duration::ZERO;
        let width = self.done.iter().map(|done| done.name.len()).fold(12, usize::max);
        for Done { name, took, end } in &self.done {
            total += *took;
            let end = match end {
                End::Passed => "ok".into(),
                End::Failed => "FAILED".into(),
                End::Skipped(why) => format!("SKIPPED, {why}"),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<width$} {:>7.1} s  {end}", took.as_secs_f64());
        }
        let _ = write!(text, "{:<width$} {:>7.1} s", "all", total.as_secs_f64());
        text
    }
}

/// The command as it would be typed: what is printed on failure can be pasted. The servers of this run are then gone; without
/// their names, tests start some of their own.
pub(crate) fn shell_line(command: &Command) -> String {
    let ours = |name: &str| name.starts_with(servers::PREFIX);
    let variables = command.get_envs().filter_map(|(name, value)| {
        let (name, value) = (name.to_string_lossy(), value?.to_string_lossy());
        (!ours(&name)).then(|| format!("{name}={}", quoted(&value)))
    });
    let program = std::path::Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    variables.chain(words.map(|word| quoted(&word.to_string_lossy()))).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_fails_the_step_and_is_shown_as_typed() {
        let mut steps = Steps::new(Vec::new(), false).unwrap();
        let mut command = Command::new("/bin/sh");
        command.env("LEVEL", "a b").args(["-c", "exit 3"]);
        let failure = steps.run("doomed", &mut command).unwrap_err().to_string();
        assert!(failure.contains("`doomed`") && failure.contains("LEVEL='a b' sh -c 'exit 3'"), "{failure}");
        assert!(steps.summary().contains("FAILED"));
    }

    #[test]
    fn a_program_that_is_not_there_fails_the_step() {
        let mut steps = Steps::new(Vec::new(), false).unwrap();
        let failure = steps.run("absent", &mut Command::new("/no/such/program")).unwrap_err();
        assert!(failure.to_string().contains("cannot be run"), "{failure}");
    }

    #[test]
    fn a_skipped_step_is_not_done_and_says_so() {
        let mut steps = Steps::new(vec!["slow".into()], false).unwrap();
        steps.perform("slow", "", || Err(Failure::other("it was done"))).unwrap();
        assert!(steps.summary().contains("SKIPPED"));
        assert!(steps.all_skips_were_steps().is_ok());
    }

    #[test]
    fn a_misspelt_skip_is_an_error() {
        let steps = Steps::new(vec!["slwo".into()], false).unwrap();
        assert!(steps.all_skips_were_steps().is_err());
    }

    #[test]
    fn in_ci_nothing_can_be_skipped() {
        assert!(Steps::new(vec!["slow".into()], true).is_err());
        assert!(Steps::new(Vec::new(), true).is_ok());
    }

    #[test]
    fn a_server_of_this_run_is_not_shown() {
        let mut command = Command::new("sh");
        command.env("TESTKIT_PG_URL", "postgres://a@127.0.0.1:1/b").env("LEVEL", "1");
        assert_eq!(shell_line(&command), "LEVEL=1 sh");
    }

    #[test]
    fn a_quote_in_a_word_survives_pasting() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
