use super::*;
use crate::file::{Header, HeaderRoom, X25519Identity};
use crate::ring::{KeyError, KeyRing};
use proptest::prelude::*;
use stockade_core::Clock;
use stockade_testkit::{SeededEntropy, test_clock};

fn clock() -> impl Clock {
    test_clock()
}

fn keys(seed: u64) -> Keys {
    Keys::new(KeyRing::generate(&SeededEntropy::new(seed), &clock()).unwrap())
}

fn context() -> FileContext {
    FileContext::new().with("tenant", "acme").with("image", "7")
}

fn sealed(access: &RingAccess) -> (Header, FileKey) {
    Header::seal(&[access], HeaderRoom::None, &SeededEntropy::new(3)).unwrap()
}

#[test]
fn a_file_of_the_ring_opens_after_rotation_until_its_key_is_destroyed() {
    let keys = keys(1);
    let access = RingAccess::new(keys.clone(), context());
    let (header, key) = sealed(&access);
    let mut ring = (*keys.current()).clone();
    ring.rotate(&SeededEntropy::new(2), &clock()).unwrap();
    keys.replace(ring.clone()).unwrap();
    assert_eq!(header.unlock(&[&access]).unwrap().expose(), key.expose());
    assert_eq!(sealed(&access).0.stanzas()[0].args()[0], "2");
    let destroyed = ring.keys().next().unwrap().id;
    let _ = ring.destroy(destroyed, &clock()).unwrap();
    keys.replace(ring).unwrap();
    let result = header.unlock(&[&access]);
    assert!(
        matches!(result, Err(HeaderError::Key(KeyError::Destroyed(id))) if id == destroyed),
        "{result:?}"
    );
}

#[test]
fn asvs_v11_3_3_confusion_of_context_is_refused() {
    let keys = keys(1);
    let (header, _) = sealed(&RingAccess::new(keys.clone(), context()));
    for other in [
        FileContext::new(),
        FileContext::new().with("tenant", "acme"),
        FileContext::new().with("tenant", "acme").with("image", "8"),
        FileContext::new().with("tenant", "7").with("image", "acme"),
        context().with("more", ""),
        FileContext::new().with("tenantacme", "").with("image", "7"),
    ] {
        let result = header.unlock(&[&RingAccess::new(keys.clone(), other.clone())]);
        assert!(matches!(result, Err(HeaderError::Refused)), "{other:?}: {result:?}");
    }
}

#[test]
fn confusion_another_key_with_the_same_id_is_refused() {
    let (header, _) = sealed(&RingAccess::new(keys(1), context()));
    let result = header.unlock(&[&RingAccess::new(keys(2), context())]);
    assert!(matches!(result, Err(HeaderError::Refused)));
}

#[test]
fn confusion_a_renamed_key_id_is_refused() {
    let keys = keys(1);
    let mut ring = (*keys.current()).clone();
    ring.rotate(&SeededEntropy::new(2), &clock()).unwrap();
    keys.replace(ring).unwrap();
    let access = RingAccess::new(keys, context());
    let (header, _) = sealed(&access);
    let renamed = String::from_utf8(header.as_bytes().to_vec()).unwrap().replace("ring/v1 2 ", "ring/v1 1 ");
    let result = Header::parse(renamed.as_bytes()).unwrap().unlock(&[&access]);
    assert!(matches!(result, Err(HeaderError::Refused)), "{result:?}");
}

#[test]
fn an_unknown_key_is_named_unless_something_else_opens() {
    let keys = keys(1);
    let mut ring = (*keys.current()).clone();
    ring.rotate(&SeededEntropy::new(2), &clock()).unwrap();
    let newer = RingAccess::new(Keys::new(ring), context());
    let alice = X25519Identity::generate(&SeededEntropy::new(4)).unwrap();
    let (header, _) =
        Header::seal(&[&newer, &alice.recipient()], HeaderRoom::None, &SeededEntropy::new(5)).unwrap();
    let older = RingAccess::new(keys, context());
    let error = header.unlock(&[&older]).unwrap_err();
    assert_eq!(error.to_string(), "the ring has no key `2`");
    assert!(header.unlock(&[&older, &alice]).is_ok());
    assert!(header.unlock(&[&alice, &older]).is_ok());
}

#[test]
fn asvs_v11_2_4_bit_flip_of_a_stanza_is_refused() {
    let access = RingAccess::new(keys(1), context());
    let stanza = access.wrap(&FileKey::from_bytes([7; 16]), &SeededEntropy::new(3)).unwrap().remove(0);
    for bit in 0..stanza.body().len() * 8 {
        let mut body = stanza.body().to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        let flipped = Stanza::known(KIND, stanza.args().to_vec(), body);
        assert!(matches!(access.unwrap(&[flipped]), Ok(Unwrapped::NotMine)), "{bit}");
    }
    assert!(matches!(access.unwrap(&[stanza]), Ok(Unwrapped::Opened(_))));
}

#[test]
fn a_stanza_that_breaks_its_rules_ends_the_opening() {
    let access = RingAccess::new(keys(1), context());
    let salt = Base64Unpadded::encode_string(&[7; 32]);
    let args = |args: &[&str]| args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>();
    for (args, body) in [
        (args(&[]), 64),
        (args(&["1"]), 64),
        (args(&["1", &salt, &salt]), 64),
        (args(&["01", &salt]), 64),
        (args(&["-1", &salt]), 64),
        (args(&["4294967296", &salt]), 64),
        (args(&["1", &salt[2..]]), 64),
        (args(&["1", &salt]), 63),
        (args(&["1", &salt]), 65),
        (args(&["1", &salt]), 32),
    ] {
        let stanza = Stanza::new(KIND, args, vec![0; body]).unwrap();
        let result = access.unwrap(std::slice::from_ref(&stanza));
        assert!(matches!(result, Err(HeaderError::BadStanza { .. })), "{stanza:?}");
    }
}

proptest! {
    #[test]
    fn confusion_contexts_never_share_an_encoding(
        one in prop::collection::btree_map(".{0,3}", ".{0,3}", 0..3),
        two in prop::collection::btree_map(".{0,3}", ".{0,3}", 0..3),
    ) {
        let (one, two) = (FileContext::from(one), FileContext::from(two));
        prop_assert_eq!(one == two, one.to_bytes() == two.to_bytes());
    }
}
