//! The account flows, and the one user of all measurements.

use crate::Failure;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use stockade_authn::access::TokenConfig;
use stockade_core::{ClientInfo, Recorder, Secret, SystemClock, SystemEntropy};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_flows::{
    AttemptLimits, Auth, AuthBuilder, AuthSecrets, AuthStores, Call, Limits, LoginRequest, SignUp,
    SignUpRequest, TokenPair,
};

/// The address of the one user there is.
pub const EMAIL: &str = "ada@example.org";

const PASSWORD: &str = "correct horse battery staple";

/// The flows of a service with its own keys and safe settings, but for login limits that no measurement reaches.
///
/// # Errors
/// The system gave no randomness.
pub fn accounts(stores: AuthStores, recorder: Arc<dyn Recorder>) -> Result<Auth, Failure> {
    accounts_with(stores, recorder, |builder| builder)
}

/// As [`accounts`], with other settings.
///
/// # Errors
/// The system gave no randomness.
pub fn accounts_with(
    stores: AuthStores,
    recorder: Arc<dyn Recorder>,
    adjust: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> Result<Auth, Failure> {
    let ring = KeyRing::generate(&SystemEntropy, &SystemClock::new())?;
    let fields = Fields::new(Keys::new(ring), Arc::new(SystemEntropy));
    let secrets = AuthSecrets::random(Arc::new(fields), &SystemEntropy)?;
    let tokens = TokenConfig::new("https://id.example.org", "https://api.example.org");
    let mut limits = AttemptLimits::default();
    limits.login = Limits::DANGER_NONE;
    let builder = Auth::builder(stores, secrets, tokens, recorder);
    Ok(adjust(builder.login_limits(limits).first_user_role("member".parse()?)).build()?)
}

/// Stores that forget all when the process ends.
#[must_use]
pub fn memory_stores() -> AuthStores {
    AuthStores::in_memory()
}

/// Where the user's calls come from.
#[must_use]
pub fn call() -> Call {
    Call::new(ClientInfo::at(IpAddr::V4(Ipv4Addr::LOCALHOST)), None)
}

/// Signs the user up, who gets the role `member`.
///
/// # Errors
/// There is one already, or a store failed.
pub async fn sign_up(auth: &Auth) -> Result<(), Failure> {
    let password = Secret::new(PASSWORD.to_owned());
    let request = SignUpRequest { name: "Ada".to_owned(), email: EMAIL.to_owned(), password };
    match auth.sign_up.run(request, &call()).await? {
        SignUp::Created { .. } => Ok(()),
        other => Err(format!("the user was not signed up: {other:?}").into()),
    }
}

/// Signs the user in.
///
/// # Errors
/// A store failed, or there is no such user.
pub async fn sign_in(auth: &Auth) -> Result<TokenPair, Failure> {
    let request = LoginRequest { email: EMAIL.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
    let login = auth.login.run(request, &call()).await?;
    login.into_result().map_err(|_| "the user was not signed in".into())
}
