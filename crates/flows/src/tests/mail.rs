//! A world in which mail arrives.

use super::*;
use crate::notify::{Matter, Notice, Notifier, NotifyError};
use std::sync::Mutex;

/// Keeps what is sent.
#[derive(Default)]
pub(super) struct Mailbox {
    notices: Mutex<Vec<Notice>>,
}

#[async_trait::async_trait]
impl Notifier for Mailbox {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        self.notices.lock().unwrap().push(notice.clone());
        Ok(())
    }
}

/// A service that sends mail, and what it sent.
pub(super) struct Mailed {
    pub(super) world: World,
    mailbox: Arc<Mailbox>,
}

pub(super) fn mailed() -> Mailed {
    mailed_with(|builder| builder)
}

pub(super) fn mailed_with(adjust: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Mailed {
    let mailbox = Arc::new(Mailbox::default());
    let notifier = mailbox.clone();
    Mailed { world: world_with(|builder| adjust(builder.notifier(notifier))), mailbox }
}

impl Mailed {
    /// All that was sent to `email` since the last look, as codes, and the last token among it.
    pub(super) async fn mail_to(&self, email: &str) -> (Vec<&'static str>, Option<String>) {
        self.world.auth.errands.finished().await;
        let mut notices = self.mailbox.notices.lock().unwrap();
        let (found, rest) = std::mem::take(&mut *notices).into_iter().partition(|n| n.to.as_str() == email);
        *notices = rest;
        let found: Vec<Notice> = found;
        let token = found.iter().rev().find_map(|notice| match &notice.matter {
            Matter::VerifyEmail { token, .. }
            | Matter::ResetPassword { token, .. }
            | Matter::ChangeEmail { token, .. } => Some(token.expose().clone()),
            _ => None,
        });
        (found.iter().map(|notice| notice.matter.code()).collect(), token)
    }

    pub(super) async fn token_to(&self, email: &str) -> String {
        self.mail_to(email).await.1.expect("a token was mailed")
    }

    pub(super) async fn verify(&self, token: &str) -> Result<(), Problem> {
        let proof = EmailProof { token: Secret::new(token.to_owned()) };
        self.world.auth.verify_email.run(proof, &call()).await.unwrap().into_result()
    }

    pub(super) async fn ask_reset(&self, email: &str) -> Reply<()> {
        self.world.auth.reset_password.request(ResetRequest { email: email.into() }, &call()).await.unwrap()
    }

    pub(super) async fn reset(&self, token: &str, new_password: &str) -> Result<(), Problem> {
        let request = ResetConfirmation {
            token: Secret::new(token.to_owned()),
            new_password: Secret::new(new_password.to_owned()),
        };
        self.world.auth.reset_password.confirm(request, &call()).await.unwrap().into_result()
    }

    /// A member whose address is verified.
    pub(super) async fn join(&self, email: &str) -> TokenPair {
        assert!(matches!(self.world.sign_up(email).await, SignUp::Accepted));
        let token = self.token_to(email).await;
        self.verify(&token).await.unwrap();
        self.world.login(email).await
    }

    pub(super) async fn principal(&self, pair: &TokenPair) -> Principal {
        self.world.caller(pair).await.expect("the token is good")
    }
}
