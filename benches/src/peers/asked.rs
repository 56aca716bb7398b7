//! A peer in a process of its own.

use crate::Failure;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process that does something as often as it is asked to, and times itself: a line with a number comes in, a line with the
/// nanoseconds that one took goes out. It ends with this handle.
#[derive(Debug)]
pub struct Asked {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Asked {
    /// Starts `command`.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the peer cannot be spoken with".into());
        };
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    /// Microseconds that one of `times` takes.
    ///
    /// # Errors
    /// The process has ended.
    pub fn micros_each(&mut self, times: u32) -> Result<f64, Failure> {
        writeln!(self.questions, "{times}")?;
        self.questions.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(answer.trim().parse::<f64>()? / 1e3)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_has_its_answer_and_the_end_is_an_error() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "read n; echo ${n}000; read n; echo ${n}500"]);
        let mut asked = Asked::start(shell).unwrap();
        assert_eq!(asked.micros_each(7).unwrap(), 7.0);
        assert_eq!(asked.micros_each(2).unwrap(), 2.5);
        assert!(asked.micros_each(1).is_err());
    }
}
