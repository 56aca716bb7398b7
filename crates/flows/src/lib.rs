#![doc = include_str!("../README.md")]

mod administer;
mod api_keys;
mod attempts;
mod auth;
mod call;
mod change_email;
mod change_password;
mod close_account;
mod default_role;
mod entry;
#[cfg(feature = "secure-delete")]
mod erase;
mod errands;
mod error;
mod first_user;
mod gate;
mod grants;
mod handles;
mod hashing;
mod impersonate;
mod login;
mod logout;
mod me;
mod mfa;
mod new_password;
pub mod notify;
mod post;
mod proof;
mod purge;
mod reauthenticate;
mod refresh;
mod reply;
mod reset_password;
mod sessions;
mod sign_up;
#[cfg(test)]
mod tests;
mod trail;
mod verify_email;

pub use administer::AdministerFlow;
pub use api_keys::{ApiKeyRequest, ApiKeyRotationRequest, ApiKeysFlow};
pub use attempts::{AttemptLimits, LimitedAttempts, Limits, LoginLimits};
pub use auth::{Auth, AuthBuilder, AuthSecrets, AuthSetupError, AuthStores};
pub use call::Call;
pub use change_email::{ChangeEmailFlow, EmailChangeRequest};
pub use change_password::{ChangePasswordFlow, PasswordChange};
pub use close_account::{AccountRemoval, CloseAccountFlow};
#[cfg(feature = "secure-delete")]
pub use erase::{EraseFlow, Expired, SealedWrap};
#[cfg(all(feature = "secure-delete", target_os = "linux"))]
pub use erase::{NotAnObject, PathOf, ShreddedFiles};
pub use errands::Errands;
pub use error::FlowError;
pub use grants::TokenPair;
pub use hashing::{HashPool, HashPoolConfig, Hashed};
pub use impersonate::{ImpersonateFlow, ImpersonationRequest};
pub use login::{Login, LoginFlow, LoginRequest};
pub use logout::{LogoutAllFlow, LogoutFlow};
pub use me::{AccountView, MeFlow};
pub use mfa::{
    BackupCodesView, CompleteLoginFlow, EnrolmentConfirmation, EnrolmentView, FactorRemoval, LoginCompletion,
    MfaFlow, Presence, Regeneration, SecondFactorCode, SecondFactorPolicy,
};
pub use purge::{PurgeFlow, Purged};
pub use reauthenticate::{ReauthenticateFlow, Reauthentication};
pub use refresh::{RefreshFlow, Renewal};
pub use reply::{Refusal, Reply};
pub use reset_password::{ResetConfirmation, ResetPasswordFlow, ResetRequest};
pub use sessions::{RevokedSession, SessionView, SessionsFlow};
pub use sign_up::{SignUp, SignUpFlow, SignUpRequest};
pub use trail::{RecordPolicy, Trail};
pub use verify_email::{EmailProof, ResendRequest, VerifyEmailFlow};
