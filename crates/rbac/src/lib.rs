#![doc = include_str!("../README.md")]

mod assignments;
mod decision;
mod grant;
#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod permission;
mod policy;

pub use assignments::{FirstGrant, Granting, MemoryRoleAssignments, Revoking, RoleAssignments};
pub use decision::{Decision, DenyReason};
pub use grant::Grant;
pub use permission::{InvalidPermission, NamedPermission, Permission};
pub use policy::{Policy, PolicyBuilder, PolicyError, RoleBuilder};

#[doc(no_inline)]
pub use stockade_core::{Principal, RoleName, StoreError, SubjectId};
