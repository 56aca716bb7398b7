//! Whether the process lives, and whether it can work. Neither is limited, recorded or told to whom it is.

use crate::stores::Stores;
use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use stockade::axum::{Json, Rejection};
use stockade::core::Problem;
use tokio::sync::Mutex;

/// Stores that take longer are as good as gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// For how long an answer is given again: however often it is asked for, the stores are asked this often.
const FRESH: Duration = Duration::from_secs(1);

/// What the stores said last, and when by the monotonic clock.
type Last = Arc<Mutex<Option<(Duration, bool)>>>;

pub(crate) fn health<S: Clone + Send + Sync + 'static>(stores: Stores) -> Router<S> {
    let last = Last::default();
    let ready = async move || {
        if is_ready(&stores, &last).await {
            Ok(Json(json!({"status": "ready"})))
        } else {
            Err(Rejection::new(Problem::unavailable().with_retry_after(FRESH)))
        }
    };
    Router::new()
        .route("/health", get(async || Json::<Value>(json!({"status": "ok"}))))
        .route("/ready", get(ready))
}

async fn is_ready(stores: &Stores, last: &Last) -> bool {
    let mut last = last.lock().await;
    let now = stores.clock.monotonic();
    if let Some((at, ready)) = *last
        && now.saturating_sub(at) < FRESH
    {
        return ready;
    }
    let ready = match tokio::time::timeout(PATIENCE, stores.answer()).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a store does not answer");
            false
        }
        Err(_) => {
            tracing::error!("the stores do not answer in time");
            false
        }
    };
    *last = Some((stores.clock.monotonic(), ready));
    ready
}
