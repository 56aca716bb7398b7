//! What accounts are for: papers to sit, reviews to write. Kept in memory, for this is not what the example is about.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use stockade::authn::step_up::{NamedStepUp, StepUp};
use stockade::axum::{Json, Recent, Rejection, Require};
use stockade::core::{Assurance, Principal, Problem, ProblemKind};
use stockade::rbac::{Decision, NamedPermission, Permission};

/// Permissions by name; `policy.toml` says which role holds which.
macro_rules! permissions {
    ($($name:ident = $text:literal),* $(,)?) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl NamedPermission for $name {
            const PERMISSION: Permission = Permission::literal($text);
        }
    )*};
}

permissions! {
    PaperRead = "paper:read",
    PaperPreview = "paper:preview",
    PaperPublish = "paper:publish",
    ReviewWrite = "review:write",
}

/// Publishing a paper cannot be undone: it takes two factors, shown within the last five minutes.
#[derive(Debug)]
pub(crate) struct FreshAndStrong;

impl NamedStepUp for FreshAndStrong {
    const RULE: StepUp = StepUp::require_recent(Duration::from_secs(5 * 60), Assurance::Aal2);
}

/// The papers. A clone is another handle.
#[derive(Debug, Clone)]
pub(crate) struct Papers(Arc<Mutex<BTreeMap<&'static str, Paper>>>);

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Paper {
    id: &'static str,
    title: &'static str,
    published: bool,
    reviews: u32,
}

impl Default for Papers {
    fn default() -> Self {
        let paper = |id, title, published| (id, Paper { id, title, published, reviews: 0 });
        let papers = [paper("algebra-1", "Algebra I", true), paper("logic-1", "Logic I", false)];
        Self(Arc::new(Mutex::new(BTreeMap::from(papers))))
    }
}

impl Papers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Paper>> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/exam/papers", get(list))
        .route("/v1/exam/reviews", post(review))
        .route("/v1/exam/publish", post(publish))
}

#[derive(Serialize)]
struct Listing {
    /// The caller's roles, as this platform writes them.
    roles: Vec<String>,
    papers: Vec<Paper>,
}

async fn list(reader: Require<PaperRead>, State(app): State<App>) -> Json<Listing> {
    let principal = reader.principal();
    let all = may::<PaperPreview>(&app, principal);
    let papers = app.papers.lock().values().filter(|paper| all || paper.published).cloned().collect();
    let roles = principal.roles().iter().map(|role| role.as_str().to_ascii_uppercase()).collect();
    Json(Listing { roles, papers })
}

/// An API key may only what its scopes allow, too: so the policy is asked, not the roles.
fn may<P: NamedPermission>(app: &App, principal: &Principal) -> bool {
    matches!(app.policy.decide(principal, &P::PERMISSION), Decision::Allow)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    paper: String,
    points: u8,
}

async fn review(
    _: Require<ReviewWrite>,
    State(app): State<App>,
    Json(review): Json<Review>,
) -> Result<StatusCode, Rejection> {
    if review.points > 100 {
        return Err(Problem::invalid_field("points", "too_many", "a paper has at most 100 points").into());
    }
    let mut papers = app.papers.lock();
    let paper = papers.get_mut(review.paper.as_str()).ok_or_else(Problem::not_found)?;
    paper.reviews = paper.reviews.saturating_add(1);
    Ok(StatusCode::CREATED)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Publication {
    paper: String,
}

async fn publish(
    _: Require<PaperPublish>,
    _: Recent<FreshAndStrong>,
    State(app): State<App>,
    Json(publication): Json<Publication>,
) -> Result<Json<Paper>, Rejection> {
    let mut papers = app.papers.lock();
    let paper = papers.get_mut(publication.paper.as_str()).ok_or_else(Problem::not_found)?;
    if paper.published {
        return Err(Problem::new(ProblemKind::Conflict, "published", "this paper is published").into());
    }
    paper.published = true;
    Ok(Json(paper.clone()))
}
