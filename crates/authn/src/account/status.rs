//! Whether an account may be used.

/// Whether anybody may sign in to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountStatus {
    /// Signed up, and nobody has shown yet that mail arrives. Nobody can sign in; the next sign-up with the address replaces it.
    Pending,
    /// In use.
    Active,
    /// Closed by its owner or an administrator, and kept: the address stays taken. Nobody can sign in.
    Disabled,
}

impl AccountStatus {
    const ALL: [Self; 3] = [Self::Pending, Self::Active, Self::Disabled];

    /// The name that stands in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The status with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}
