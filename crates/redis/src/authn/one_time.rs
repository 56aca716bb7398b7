//! One-time tokens. A row's name is the token's purpose and digest: under another purpose it does not exist.

use super::bytes::{hex, unhex};
use super::pages::{Change, Changes, Page, Pages};
use crate::Redis;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_authn::one_time::{
    Attempted, Bound, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose, surplus_tokens,
};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Rows are kept for so long beyond their end: clocks differ.
const SLACK: Duration = Duration::from_secs(60);

/// A token as it is written. Its digest and purpose stand in the name, its owner in the page's.
#[derive(Serialize, Deserialize)]
struct Written {
    bound: String,
    issued_at: UnixMillis,
    expires_at: UnixMillis,
    attempts_left: u32,
}

fn tokens(redis: &Redis) -> Pages<'_> {
    Pages::of_kind(redis, "one-time-token")
}

fn name(purpose: Purpose, digest: OneTimeDigest) -> String {
    format!("{}:{}", purpose.name(), hex(&digest.to_bytes()))
}

fn write(record: &OneTimeRecord) -> Result<Vec<u8>, StoreError> {
    let written = Written {
        bound: record.bound.as_str().to_owned(),
        issued_at: record.issued_at,
        expires_at: record.expires_at,
        attempts_left: record.attempts_left,
    };
    serde_json::to_vec(&written).map_err(StoreError::corrupt)
}

fn read(name: &str, owner: &str, row: &[u8]) -> Result<OneTimeRecord, StoreError> {
    let written: Written = serde_json::from_slice(row).map_err(StoreError::corrupt)?;
    let unknown = || StoreError::corrupt("a one-time token has an unknown purpose");
    let (purpose, digest) = name.split_once(':').ok_or_else(unknown)?;
    Ok(OneTimeRecord {
        digest: OneTimeDigest::from_bytes(unhex(digest)?),
        purpose: Purpose::from_name(purpose).ok_or_else(unknown)?,
        subject: owner.parse().map_err(StoreError::corrupt)?,
        bound: Bound::new(written.bound).map_err(StoreError::corrupt)?,
        issued_at: written.issued_at,
        expires_at: written.expires_at,
        attempts_left: written.attempts_left,
    })
}

/// The one token of a page that was read for it.
fn token(page: &Page, owner: &str, name: &str) -> Result<Option<OneTimeRecord>, StoreError> {
    page.rows.get(name).map(|row| read(name, owner, row)).transpose()
}

fn changing(page: &Page, changes: Vec<Change>) -> Option<Changes> {
    Some(Changes { version: page.version, changes, life: SLACK })
}

#[async_trait::async_trait]
impl OneTimeTokenStore for Redis {
    async fn issue(&self, record: OneTimeRecord, max_live: NonZeroU32) -> Result<(), StoreError> {
        let (owner, purpose) = (record.subject.as_str(), record.purpose);
        let new = name(purpose, record.digest);
        let life = record.expires_at.since(record.issued_at).saturating_add(SLACK);
        let judge = |page: &Page| {
            let all = page.rows.iter().map(|(name, row)| read(name, owner, row));
            let others =
                all.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|other| other.purpose == purpose);
            let (live, expired): (Vec<_>, Vec<_>) = others.partition(|other| other.is_live(record.issued_at));
            let live = live.into_iter().map(|other| (other.digest, other.issued_at)).collect();
            let gone = expired.into_iter().map(|other| other.digest).chain(surplus_tokens(live, max_live));
            // The digest is looked for among those that stand, before any of them makes room.
            let mut changes = vec![Change::Add {
                name: new.clone(),
                row: write(&record)?,
                over_at: record.expires_at,
                life,
            }];
            changes.extend(gone.map(|digest| Change::Drop { name: name(purpose, digest) }));
            Ok(((), Some(Changes { version: page.version, changes, life })))
        };
        tokens(self).decide(owner, judge).await
    }

    async fn find(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let name = name(purpose, digest);
        let Some((owner, page)) = tokens(self).row(&name).await? else { return Ok(None) };
        Ok(token(&page, &owner, &name)?.filter(|record| record.is_live(now) && record.attempts_left > 0))
    }

    async fn attempt(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Attempted, StoreError> {
        let name = name(purpose, digest);
        let judge = |owner: &str, page: &Page| {
            let Some(mut record) = token(page, owner, &name)? else { return Ok((Attempted::Gone, None)) };
            let before = record.attempts_left;
            let attempted = record.attempt(now);
            let change = if !record.is_live(now) {
                Change::Drop { name: name.clone() }
            } else if record.attempts_left == before {
                return Ok((attempted, None));
            } else {
                Change::Keep { name: name.clone(), row: write(&record)?, over_at: record.expires_at }
            };
            Ok((attempted, changing(page, vec![change])))
        };
        Ok(tokens(self).decide_row(&name, judge).await?.unwrap_or(Attempted::Gone))
    }

    async fn take(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        let name = name(purpose, digest);
        let judge = |owner: &str, page: &Page| {
            let Some(record) = token(page, owner, &name)? else { return Ok((None, None)) };
            let taken = Some(record).filter(|record| record.is_live(now));
            Ok((taken, changing(page, vec![Change::Drop { name: name.clone() }])))
        };
        Ok(tokens(self).decide_row(&name, judge).await?.flatten())
    }

    async fn void(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, StoreError> {
        let owner = subject.as_str();
        let judge = |page: &Page| {
            let all = page.rows.iter().map(|(name, row)| read(name, owner, row));
            let mut gone = all.collect::<Result<Vec<_>, _>>()?;
            gone.retain(|record| purpose.is_none_or(|purpose| purpose == record.purpose));
            let changes: Vec<_> = gone
                .into_iter()
                .map(|record| Change::Drop { name: name(record.purpose, record.digest) })
                .collect();
            let voided = changes.len() as u64;
            Ok((voided, if changes.is_empty() { None } else { changing(page, changes) }))
        };
        tokens(self).decide(owner, judge).await
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        tokens(self).purge(before).await
    }
}
