//! A session's row.

use super::bytes::{hex, unhex};
use serde::{Deserialize, Serialize};
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{LastRotation, SessionRecord};
use stockade_core::{ClientInfo, SessionId, StoreError, UnixMillis};

/// A session that has not ended, as it is written. Its id and its owner stand in the name and in the page's.
#[derive(Serialize, Deserialize)]
struct Written {
    client: ClientInfo,
    created_at: UnixMillis,
    methods: String,
    credential_version: u64,
    last_seen_at: UnixMillis,
    idle_expires_at: UnixMillis,
    expires_at: UnixMillis,
    current: String,
    rotation: Option<Rotated>,
}

#[derive(Serialize, Deserialize)]
struct Rotated {
    spent: String,
    nonce: String,
    at: UnixMillis,
}

pub(super) fn write(session: &SessionRecord) -> Result<Vec<u8>, StoreError> {
    let rotated = |last: LastRotation| Rotated {
        spent: hex(&last.spent.to_bytes()),
        nonce: hex(&last.nonce.to_bytes()),
        at: last.at,
    };
    let written = Written {
        client: session.client.clone(),
        created_at: session.created_at,
        methods: session.methods.to_string(),
        credential_version: session.credential_version,
        last_seen_at: session.last_seen_at,
        idle_expires_at: session.idle_expires_at,
        expires_at: session.expires_at,
        current: hex(&session.current.to_bytes()),
        rotation: session.last_rotation.map(rotated),
    };
    serde_json::to_vec(&written).map_err(StoreError::corrupt)
}

pub(super) fn read(id: SessionId, owner: &str, row: &[u8]) -> Result<SessionRecord, StoreError> {
    let written: Written = serde_json::from_slice(row).map_err(StoreError::corrupt)?;
    let rotation = |last: Rotated| -> Result<LastRotation, StoreError> {
        Ok(LastRotation {
            spent: TokenDigest::from_bytes(unhex(&last.spent)?),
            nonce: Nonce::from_bytes(unhex(&last.nonce)?),
            at: last.at,
        })
    };
    Ok(SessionRecord {
        id,
        subject: owner.parse().map_err(StoreError::corrupt)?,
        client: written.client,
        created_at: written.created_at,
        methods: written.methods.parse().map_err(StoreError::corrupt)?,
        credential_version: written.credential_version,
        last_seen_at: written.last_seen_at,
        idle_expires_at: written.idle_expires_at,
        expires_at: written.expires_at,
        current: TokenDigest::from_bytes(unhex(&written.current)?),
        last_rotation: written.rotation.map(rotation).transpose()?,
        ended: None,
    })
}
