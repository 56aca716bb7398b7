use super::*;

fn sealed(aad: &[u8], text: &[u8]) -> Vec<u8> {
    let (cipher, nonce) = xchacha(&[7; 32], &[9; 24]);
    let mut buffer = [text, &[0; TAG_LEN]].concat();
    cipher.seal_in_place(nonce, aad, &mut buffer).unwrap();
    buffer
}

/// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
#[test]
fn asvs_v11_3_2_xchacha_is_the_drafts() {
    let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
    let key = std::array::from_fn(|i| 0x80 + i as u8);
    let nonce = std::array::from_fn(|i| 0x40 + i as u8);
    let (cipher, nonce) = xchacha(&key, &nonce);
    let mut buffer = [&text[..], &[0; TAG_LEN]].concat();
    cipher.seal_in_place(nonce, &aad, &mut buffer).unwrap();
    assert_eq!(buffer[..4], [0xbd, 0x6d, 0x17, 0x9d]);
    assert_eq!(
        buffer[text.len()..],
        [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49]
    );
}

#[test]
fn what_was_sealed_opens() {
    for len in [0, 1, 15, 16, 17, 255, 256, 257, 65_536] {
        let text: Vec<u8> = (0..len).map(|i| i as u8).collect();
        let mut buffer = sealed(b"aad", &text);
        let (cipher, nonce) = xchacha(&[7; 32], &[9; 24]);
        assert_eq!(cipher.open_in_place(nonce, b"aad", &mut buffer).unwrap(), text);
    }
}

#[test]
fn bit_flip_is_refused_and_leaves_nothing_of_the_text() {
    let whole = sealed(b"aad", b"a secret of some length");
    for bit in 0..whole.len() * 8 {
        let mut buffer = whole.clone();
        buffer[bit / 8] ^= 1 << (bit % 8);
        let (cipher, nonce) = xchacha(&[7; 32], &[9; 24]);
        assert_eq!(cipher.open_in_place(nonce, b"aad", &mut buffer), Err(Refused));
        assert!(buffer.iter().all(|byte| *byte == 0));
    }
}

#[test]
fn truncation_below_a_tag_is_refused() {
    for len in 0..TAG_LEN {
        let (cipher, nonce) = xchacha(&[7; 32], &[9; 24]);
        assert_eq!(cipher.open_in_place(nonce, b"", &mut vec![0; len]), Err(Refused));
        assert_eq!(cipher.seal_in_place(nonce, b"", &mut vec![0; len]), Err(Refused));
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn asvs_v11_2_2_both_back_ends_give_the_same_bytes() {
    for len in [0, 1, 64, 255, 4096, 65_536] {
        let mut one: Vec<u8> = (0..len + TAG_LEN).map(|i| i as u8).collect();
        let mut two = one.clone();
        let aws = Attached::<aws_lc::AwsLc>::new(&[3; 32]);
        let rust = Attached::<rust_crypto::RustCrypto>::new(&[3; 32]);
        aws.seal_in_place([5; 12], b"aad", &mut one).unwrap();
        rust.seal_in_place([5; 12], b"aad", &mut two).unwrap();
        assert_eq!(one, two);
        let aws = aws.open_in_place([5; 12], b"aad", &mut two).unwrap().to_vec();
        let rust = rust.open_in_place([5; 12], b"aad", &mut one).unwrap();
        assert_eq!(aws, rust);
    }
}
