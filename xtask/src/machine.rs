//! What the tests need of the machine, and getting it where that is allowed.

use crate::{Failure, servers};
use std::path::Path;
use std::process::{Command, Stdio};
use stockade_testkit::servers::postgres_program;

/// A program that something here runs, and the Debian packages that bring it.
struct Need {
    program: &'static str,
    packages: &'static [&'static str],
    find: fn(&str) -> bool,
    why: &'static str,
}

const REDIS: &str = "redis-server";
const POSTGRES: &str = "postgres";

const NEEDS: &[Need] = &[
    Need {
        program: "cc",
        packages: &["gcc", "libc6-dev"],
        find: is_on_path,
        why: "compiles SQLite and aws-lc",
    },
    Need { program: "curl", packages: &["curl"], find: is_on_path, why: "README's transcript uses it" },
    Need { program: "bash", packages: &["bash"], find: is_on_path, why: "runs README's transcript" },
    Need {
        program: "age",
        packages: &["age"],
        find: is_on_path,
        why: "opens our files in tests, and makes files for us to open",
    },
    Need {
        program: "openssl",
        packages: &["openssl"],
        find: is_on_path,
        why: "derives keys in tests, to compare with ours",
    },
    Need { program: REDIS, packages: &["redis-server"], find: is_on_path, why: "tests run against it" },
    Need {
        program: POSTGRES,
        packages: &["postgresql"],
        // Debian keeps its programs off the PATH.
        find: |program| postgres_program(program).is_some(),
        why: "tests run against it",
    },
    Need {
        program: "mkfs.ext4",
        packages: &["e2fsprogs"],
        find: is_for_administrators,
        why: "makes file systems to delete on",
    },
    Need {
        program: "mkfs.xfs",
        packages: &["xfsprogs"],
        find: is_for_administrators,
        why: "makes file systems to delete on",
    },
    Need {
        program: "mkfs.btrfs",
        packages: &["btrfs-progs"],
        find: is_for_administrators,
        why: "makes file systems to delete on",
    },
];

/// What only the table of deletions needs.
const WIPING: &[Need] = &[
    Need { program: "shred", packages: &["coreutils"], find: is_on_path, why: "is compared with ours" },
    Need { program: "srm", packages: &["secure-delete"], find: is_on_path, why: "is compared with ours" },
    Need { program: "wipe", packages: &["wipe"], find: is_on_path, why: "is compared with ours" },
];

impl Need {
    fn is_there(&self) -> bool {
        (self.find)(self.program)
    }

    /// Whether tests may go without it: a server, where somebody said so, and what makes file systems where nobody may mount them.
    fn may_be_absent(&self) -> bool {
        match self.program {
            REDIS | POSTGRES => servers::may_be_absent(),
            program => program.starts_with("mkfs.") && !is_root(),
        }
    }
}

/// What may be done about missing programs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Power {
    /// Debian, as root.
    Root,
    /// Debian, with sudo that asks for no password.
    Sudo,
    /// Debian, without the right to install.
    None,
    /// Another system, whose package names are not known here.
    OtherSystem,
}

#[derive(Debug, PartialEq, Eq)]
enum Remedy {
    Nothing,
    Run(Vec<String>),
    Tell(String),
}

/// Installs what is missing, or says what to install.
pub(crate) fn prepare() -> Result<(), Failure> {
    install(&NEEDS.iter().collect::<Vec<_>>())
}

/// The same for the table of deletions.
pub(crate) fn prepare_for_wiping() -> Result<(), Failure> {
    install(&NEEDS.iter().filter(|need| need.program.starts_with("mkfs.")).chain(WIPING).collect::<Vec<_>>())
}

fn install(needs: &[&Need]) -> Result<(), Failure> {
    let absent = |need: &&&Need| !need.is_there() && !need.may_be_absent();
    let missing: Vec<_> = needs.iter().filter(absent).copied().collect();
    match remedy(&missing, power()) {
        Remedy::Nothing => {
            let there = needs.iter().filter(|need| need.is_there()).map(|need| need.program);
            println!("all there: {}", there.collect::<Vec<_>>().join(", "));
        }
        Remedy::Tell(text) => return Err(Failure::other(text)),
        Remedy::Run(lines) => {
            for line in lines {
                println!("$ {line}");
                let status = Command::new("sh").args(["-c", &line]).status();
                let done = status.map_err(Failure::io(format!("`{line}` cannot be run")))?.success();
                if !done {
                    return Err(Failure::other(format!("`{line}` failed")));
                }
            }
        }
    }
    match needs.iter().find(absent) {
        Some(need) => Err(Failure::other(format!("`{}` is still not to be found", need.program))),
        None => Ok(()),
    }
}

fn remedy(missing: &[&Need], power: Power) -> Remedy {
    if missing.is_empty() {
        return Remedy::Nothing;
    }
    let packages: Vec<_> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let install = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let quiet = "DEBIAN_FRONTEND=noninteractive";
    match power {
        Power::Root => Remedy::Run(vec!["apt-get update".into(), format!("{quiet} {install}")]),
        Power::Sudo => {
            Remedy::Run(vec!["sudo -n apt-get update".into(), format!("sudo -n {quiet} {install}")])
        }
        Power::None => Remedy::Tell(format!("install what is missing, then try again:\n  sudo {install}")),
        Power::OtherSystem => {
            let names = missing.iter().map(|need| format!("\n  {} ({})", need.program, need.why));
            Remedy::Tell(format!("install what is missing, then try again:{}", names.collect::<String>()))
        }
    }
}

fn power() -> Power {
    if !is_on_path("apt-get") {
        return Power::OtherSystem;
    }
    let quietly =
        |program: &str, args: &[&str]| Command::new(program).args(args).stderr(Stdio::null()).output();
    if is_root() {
        Power::Root
    } else if quietly("sudo", &["-n", "true"]).is_ok_and(|output| output.status.success()) {
        Power::Sudo
    } else {
        Power::None
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Debian keeps administrators' programs off the PATH of others.
fn is_for_administrators(program: &str) -> bool {
    is_on_path(program)
        || ["/usr/sbin", "/sbin"].iter().any(|folder| Path::new(folder).join(program).is_file())
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(names: &[&str]) -> Vec<&'static Need> {
        NEEDS.iter().filter(|need| names.contains(&need.program)).collect()
    }

    #[test]
    fn a_machine_with_everything_is_left_alone() {
        assert_eq!(remedy(&[], Power::Root), Remedy::Nothing);
    }

    #[test]
    fn root_installs_without_questions() {
        let Remedy::Run(lines) = remedy(&missing(&["cc", "curl"]), Power::Root) else { panic!() };
        assert_eq!(
            lines,
            [
                "apt-get update",
                "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev curl"
            ]
        );
    }

    #[test]
    fn sudo_is_never_allowed_to_ask_for_a_password() {
        let Remedy::Run(lines) = remedy(&missing(&["curl"]), Power::Sudo) else { panic!() };
        assert!(lines.iter().all(|line| line.starts_with("sudo -n ")), "{lines:?}");
    }

    #[test]
    fn without_the_right_to_install_the_one_line_is_named() {
        let Remedy::Tell(text) = remedy(&missing(&["curl"]), Power::None) else { panic!() };
        assert!(text.ends_with("sudo apt-get install -y --no-install-recommends curl"), "{text}");
    }

    #[test]
    fn on_another_system_the_programs_are_named() {
        let Remedy::Tell(text) = remedy(&missing(&["cc"]), Power::OtherSystem) else { panic!() };
        assert!(text.contains("cc (compiles SQLite"), "{text}");
    }

    #[test]
    fn the_path_is_searched() {
        assert!(is_on_path("sh"));
        assert!(!is_on_path("no-such-program"));
    }
}
