use super::*;

#[test]
fn truncation_and_every_altered_byte_are_noticed_without_a_store() {
    for purpose in Purpose::ALL {
        let (token, digest) = keys(1).make(purpose, &SystemEntropy).unwrap();
        let token = token.expose();
        assert_eq!(keys(1).read(purpose, token), Ok(digest));
        assert!(keys(2).read(purpose, token).is_err(), "another key");
        for at in 0..token.len() {
            assert!(keys(1).read(purpose, &token[..at]).is_err(), "cut at {at}");
            assert!(keys(1).read(purpose, &token[at + 1..]).is_err(), "begun at {at}");
            let mut text = token.clone().into_bytes();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            assert!(keys(1).read(purpose, std::str::from_utf8(&text).unwrap()).is_err(), "byte {at}");
        }
        for text in [format!("{token}A"), format!("{token}="), format!(" {token}"), token.to_lowercase()] {
            assert!(keys(1).read(purpose, &text).is_err(), "`{text}`");
        }
    }
}

#[test]
fn asvs_v13_3_4_keys_rotate_with_overlap() {
    let old = Secret::new([1; 32]);
    let (token, digest) = keys(1).make(Purpose::VerifyEmail, &SystemEntropy).unwrap();
    let rotated = keys(2).with_older(&old).unwrap();
    assert_eq!(rotated.read(Purpose::VerifyEmail, token.expose()), Ok(digest));
    let (new, _) = rotated.make(Purpose::VerifyEmail, &SystemEntropy).unwrap();
    assert!(keys(1).read(Purpose::VerifyEmail, new.expose()).is_err());
    let four = rotated.with_older(&old).and_then(|keys| keys.with_older(&old)).unwrap();
    assert_eq!(four.with_older(&old).unwrap_err(), TooManyOneTimeKeys, "not left out in silence");
}

/// Computed once with another implementation of HMAC: a release that makes others would void every mail under way.
#[test]
fn the_form_of_a_token_stays_as_it_is() {
    const TOKEN: &str = "ot1_BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ6K8Jmz2Fams_bGkZY1BZe";
    let (token, digest) = keys(1).make(Purpose::ResetPassword, &Fours).unwrap();
    assert_eq!((token.expose().as_str(), keys(1).read(Purpose::ResetPassword, TOKEN)), (TOKEN, Ok(digest)));
}

#[derive(Debug)]
struct Fours;

impl Entropy for Fours {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(4);
        Ok(())
    }
}

proptest! {
    #[test]
    fn no_text_panics_or_passes(text in "((ot1|mfa1)_)?[A-Za-z0-9_=-]{0,200}|\\PC{0,40}") {
        for purpose in Purpose::ALL {
            prop_assert!(keys(1).read(purpose, &text).is_err());
        }
    }
}
