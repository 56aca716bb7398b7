//! The table. Adding an arrow means changing it, with the reason, in the same commit; `deny.toml` repeats it for the crates of
//! others.

/// What a crate is for, and with that what it may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// The words that all rooms share.
    Core,
    /// One subject, pure: no framework, no driver, no other domain.
    Domain,
    /// The composition of domains.
    Flows,
    /// One store engine for all domains.
    Store,
    /// Layers for any tower service.
    Tower,
    /// Extractors and routers.
    Axum,
    /// Re-exports.
    Facade,
    /// The operator's command: the outermost room, which may know every library and which nobody builds on.
    Cli,
    /// Tools for tests.
    Testkit,
    /// Servers that show how it is used, and what they share.
    Example,
    /// Tests, benches, the laboratory of guardrails: what looks at the house from outside.
    Proof,
    /// Automation; no product code.
    Xtask,
}

use Room::{Axum, Cli, Core, Domain, Example, Facade, Flows, Proof, Store, Testkit, Tower, Xtask};

/// Every member of the workspace stands in one room. A crate that is not here fails the test until it is placed.
pub(super) const HOUSE: &[(&str, Room)] = &[
    ("stockade-core", Core),
    ("stockade-authn", Domain),
    ("stockade-rbac", Domain),
    ("stockade-audit", Domain),
    ("stockade-ratelimit", Domain),
    ("stockade-crypto-at-rest", Domain),
    ("stockade-secure-delete", Domain),
    ("stockade-provider-health", Domain),
    ("stockade-guardrails", Domain),
    ("stockade-flows", Flows),
    ("stockade-sqlite", Store),
    ("stockade-redis", Store),
    ("stockade-postgres", Store),
    ("stockade-tower", Tower),
    ("stockade-axum", Axum),
    ("stockade", Facade),
    ("stockade-cli", Cli),
    ("stockade-testkit", Testkit),
    ("example-support", Example),
    ("hello", Example),
    ("clinic", Example),
    ("exam", Example),
    ("gateway", Example),
    ("stockade-tests", Proof),
    ("benches", Proof),
    ("xtask", Xtask),
    ("guard-lab", Proof),
];

impl Room {
    /// The rooms whose crates this room's crates may depend on, optionally or not. Dev-dependencies are freer: any room, as
    /// long as no circle arises.
    pub(super) fn may_use(self) -> &'static [Room] {
        match self {
            Core => &[],
            Domain => &[Core],
            Flows => &[Core, Domain],
            Store => &[Core, Domain],
            Tower => &[Core, Domain, Flows],
            Axum => &[Core, Domain, Flows, Tower],
            Facade => &[Core, Domain, Flows, Store, Tower, Axum],
            // Nothing above core: every domain tests with it, and must meet its own types in it.
            Testkit => &[Core],
            Example | Proof => &[Core, Domain, Flows, Store, Tower, Axum, Facade, Testkit, Example],
            // It is where an operator's one command meets all rooms; examples and tests are no product.
            Cli => &[Core, Domain, Flows, Store, Tower, Axum, Facade],
            Xtask => &[Testkit],
        }
    }
}

/// Crates of others that not every room may depend on.
pub(super) struct Fence {
    /// What they are, as a breach names it.
    pub(super) what: &'static str,
    pub(super) crates: &'static [&'static str],
    /// The rooms that may; all others may not.
    pub(super) rooms: &'static [Room],
}

pub(super) const FENCES: &[Fence] = &[
    Fence {
        what: "web framework",
        crates: &["axum", "axum-core", "axum-extra", "actix-web", "rocket", "tonic", "warp"],
        rooms: &[Axum, Example, Proof],
    },
    Fence {
        what: "HTTP library",
        crates: &[
            "headers",
            "http",
            "http-body",
            "http-body-util",
            "hyper",
            "hyper-util",
            "reqwest",
            "tower",
            "tower-http",
            "tower-layer",
            "tower-service",
        ],
        rooms: &[Tower, Axum, Example, Proof],
    },
    Fence {
        what: "database driver",
        crates: &["diesel", "fred", "postgres", "redis", "rusqlite", "sqlx", "tokio-postgres"],
        // An application has tables of its own; those of the domains stay the stores'.
        rooms: &[Store, Example, Proof],
    },
];

/// Runtimes and TLS stacks, which a domain may offer behind a feature but never by default.
pub(super) const RUNTIMES: &[&str] = &["async-std", "native-tls", "openssl", "rustls", "smol", "tokio"];
