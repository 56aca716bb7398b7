//! Rows by owner, read, judged by the domain's functions, and written back if nobody else did in between.
//!
//! What belongs to one owner stands on one **page**, a hash: the rows that stand, a version, and a turn that counts its changes. A
//! **pointer** leads from a row's name to its owner, and outlives the row. An **index** says when each row is over.
//! [`Pages::commit`] is one script that writes only where the turn is still the one that was read.

use crate::Redis;
use crate::script::{Question, Script};
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use stockade_core::{StoreError, UnixMillis};

static ROW: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("row.lua")));
static PAGE: LazyLock<Script> = LazyLock::new(|| Script::new("return redis.call('HGETALL', KEYS[1])"));
static COMMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("commit.lua")));
static PURGE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("purge.lua")));

/// How often a decision is taken anew because others came first. Each time somebody else's was taken, so that 64 racers are far
/// below it.
const TURNS: u32 = 500;

/// Rows forgotten in one script, so that a long-neglected purge does not keep others waiting.
const PURGE_BATCH: u64 = 200;

/// Rows of one kind.
pub(super) struct Pages<'a> {
    redis: &'a Redis,
    kind: &'static str,
}

/// What was read of an owner.
pub(super) struct Page {
    turn: String,
    pub(super) version: u64,
    /// Rows by name: all of the owner's, or the one that was asked for.
    pub(super) rows: HashMap<String, Vec<u8>>,
}

/// What becomes of a row.
pub(super) enum Change {
    /// A new one. Its pointer is kept for `life`.
    Add { name: String, row: Vec<u8>, over_at: UnixMillis, life: Duration },
    /// It reads otherwise now.
    Keep { name: String, row: Vec<u8>, over_at: UnixMillis },
    /// It is over; its pointer stays.
    Over { name: String, over_at: UnixMillis },
    /// It is forgotten.
    Drop { name: String },
}

/// What to write.
pub(super) struct Changes {
    pub(super) version: u64,
    pub(super) changes: Vec<Change>,
    /// For how long the page is kept at least.
    pub(super) life: Duration,
}

/// A row of this name is there already.
#[derive(Debug, thiserror::Error)]
#[error("the store has a row of this name already")]
struct Taken;

/// Others came first, again and again.
#[derive(Debug, thiserror::Error)]
#[error("others changed the rows of this owner first, again and again")]
struct Crowded;

impl<'a> Pages<'a> {
    pub(super) fn of_kind(redis: &'a Redis, kind: &'static str) -> Self {
        Self { redis, kind }
    }

    fn pointer(&self, name: &str) -> String {
        self.redis.key(format_args!("{}:{name}", self.kind))
    }

    fn page(&self, owner: &str) -> String {
        self.redis.key(format_args!("{}s-of:{owner}", self.kind))
    }

    fn index(&self) -> String {
        self.redis.key(format_args!("{}s-by-end", self.kind))
    }

    /// The owner of `name`, and of their page what concerns it. `None` for a name that nobody had, or nobody has any more.
    pub(super) async fn row(&self, name: &str) -> Result<Option<(String, Page)>, StoreError> {
        let question = Question::default().key(self.pointer(name)).arg(self.page("")).arg(name);
        type Found = (String, String, u64, Option<Vec<u8>>);
        let found: Option<Found> = self.redis.run(&ROW, &question).await?;
        Ok(found.map(|(owner, turn, version, row)| {
            let rows = row.map(|row| (name.to_owned(), row)).into_iter().collect();
            (owner, Page { turn, version, rows })
        }))
    }

    /// All rows of `owner`.
    pub(super) async fn all(&self, owner: &str) -> Result<Page, StoreError> {
        let question = Question::default().key(self.page(owner));
        let mut rows: HashMap<String, Vec<u8>> = self.redis.run(&PAGE, &question).await?;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(StoreError::corrupt);
        let turn = rows.remove("turn").map(text).transpose()?.unwrap_or_else(|| "0".to_owned());
        let version = match rows.remove("version").map(text).transpose()? {
            Some(version) => version.parse().map_err(StoreError::corrupt)?,
            None => 0,
        };
        Ok(Page { turn, version, rows })
    }

    /// Writes if the page is as it was read; `false` if it is not, and nothing was written.
    async fn commit(&self, owner: &str, page: &Page, write: Changes) -> Result<bool, StoreError> {
        let mut question = Question::default()
            .key(self.page(owner))
            .key(self.index())
            .arg(&page.turn)
            .number(write.version)
            .arg(self.pointer(""))
            .arg(owner)
            .number(millis(write.life));
        for change in write.changes {
            question = match change {
                Change::Add { name, row, over_at, life } => {
                    question.arg("add").arg(name).arg(row).number(score(over_at)).number(millis(life))
                }
                Change::Keep { name, row, over_at } => {
                    question.arg("keep").arg(name).arg(row).number(score(over_at))
                }
                Change::Over { name, over_at } => question.arg("over").arg(name).number(score(over_at)),
                Change::Drop { name } => question.arg("drop").arg(name),
            };
        }
        let outcome: String = self.redis.run(&COMMIT, &question).await?;
        match outcome.as_str() {
            "done" => Ok(true),
            "moved" => Ok(false),
            "taken" => Err(StoreError::conflict(Taken)),
            _ => Err(StoreError::corrupt("an outcome that no commit has")),
        }
    }

    /// Judges all rows of `owner` and keeps the outcome, anew if others came first.
    pub(super) async fn decide<T>(
        &self,
        owner: &str,
        mut judge: impl FnMut(&Page) -> Result<(T, Option<Changes>), StoreError>,
    ) -> Result<T, StoreError> {
        let mut turns = self.turns();
        loop {
            let page = self.all(owner).await?;
            let (outcome, write) = judge(&page)?;
            let Some(write) = write else { return Ok(outcome) };
            if self.commit(owner, &page, write).await? {
                return Ok(outcome);
            }
            turns.next()?;
        }
    }

    /// Judges the row of `name`, with its owner, and keeps the outcome, anew if others came first. `None` if there is no such name.
    pub(super) async fn decide_row<T>(
        &self,
        name: &str,
        mut judge: impl FnMut(&str, &Page) -> Result<(T, Option<Changes>), StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut turns = self.turns();
        loop {
            let Some((owner, page)) = self.row(name).await? else { return Ok(None) };
            let (outcome, write) = judge(&owner, &page)?;
            let Some(write) = write else { return Ok(Some(outcome)) };
            if self.commit(&owner, &page, write).await? {
                return Ok(Some(outcome));
            }
            turns.next()?;
        }
    }

    /// Forgets rows that were over before `before`, and gives their number.
    pub(super) async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let question = Question::default()
            .key(self.index())
            .number(score(before))
            .arg(self.pointer(""))
            .arg(self.page(""))
            .number(PURGE_BATCH);
        let mut total = 0;
        loop {
            let (over, purged): (u64, u64) = self.redis.run(&PURGE, &question).await?;
            total += purged;
            if over == 0 {
                return Ok(total);
            }
        }
    }

    fn turns(&self) -> Turns {
        Turns { left: TURNS, started: Instant::now(), patience: self.redis.timeout() }
    }
}

struct Turns {
    left: u32,
    started: Instant,
    patience: Duration,
}

impl Turns {
    fn next(&mut self) -> Result<(), StoreError> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.started.elapsed() > self.patience {
            return Err(StoreError::conflict(Crowded));
        }
        Ok(())
    }
}

/// Lua and sorted sets have whole numbers up to 2^53: 285 000 years.
fn score(at: UnixMillis) -> u64 {
    at.as_millis().min(1 << 53)
}

/// Redis refuses times to live whose end is beyond 64 bits.
fn millis(span: Duration) -> impl Display {
    const MOST: u128 = 1 << 53;
    span.as_millis().clamp(1, MOST)
}
