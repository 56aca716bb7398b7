//! A large Fernet token.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::peers::{Asked, Program};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::fs::File;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use stockade_core::SystemClock;
use stockade_crypto_at_rest::fernet::{Fernet, FernetKey};
use tempfile::TempDir;

/// In MiB of plaintext.
const LEN: u64 = 64;

/// Both have the token in memory and leave the plaintext there.
pub(in crate::rows) fn open(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let token = Token::write()?;
    let (fernet, text) = (token.reader()?, std::fs::read(&token.token)?);
    compare(id, plan, &token, &|| {
        let plaintext = fernet.open(black_box(&text), None, &SystemClock::new())?;
        judge(black_box(plaintext).expose().len() as u64)
    })
}

/// Ours reads the token from its file, twice, and holds neither it nor the plaintext.
pub(in crate::rows) fn open_stream(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let token = Token::write()?;
    let fernet = token.reader()?;
    compare(id, plan, &token, &|| {
        let mut file = File::open(&token.token)?;
        judge(fernet.open_reader(&mut file, &mut std::io::sink(), None, &SystemClock::new())?)
    })
}

/// By how much the peak of a process's memory grows; of the peer's, beyond the token that it holds.
pub(in crate::rows) fn growth(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let token = Token::write()?;
    let ours = || {
        let mut child = Command::new(std::env::current_exe()?);
        mebibytes(child.arg("open-fernet").args([&token.key, &token.token]), "")
    };
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians = in_turn(runs, ours, || mebibytes(&mut token.python()?, "1\n"))?;
    Ok(Row::new(id, medians, PYTHON, Unit::Mebibytes, runs))
}

const PYTHON: &str = "Python cryptography, Fernet.decrypt";

fn compare(
    id: &'static str,
    plan: &Plan,
    token: &Token,
    ours: &dyn Fn() -> Result<(), Failure>,
) -> Result<Row, Failure> {
    let mut peer = Asked::start(token.python()?)?;
    let rate = |seconds: f64| (LEN << 20) as f64 / seconds / 1e6;
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians = in_turn(runs, || Ok(rate(Time::Wall.of(ours)?)), || Ok(rate(peer.micros_each(1)? / 1e6)))?;
    Ok(Row::new(id, medians, PYTHON, Unit::MegabytesPerSecond, runs))
}

fn judge(len: u64) -> Result<(), Failure> {
    if len == LEN << 20 { Ok(()) } else { Err("the token opens to another length".into()) }
}

/// A token and its key in files, made by the peer: we read Fernet and do not write it.
struct Token {
    key: PathBuf,
    token: PathBuf,
    _folder: TempDir,
}

impl Token {
    fn write() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let (key, token) = (folder.path().join("key"), folder.path().join("token"));
        let mut python = Program::PYTHON_CRYPTOGRAPHY.command()?;
        python.args(["-c", include_str!("../../peers/python/fernet_write.py")]);
        if !python.args([&key, &token]).arg(LEN.to_string()).status()?.success() {
            return Err("Python wrote no token".into());
        }
        Ok(Self { key, token, _folder: folder })
    }

    fn reader(&self) -> Result<Fernet, Failure> {
        Ok(Fernet::new(std::fs::read_to_string(&self.key)?.parse::<FernetKey>()?))
    }

    fn python(&self) -> Result<Command, Failure> {
        let mut python = Program::PYTHON_CRYPTOGRAPHY.command()?;
        python.args(["-c", include_str!("../../peers/python/fernet_open.py")]);
        python.args([&self.key, &self.token]);
        Ok(python)
    }
}

/// What a process that is told `input` says in its last line, in KiB.
fn mebibytes(command: &mut Command, input: &str) -> Result<f64, Failure> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        std::io::Write::write_all(&mut stdin, input.as_bytes())?;
    }
    let said = String::from_utf8(child.wait_with_output()?.stdout)?;
    let kibibytes: f64 = said.lines().last().ok_or("a process did not say how it grew")?.parse()?;
    Ok(kibibytes / 1024.0)
}
