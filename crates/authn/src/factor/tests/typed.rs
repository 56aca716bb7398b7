use super::super::totp::TotpSecret;
use super::*;
use proptest::prelude::*;

/// RFC 6238 appendix B, the SHA-1 rows: six digits are the last of its eight.
#[test]
fn the_vectors_of_rfc_6238_hold() {
    let secret = TotpSecret::from_opened(&Secret::new(b"12345678901234567890".to_vec())).unwrap();
    for (secs, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        let (code, now) = (TotpCode::parse(code).unwrap(), UnixMillis::from_secs(secs));
        assert_eq!(secret.matching_step(&code, now, 0), Some(secs / 30), "{secs}");
        for skewed in [now.minus(STEP), now.plus(STEP)] {
            assert_eq!(secret.matching_step(&code, skewed, 0), None);
            assert_eq!(secret.matching_step(&code, skewed, 1), Some(secs / 30));
        }
    }
    assert_eq!(secret.to_base32().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

/// Two steps in a row have the same digits here: once seen, they must not be good for the second as well.
#[test]
fn replay_digits_that_two_steps_share_are_the_later_steps() {
    const STEP_OF_BOTH: u64 = 910_737;
    let secret = TotpSecret::from_opened(&Secret::new(b"12345678901234567890".to_vec())).unwrap();
    let (code, now) = (TotpCode::parse("911617").unwrap(), UnixMillis::from_secs(STEP_OF_BOTH * 30));
    assert_eq!(secret.matching_step(&code, now, 0), Some(STEP_OF_BOTH));
    assert_eq!(secret.matching_step(&code, now, 1), Some(STEP_OF_BOTH + 1));
}

#[test]
fn clock_jumps_to_the_ends_of_time_do_not_panic() {
    let secret = TotpSecret::from_opened(&Secret::new(vec![7; 20])).unwrap();
    let code = TotpCode::parse("000000").unwrap();
    for now in [UnixMillis::default(), UnixMillis::from_millis(u64::MAX)] {
        for skew in [0, 1, u8::MAX] {
            let _ = secret.matching_step(&code, now, skew);
        }
    }
}

#[test]
fn a_typed_code_is_six_ascii_digits_and_nothing_else() {
    for good in ["123456", "123 456", " 12 34 56 ", "000000"] {
        assert_eq!(TotpCode::parse(good).unwrap().expose(), good.replace(' ', ""));
    }
    let long = format!("123456{}", " ".repeat(11));
    for bad in [
        "",
        "12345",
        "1234567",
        "+12345",
        "12345a",
        "１２３４５６",
        "٣٣٣٣٣٣",
        "123\u{a0}456",
        "12345\0",
        &long,
    ] {
        assert!(TotpCode::parse(bad).is_err(), "`{bad}`");
    }
}

#[test]
fn a_backup_code_is_read_however_it_is_typed() {
    let code = BackupCode::parse("0123a-bcdef").unwrap();
    for same in
        ["0123abcdef", "0123A-BCDEF", "O1 23 ab cd ef", "oi23a--bcdef", "0L23Abcdef", " 0123a - bcdef "]
    {
        assert_eq!(BackupCode::parse(same), Ok(code.clone()), "`{same}`");
    }
    assert_eq!(code.to_text().expose(), "0123a-bcdef");
    let long = format!("0123a-bcdef{}", "-".repeat(22));
    for bad in
        ["", "0123a-bcde", "0123a-bcdefg", "0123u-bcdef", "0123a_bcdef", "0123ä-bcdef", "0123a-bcdé", &long]
    {
        assert_eq!(BackupCode::parse(bad), Err(NotBackupCode), "`{bad}`");
    }
}

#[test]
fn nothing_typed_is_printed() {
    let (totp, backup) = (TotpCode::parse("123456").unwrap(), BackupCode::parse("0123abcdef").unwrap());
    assert_eq!(format!("{totp:?} {backup:?}"), "TotpCode([redacted]) BackupCode([redacted])");
}

proptest! {
    #[test]
    fn no_typed_text_panics_and_what_is_read_is_canonical(text in "\\PC{0,40}|[0-9 ]{0,20}|[0-9a-zA-Z -]{0,34}") {
        if let Ok(code) = TotpCode::parse(&text) {
            prop_assert_eq!(code.expose(), text.replace(' ', ""));
        }
        if let Ok(code) = BackupCode::parse(&text) {
            let shown = code.to_text();
            prop_assert_eq!(shown.expose().len(), 11);
            prop_assert_eq!(BackupCode::parse(shown.expose()), Ok(code));
        }
    }

    #[test]
    fn an_app_reads_every_uri_as_it_was_meant(
        bytes: [u8; 20],
        issuer in "[^:\\pC]{1,16}",
        account in "\\PC{1,80}|[\\x00-\\x7f]{1,80}",
        time in 0_u64..1 << 40,
    ) {
        let secret = TotpSecret::from_opened(&Secret::new(bytes.to_vec())).unwrap();
        let uri = secret.to_uri(&issuer, &account);
        let app = totp_rs::Totp::from_url(uri.expose()).unwrap();
        prop_assert_eq!(app.issuer(), Some(&*issuer));
        let shown: String = account.replace(':', "-").chars().filter(|c| !c.is_control()).collect();
        prop_assert!(shown.starts_with(app.account_name()));
        prop_assert!(app.account_name().len() >= shown.len().min(251), "cut at 254 bytes, before a whole character");
        let code = TotpCode::parse(&app.generate(time).to_string()).unwrap();
        prop_assert_eq!(secret.matching_step(&code, UnixMillis::from_secs(time), 0), Some(time / 30));
    }
}
