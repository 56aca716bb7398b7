//! What was read of an answer before it is given on: one piece, in however many it came.

use bytes::{Bytes, BytesMut};
use http_body::Frame;
use std::collections::VecDeque;

/// The first piece is kept as it came, since most answers are one.
pub(super) enum Held {
    One(Bytes),
    Many(BytesMut),
}

impl Held {
    pub(super) fn new() -> Self {
        Self::One(Bytes::new())
    }

    pub(super) fn push(&mut self, data: Bytes) {
        match self {
            Self::One(held) if held.is_empty() => *held = data,
            Self::One(held) => {
                let mut many = BytesMut::with_capacity(held.len() + data.len());
                many.extend_from_slice(held);
                many.extend_from_slice(&data);
                *self = Self::Many(many);
            }
            Self::Many(held) => held.extend_from_slice(&data),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::One(held) => held,
            Self::Many(held) => held,
        }
    }

    /// As they are given on: the data, and whatever else has come after it.
    pub(super) fn frames(self, trailers: Option<Frame<Bytes>>) -> VecDeque<Frame<Bytes>> {
        let data = match self {
            Self::One(held) => held,
            Self::Many(held) => held.freeze(),
        };
        let data = (!data.is_empty()).then(|| Frame::data(data));
        data.into_iter().chain(trailers).collect()
    }
}
