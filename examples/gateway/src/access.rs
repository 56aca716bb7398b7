//! Permissions by name; `policy.toml` says which role holds which.

use stockade::core::Action;
use stockade::rbac::{NamedPermission, Permission};

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
    ChatCreate = "chat:create",
    RoleGrant = "role:grant",
}

/// What events call it.
pub(crate) const ROLE_REVOKE: Action = Action::named("rbac.role_revoke");
