//! The two flags that all example servers take.

use clap::{CommandFactory, FromArgMatches, Parser};
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where an example server keeps its data and where it listens.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(version, disable_help_subcommand = true)]
#[non_exhaustive]
pub struct Args {
    /// Folder for the database and the keys; created if missing
    #[arg(long, value_name = "DIR", env = "STOCKADE_DATA")]
    pub data: PathBuf,

    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "STOCKADE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
}

impl Args {
    /// Reads the command line, then the environment (`STOCKADE_DATA`, `STOCKADE_LISTEN`), then the defaults: `./data/<name>`
    /// and `127.0.0.1:3000`, which only this machine can reach. Shows a message and ends the process if the command line makes
    /// no sense, or asks for help.
    #[must_use]
    pub fn parse(name: &'static str) -> Self {
        Self::try_parse_from(name, std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    fn try_parse_from(
        name: &'static str,
        args: impl IntoIterator<Item = OsString>,
    ) -> Result<Self, clap::Error> {
        let default = format!("./data/{name}");
        let command = Self::command()
            .name(name)
            .bin_name(name)
            .mut_arg("data", |arg| arg.required(false).default_value(default));
        Self::from_arg_matches(&command.try_get_matches_from(args)?)
    }

    /// The data folder, created if missing so that only its owner may look inside (mode 0700).
    ///
    /// # Errors
    /// It cannot be created, or something else has its name.
    pub fn data_dir(&self) -> io::Result<&Path> {
        data_folder(&self.data)?;
        Ok(&self.data)
    }
}

/// Creates `folder` if it is missing, so that only its owner may look inside (mode 0700).
///
/// # Errors
/// It cannot be created, or something else has its name.
pub fn data_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from("hello", line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn without_flags_an_example_stays_on_this_machine() {
        let args = parse("hello").unwrap();
        assert_eq!(args.data, Path::new("./data/hello"));
        assert_eq!(args.listen, "127.0.0.1:3000".parse().unwrap());
    }

    #[test]
    fn flags_are_read() {
        let args = parse("hello --data /srv/x --listen [::1]:0").unwrap();
        assert_eq!(args.data, Path::new("/srv/x"));
        assert_eq!(args.listen, "[::1]:0".parse().unwrap());
    }

    #[test]
    fn a_host_name_or_an_unknown_flag_is_refused() {
        assert!(parse("hello --listen localhost").is_err());
        assert!(parse("hello --verbose").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn asvs_v13_3_2_the_data_folder_is_closed_to_others() {
        use std::os::unix::fs::PermissionsExt;

        let parent = tempfile::tempdir().unwrap();
        let args = parse(&format!("hello --data {}/a/b", parent.path().display())).unwrap();
        let folder = args.data_dir().unwrap();
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert!(args.data_dir().is_ok(), "a second start finds it");
    }

    #[test]
    fn a_file_in_the_place_of_the_data_folder_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let args = parse(&format!("hello --data {}", file.path().display())).unwrap();
        assert!(args.data_dir().is_err());
    }
}
