//! All flows, put together with safe settings.

mod builder;
mod parts;

pub use builder::AuthBuilder;
pub use parts::{AuthSecrets, AuthSetupError, AuthStores};

use crate::errands::Errands;
use crate::handles::Handles;
use crate::{
    AdministerFlow, ApiKeysFlow, ChangeEmailFlow, ChangePasswordFlow, CloseAccountFlow, CompleteLoginFlow,
    ImpersonateFlow, LoginFlow, LogoutAllFlow, LogoutFlow, MeFlow, MfaFlow, PurgeFlow, ReauthenticateFlow,
    RefreshFlow, ResetPasswordFlow, SessionsFlow, SignUpFlow, VerifyEmailFlow,
};
use std::sync::Arc;
use stockade_authn::Authenticator;
use stockade_authn::access::TokenConfig;
use stockade_authn::jose::{Jwks, SigningSource};
use stockade_core::Recorder;

/// Every flow of a service with accounts, and the [`Authenticator`] for its requests. `Clone` gives another handle.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Auth {
    /// Signs people up.
    pub sign_up: SignUpFlow,
    /// Verifies addresses, and completes their change.
    pub verify_email: VerifyEmailFlow,
    /// Signs people in.
    pub login: LoginFlow,
    /// Completes logins with a second factor.
    pub complete_login: CompleteLoginFlow,
    /// Sets up, renews and removes second factors.
    pub mfa: MfaFlow,
    /// Makes, lists, rotates and revokes API keys.
    pub api_keys: ApiKeysFlow,
    /// Steps sessions up.
    pub reauthenticate: ReauthenticateFlow,
    /// Renews sessions.
    pub refresh: RefreshFlow,
    /// Ends one session.
    pub logout: LogoutFlow,
    /// Ends all sessions of a caller.
    pub logout_all: LogoutAllFlow,
    /// Shows callers their own account.
    pub me: MeFlow,
    /// Lists and ends a caller's sessions.
    pub sessions: SessionsFlow,
    /// Changes passwords.
    pub change_password: ChangePasswordFlow,
    /// Resets passwords by mail.
    pub reset_password: ResetPasswordFlow,
    /// Starts changes of address.
    pub change_email: ChangeEmailFlow,
    /// Removes accounts.
    pub close_account: CloseAccountFlow,
    /// What an administrator may do to somebody else's account.
    pub administer: AdministerFlow,
    /// Lets administrators act in the name of others.
    pub impersonate: ImpersonateFlow,
    /// Forgets what is over. Call it now and then.
    pub purge: PurgeFlow,
    /// From bearer token to principal.
    pub authenticator: Authenticator,
    /// What is done after the answer: wait for it before shutting down.
    pub errands: Errands,
    signing: SigningSource,
}

impl Auth {
    /// Starts from safe defaults: Argon2id at the OWASP floor, 15-minute access tokens, 14-day refresh tokens, the limits of
    /// [`AttemptLimits`](crate::AttemptLimits), the system's clock and randomness.
    ///
    /// `recorder` takes the events of the flows. Give it one that has stored an event when it says so, such as
    /// `stockade_audit::AuditLog`.
    #[must_use]
    pub fn builder(
        stores: AuthStores,
        secrets: AuthSecrets,
        tokens: TokenConfig,
        recorder: Arc<dyn Recorder>,
    ) -> AuthBuilder {
        AuthBuilder::new(stores, secrets, tokens, recorder)
    }

    /// The public keys that verify this service's access tokens, as they stand now. Where keys rotate, ask anew for each request
    /// that is answered with them.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.signing.jwks()
    }

    fn over(with: Arc<Handles>, authenticator: Authenticator, signing: SigningSource) -> Self {
        let also = || Arc::clone(&with);
        let (sessions, trail) = (with.sessions.clone(), with.trail.clone());
        Self {
            sign_up: SignUpFlow { with: also() },
            verify_email: VerifyEmailFlow { with: also() },
            login: LoginFlow { with: also() },
            complete_login: CompleteLoginFlow { with: also() },
            mfa: MfaFlow { with: also() },
            api_keys: ApiKeysFlow { with: also() },
            reauthenticate: ReauthenticateFlow { with: also() },
            refresh: RefreshFlow { with: also() },
            logout: LogoutFlow { sessions: sessions.clone(), trail: trail.clone() },
            logout_all: LogoutAllFlow { sessions: sessions.clone(), trail: trail.clone() },
            me: MeFlow { accounts: with.accounts.clone(), roles: with.roles.clone() },
            sessions: SessionsFlow { sessions, trail },
            change_password: ChangePasswordFlow { with: also() },
            reset_password: ResetPasswordFlow { with: also() },
            change_email: ChangeEmailFlow { with: also() },
            close_account: CloseAccountFlow { with: also() },
            administer: AdministerFlow { with: also() },
            purge: PurgeFlow { with: also() },
            impersonate: ImpersonateFlow { with: also() },
            errands: with.post.errands.clone(),
            authenticator,
            signing,
        }
    }
}
