use super::caller::{principal, refused};
use crate::Rejection;
use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use stockade_core::Principal;
use stockade_rbac::{Decision, NamedPermission, Policy};

/// A caller that holds the permission `P`: a handler that takes one cannot run without. 401 without a principal, 403 where the
/// policy denies; the reason goes to the audit log only.
///
/// Put it first among a handler's arguments, so that who may not call it learns nothing of what it takes.
///
/// ```
/// use stockade_axum::Require;
/// use stockade_rbac::{NamedPermission, Permission};
///
/// struct ReadDocs;
/// impl NamedPermission for ReadDocs {
///     const PERMISSION: Permission = Permission::literal("doc:read");
/// }
///
/// async fn list(reader: Require<ReadDocs>) -> String {
///     format!("documents for {}", reader.principal().subject())
/// }
/// # let _ = list;
/// ```
pub struct Require<P> {
    principal: Principal,
    permission: PhantomData<fn() -> P>,
}

impl<P> Require<P> {
    /// Who asks, and may.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Who asks, and may.
    #[must_use]
    pub fn into_principal(self) -> Principal {
        self.principal
    }
}

impl<P, S> FromRequestParts<S> for Require<P>
where
    P: NamedPermission,
    S: Send + Sync,
    Arc<Policy>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let principal = principal(parts)?;
        match Arc::<Policy>::from_ref(state).decide(&principal, &P::PERMISSION) {
            Decision::Allow => Ok(Self { principal, permission: PhantomData }),
            Decision::Deny(reason) => Err(refused(parts, reason.into(), reason.as_str())),
        }
    }
}

impl<P: NamedPermission> fmt::Debug for Require<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Require")
            .field("permission", &P::PERMISSION)
            .field("principal", &self.principal)
            .finish()
    }
}
