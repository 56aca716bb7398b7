//! What every [`RoleAssignments`] store must do. A backend runs them all in two lines:
//!
//! ```
//! use std::sync::Arc;
//! use stockade_rbac::{MemoryRoleAssignments, laws};
//!
//! # tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(async {
//! let store = Arc::new(MemoryRoleAssignments::new());
//! laws::all(store).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! They call the store from 64 tasks at once, so the caller provides a tokio runtime, best one with several threads. Each law has
//! subjects and roles of its own: they may share one store, but each needs it to know none of them before.

use crate::{FirstGrant, Granting, Revoking, RoleAssignments};
use std::fmt::Debug;
use std::sync::Arc;
use stockade_core::{RoleName, StoreError, SubjectId};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// How many callers ask at once.
const CALLERS: usize = 64;

/// How often a race is run.
const ROUNDS: usize = 20;

/// A store, as the laws hold it.
type Store = Arc<dyn RoleAssignments>;

/// Every law in turn.
///
/// # Panics
/// A law is broken.
pub async fn all(store: Store) {
    roles_are_read_back_in_order(store.clone()).await;
    a_stranger_holds_nothing(store.clone()).await;
    a_second_grant_changes_nothing(store.clone()).await;
    a_revoked_role_is_gone(store.clone()).await;
    subjects_are_independent(store.clone()).await;
    a_first_grant_comes_before_all_others(store.clone()).await;
    a_revocation_reopens_nothing(store.clone()).await;
    a_first_grant_has_one_winner(store.clone()).await;
    a_grant_has_one_winner(store.clone()).await;
    a_revocation_has_one_winner(store.clone()).await;
    a_first_grant_loses_to_revocations_in_a_race(store).await;
}

/// Roles come back in the order of their names, each once.
///
/// # Panics
/// The law is broken.
pub async fn roles_are_read_back_in_order(store: Store) {
    let alice = subject("law.order");
    for name in ["law.order.b", "law.order.c", "law.order.a", "law.order.b"] {
        let _ = done(store.grant(&alice, &role(name)).await);
    }
    let expected = ["law.order.a", "law.order.b", "law.order.c"].map(role);
    assert_eq!(done(store.roles_of(&alice).await), expected);
}

/// A subject that was never granted anything holds no role, and nothing can be taken from it.
///
/// # Panics
/// The law is broken.
pub async fn a_stranger_holds_nothing(store: Store) {
    let stranger = subject("law.stranger");
    assert_eq!(done(store.roles_of(&stranger).await), []);
    assert_eq!(done(store.revoke(&stranger, &role("law.stranger")).await), Revoking::NotHeld);
    assert_eq!(done(store.roles_of(&stranger).await), []);
}

/// Granting twice says so, and one revocation undoes both.
///
/// # Panics
/// The law is broken.
pub async fn a_second_grant_changes_nothing(store: Store) {
    let (alice, editor) = (subject("law.twice"), role("law.twice"));
    assert_eq!(done(store.grant(&alice, &editor).await), Granting::Granted);
    assert_eq!(done(store.grant(&alice, &editor).await), Granting::AlreadyHeld);
    assert_eq!(done(store.revoke(&alice, &editor).await), Revoking::Revoked);
    assert_eq!(done(store.roles_of(&alice).await), []);
}

/// What is revoked is gone, is so said a second time, and can be granted anew; the other roles stay.
///
/// # Panics
/// The law is broken.
pub async fn a_revoked_role_is_gone(store: Store) {
    let (alice, editor, viewer) = (subject("law.gone"), role("law.gone.editor"), role("law.gone.viewer"));
    assert_eq!(done(store.grant(&alice, &editor).await), Granting::Granted);
    assert_eq!(done(store.grant(&alice, &viewer).await), Granting::Granted);
    assert_eq!(done(store.revoke(&alice, &editor).await), Revoking::Revoked);
    assert_eq!(done(store.roles_of(&alice).await), [viewer]);
    assert_eq!(done(store.revoke(&alice, &editor).await), Revoking::NotHeld);
    assert_eq!(done(store.grant(&alice, &editor).await), Granting::Granted);
}

/// What one subject holds or loses is nothing to another, also where the ids differ in case alone.
///
/// # Panics
/// The law is broken.
pub async fn subjects_are_independent(store: Store) {
    let (lower, upper, editor) = (subject("law.apart"), subject("LAW.APART"), role("law.apart"));
    assert_eq!(done(store.grant(&lower, &editor).await), Granting::Granted);
    assert_eq!(done(store.roles_of(&upper).await), []);
    assert_eq!(done(store.grant(&upper, &editor).await), Granting::Granted);
    assert_eq!(done(store.revoke(&lower, &editor).await), Revoking::Revoked);
    assert_eq!(done(store.roles_of(&upper).await), [editor]);
}

/// A first grant is made once, not after an ordinary grant, and is judged for each role apart.
///
/// # Panics
/// The law is broken.
pub async fn a_first_grant_comes_before_all_others(store: Store) {
    let (first, second) = (subject("law.before.first"), subject("law.before.second"));
    let (admin, other) = (role("law.before.admin"), role("law.before.other"));
    assert_eq!(done(store.grant_first(&first, &admin).await), FirstGrant::Granted);
    assert_eq!(done(store.grant_first(&second, &admin).await), FirstGrant::HeldBefore);
    assert_eq!(done(store.grant_first(&first, &admin).await), FirstGrant::HeldBefore);
    assert_eq!(done(store.roles_of(&first).await), [admin]);
    assert_eq!(done(store.roles_of(&second).await), []);
    assert_eq!(done(store.grant(&second, &other).await), Granting::Granted);
    assert_eq!(done(store.grant_first(&first, &other).await), FirstGrant::HeldBefore);
}

/// Once held, by a first grant or an ordinary one, a role is never again given as the first, although nobody holds it any more.
///
/// # Panics
/// The law is broken.
pub async fn a_revocation_reopens_nothing(store: Store) {
    let (first, second) = (subject("law.reopen.first"), subject("law.reopen.second"));
    let (admin, other) = (role("law.reopen.admin"), role("law.reopen.other"));
    assert_eq!(done(store.grant_first(&first, &admin).await), FirstGrant::Granted);
    assert_eq!(done(store.grant(&first, &other).await), Granting::Granted);
    for role in [&admin, &other] {
        assert_eq!(done(store.revoke(&first, role).await), Revoking::Revoked);
    }
    for role in [admin, other] {
        for subject in [&first, &second] {
            assert_eq!(done(store.grant_first(subject, &role).await), FirstGrant::HeldBefore);
            assert_eq!(done(store.roles_of(subject).await), []);
        }
        assert_eq!(done(store.grant(&second, &role).await), Granting::Granted);
        assert_eq!(done(store.revoke(&second, &role).await), Revoking::Revoked);
    }
}

/// Of 64 subjects that claim one role at once that was never held, one gets it, and the store says the same afterwards.
///
/// # Panics
/// The law is broken.
pub async fn a_first_grant_has_one_winner(store: Store) {
    for round in 0..ROUNDS {
        let admin = role(&format!("law.first.{round}"));
        let claim = |n| (subject(&format!("law.first.{round}.{n}")), admin.clone());
        let answers = race(&store, claim, |store: Store, subject, role| async move {
            done(store.grant_first(&subject, &role).await)
        });
        assert_eq!(count(&answers.await, FirstGrant::Granted), 1, "round {round}");
        assert_eq!(holders(&store, claim).await, 1, "round {round}");
    }
}

/// Of 64 callers that grant the same role to the same subject at once, one is told that it did.
///
/// # Panics
/// The law is broken.
pub async fn a_grant_has_one_winner(store: Store) {
    for round in 0..ROUNDS {
        let name = format!("law.grant.{round}");
        let answers = race(
            &store,
            |_| (subject(&name), role(&name)),
            |store: Store, subject, role| async move { done(store.grant(&subject, &role).await) },
        );
        assert_eq!(count(&answers.await, Granting::Granted), 1, "round {round}");
        assert_eq!(done(store.roles_of(&subject(&name)).await), [role(&name)]);
    }
}

/// Of 64 callers that take the same role from the same subject at once, one is told that it did.
///
/// # Panics
/// The law is broken.
pub async fn a_revocation_has_one_winner(store: Store) {
    for round in 0..ROUNDS {
        let name = format!("law.revoke.{round}");
        assert_eq!(done(store.grant(&subject(&name), &role(&name)).await), Granting::Granted);
        let answers = race(
            &store,
            |_| (subject(&name), role(&name)),
            |store: Store, subject, role| async move { done(store.revoke(&subject, &role).await) },
        );
        assert_eq!(count(&answers.await, Revoking::Revoked), 1, "round {round}");
        assert_eq!(done(store.roles_of(&subject(&name)).await), []);
    }
}

/// While its only holder loses the role, none of 63 claimants gets it, neither before nor after.
///
/// # Panics
/// The law is broken.
pub async fn a_first_grant_loses_to_revocations_in_a_race(store: Store) {
    let (admin, loser) = (role("law.last"), subject("law.last.0"));
    assert_eq!(done(store.grant(&loser, &admin).await), Granting::Granted);
    let caller = |n| (subject(&format!("law.last.{n}")), admin.clone());
    let answers = race(&store, caller, |store: Store, subject, role| async move {
        if subject.as_str() == "law.last.0" {
            assert_eq!(done(store.revoke(&subject, &role).await), Revoking::Revoked);
            return FirstGrant::HeldBefore;
        }
        done(store.grant_first(&subject, &role).await)
    });
    assert_eq!(count(&answers.await, FirstGrant::Granted), 0);
    assert_eq!(holders(&store, caller).await, 0);
}

/// The answers to 64 calls that start together.
#[expect(clippy::expect_used, reason = "a task that panicked has broken a law")]
async fn race<T: Send + 'static, F>(
    store: &Store,
    about: impl Fn(usize) -> (SubjectId, RoleName),
    call: impl Fn(Store, SubjectId, RoleName) -> F,
) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(CALLERS));
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let (subject, role) = about(caller);
        let (start, answer) = (start.clone(), call(store.clone(), subject, role));
        callers.spawn(async move {
            start.wait().await;
            answer.await
        });
    }
    let mut answers = Vec::with_capacity(CALLERS);
    while let Some(answer) = callers.join_next().await {
        answers.push(answer.expect("a caller ends"));
    }
    answers
}

fn count<T: PartialEq>(answers: &[T], wanted: T) -> usize {
    answers.iter().filter(|answer| **answer == wanted).count()
}

async fn holders(store: &Store, about: impl Fn(usize) -> (SubjectId, RoleName)) -> usize {
    let mut holders = 0;
    for (subject, role) in (0..CALLERS).map(about) {
        holders += usize::from(done(store.roles_of(&subject).await).contains(&role));
    }
    holders
}

#[expect(clippy::expect_used, reason = "a law suite fails by panic, and a store that fails keeps no law")]
fn done<T: Debug>(answer: Result<T, StoreError>) -> T {
    answer.expect("the store answers")
}

#[expect(clippy::expect_used, reason = "the laws name their own subjects")]
fn subject(id: &str) -> SubjectId {
    id.parse().expect("a subject id")
}

#[expect(clippy::expect_used, reason = "the laws name their own roles")]
fn role(name: &str) -> RoleName {
    name.parse().expect("a role name")
}
