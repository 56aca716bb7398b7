//! A service with one account of each sort.

use super::Question;
use crate::Failure;
use crate::rig::{EMAIL, accounts_with, call, open_sqlite};
use std::sync::{Arc, Mutex};
use stockade_audit::AuditLog;
use stockade_authn::password::Argon2Params;
use stockade_core::{ProblemKind, Secret};
use stockade_flows::notify::{Matter, Notice, Notifier, NotifyError};
use stockade_flows::{
    AttemptLimits, Auth, AuthStores, EmailProof, Limits, LoginCompletion, LoginRequest, Reply, ResendRequest,
    ResetRequest, SignUp, SignUpRequest,
};

/// Signed up, and never verified.
const PENDING: &str = "pending@example.org";

pub(super) struct Service {
    auth: Auth,
    mailbox: Arc<Mailbox>,
    _folder: tempfile::TempDir,
}

/// A request, made before the clock starts.
pub(super) enum Asked {
    Login(LoginRequest),
    SignUp(SignUpRequest),
    Reset(ResetRequest),
    Resend(ResendRequest),
    Mfa(LoginCompletion),
}

impl Service {
    pub(super) async fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let store = open_sqlite(folder.path()).await?;
        let log = Arc::new(AuditLog::new(store.clone()));
        let mailbox = Arc::new(Mailbox::default());
        let notifier = mailbox.clone();
        let auth = accounts_with(AuthStores::all_in(store), log, |builder| {
            builder.argon2(Argon2Params::insecure_for_tests()).notifier(notifier).login_limits(none())
        })?;
        let service = Self { auth, mailbox, _folder: folder };
        for email in [EMAIL, PENDING] {
            let _ = service.auth.sign_up.run(sign_up(email), &call()).await?;
        }
        service.settle().await;
        let token = service.mailbox.token_to(EMAIL).ok_or("no mail came")?;
        let _ = service.auth.verify_email.run(EmailProof { token }, &call()).await?;
        Ok(service)
    }

    pub(super) async fn prepare(
        &self,
        question: Question,
        about_known: bool,
        round: usize,
    ) -> Result<Asked, Failure> {
        // As long as the known one, so that only the account makes a difference.
        let unknown = format!("{round:03}@example.org");
        let email = if about_known { EMAIL.to_owned() } else { unknown };
        let password = || Secret::new("not the right passphrase".to_owned());
        Ok(match question {
            Question::Login => Asked::Login(LoginRequest { email, password: password() }),
            Question::SignUp => Asked::SignUp(sign_up(&email)),
            Question::Reset => Asked::Reset(ResetRequest { email }),
            Question::Resend => {
                let email = if about_known { PENDING.to_owned() } else { format!("{round:07}@example.org") };
                Asked::Resend(ResendRequest { email })
            }
            Question::Mfa => {
                let secret = if about_known { "A" } else { "B" };
                let pending_token = Secret::new(format!("mfa1_{}", secret.repeat(64)));
                let code = Some(Secret::new("000000".to_owned()));
                Asked::Mfa(LoginCompletion { pending_token, code, backup_code: None })
            }
        })
    }

    pub(super) async fn ask(&self, asked: Asked) -> Result<(), Failure> {
        let (auth, call) = (&self.auth, call());
        let as_it_must = match asked {
            Asked::Login(request) => {
                let refused = auth.login.run(request, &call).await?.into_result();
                refused.is_err_and(|problem| problem.kind() == ProblemKind::Unauthenticated)
            }
            Asked::SignUp(request) => matches!(auth.sign_up.run(request, &call).await?, SignUp::Accepted),
            Asked::Reset(request) => {
                matches!(auth.reset_password.request(request, &call).await?, Reply::Granted(()))
            }
            Asked::Resend(request) => {
                matches!(auth.verify_email.resend(request, &call).await?, Reply::Granted(()))
            }
            Asked::Mfa(request) => {
                matches!(auth.complete_login.run(request, &call).await?, Reply::Refused(_))
            }
        };
        if as_it_must { Ok(()) } else { Err("an answer was not the one that everybody gets".into()) }
    }

    pub(super) async fn settle(&self) {
        self.auth.errands.finished().await;
    }
}

fn sign_up(email: &str) -> SignUpRequest {
    let password = Secret::new("correct horse battery staple".to_owned());
    SignUpRequest { name: "Somebody".to_owned(), email: email.to_owned(), password }
}

/// Limits have tests of their own; here they would end the measurement.
fn none() -> AttemptLimits {
    let mut limits = AttemptLimits::default();
    limits.login = Limits::DANGER_NONE;
    limits.sign_up = Limits::DANGER_NONE;
    limits.reset_request = Limits::DANGER_NONE;
    limits.verify_request = Limits::DANGER_NONE;
    limits.mfa = Limits::DANGER_NONE;
    limits
}

/// Keeps the last notice to each address.
#[derive(Default)]
struct Mailbox {
    last: Mutex<std::collections::HashMap<String, Notice>>,
}

impl Mailbox {
    fn token_to(&self, email: &str) -> Option<Secret<String>> {
        let last = self.last.lock().ok()?;
        match &last.get(email)?.matter {
            Matter::VerifyEmail { token, .. } => Some(token.clone()),
            _ => None,
        }
    }
}

#[async_trait::async_trait]
impl Notifier for Mailbox {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        if let Ok(mut last) = self.last.lock() {
            last.insert(notice.to.as_str().to_owned(), notice.clone());
        }
        Ok(())
    }
}
