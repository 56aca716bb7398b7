use super::*;

const PATIENCE: Patience = Patience { server: Duration::from_secs(30), command: Duration::from_secs(30) };

/// Plays the server: says that it listens, and where its data would be.
const SERVER: &str =
    "$ sh -c 'echo listening on http://127.0.0.1:3000; exec sleep 60'\nlistening on http://…\n";

fn play_commands(commands: &str) -> Result<usize, String> {
    let readme = format!("# Title\n\n```console\n{SERVER}```\n\nThen:\n\n```console\n{commands}```\n");
    play(&readme, Path::new("."), PATIENCE).map_err(|failure| failure.to_string())
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn matches(shown: &str, printed: &str) -> bool {
    pattern::matches(&lines(shown), &lines(printed))
}

#[test]
fn only_console_blocks_are_read_and_numbered_as_in_the_readme() {
    let readme = "```sh\n$ rm -rf /\n```\n\n```console\n$ one \\\n  --flag\nprinted  \n\n$ two\n\n```\n";
    let entry = |line, command: &str, expected: &[&str]| Entry {
        line,
        command: command.into(),
        expected: expected.iter().map(|&line| line.into()).collect(),
    };
    assert_eq!(
        script::parse(readme).unwrap(),
        [entry(6, "one \\\n  --flag", &["printed"]), entry(10, "two", &[])]
    );
}

#[test]
fn a_malformed_readme_is_refused() {
    assert!(script::parse("```console\n$ one\n").is_err(), "never closed");
    assert!(
        script::parse("```console\nprinted by nobody\n$ one\n```\n").is_err(),
        "output without a command"
    );
    let second = "```console\n$ one\n```\n```console\nprinted by nobody\n```\n";
    assert!(script::parse(second).is_err(), "output of a command in another block");
    assert!(play("# No transcript\n", Path::new("."), PATIENCE).is_err());
}

#[test]
fn text_matches_itself_and_nothing_else() {
    assert!(matches("", ""));
    assert!(matches("a\nb", "a\nb  "));
    for printed in ["", "a", "b\na", "a\nb\nc", "a\n\nb", "A\nb"] {
        assert!(!matches("a\nb", printed), "{printed:?}");
    }
}

#[test]
fn an_ellipsis_in_a_line_is_any_text_on_that_line() {
    assert!(matches(r#"{"id":"…","n":1}"#, r#"{"id":"x","n":1}"#));
    assert!(matches("a…", "a"));
    assert!(matches("…a…b", "aabab"));
    assert!(!matches("…a…b", "aaba"));
    assert!(!matches("a…b", "a\nb"));
    assert!(!matches(r#"{"id":"…","n":1}"#, r#"{"id":"x","n":2}"#));
}

#[test]
fn a_line_of_ellipsis_is_any_number_of_lines() {
    assert!(matches("a\n…\nz", "a\nz"));
    assert!(matches("a\n…\nz", "a\nz\nb\nz"));
    assert!(!matches("a\n…\nz", "a\nz\nb"));
    assert!(matches("…", ""));
    assert!(matches("…", "a\nb"));
}

#[test]
fn a_hostile_pattern_does_not_take_exponential_time() {
    let (shown, printed) = ("a…".repeat(500) + "b", "a".repeat(5_000));
    assert!(!matches(&shown, &printed));
}

#[test]
fn a_transcript_that_tells_the_truth_passes() {
    let commands = "$ TOKEN=$(printf abc)\n$ echo \"<$TOKEN>\" \\\n  more\n<abc> more\n\n$ printf 'no newline'\nno newline\n";
    assert_eq!(play_commands(commands), Ok(4));
}

#[test]
fn output_that_differs_fails_and_both_are_shown() {
    let failure = play_commands("$ echo four\nfive\n").unwrap_err();
    assert!(failure.contains("README.md:11: `echo four`"), "{failure}");
    assert!(failure.contains("| five") && failure.contains("| four"), "{failure}");
    assert!(play_commands("$ echo surplus\n").is_err(), "output where none is shown");
    assert!(play_commands("$ true\nmissing\n").is_err(), "no output where some is shown");
}

#[test]
fn standard_error_is_output_and_a_failing_command_fails() {
    assert_eq!(play_commands("$ echo oops >&2\noops\n"), Ok(2));
    let failure = play_commands("$ TOKEN=$(false)\n").unwrap_err();
    assert!(failure.contains("status 1"), "{failure}");
}

#[test]
fn a_command_cannot_read_or_end_the_session() {
    assert_eq!(play_commands("$ cat\n$ echo next\nnext\n"), Ok(3));
    assert!(play_commands("$ exit 0\n").is_err());
    let patience = Patience { command: Duration::from_millis(300), ..PATIENCE };
    let readme = format!("```console\n{SERVER}$ echo 'no end\n```\n");
    assert!(play(&readme, Path::new("."), patience).is_err(), "an open quote");
}

#[test]
fn the_server_sees_a_fresh_data_folder_and_is_ended_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note").display().to_string();
    let server = format!(
        "sh -c 'echo $$ $STOCKADE_DATA > {note}; echo listening on http://127.0.0.1:1; exec sleep 60'"
    );
    let readme = format!("```console\n$ {server}\n…\n$ ls -A \"$STOCKADE_DATA\"\n```\n");
    play(&readme, Path::new("."), PATIENCE).unwrap();
    let note = std::fs::read_to_string(note).unwrap();
    let (pid, data) = note.trim().split_once(' ').unwrap();
    assert!(!Path::new("/proc").join(pid).exists(), "the server still runs");
    assert!(!Path::new(data).exists(), "the data is still there");
}

#[test]
fn a_server_that_prints_something_else_ends_or_never_listens_fails() {
    let play_server = |server: &str, shown: &str| {
        let patience = Patience { server: Duration::from_millis(500), ..PATIENCE };
        let readme = format!("```console\n$ {server}\n{shown}\n```\n");
        play(&readme, Path::new("."), patience).map_err(|failure| failure.to_string()).unwrap_err()
    };
    let other =
        play_server("sh -c 'echo listening on http://127.0.0.1:1; exec sleep 60'", "listening on http://…:2");
    assert!(other.contains("did not print what is shown"), "{other}");
    let more = "sh -c 'echo listening on http://127.0.0.1:1; sleep 0.1; echo and more; exec sleep 60'";
    let more = play_server(more, "listening on http://…");
    assert!(more.contains("| and more"), "{more}");
    let ended = play_server("sh -c 'exit 4'", "…");
    assert!(ended.contains("ended before"), "{ended}");
    let silent = play_server("sleep 60", "…");
    assert!(silent.contains("does not listen in time"), "{silent}");
}
