//! Results and errors, in words or in JSON.

use crate::Exit;
use crate::args::Voice;
use crate::failure::Failure;
use clap::error::ErrorKind;
use serde::Serialize;
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use stockade_core::UnixMillis;

/// Says a result: `words` to people, `object` to programs.
pub(crate) fn result(
    voice: Voice,
    object: &impl Serialize,
    words: impl FnOnce() -> String,
) -> Result<(), Failure> {
    let text = if voice.json {
        serde_json::to_string(object).map_err(|error| {
            Failure::new(Exit::Failed, "io", format!("the result cannot be said: {error}"))
        })?
    } else {
        words()
    };
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(Failure::io("standard output"))
}

/// Says that something was done of which people need no word.
pub(crate) fn done(voice: Voice, object: &impl Serialize) -> Result<(), Failure> {
    if voice.json { result(voice, object, String::new) } else { Ok(()) }
}

/// A remark that is no result: on standard error, and not where silence or JSON is asked for.
pub(crate) fn remark(voice: Voice, text: &str) {
    if !voice.quiet && !voice.json {
        eprintln!("stockade: {text}");
    }
}

/// Says why it failed.
pub(crate) fn failure(failure: &Failure, voice: Voice) -> ExitCode {
    if voice.json {
        eprintln!("{}", error_object(failure.exit(), failure.code(), &failure.to_string()));
    } else {
        eprintln!("stockade: {failure}");
    }
    failure.exit().into()
}

/// Says what is wrong with the arguments, or what help or version was asked for.
pub(crate) fn usage(error: &clap::Error, json: bool) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nobody is left to tell if that fails.
        let _ = error.print();
        return Exit::Done.into();
    }
    if json {
        let text = error.render().to_string();
        let said: Vec<_> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let said = said.join(" ");
        eprintln!("{}", error_object(Exit::Usage, "usage", said.strip_prefix("error: ").unwrap_or(&said)));
    } else {
        let _ = error.print();
    }
    Exit::Usage.into()
}

fn error_object(exit: Exit, code: &str, message: &str) -> serde_json::Value {
    json!({ "error": { "code": code, "exit": exit.code(), "message": message } })
}

/// A path in a result. What is not UTF-8 in it is replaced, for JSON has no other text.
pub(crate) fn path(path: &Path) -> String {
    path.display().to_string()
}

/// RFC 3339, to the second.
pub(crate) fn time(at: UnixMillis) -> String {
    let seconds = i64::try_from(at.as_secs()).ok().and_then(|secs| jiff::Timestamp::from_second(secs).ok());
    seconds.map_or_else(|| String::from("beyond the calendar"), |time| time.to_string())
}
