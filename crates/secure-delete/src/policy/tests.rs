use super::*;

#[test]
fn presets_are_what_their_names_say() {
    assert_eq!(Policy::default().passes(), [Pass::RANDOM]);
    assert_eq!(Policy::default().verification(), Verify::LastPass);
    assert_eq!(Policy::nist_clear().passes(), [Pass::ZEROS]);
    assert_eq!(Policy::three_pass().passes(), [Pass::RANDOM; 3]);
    assert_eq!(Policy::dod_like().passes(), [Pass::ZEROS, Pass::of(Pattern::Complement), Pass::RANDOM]);
    assert_eq!(Policy::dod_like().verification(), Verify::LastPass);
    assert_eq!(Policy::preset("dod-like"), Some(Policy::dod_like()));
    assert_eq!(Policy::preset("gutmann"), None);
}

#[test]
fn flood_of_passes_is_refused() {
    assert_eq!(Policy::random_passes(usize::MAX), Err(InvalidPolicy::Passes));
    assert_eq!(Policy::default().with_passes(vec![Pass::ZEROS; MAX_PASSES + 1]), Err(InvalidPolicy::Passes));
    assert_eq!(Policy::default().with_renames(MAX_RENAMES + 1), Err(InvalidPolicy::Renames));
    assert!(Policy::random_passes(MAX_PASSES).is_ok());
}

#[test]
fn configuration_is_read_with_safe_defaults_and_no_typos() {
    let policy: Policy = serde_json::from_str(r#"{"passes": ["random", {"byte": 0}]}"#).unwrap();
    assert_eq!(policy, Policy::default().with_passes(vec![Pass::RANDOM, Pass::ZEROS]).unwrap());
    assert!(serde_json::from_str::<Policy>(r#"{"pases": []}"#).is_err());
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
    for flood in [
        r#"{"renames": 200}"#.to_owned(),
        format!(r#"{{"passes": [{}"random"]}}"#, r#""random","#.repeat(35)),
    ] {
        assert!(serde_json::from_str::<Policy>(&flood).is_err(), "{flood}");
    }
}
