//! What a role gives.

use crate::permission::{Wildcards, colon_of};
use crate::{InvalidPermission, Permission};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A permission, or a pattern over permissions: `doc:read`, `doc:*`, `*:read`, `*:*` (which `*` abbreviates).
///
/// A wildcard stands for a whole part, never for a piece of one: `d*:read` is refused rather than taken for something.
/// A resource is one word, dots and all: `billing:*` does not cover `billing.invoice:read`.
///
/// ```
/// use stockade_rbac::{Grant, Permission};
/// let grant: Grant = "doc:*".parse()?;
/// assert!(grant.covers(&Permission::literal("doc:read")));
/// assert!(!grant.covers(&Permission::literal("docs:read")));
/// # Ok::<(), stockade_rbac::InvalidPermission>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Grant(pub(crate) Pattern);

/// The four shapes, each with just the text that a permission has to match.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    Everything,
    Resource(Arc<str>),
    Action(Arc<str>),
    Exactly(Arc<str>),
}

impl Grant {
    /// Whether it gives `permission`.
    #[must_use]
    pub fn covers(&self, permission: &Permission) -> bool {
        match &self.0 {
            Pattern::Everything => true,
            Pattern::Resource(resource) => **resource == *permission.resource(),
            Pattern::Action(action) => **action == *permission.action(),
            Pattern::Exactly(text) => **text == *permission.as_str(),
        }
    }
}

/// Whether `scope`, read as a grant, gives `permission`. What is no grant gives nothing. Takes no memory: it is asked anew for each
/// decision about a credential with scopes.
pub(crate) fn scope_covers(scope: &str, permission: &Permission) -> bool {
    if scope == "*" {
        return true;
    }
    let Ok(colon) = colon_of(scope.as_bytes(), Wildcards::Allowed) else { return false };
    let (resource, action) = (&scope[..colon], &scope[colon + 1..]);
    (resource == "*" || resource == permission.resource()) && (action == "*" || action == permission.action())
}

impl From<&Permission> for Grant {
    fn from(permission: &Permission) -> Self {
        Self(Pattern::Exactly(permission.as_str().into()))
    }
}

impl FromStr for Grant {
    type Err = InvalidPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" {
            return Ok(Self(Pattern::Everything));
        }
        let colon = colon_of(text.as_bytes(), Wildcards::Allowed)?;
        Ok(Self(match (&text[..colon], &text[colon + 1..]) {
            ("*", "*") => Pattern::Everything,
            (resource, "*") => Pattern::Resource(resource.into()),
            ("*", action) => Pattern::Action(action.into()),
            _ => Pattern::Exactly(text.into()),
        }))
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Everything => f.write_str("*:*"),
            Pattern::Resource(resource) => write!(f, "{resource}:*"),
            Pattern::Action(action) => write!(f, "*:{action}"),
            Pattern::Exactly(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grant({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(grant: &str, permission: &str) -> bool {
        grant.parse::<Grant>().unwrap().covers(&permission.parse().unwrap())
    }

    #[test]
    fn wildcard_confusion_gives_nothing_beyond_the_pattern() {
        assert!(covers("doc:read", "doc:read"));
        assert!(!covers("doc:read", "doc:readx"));
        assert!(!covers("doc:readx", "doc:read"));
        assert!(!covers("doc:read", "xdoc:read"));
        assert!(covers("doc:*", "doc:write"));
        assert!(!covers("doc:*", "doc.draft:write"));
        assert!(!covers("doc:*", "docs:write"));
        assert!(covers("*:read", "invoice:read"));
        assert!(!covers("*:read", "invoice:read-all"));
        assert!(covers("*:*", "invoice:read") && covers("*", "invoice:read"));
    }

    #[test]
    fn a_scope_is_read_exactly_as_a_grant_is() {
        for scope in
            ["doc:read", "doc:*", "*:read", "*:*", "*", "docs:read", "doc.draft:*", "d*:read", "doc", "", ":"]
        {
            for permission in ["doc:read", "doc:write", "doc.draft:read", "docs:read"] {
                let permission = permission.parse().unwrap();
                let granted = scope.parse::<Grant>().is_ok_and(|grant| grant.covers(&permission));
                assert_eq!(scope_covers(scope, &permission), granted, "{scope} {permission}");
            }
        }
    }

    #[test]
    fn wildcard_confusion_is_refused_when_read() {
        for text in [
            "",
            ":",
            "doc:",
            ":read",
            "*:",
            ":*",
            "d*:read",
            "*d:read",
            "doc:re*",
            "**:read",
            "doc:**",
            "**",
            "*:*:*",
            "*read",
            "doc*",
            "doc.*:read",
            "?:read",
            "doc:rea[d]",
            "*.*",
            " *",
            "* ",
        ] {
            assert!(text.parse::<Grant>().is_err(), "accepted: {text:?}");
        }
    }

    #[test]
    fn a_grant_survives_a_round_trip_through_text() {
        for text in ["doc:read", "doc:*", "*:read", "*:*"] {
            assert_eq!(text.parse::<Grant>().unwrap().to_string(), text);
        }
        assert_eq!("*".parse::<Grant>(), "*:*".parse::<Grant>());
        assert_eq!(Grant::from(&Permission::literal("doc:read")), "doc:read".parse().unwrap());
    }
}
