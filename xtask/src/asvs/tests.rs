use super::report::{parse_table, table};
use super::*;

fn coverage(files: &[(&str, &str)]) -> Coverage {
    let mut coverage = Coverage::default();
    for (path, text) in files {
        coverage.read(Path::new(path), text);
    }
    coverage
}

#[test]
fn tests_are_counted_by_requirement_and_crate() {
    let coverage = coverage(&[
        ("crates/authn/src/jose/tests.rs", "    fn asvs_v9_1_2_one() {\n    async fn asvs_v9_1_2_two() {\n"),
        ("tests/tests/attacks.rs", "pub async fn asvs_v9_1_2_three(store: &dyn Store) {\n"),
        ("examples/hello/src/main.rs", "fn asvs_v16_1_1_four() {\nfn helper() {\n"),
    ]);
    assert!(coverage.malformed.is_empty());
    let text = table(&coverage, &BTreeMap::new(), false);
    let expected = "V9: 1 requirements, 3 tests\n  V9.1.2      3  authn, tests\n\
                    V16: 1 requirements, 1 tests\n  V16.1.1     1  hello\n\
                    ASVS 5.0: 2 requirements have 4 tests\n";
    assert_eq!(text, expected);
    assert!(table(&coverage, &BTreeMap::new(), true).contains("authn::asvs_v9_1_2_two\n"));
}

#[test]
fn malformed_names_are_caught_with_their_place() {
    for name in [
        "asvs_8_2_1_no_v",
        "asvs_v8_2_what",
        "asvs_v8_2_1",
        "asvs_v8_2_1_",
        "asvs_v8_2_1_9_what",
        "asvs_v0_2_1_what",
        "asvs_v18_2_1_what",
        "asvs_v8_02_1_what",
        "asvs_v8_2_999_what",
        "asvs_v8__1_what",
        "asvs_what",
    ] {
        let coverage = coverage(&[("crates/core/src/x.rs", &format!("\nfn {name}() {{"))]);
        assert_eq!(coverage.malformed, [format!("crates/core/src/x.rs:2: {name}")]);
        assert!(coverage.tests.is_empty());
    }
}

#[test]
fn names_in_comments_and_calls_are_no_tests() {
    let text =
        "// fn asvs_v1_1_1_x()\n/// `fn asvs_v1_1_1_x`\nasvs_v1_1_1_x();\nlet a = \"fn asvs_v1_1_1_x\";\n";
    let coverage = coverage(&[("crates/core/src/x.rs", text)]);
    assert!(coverage.tests.is_empty() && coverage.malformed.is_empty());
}

#[test]
fn a_table_of_requirements_shows_what_is_open() {
    let known = parse_table(
        "id\tlevel\tchapter\tsummary_own_words\nV9.1.1\t1\tV9\tsigned\n\nV9.1.2\t1\tV9\tpinned\nV9.1.10\t2\tV9\tlater\n",
    )
    .unwrap();
    let coverage = coverage(&[("crates/authn/src/x.rs", "fn asvs_v9_1_2_x() {")]);
    let text = table(&coverage, &known, false);
    assert!(text.contains("  V9.1.2      1  authn · L1 pinned\n"), "{text}");
    assert!(text.contains("  V9.1.1      –  L1 signed\n  V9.1.10     –  L2 later\n"), "{text}");
}

#[test]
fn a_table_that_is_none_is_refused() {
    assert!(parse_table("").is_none());
    assert!(parse_table("id\tlevel\nV1.1.1\t1\n").is_none());
    assert!(parse_table("id\tlevel\tsummary\nV1.1\t1\tx\n").is_none());
    assert!(parse_table("id\tlevel\tsummary\nV1.1.1\t1\n").is_none());
}
