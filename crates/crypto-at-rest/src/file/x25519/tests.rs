use crate::file::header::{Header, HeaderRoom, Stanza};
use crate::file::{
    HeaderError, Identity, KeyTextError, Recipient, Unwrapped, X25519Identity, X25519Recipient,
};
use base64ct::{Base64Unpadded, Encoding};
use stockade_testkit::SeededEntropy;

/// The example pair of the specification ("The X25519 recipient type").
const SECRET: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const PUBLIC: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

#[test]
fn asvs_v11_6_1_the_specifications_pair_is_read_and_written_alike() {
    let identity: X25519Identity = SECRET.parse().unwrap();
    assert_eq!(identity.expose_text().expose(), SECRET);
    assert_eq!(identity.recipient().to_string(), PUBLIC);
    assert_eq!(PUBLIC.parse::<X25519Recipient>().unwrap(), identity.recipient());
}

#[test]
fn confusion_of_case_spaces_and_prefix_is_refused() {
    let changed = PUBLIC.replace('w', "x");
    for text in [
        &PUBLIC.to_uppercase(),
        &format!("{PUBLIC} "),
        &format!(" {PUBLIC}"),
        &PUBLIC[..61],
        &changed,
        SECRET,
        "",
        "age1",
        "age1é",
    ] {
        assert!(matches!(text.parse::<X25519Recipient>(), Err(KeyTextError::NotARecipient)), "{text}");
    }
    for text in [&SECRET.to_lowercase(), &format!("{SECRET}\n"), &SECRET[1..], PUBLIC, ""] {
        assert!(matches!(text.parse::<X25519Identity>(), Err(KeyTextError::NotAnIdentity)), "{text}");
    }
}

#[test]
fn bit_flip_in_a_key_is_caught_by_its_checksum() {
    for at in 0..PUBLIC.len() {
        let mut text = PUBLIC.as_bytes().to_vec();
        text[at] ^= 1;
        assert!(String::from_utf8(text).unwrap().parse::<X25519Recipient>().is_err());
    }
}

#[test]
fn asvs_v16_2_5_an_identity_is_not_shown() {
    let shown = format!("{:?}", SECRET.parse::<X25519Identity>().unwrap());
    assert!(shown.contains(PUBLIC) && !shown.contains("SECRET") && !shown.contains("66"), "{shown}");
}

#[test]
fn low_order_points_are_refused_on_both_sides() {
    // RFC 7748, section 6.1 speaks of them; these are 0, 1, and p - 1
    let mut last = [0xff; 32];
    (last[0], last[31]) = (0xec, 0x7f);
    let mut one = [0; 32];
    one[0] = 1;
    for point in [[0; 32], one, last] {
        let result =
            Header::seal(&[&X25519Recipient::from_bytes(point)], HeaderRoom::None, &SeededEntropy::new(1));
        assert!(matches!(result, Err(HeaderError::BadRecipient { .. })));
        let stanza = Stanza::new("X25519", vec![Base64Unpadded::encode_string(&point)], vec![0; 32]).unwrap();
        let result = SECRET.parse::<X25519Identity>().unwrap().unwrap(&[stanza]);
        assert!(matches!(result, Err(HeaderError::BadStanza { .. })));
    }
}

#[test]
fn a_stanza_of_the_type_that_breaks_its_rules_ends_the_opening() {
    let identity: X25519Identity = SECRET.parse().unwrap();
    let share = Base64Unpadded::encode_string(&[9; 32]);
    for (args, body) in [
        (vec![], 32),
        (vec![share.clone(), share.clone()], 32),
        (vec![share.clone()], 31),
        (vec![share.clone()], 33),
        (vec![share[1..].to_owned()], 32),
        (vec![format!("{share}A")], 32),
    ] {
        let stanza = Stanza::new("X25519", args, vec![0; body]).unwrap();
        assert!(matches!(identity.unwrap(&[stanza]), Err(HeaderError::BadStanza { .. })));
    }
    let other = Stanza::new("x25519", vec![], vec![]).unwrap();
    assert!(matches!(identity.unwrap(&[other]), Ok(Unwrapped::NotMine)));
}

#[test]
fn among_many_recipients_each_opens() {
    let entropy = SeededEntropy::new(2);
    let people: Vec<_> = (0..5).map(|_| X25519Identity::generate(&entropy).unwrap()).collect();
    let recipients: Vec<_> = people.iter().map(X25519Identity::recipient).collect();
    let recipients: Vec<_> = recipients.iter().map(|one| one as &dyn Recipient).collect();
    let (header, key) = Header::seal(&recipients, HeaderRoom::None, &entropy).unwrap();
    for person in &people {
        assert_eq!(header.unlock(&[person]).unwrap().expose(), key.expose());
    }
}
