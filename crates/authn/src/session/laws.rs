//! What every [`SessionStore`] must hold to. Call [`all`] on an empty store.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a law that is broken panics")]

mod ending;
mod opening;
mod rotating;

use super::{SessionRecord, SessionStore};
use crate::refresh::TokenDigest;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{AuthMethod, AuthMethods, ClientInfo, SessionId, SubjectId, SystemEntropy, UnixMillis};

const RACERS: usize = 16;
const HOUR: Duration = Duration::from_secs(3600);

/// Runs every law, one after the other, with `rounds` rounds of the race for one refresh token (200 is thorough).
pub async fn all(store: Arc<dyn SessionStore>, rounds: u32) {
    opening::a_session_stands_and_is_listed_as_it_was_opened(&*store).await;
    opening::no_more_sessions_stand_than_allowed(&*store).await;
    opening::racing_logins_leave_no_more_sessions_than_allowed(&store).await;
    rotating::the_current_token_rotates_once(&*store).await;
    rotating::one_of_many_racing_refreshes_rotates_and_nobody_is_signed_out(&store, rounds).await;
    rotating::a_spent_token_within_the_grace_repeats_its_successor(&*store).await;
    rotating::a_spent_token_after_the_grace_ends_the_session(&*store).await;
    rotating::an_older_token_ends_the_session_even_within_the_grace(&*store).await;
    rotating::a_clock_set_back_does_not_hold_the_grace_open(&*store).await;
    rotating::timeouts_end_a_session(&*store).await;
    ending::an_ended_session_neither_stands_nor_rotates(&*store).await;
    ending::somebody_elses_session_is_unknown(&*store).await;
    ending::ending_all_ends_all_and_raises_the_version(&*store).await;
    ending::ending_the_others_leaves_the_one_that_asks(&*store).await;
    ending::who_is_over_ends_nobody(&*store).await;
    ending::of_sessions_that_end_each_other_at_once_one_is_left(&store).await;
    ending::racing_refreshes_and_an_ending_leave_nothing_alive(&store).await;
    ending::purging_forgets_only_what_is_over(&*store).await;
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn subject(name: &str) -> SubjectId {
    name.parse().unwrap()
}

fn digest(n: u8) -> TokenDigest {
    TokenDigest::from_bytes([n; 32])
}

fn session(owner: &str, at: UnixMillis) -> SessionRecord {
    SessionRecord {
        id: SessionId::generate(at, &SystemEntropy).unwrap(),
        subject: subject(owner),
        client: ClientInfo::at([203, 0, 113, 7].into()).with_user_agent("laws/1.0 (ünïcode)"),
        created_at: at,
        methods: AuthMethods::of(AuthMethod::Password).with(AuthMethod::Totp),
        credential_version: 7,
        last_seen_at: at,
        idle_expires_at: at.plus(HOUR),
        expires_at: at.plus(3 * HOUR),
        current: digest(0),
        last_rotation: None,
        ended: None,
    }
}
