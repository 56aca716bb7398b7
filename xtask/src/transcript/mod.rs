//! README's transcript, executed as written and compared with what it shows.
//!
//! What is executed are README's fenced blocks tagged `console`, in their order. A line that begins with `$ ` is a command; it
//! goes on in the next line as long as a line ends with `\`. The lines below it are what it prints, standard output and
//! standard error together, where `…` stands for anything on its line, and a line of `…` alone for any number of lines.
//!
//! The first command is a server: it is started, and awaited until it prints `listening on http://…`; of it only standard
//! output is compared. The others run one after another in one shell, so that variables last, and each must succeed. All of it
//! happens in the workspace's folder, with `STOCKADE_DATA` set to a fresh folder, so that it begins empty. In the end the server
//! is ended by its process id.

mod pattern;
mod script;
mod server;
mod shell;

#[cfg(test)]
mod tests;

use crate::Failure;
use script::Entry;
use server::Server;
use shell::Shell;
use std::path::Path;
use std::time::Duration;

/// How long parts of a transcript may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// Until the server listens. The first command may have to compile it.
    server: Duration,
    /// Until a command has ended.
    command: Duration,
}

/// Executes the transcript in README.md of the folder `root`.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme)
        .map_err(Failure::io(format!("`{}` cannot be read", readme.display())))?;
    let patience = Patience { server: Duration::from_secs(30 * 60), command: Duration::from_secs(60) };
    let commands = play(&text, root, patience)?;
    println!("README.md: {commands} commands printed what it shows");
    Ok(())
}

/// Executes the transcript in `readme` and returns the number of its commands.
fn play(readme: &str, root: &Path, patience: Patience) -> Result<usize, Failure> {
    let entries = script::parse(readme)?;
    let [first, rest @ ..] = entries.as_slice() else {
        return Err(Failure::other("README.md has no ```console block"));
    };
    let data = tempfile::tempdir().map_err(Failure::io("no folder for the transcript's data"))?;
    announce(first);
    // Dropped at the end of this function, whatever the outcome: no server outlives the transcript.
    let mut server = Server::start(&first.command, root, data.path())?;
    let printed = server.wait_until_it_shows(&first.expected, patience.server)?;
    compare(first, &printed)?;
    let mut shell = Shell::start(root, data.path())?;
    for entry in rest {
        announce(entry);
        let end = shell.run(&entry.command, patience.command)?;
        compare(entry, &end.printed)?;
        if end.status != 0 {
            let printed = indented(&end.printed);
            let text = format!("{} ended with status {}; it printed:\n{printed}", entry.place(), end.status);
            return Err(Failure::other(text));
        }
        if let Some(status) = server.ended()? {
            return Err(Failure::other(format!("{}: the server is gone ({status})", entry.place())));
        }
    }
    Ok(entries.len())
}

fn announce(entry: &Entry) {
    println!("README.md:{}: $ {}", entry.line, entry.command);
}

fn compare(entry: &Entry, printed: &[String]) -> Result<(), Failure> {
    if pattern::matches(&entry.expected, printed) {
        return Ok(());
    }
    let (shown, printed) = (indented(&entry.expected), indented(printed));
    Err(Failure::other(format!(
        "{} did not print what is shown\nshown:\n{shown}\nprinted:\n{printed}",
        entry.place()
    )))
}

fn indented(lines: &[String]) -> String {
    if lines.is_empty() {
        return "  (nothing)".into();
    }
    lines.iter().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}
