use super::*;
use std::fmt::Debug;

fn round<T: FieldValue + PartialEq + Debug>(value: &T) {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = Sealed::seal(&fields, &context, value).unwrap();
    let bytes: Vec<u8> = sealed.clone().into();
    let read = Sealed::<T>::try_from(bytes).unwrap();
    assert_eq!(read, sealed);
    assert_eq!(read.open(&fields, &context).unwrap().expose(), value);
    assert_eq!(read.open(&fields, &NAME.row(&acme, 8)).err(), Some(FieldError::Refused));
}

#[test]
fn every_type_comes_back() {
    ["", "Ada", "naïve ünïcode \0"].iter().for_each(|text| round(&(*text).to_owned()));
    [&b""[..], &[0xff, 0]].iter().for_each(|bytes| round(&bytes.to_vec()));
    [0, 7, -1, i64::MIN, i64::MAX].iter().for_each(round);
    [true, false].iter().for_each(round);
}

#[test]
fn confusion_another_type_is_refused_without_its_text() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed: Vec<u8> = Sealed::seal(&fields, &context, &vec![0xff_u8, 2]).unwrap().into();
    fn wrong<T: FieldValue>(
        fields: &Fields,
        context: &FieldContext<'_>,
        sealed: &[u8],
    ) -> Option<FieldError> {
        Sealed::<T>::try_from(sealed.to_vec()).unwrap().open(fields, context).err()
    }
    let error = |wanted| Some(FieldError::Type { wanted });
    assert_eq!(wrong::<String>(&fields, &context, &sealed), error("text"));
    assert_eq!(wrong::<i64>(&fields, &context, &sealed), error("integer"));
    assert_eq!(wrong::<bool>(&fields, &context, &sealed), error("boolean"));
    assert_eq!(fields.open_str(&context, &sealed).err(), error("text"));
}

#[test]
fn text_formats_carry_base64url_and_refuse_what_is_no_envelope() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = Sealed::seal(&fields, &context, &String::from("Ada")).unwrap();
    let json = serde_json::to_string(&sealed).unwrap();
    assert!(
        json.trim_matches('"').bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Sealed<String>>(&json).unwrap(), sealed);
    let padded = json.replace("\"", "=\"");
    let long = format!("\"{}\"", "A".repeat(8 << 20));
    for text in ["\"\"", "\"Ada Lovelace\"", "7", "null", "[1,2]", &padded, &json[..20], &long] {
        let error = serde_json::from_str::<Sealed<String>>(text).expect_err(text).to_string();
        assert!(!error.contains("Lovelace"), "a text that was never sealed is not repeated: {error}");
    }
}

#[test]
fn binary_formats_carry_bytes() {
    use serde::de::value::{BytesDeserializer, Error, SeqDeserializer};
    use serde::{Deserialize, de::IntoDeserializer};
    let (fields, acme) = (fields(1), acme());
    let sealed = Sealed::seal(&fields, &NAME.row(&acme, 7), &String::from("Ada")).unwrap();
    // the readers of `serde::de::value` call themselves readable; what they hold counts
    let bytes: BytesDeserializer<'_, Error> = sealed.as_bytes().into_deserializer();
    assert_eq!(Sealed::<String>::deserialize(bytes).unwrap(), sealed);
    let sequence: SeqDeserializer<_, Error> = SeqDeserializer::new(sealed.as_bytes().iter().copied());
    assert_eq!(Sealed::<String>::deserialize(sequence).unwrap(), sealed);
    let endless: SeqDeserializer<_, Error> = SeqDeserializer::new(std::iter::repeat(1_u8));
    assert!(Sealed::<String>::deserialize(endless).is_err());
    let short: BytesDeserializer<'_, Error> = (&b"Ada"[..]).into_deserializer();
    assert!(Sealed::<String>::deserialize(short).is_err());
}

#[test]
fn public_types_may_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Fields>();
    crosses::<BlindIndex>();
    crosses::<Sealed<std::rc::Rc<()>>>();
    crosses::<FieldContext<'static>>();
    crosses::<FieldError>();
}

/// Holds for every driver that has bytes: that it compiles is the test.
#[cfg(feature = "sqlx")]
#[allow(dead_code, reason = "that it compiles is the test")]
fn a_column_of_every_database<'r, DB: sqlx_core::database::Database>()
where
    Vec<u8>:
        sqlx_core::types::Type<DB> + sqlx_core::encode::Encode<'r, DB> + sqlx_core::decode::Decode<'r, DB>,
{
    fn is_column<
        'r,
        DB: sqlx_core::database::Database,
        C: sqlx_core::types::Type<DB> + sqlx_core::encode::Encode<'r, DB> + sqlx_core::decode::Decode<'r, DB>,
    >() {
    }
    is_column::<DB, Sealed<String>>();
}
