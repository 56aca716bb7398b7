use super::{ClientInfoLayer, forwarded};
use crate::{Guard, Judgement, Refusal};
use http::header::USER_AGENT;
use http::{HeaderMap, request, response};
use std::future::Ready;
use stockade_core::ClientInfo;

impl Guard for ClientInfoLayer {
    type Pass = ClientInfo;
    type Memo = ();
    type Pending = Ready<Result<ClientInfo, Refusal>>;

    fn judge(&self, request: &mut request::Parts) -> Judgement<ClientInfo, Self::Pending> {
        let peer = (self.peer)(&request.extensions);
        if !peer.is_some_and(|peer| self.proxies.trusts(peer.to_canonical())) {
            forwarded::strip(&mut request.headers);
        }
        let client = peer.map_or_else(ClientInfo::unknown, |peer| {
            ClientInfo::at(forwarded::client(peer, &request.headers, &self.proxies))
        });
        Judgement::Admit(match user_agent(&request.headers) {
            Some(agent) => client.with_user_agent(&agent),
            None => client,
        })
    }

    fn admit(&self, client: ClientInfo, request: &mut request::Parts) {
        request.extensions.insert(client);
    }

    fn respond((): (), _: &mut response::Parts) {}
}

/// As many bytes as the longest kept text can have; a megabyte of user agent costs no more than that.
fn user_agent(headers: &HeaderMap) -> Option<std::borrow::Cow<'_, str>> {
    let bytes = headers.get(USER_AGENT)?.as_bytes();
    let kept = bytes.get(..4 * ClientInfo::MAX_USER_AGENT).unwrap_or(bytes);
    Some(String::from_utf8_lossy(kept))
}
