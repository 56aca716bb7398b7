use super::super::totp::TotpSecret;
use super::*;
use qrcodegen::{QrCode, QrCodeEcc};

fn enrolment(account: &str) -> Enrolment {
    let secret = TotpSecret::from_opened(&Secret::new(vec![0xab; 20])).unwrap();
    Enrolment {
        id: FactorId::from_bytes([0; 16]),
        secret: secret.to_base32(),
        uri: secret.to_uri("Stockade", account),
        expires_in: STEP,
    }
}

/// What a reader of the URI's QR code sees, with the quiet zone around it.
fn expected(enrolment: &Enrolment) -> Vec<Vec<bool>> {
    let code = QrCode::encode_text(enrolment.uri.expose(), QrCodeEcc::Medium).unwrap();
    let side = 0..code.size() + 8;
    side.clone().map(|y| side.clone().map(|x| code.get_module(x - 4, y - 4)).collect()).collect()
}

#[test]
fn injection_the_svg_holds_nothing_but_a_drawing() {
    let attack = enrolment(r#"</path><script>alert(1)</script>"&lt;' onload=x"#);
    let svg = attack.svg().unwrap();
    let (head, rest) = svg.expose().split_once(r##"<path d="M0 0h"##).unwrap();
    let (ground, path) = rest.split_once(r##"z" fill="#fff"/><path d=""##).unwrap();
    let (path, tail) = path.split_once('"').unwrap();
    assert!(head.starts_with(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#));
    assert!(head.ends_with(r#"" shape-rendering="crispEdges" role="img">"#));
    assert_eq!(tail, r##" fill="#000"/></svg>"##);
    assert!(ground.chars().all(|c| "0123456789hvHz".contains(c)), "{ground}");
    assert!(path.chars().all(|c| "0123456789 Mhvz-".contains(c)), "a path of numbers");
}

#[test]
fn the_svg_draws_the_uri() {
    let enrolment = enrolment("ada@example.org");
    let expected = expected(&enrolment);
    let svg = enrolment.svg().unwrap();
    let path = svg.expose().rsplit("d=\"").next().unwrap().split('"').next().unwrap();
    let mut drawn = vec![vec![false; expected.len()]; expected.len()];
    for run in path.split('M').filter(|run| !run.is_empty()) {
        let numbers: Vec<usize> =
            run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        let [x, y, width, height, back] = numbers[..] else { panic!("`{run}`") };
        assert_eq!((height, back), (1, width));
        drawn[y][x..x + width].fill(true);
    }
    assert_eq!(drawn, expected);
}

#[test]
fn the_png_draws_the_uri() {
    let enrolment = enrolment("ada@example.org");
    let expected = expected(&enrolment);
    for scale in [1, 3, 8, Enrolment::MAX_PNG_SCALE] {
        let png = enrolment.png(scale).unwrap();
        let side = expected.len() * usize::from(scale);
        let (head, body) = png.expose().split_at(8 + 25);
        let big_endian = (side as u32).to_be_bytes();
        assert_eq!(head[..8], *b"\x89PNG\r\n\x1a\n");
        assert_eq!((&head[16..20], &head[20..24]), (&big_endian[..], &big_endian[..]));
        assert_eq!(head[24..29], [1, 0, 0, 0, 0]);
        let length = u32::from_be_bytes(body[..4].try_into().unwrap()) as usize;
        assert_eq!(body[4..8], *b"IDAT");
        assert_eq!(body[8 + length + 4..], *b"\0\0\0\0IEND\xae\x42\x60\x82");
        let rows = miniz_oxide::inflate::decompress_to_vec_zlib(&body[8..8 + length]).unwrap();
        let stride = 1 + side.div_ceil(8);
        assert_eq!(rows.len(), side * stride);
        for (y, row) in rows.chunks(stride).enumerate() {
            assert_eq!(row[0], 0);
            for x in 0..side {
                let white = row[1 + x / 8] >> (7 - x % 8) & 1 == 1;
                let dark = expected[y / usize::from(scale)][x / usize::from(scale)];
                assert_eq!(white, !dark, "{x}, {y} at {scale}");
            }
        }
    }
}

#[test]
fn flood_no_label_is_too_long_and_no_image_too_large() {
    let enrolment = enrolment(&"𝔘".repeat(10_000));
    assert!(enrolment.uri.expose().len() < 1_300);
    assert!(enrolment.svg().unwrap().expose().len() < 256 * 1024);
    let largest = enrolment.png(Enrolment::MAX_PNG_SCALE).unwrap();
    assert!(largest.expose().len() < 1024 * 1024, "{}", largest.expose().len());
    for scale in [0, Enrolment::MAX_PNG_SCALE + 1, u8::MAX] {
        assert_eq!(enrolment.png(scale).unwrap_err(), QrError::Scale);
    }
}
