use super::*;
use proptest::prelude::*;
use stockade_core::{Problem, ProblemKind};

const HEAD: &str =
    "name = \"p\"\nversion = 1\ndescription = \"d\"\ndirection = \"both\"\non_failure = \"closed\"\n";

const RULE: &str = "[[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"block\"\nall = [\"a\"]\n";

fn parse(rest: &str) -> Result<Policy, PolicyError> {
    Policy::parse(&format!("{HEAD}{rest}"))
}

fn refusal(rest: &str) -> String {
    parse(rest).expect_err("must be refused").to_string()
}

#[test]
fn a_misspelt_key_is_refused_with_its_place() {
    let rest = "[terms]\na = [\"x\"]\n[[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"block\"\nall = [\"a\"]\nunles = [\"negation\"]\n";
    let message = refusal(rest);
    assert!(message.starts_with("line 13, column 1: unknown field `unles`"), "{message}");
    assert!(!message.contains('\n'));
}

#[test]
fn confusion_of_names_is_refused() {
    let rule = |more: &str| format!("[[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"block\"\n{more}\n");
    let cases = [
        (rule("all = [\"gone\"]"), "rule `r`: no list is called `gone`"),
        (rule(""), "rule `r`: needs either `all` or `detect`"),
        (
            format!("[terms]\na = [\"x\"]\n{}", rule("all = [\"a\"]\nunless = [\"mood\"]")),
            "rule `r`: no context is called `mood`",
        ),
        (
            format!("[terms]\na = [\"x\"]\n{}", rule("all = [\"a\"]\nanswer = \"gone\"")),
            "rule `r`: no answer is called `gone`",
        ),
        (format!("[terms]\na = [\"x\"]\n{0}{0}", rule("all = [\"a\"]")), "rule `r`: the id is used twice"),
        (
            "[terms]\na = [\"x*y\"]".to_owned(),
            "list `a`: term `x*y` has a `*` that is not at its start or end",
        ),
        ("[terms]\na = [\"ab*\"]".to_owned(), "list `a`: term `ab*` is too short"),
        ("[terms]\na = [\"{a,b\"]".to_owned(), "list `a`: term `{a,b` opens a brace"),
        ("[terms]\na = [\"a}\"]".to_owned(), "list `a`: term `a}` closes a brace that is not open"),
        (
            "[terms]\na = [\"x\"]\n[[measure]]\nname = \"a\"\nterms = [\"hr\"]\nabove = 1".to_owned(),
            "list `a`: the name is used twice",
        ),
        (
            "[[measure]]\nname = \"m\"\nterms = [\"hr\"]\nabove = 2\nbelow = 1".to_owned(),
            "list `m`: needs `above`, `below`, or both in order",
        ),
        ("[[score]]\nat = 1.5\naction = \"block\"".to_owned(), "score: is not from 0 to 1"),
        (
            "[[test]]\ntext = \"\"\naction = \"allow\"\nrules = [\"gone\"]".to_owned(),
            "test: no rule is called `gone`",
        ),
    ];
    for (rest, expected) in cases {
        assert_eq!(refusal(&rest), expected);
    }
}

#[test]
fn truncation_to_a_policy_that_can_find_nothing_is_refused() {
    let score = "[[score]]\nat = 0.5\naction = \"block\"\n";
    for rest in ["", "[terms]\na = [\"cat\"]\n", "model = \"optional\"\n", score] {
        assert_eq!(refusal(rest), "rules: there are none, and no score of a model either");
    }
    for rest in [format!("[terms]\na = [\"cat\"]\n{RULE}"), format!("model = \"required\"\n{score}")] {
        assert!(parse(&rest).is_ok(), "{rest}");
    }
}

#[test]
fn flood_is_refused_before_it_is_read() {
    let text = "#".repeat(MAX_POLICY_BYTES + 1);
    let error = Policy::parse(&text).expect_err("too large");
    assert_eq!(error, PolicyError::TooLarge { size: MAX_POLICY_BYTES + 1, limit: MAX_POLICY_BYTES });
    assert_eq!(Problem::from(&error).kind(), ProblemKind::TooLarge);
    let bomb = format!("[terms]\na = [\"{}\"]", "{a,b,c,d,e,f,g,h}".repeat(7));
    assert!(refusal(&bomb).contains("stands for more than"), "{}", refusal(&bomb));
}

#[test]
fn an_on_failure_that_is_not_said_is_refused() {
    let text = HEAD.replace("on_failure = \"closed\"\n", "");
    let error = Policy::parse(&text).expect_err("nobody decides for the author").to_string();
    assert!(error.contains("missing field `on_failure`"), "{error}");
}

#[test]
fn braces_stand_for_each_choice() {
    let policy = parse("[terms]\na = [\"how {many,much {,more}}\", \"x\"]").expect_err("nested");
    assert!(policy.to_string().contains("braces that do not match"), "{policy}");
    let policy = parse(&format!(
        "[terms]\na = [\"{{,the }}cat{{,s}}\", \"*cillin\", \"*ludge*\", \"suici*\"]\n{RULE}"
    ))
    .expect("a policy");
    let texts: Vec<&str> = policy.body.lists[0].terms.iter().map(|term| term.text.as_str()).collect();
    assert_eq!(texts, ["cat", "cats", "the cat", "the cats", "cillin", "ludge", "suici"]);
}

#[test]
fn every_shipped_policy_keeps_its_word() {
    for name in Policy::shipped_names() {
        let policy = Policy::shipped(name).expect("it is shipped");
        assert_eq!(policy.name(), name);
        let report = policy.run_tests().expect("it compiles");
        assert!(report.is_clean(), "{name}: {:#?}", report.failures);
        assert!(report.passed >= 20, "{name} promises {} things", report.passed);
    }
    assert!(matches!(Policy::shipped("gone"), Err(PolicyError::NotShipped(_))));
}

#[test]
fn confusion_by_spaces_and_digits_does_not_hide_the_commonest_phrases() {
    let cases = [
        ("self-harm", "i   w a n t   t o   k i l l   m y s e l f"),
        ("self-harm", "7h3r3 15 n0 r3450n 70 l1v3"),
        ("emergency", "s w a l l o w e d   a   b u t t o n   b a t t e r y"),
        ("emergency", "c.a.l.l a.n a.m.b.u.l.a.n.c.e"),
        ("medical", "h-o-w m-u-c-h i-b-u-p-r-o-f-e-n"),
        ("medical-output", "y0u m057 l1k3ly h4v3 4n 1nf3c710n"),
    ];
    for (name, text) in cases {
        let policy = Policy::shipped(name).unwrap();
        let ask = if name.ends_with("output") { crate::Ask::output() } else { crate::Ask::input() };
        let guard = crate::Guard::builder().policy(policy).build().unwrap();
        assert!(guard.check(text, &ask).action >= Action::Block, "{name}: {text}");
    }
}

/// Who adds phrases to one policy learns here what they leave to all others, and to an application's own.
#[test]
fn flood_of_phrases_leaves_room_for_a_guard_of_all_shipped_policies() {
    let entries = |names: &[&str]| {
        let policies = names.iter().map(|name| Policy::shipped(name).unwrap());
        let guard = policies.fold(crate::Guard::builder(), crate::GuardBuilder::policy).build().unwrap();
        guard.inner.book.lexicon.as_ref().map_or(0, |lexicon| lexicon.tables.table.len())
    };
    let names: Vec<_> = Policy::shipped_names().collect();
    let percent = |entries: usize| entries * 100 / crate::lexicon::MAX_ENTRIES;
    let (all, each) = (entries(&names), names.iter().map(|name| (name, percent(entries(&[name])))));
    let each: Vec<_> = each.collect();
    assert!(
        percent(all) <= 70,
        "all policies take {} % of the largest automaton, alone {each:?}",
        percent(all)
    );
}

#[test]
fn a_case_that_does_not_hold_is_reported() {
    let rest = "[terms]\na = [\"cat\"]\n[[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"block\"\nall = [\"a\"]\n\
        [[test]]\ntext = \"a cat\"\naction = \"block\"\nrules = [\"r\"]\n[[test]]\ntext = \"a dog\"\naction = \"block\"\n";
    let report = parse(rest).expect("a policy").run_tests().expect("a guard");
    assert_eq!(report.passed, 1);
    assert_eq!(report.failures.len(), 1);
    assert_eq!((report.failures[0].index, report.failures[0].actual), (1, Action::Allow));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(rest in "(\\[\\[?(rule|terms|test|context)\\]\\]?\n)?([a-z_]{1,8} = (\"[a-z{},*|]{0,12}\"|\\[\"[a-z{},* ]{0,12}\"\\]|[0-9.-]{1,4})\n){0,6}") {
        if let Err(error) = parse(&rest) {
            prop_assert!(!error.to_string().contains('\n'));
        }
    }
}
