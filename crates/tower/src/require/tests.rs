use super::*;
use crate::AuditNotes;
use crate::testing::{Counting, get};
use std::sync::Arc;
use stockade_core::Principal;
use stockade_rbac::{Permission, Policy};
use tower::{Layer, ServiceExt};

fn policy() -> Arc<Policy> {
    Arc::new(Policy::builder().role("viewer").grants(["doc:read"]).build().unwrap())
}

fn reads_docs() -> RequireLayer {
    RequireLayer::new(policy(), Permission::literal("doc:read"))
}

fn viewer() -> Principal {
    Principal::user("alice".parse().unwrap()).with_roles(["viewer".parse().unwrap()])
}

/// The status, the number of inner calls and the audit log's reason.
async fn outcome(layer: RequireLayer, principal: Option<Principal>) -> (u16, usize, Option<String>) {
    let (inner, notes) = (Counting::default(), AuditNotes::new());
    let mut request = get("/");
    request.extensions_mut().insert(notes.clone());
    if let Some(principal) = principal {
        request.extensions_mut().insert(principal);
    }
    let response = layer.layer(inner.clone()).oneshot(request).await.unwrap();
    (response.status().as_u16(), inner.calls(), notes.reason().map(Into::into))
}

#[tokio::test]
async fn asvs_v8_2_1_only_a_granted_permission_reaches_the_service() {
    assert_eq!(outcome(reads_docs(), Some(viewer())).await, (200, 1, None));
    let writes = RequireLayer::new(policy(), Permission::literal("doc:write"));
    assert_eq!(outcome(writes, Some(viewer())).await, (403, 0, Some("not_granted".into())));
}

#[tokio::test]
async fn asvs_v8_3_1_nobody_is_asked_to_authenticate_before_anything_runs() {
    assert_eq!(outcome(reads_docs(), None).await, (401, 0, Some("no_principal".into())));
    assert_eq!(outcome(RequireLayer::authenticated(), None).await, (401, 0, Some("no_principal".into())));
    let roleless = Principal::user("bob".parse().unwrap());
    assert_eq!(outcome(RequireLayer::authenticated(), Some(roleless.clone())).await, (200, 1, None));
    assert_eq!(outcome(reads_docs(), Some(roleless)).await, (403, 0, Some("no_roles".into())));
}
