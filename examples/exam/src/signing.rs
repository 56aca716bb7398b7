//! The keys that sign access tokens: rotated on a schedule, ahead of it on demand, and at once where one is known to somebody else.

use crate::app::App;
use crate::visit::Visit;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use std::time::Duration;
use stockade::authn::jose::rotation::{KeyPhase, RotateNow, SigningKeyInfo, SigningKeys};
use stockade::axum::{Json, Rejection};
use stockade::core::{Action, Problem, ProblemKind, Resource, UnixMillis};
use stockade::rbac::{NamedPermission, Permission};

#[derive(Debug)]
pub(crate) struct KeysRotate;

impl NamedPermission for KeysRotate {
    const PERMISSION: Permission = Permission::literal("keys:rotate");
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/admin/signing-keys", get(list))
        .route("/v1/admin/signing-keys/rotate", post(rotate))
        .route("/v1/admin/signing-keys/emergency", post(emergency))
}

/// Does what the schedule demands, for as long as the process lives; how soon a change by another process shows here.
pub(crate) fn keep_time(keys: SigningKeys) {
    const TICK: Duration = Duration::from_secs(60);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            match keys.tick().await {
                Ok(tick) => {
                    if let Some(id) = tick.announced {
                        tracing::info!(%id, "a new signing key is announced");
                    }
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the signing keys could not be looked after"
                    );
                }
            }
        }
    });
}

/// `GET /v1/admin/signing-keys`
async fn list(_: Visit<KeysRotate>, State(app): State<App>) -> Json<Listing> {
    Json(Listing::of(&app))
}

/// `POST /v1/admin/signing-keys/rotate`: 202, a successor is announced, and signs once everybody can know it. 409 where one is
/// announced already.
async fn rotate(
    visit: Visit<KeysRotate>,
    State(app): State<App>,
) -> Result<(StatusCode, Json<Listing>), Rejection> {
    let on = Resource::new("signing_key", "next");
    visit.record(&app, Action::SIGNING_KEY_ROTATE, on, |event| event).await?;
    match app.signing.rotate_now().await.map_err(|error| Rejection::of(&error))? {
        RotateNow::Announced { .. } => Ok((StatusCode::ACCEPTED, Json(Listing::of(&app)))),
        _ => {
            let message = "a key is announced and will sign soon";
            Err(Problem::new(ProblemKind::Conflict, "already_announced", message).into())
        }
    }
}

/// `POST /v1/admin/signing-keys/emergency`: 200, everything signed so far is void, the caller's own token included.
async fn emergency(visit: Visit<KeysRotate>, State(app): State<App>) -> Result<Json<Listing>, Rejection> {
    let on = Resource::new("signing_key", "all");
    visit.record(&app, Action::SIGNING_KEY_ROTATE, on, |event| event.because("emergency")).await?;
    app.signing.emergency().await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(Listing::of(&app)))
}

#[derive(Serialize)]
struct Listing {
    signing_keys: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    kid: String,
    phase: &'static str,
    announced_at: UnixMillis,
    activates_at: UnixMillis,
    drops_at: Option<UnixMillis>,
}

impl Listing {
    fn of(app: &App) -> Self {
        Self { signing_keys: app.signing.keys().into_iter().map(Shown::from).collect() }
    }
}

impl From<SigningKeyInfo> for Shown {
    fn from(key: SigningKeyInfo) -> Self {
        let phase = match key.phase {
            KeyPhase::Announced => "announced",
            KeyPhase::Active => "active",
            _ => "retired",
        };
        let SigningKeyInfo { announced_at, activates_at, drops_at, .. } = key;
        Self { kid: key.id.to_string(), phase, announced_at, activates_at, drops_at }
    }
}
