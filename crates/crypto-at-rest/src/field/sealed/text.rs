//! Sealed values in serde's formats.

use super::Sealed;
use crate::field::envelope::Envelope;
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

impl<T> Serialize for Sealed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&Base64UrlUnpadded::encode_string(&self.envelope))
        } else {
            serializer.serialize_bytes(&self.envelope)
        }
    }
}

impl<'de, T> Deserialize<'de> for Sealed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Reader(PhantomData))
        } else {
            deserializer.deserialize_byte_buf(Reader(PhantomData))
        }
    }
}

struct Reader<T>(PhantomData<fn() -> T>);

impl<'de, T> Visitor<'de> for Reader<T> {
    type Value = Sealed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sealed field")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        // Four characters for three bytes: longer than that is not even decoded. What is no envelope is not repeated in the error:
        // it may be a text that somebody forgot to seal.
        let refused = || E::invalid_value(Unexpected::Other("text that is no envelope"), &"a sealed field");
        if text.len() > Envelope::MAX_LEN.div_ceil(3) * 4 {
            return Err(refused());
        }
        let envelope = Base64UrlUnpadded::decode_vec(text).map_err(|_| refused())?;
        envelope.try_into().map_err(|_| refused())
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        self.visit_byte_buf(if bytes.len() > Envelope::MAX_LEN { Vec::new() } else { bytes.to_vec() })
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Self::Value, E> {
        bytes.try_into().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<Self::Value, A::Error> {
        let mut envelope = Vec::new();
        while let Some(byte) = bytes.next_element()? {
            if envelope.len() == Envelope::MAX_LEN {
                return Err(A::Error::invalid_length(envelope.len() + 1, &"a sealed field"));
            }
            envelope.push(byte);
        }
        envelope.try_into().map_err(A::Error::custom)
    }
}
