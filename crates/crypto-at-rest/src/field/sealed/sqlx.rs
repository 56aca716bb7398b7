//! Sealed values as columns of bytes, with any driver.

use super::Sealed;
use sqlx_core::database::Database;
use sqlx_core::decode::Decode;
use sqlx_core::encode::{Encode, IsNull};
use sqlx_core::error::BoxDynError;
use sqlx_core::types::Type;

impl<DB: Database, T> Type<DB> for Sealed<T>
where
    Vec<u8>: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <Vec<u8> as Type<DB>>::type_info()
    }

    fn compatible(column: &DB::TypeInfo) -> bool {
        <Vec<u8> as Type<DB>>::compatible(column)
    }
}

impl<'q, DB: Database, T> Encode<'q, DB> for Sealed<T>
where
    Vec<u8>: Encode<'q, DB>,
{
    fn encode(self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.envelope.encode(buffer)
    }

    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.envelope.encode_by_ref(buffer)
    }

    fn produces(&self) -> Option<DB::TypeInfo> {
        self.envelope.produces()
    }

    fn size_hint(&self) -> usize {
        self.envelope.len()
    }
}

impl<'r, DB: Database, T> Decode<'r, DB> for Sealed<T>
where
    Vec<u8>: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self::try_from(<Vec<u8> as Decode<'r, DB>>::decode(value)?)?)
    }
}
