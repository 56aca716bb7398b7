//! What every [`FactorStore`] must hold to. Call [`all`] on an empty store.
#![expect(clippy::unwrap_used, reason = "a law that is broken panics")]

mod codes;
mod enrolling;
mod steps;

use super::{
    BackupCodes, BackupDigest, BackupSet, Beginning, Confirmation, FactorId, FactorStore, PendingTotp,
    SealedTotp,
};
use crate::password::{Argon2Params, Derivation, PepperId};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Entropy, SubjectId, SystemEntropy, UnixMillis};

const RACERS: usize = 64;
const MINUTE: Duration = Duration::from_secs(60);

/// Runs every law, one after the other.
pub async fn all(store: Arc<dyn FactorStore>) {
    enrolling::an_enrolment_is_kept_as_it_was_begun_and_confirmed(&*store).await;
    enrolling::an_enrolment_given_up_or_expired_is_stale(&*store).await;
    enrolling::an_authenticator_in_force_keeps_another_out(&*store).await;
    enrolling::one_of_many_racing_confirmations_wins(&store).await;
    enrolling::racing_beginnings_never_reopen_what_is_confirmed(&store).await;
    enrolling::each_factor_is_revoked_alone(&*store).await;
    steps::a_step_is_accepted_once_and_only_a_later_one_after_it(&*store).await;
    steps::the_confirmed_code_is_consumed(&*store).await;
    steps::one_of_many_racing_uses_of_a_step_is_accepted(&store).await;
    steps::racing_steps_are_accepted_in_order_only(&store).await;
    steps::confusion_of_enrolments_and_subjects_accepts_nothing(&*store).await;
    codes::a_backup_code_is_spent_once(&*store).await;
    codes::one_of_many_racing_uses_of_a_backup_code_is_spent(&store).await;
    codes::racing_uses_of_all_codes_spend_each_once(&store).await;
    codes::replacing_voids_the_earlier_codes(&*store).await;
    codes::of_racing_replacements_one_stays_whole(&store).await;
    codes::confusion_of_sets_and_subjects_spends_nothing(&*store).await;
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn subject(name: &str) -> SubjectId {
    name.parse().unwrap()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemEntropy.fill(&mut bytes).unwrap();
    bytes
}

/// An enrolment that waits a minute from [`start`].
fn pending() -> PendingTotp {
    PendingTotp {
        id: FactorId::generate(&SystemEntropy).unwrap(),
        sealed: SealedTotp::from_bytes(random::<60>().to_vec()),
        expires_at: start().plus(MINUTE),
    }
}

/// A full set. What a digest is of, no store can know.
fn codes() -> BackupSet {
    BackupSet {
        id: FactorId::generate(&SystemEntropy).unwrap(),
        salt: random(),
        derivation: Derivation {
            params: Argon2Params::insecure_for_tests(),
            pepper: Some(PepperId(u32::MAX)),
        },
        digests: (0..BackupCodes::COUNT).map(|_| BackupDigest::from_bytes(random())).collect(),
    }
}

/// Enrols `owner`, with the code of step 100 consumed.
async fn enrolled(store: &dyn FactorStore, owner: &str) -> (SubjectId, PendingTotp, BackupSet) {
    let (owner, pending, codes) = (subject(owner), pending(), codes());
    assert_eq!(store.begin(&owner, pending.clone()).await.unwrap(), Beginning::Begun);
    let confirmed = store.confirm(&owner, pending.id, 100, codes.clone(), start()).await.unwrap();
    assert_eq!(confirmed, Confirmation::Confirmed);
    (owner, pending, codes)
}
