//! Where a call comes from.

use stockade_core::{ClientInfo, RequestId};

/// What an adapter knows of the request behind a call. Stands in every event that the flow records.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Call {
    /// The client, as far as it can be trusted.
    pub client: ClientInfo,
    /// The request's name.
    pub request_id: Option<RequestId>,
}

impl Call {
    /// A call from `client` in the request `request_id`.
    #[must_use]
    pub fn new(client: ClientInfo, request_id: Option<RequestId>) -> Self {
        Self { client, request_id }
    }
}
