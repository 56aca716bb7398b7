//! Decide first, then call the inner service or answer in its place.
//!
//! Every layer of this crate is a [`Guard`]: a decision about the head of a request. The [`Gate`] is the one tower service that
//! carries such decisions out, so that the rules of `Service` are kept in one place:
//!
//! 1. A decision is taken **before** the inner service is called. A refused request never reaches it.
//! 2. The inner service that was asked whether it is ready is the one that is called, never a clone of it.
//! 3. A decision that is ready at once costs no allocation and no clone of the inner service.
//!
//! Write a guard of your own to put another check into the same place, with the same envelope and the same audit notes.

mod future;
mod layer;
mod service;
#[cfg(test)]
mod tests;

pub use future::GateFuture;
pub use layer::GateLayer;
pub use service::Gate;

use http::{request, response};
use stockade_core::Problem;

/// A decision about a request, taken on its head before anything inside runs.
///
/// ```
/// use stockade_core::{Problem, ProblemKind};
/// use stockade_tower::{Guard, Judgement, Refusal};
/// use std::future::Ready;
///
/// /// Refuses the TRACE method, which echoes credentials.
/// #[derive(Clone)]
/// struct NoTrace;
///
/// impl Guard for NoTrace {
///     type Pass = ();
///     type Memo = ();
///     type Pending = Ready<Result<(), Refusal>>;
///
///     fn judge(&self, request: &mut http::request::Parts) -> Judgement<(), Self::Pending> {
///         if request.method == http::Method::TRACE {
///             let problem = Problem::new(ProblemKind::MethodNotAllowed, "method_not_allowed", "not here");
///             return Judgement::Refuse(Refusal::new(problem, "trace"));
///         }
///         Judgement::Admit(())
///     }
///
///     fn admit(&self, (): (), _: &mut http::request::Parts) {}
///     fn respond((): (), _: &mut http::response::Parts) {}
/// }
/// ```
pub trait Guard: Clone {
    /// What an admitted request is to carry on, such as the principal.
    type Pass;
    /// What is remembered until the response comes back. If none comes, because the inner service failed or the client went
    /// away, it is dropped.
    type Memo;
    /// A decision that takes time. A guard that always knows at once names any future, such as [`std::future::Ready`].
    type Pending: Future<Output = Result<Self::Pass, Refusal>>;

    /// Decides. Whatever must not reach the inner service is removed from `request` here.
    fn judge(&self, request: &mut request::Parts) -> Judgement<Self::Pass, Self::Pending>;

    /// Marks an admitted request.
    fn admit(&self, pass: Self::Pass, request: &mut request::Parts) -> Self::Memo;

    /// Sees the head of the response to an admitted request.
    fn respond(memo: Self::Memo, response: &mut response::Parts);

    /// A layer that decides like this guard and words its refusals in `reject`'s way.
    fn reject_with<R>(self, reject: R) -> GateLayer<Self, R>
    where
        Self: Sized,
    {
        GateLayer::new(self, reject)
    }
}

/// What a [`Guard`] decided.
#[derive(Debug)]
#[must_use]
pub enum Judgement<P, F> {
    /// The request may go on with this pass.
    Admit(P),
    /// It may not.
    Refuse(Refusal),
    /// Somebody else has to be asked first.
    Pending(F),
}

/// Why a request may not go on: the words for the world, and the code for the audit log.
#[derive(Debug)]
pub struct Refusal {
    problem: Problem,
    reason: &'static str,
}

impl Refusal {
    /// Refuses with `problem`; `reason` is a stable code that only the audit log sees.
    #[must_use]
    pub fn new(problem: Problem, reason: &'static str) -> Self {
        Self { problem, reason }
    }

    /// The words for the world.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The code for the audit log.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}
