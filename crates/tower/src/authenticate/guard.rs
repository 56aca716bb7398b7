use super::bearer::{Presented, presented};
use super::{AuthenticateLayer, Credential, PendingCredential};
use crate::{AuditNotes, Guard, INVALID_TOKEN, Judgement, Refusal};
use http::header::AUTHORIZATION;
use http::{request, response};
use stockade_authn::{AuthenticateError, Authentication};
use stockade_core::{Principal, Problem, ProblemKind};

impl Guard for AuthenticateLayer {
    type Pass = Option<Principal>;
    type Memo = ();
    type Pending = PendingCredential;

    fn judge(&self, request: &mut request::Parts) -> Judgement<Option<Principal>, PendingCredential> {
        request.extensions.remove::<Principal>();
        if let Some(value) = request.headers.get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
        }
        match (presented(&request.headers), self.credential) {
            (Presented::Bearer(token), _) => match self.authenticate.authenticate(token) {
                Authentication::Ready(result) => match passage(result) {
                    Ok(principal) => Judgement::Admit(principal),
                    Err(refusal) => Judgement::Refuse(refusal),
                },
                Authentication::Pending(pending) => Judgement::Pending(PendingCredential(pending)),
            },
            (Presented::Unacceptable(reason), _) => Judgement::Refuse(Refusal::new(invalid_token(), reason)),
            (Presented::Nothing, Credential::Optional) => Judgement::Admit(None),
            (Presented::Nothing, Credential::Required) => {
                Judgement::Refuse(Refusal::new(Problem::unauthenticated(), "no_credential"))
            }
        }
    }

    fn admit(&self, principal: Option<Principal>, request: &mut request::Parts) {
        let Some(principal) = principal else { return };
        if let Some(notes) = request.extensions.get::<AuditNotes>() {
            notes.note_principal(&principal);
        }
        request.extensions.insert(principal);
    }

    fn respond((): (), _: &mut response::Parts) {}
}

pub(super) fn passage(result: Result<Principal, AuthenticateError>) -> Result<Option<Principal>, Refusal> {
    match result {
        Ok(principal) => Ok(Some(principal)),
        Err(error) => Err(Refusal::new(Problem::from(&error), error.reason())),
    }
}

/// Word for word what a token that was judged and refused gets, so that the form of an answer tells nothing.
fn invalid_token() -> Problem {
    Problem::new(
        ProblemKind::Unauthenticated,
        INVALID_TOKEN,
        "the access token is missing, expired or not valid",
    )
}
