use super::*;

#[test]
fn the_default_is_valid_and_one_step_each_way() {
    let config = FactorConfig::new("Example Exams");
    assert_eq!(config.validate(), Ok(()));
    assert_eq!((config.skew_steps, config.enrolment), (1, Duration::from_secs(600)));
    let read: FactorConfig = serde_json::from_str(r#"{ "issuer": "Example Exams" }"#).unwrap();
    assert_eq!(read, config);
    let json = r#"{ "issuer": "E", "skew_steps": 0, "enrolment_secs": 60 }"#;
    let read: FactorConfig = serde_json::from_str(json).unwrap();
    assert_eq!(read, FactorConfig::new("E").with_skew_steps(0).with_enrolment(Duration::from_secs(60)));
    assert!(serde_json::from_str::<FactorConfig>(r#"{ "issuer": "E", "digits": 4 }"#).is_err());
    assert!(serde_json::from_str::<FactorConfig>("{}").is_err(), "apps have to show some name");
}

#[test]
fn downgrades_and_names_that_apps_misread_are_refused() {
    let long = "é".repeat(33);
    for issuer in ["", " ", "a:b", "a\nb", "a\0", &long] {
        assert_eq!(FactorConfig::new(issuer).validate(), Err(FactorConfigError::Issuer), "`{issuer}`");
    }
    let config = FactorConfig::new("E");
    assert_eq!(config.clone().with_skew_steps(2).validate(), Err(FactorConfigError::Skew));
    for secs in [0, 3601] {
        let config = config.clone().with_enrolment(Duration::from_secs(secs));
        assert_eq!(config.validate(), Err(FactorConfigError::Enrolment));
    }
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(start()));
    let refused = SecondFactors::new(
        Arc::new(MemoryFactors::new()),
        Arc::new(TestSeal),
        FactorConfig::new(""),
        clock,
        Arc::new(SystemEntropy),
    );
    assert_eq!(refused.unwrap_err(), FactorConfigError::Issuer);
}
