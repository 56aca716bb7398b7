use super::*;
use crate::Exit;
use clap::CommandFactory;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

#[test]
fn the_arguments_hold_together() {
    Cli::command().debug_assert();
}

#[test]
fn the_short_flags_are_those_of_age() {
    let Command::Seal(seal) =
        parse("stockade seal -a -p -r age1x -r age1y -R keys -o out in").unwrap().command
    else {
        panic!("another command")
    };
    assert!(seal.armor && seal.passphrase);
    assert_eq!(seal.recipients.recipients, ["age1x", "age1y"]);
    let Command::Open(open) = parse("stockade open -i key -o out in").unwrap().command else {
        panic!("another command")
    };
    assert_eq!(open.openers.identities.len(), 1);
}

/// A process's arguments are everybody's to read.
#[test]
fn no_argument_takes_a_secret() {
    fn walk(command: &clap::Command, names: &mut Vec<String>) {
        for argument in command.get_arguments().filter(|a| a.get_action().takes_values()) {
            names.push(argument.get_id().to_string());
        }
        command.get_subcommands().for_each(|inner| walk(inner, names));
    }
    let mut names = Vec::new();
    walk(&Cli::command(), &mut names);
    assert!(names.len() > 20);
    for name in names {
        let secret =
            ["passphrase", "password", "token", "secret", "identit"].iter().any(|word| name.contains(word));
        // A file's name is said instead.
        let file = name.ends_with("_file") || name == "identities" || name == "recipients_of";
        assert!(!secret || file, "{name}");
    }
}

#[test]
fn confusion_of_two_locks_is_a_usage_error() {
    for line in [
        "stockade keys rotate ring --wrap-key a --keyring-passphrase-file b",
        "stockade keys rotate ring --vault http://127.0.0.1:8200",
        "stockade keys rotate ring --vault-key a",
        "stockade seal -p --passphrase-file a",
        "stockade seal --context a=b",
        "stockade seal --header-room 4096 -a",
        "stockade keys destroy ring",
        "stockade keys destroy ring -1",
        "stockade",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn contexts_do_not_depend_on_the_order_of_their_parts() {
    let context = |parts: &[&str]| {
        let parts: Vec<ContextPart> = parts.iter().map(|part| part.parse().unwrap()).collect();
        whole_context(&parts)
    };
    let both = context(&["tenant=acme", "kind=image"]).unwrap();
    assert_eq!(both, context(&["kind=image", "tenant=acme"]).unwrap());
    assert_eq!(both.iter().collect::<Vec<_>>(), [("kind", "image"), ("tenant", "acme")]);
    assert_ne!(context(&["a=b=c"]), context(&["a=b"]));
    assert!(context(&["a=1", "a=1"]).is_err());
    assert_eq!(context(&[]).unwrap().iter().count(), 0);
}

#[test]
fn malformed_parts_of_a_context_are_refused() {
    for part in ["", "a", "=b", "a=\n", "a=\0"] {
        assert!(part.parse::<ContextPart>().is_err(), "{part:?}");
    }
    assert!("a=".parse::<ContextPart>().is_ok());
    assert!(format!("a={}", "x".repeat(1024)).parse::<ContextPart>().is_err());
}

/// Scripts rely on them, so that they are said in one way.
#[test]
fn the_exit_codes_of_help_and_readme_are_the_same() {
    let help = Cli::command().render_help().to_string();
    let rows = include_str!("../../README.md").lines().filter_map(|line| {
        let (code, text) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
        Some((code.parse::<u8>().ok()?, text))
    });
    let rows: Vec<_> = rows.collect();
    let codes = [Exit::Done, Exit::Failed, Exit::Usage, Exit::DoesNotOpen, Exit::Damaged, Exit::Refused];
    let codes = codes.into_iter().chain([Exit::NotDeleted, Exit::LevelMissed, Exit::Interrupted]);
    let codes: Vec<_> = codes.map(Exit::code).collect();
    assert_eq!(rows.iter().map(|(code, _)| *code).collect::<Vec<_>>(), codes);
    for (code, text) in rows {
        assert!(help.contains(&format!("{code:>5}  {text}")), "{code}: {text}");
    }
}
