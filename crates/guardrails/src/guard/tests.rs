use super::personal::Finders;
use super::*;
use crate::{Action, FailureCause, OnFailure, Span, Verdict};
use proptest::prelude::*;
use std::fs;

fn policy(failure: &str, rest: &str) -> Policy {
    let head = "name = \"p\"\nversion = 1\ndescription = \"d\"\ndirection = \"input\"\n";
    Policy::parse(&format!("{head}on_failure = \"{failure}\"\n{rest}")).expect("a policy")
}

const CODE: &str = "[answers]\nno = \"ask somebody else\"\n[terms]\ncode = [\"swordfish\"]\nbomb = [\"bomb\"]\nhelp = [\"help me\"]\n\
    [[rule]]\nid = \"code\"\nreason = \"code-word\"\naction = \"redact\"\nall = [\"code\"]\n\
    [[rule]]\nid = \"bomb\"\nreason = \"weapon\"\naction = \"block\"\nanswer = \"no\"\nall = [\"bomb\"]\n\
    [[rule]]\nid = \"help\"\nreason = \"emergency\"\naction = \"escalate\"\nall = [\"help\"]\n";

fn guard() -> Guard {
    Guard::builder().policy(policy("closed", CODE)).build().expect("a guard")
}

#[test]
fn the_greatest_finding_decides_and_gives_its_answer() {
    let guard = guard();
    let verdict = guard.check("a bomb, swordfish", &Ask::input());
    assert_eq!(verdict.action, Action::Block);
    assert_eq!(verdict.answer.as_deref(), Some("ask somebody else"));
    assert_eq!(verdict.rules().iter().map(|rule| rule.as_str()).collect::<Vec<_>>(), ["p.bomb", "p.code"]);
    assert_eq!(verdict.findings[0].span, Span::new(2, 6));
    let verdict = guard.check("help me, a bomb", &Ask::input());
    assert_eq!((verdict.action, verdict.answer), (Action::Escalate, None));
    assert_eq!(guard.check("a bomb", &Ask::output()), Verdict::clean());
}

#[test]
fn a_verdict_does_not_tell_the_text() {
    let verdict = guard().check("the code is swordfish", &Ask::input());
    assert!(!format!("{verdict:?} {:?}", guard()).contains("swordfish"));
}

#[test]
fn truncation_by_length_is_a_failure_that_the_policy_decides() {
    for (word, action, handling) in
        [("closed", Action::Block, OnFailure::Closed), ("open", Action::Allow, OnFailure::Open)]
    {
        let guard = Guard::builder().policy(policy(word, CODE)).max_input(9).build().expect("a guard");
        let verdict = guard.check("ääääääää a bomb", &Ask::input());
        assert_eq!(verdict.action, action);
        assert_eq!(verdict.failures[0].cause, FailureCause::TooLong);
        assert_eq!(verdict.failures[0].handling, handling);
        assert_eq!(
            guard.check("bomb äääääää", &Ask::input()).action,
            Action::Block,
            "the start is looked at"
        );
    }
}

#[test]
fn redaction_leaves_the_rest_alone() {
    let guard = guard();
    let text = "é swordfish, Swordfish é";
    let verdict = guard.check(text, &Ask::input());
    assert_eq!(guard.redact(text, &verdict), "é [REDACTED:code-word], [REDACTED:code-word] é");
    assert_eq!(guard.redact("another", &verdict), "[REDACTED]", "confusion of texts shows nothing");
}

#[test]
fn the_preview_is_redacted_before_it_is_cut() {
    let guard = guard();
    let text = format!("{} swordfish\n{}", "é".repeat(194), "x".repeat(100));
    let preview = guard.preview(&text, &guard.check(&text, &Ask::input()));
    assert_eq!(preview.chars().count(), MAX_PREVIEW);
    assert!(preview.ends_with("é [REDA"), "{preview}");
    let text = "a\u{1b}[31m\nb";
    assert_eq!(guard.preview(text, &guard.check(text, &Ask::input())), "a [31m b");
}

#[test]
fn the_score_adds_up_and_its_threshold_acts() {
    let rest = "model = \"required\"\n[terms]\na = [\"alpha\"]\nb = [\"beta\"]\n\
        [[rule]]\nid = \"a\"\nreason = \"a\"\naction = \"allow\"\nscore = 0.5\nall = [\"a\"]\n\
        [[rule]]\nid = \"b\"\nreason = \"b\"\naction = \"allow\"\nscore = 0.5\nall = [\"b\"]\n[[score]]\nat = 0.75\naction = \"block\"\n";
    let build = |scorer: Option<Arc<dyn Scorer>>, failure| {
        let builder = Guard::builder().policy(policy(failure, rest));
        scorer.map_or(builder.clone(), |scorer| builder.scorer(scorer)).build().expect("a guard")
    };
    let guard = build(Some(Arc::new(|_: &str| 0.0)), "closed");
    assert_eq!(guard.check("alpha alpha", &Ask::input()).score, Some(0.5));
    assert_eq!(guard.check("alpha alpha", &Ask::input()).action, Action::Allow);
    assert_eq!(guard.check("alpha beta", &Ask::input()).action, Action::Block);
    assert_eq!(
        build(Some(Arc::new(|_: &str| 0.5)), "closed").check("beta", &Ask::input()).action,
        Action::Block
    );
    assert_eq!(build(Some(Arc::new(|_: &str| f32::NAN)), "closed").check("", &Ask::input()).score, Some(1.0));
    let verdict = build(None, "closed").check("gamma", &Ask::input());
    assert_eq!((verdict.action, verdict.failures[0].cause), (Action::Block, FailureCause::ModelAbsent));
    assert_eq!(build(None, "open").check("gamma", &Ask::input()).action, Action::Allow);
}

#[test]
fn two_policies_of_one_name_and_unknown_detectors_are_refused() {
    let twice = Guard::builder().policy(policy("open", CODE)).policy(policy("open", CODE)).build();
    assert!(matches!(twice, Err(GuardError::Twice(name)) if name == "p"));
    let rest = "[[rule]]\nid = \"d\"\nreason = \"d\"\naction = \"redact\"\ndetect = [\"no-such-thing\"]\n";
    let unknown = Guard::builder().policy(policy("open", rest)).build();
    assert_eq!(unknown.expect_err("unknown").to_string(), "rule `p.d`: there is no detector `no-such-thing`");
}

#[test]
fn partial_write_and_a_broken_promise_keep_the_old_guard() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.toml");
    let head =
        "name = \"p\"\nversion = 1\ndescription = \"d\"\ndirection = \"input\"\non_failure = \"closed\"\n";
    let with = |word: &str| {
        format!("{head}{}[[test]]\ntext = \"{word}\"\naction = \"redact\"\n", CODE.replace("swordfish", word))
    };
    fs::write(&path, with("swordfish")).expect("written");
    let guards = Guard::builder().watch([&path]).expect("a guard");
    let redacts = |word: &str| guards.current().check(word, &Ask::input()).action == Action::Redact;
    let look_twice = || {
        assert!(matches!(guards.reload_if_changed(), Reload::Unchanged));
        guards.reload_if_changed()
    };
    assert!(matches!(look_twice(), Reload::Unchanged));
    fs::write(&path, with("rosebud00")).expect("written");
    assert!(matches!(look_twice(), Reload::Replaced));
    assert!(redacts("rosebud00") && !redacts("swordfish"));
    let half = with("swordfish");
    fs::write(&path, &half[..half.len() / 2]).expect("written");
    assert!(matches!(look_twice(), Reload::Kept(ReloadError::Policy { .. })));
    assert!(matches!(guards.reload_if_changed(), Reload::Unchanged));
    assert!(redacts("rosebud00"));
    fs::write(&path, with("swordfish").replace("text = \"swordfish\"", "text = \"herring\""))
        .expect("written");
    assert!(matches!(look_twice(), Reload::Kept(ReloadError::Tests { failed: 1, first: 0, .. })));
    assert!(redacts("rosebud00"));
    fs::remove_file(&path).expect("removed");
    assert!(matches!(guards.reload_if_changed(), Reload::Kept(ReloadError::Read { .. })));
    fs::write(&path, with("swordfish")).expect("written");
    assert!(matches!(look_twice(), Reload::Replaced));
    assert!(redacts("swordfish"));
}

#[test]
fn truncation_a_policy_that_is_cut_off_at_a_header_does_not_replace_the_whole_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.toml");
    for name in ["prompt-injection", "pii"] {
        let whole = fs::read_to_string(format!("{}/policies/{name}.toml", env!("CARGO_MANIFEST_DIR")))
            .expect("a shipped policy");
        fs::write(&path, &whole).expect("written");
        let guards = Guard::builder().watch([&path]).expect("a guard");
        let rule = whole.find("[[rule]]").expect("has rules");
        let second = rule + 8 + whole[rule + 8..].find("[[rule]]").expect("has two");
        let test = whole.find("[[test]]").expect("has cases");
        for (cut, no_rule) in [(rule, true), (second, false), (test, false)] {
            fs::write(&path, &whole[..cut]).expect("written");
            assert!(matches!(guards.reload_if_changed(), Reload::Unchanged));
            match guards.reload_if_changed() {
                Reload::Kept(ReloadError::Policy { .. }) => assert!(no_rule),
                Reload::Kept(ReloadError::Promises { policy }) => {
                    assert_eq!((&*policy, no_rule), (name, false))
                }
                other => panic!("{name} cut at {cut}: {other:?}"),
            }
        }
    }
}

#[test]
fn partial_write_what_is_still_being_written_is_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.toml");
    let head =
        "name = \"p\"\nversion = 1\ndescription = \"d\"\ndirection = \"input\"\non_failure = \"closed\"\n";
    let whole = format!("{head}{CODE}");
    fs::write(&path, &whole).expect("written");
    let guards = Guard::builder().watch([&path]).expect("a guard");
    let ends = whole.match_indices("[[rule]]").map(|(at, _)| at).skip(1);
    for end in ends.chain([whole.len()]) {
        fs::write(&path, &whole[..end]).expect("written");
        assert!(matches!(guards.reload_if_changed(), Reload::Unchanged), "{end}");
        assert_eq!(guards.current().check("help me", &Ask::input()).action, Action::Escalate);
    }
    assert!(matches!(guards.reload_if_changed(), Reload::Unchanged));
}

#[test]
fn smuggling_into_the_audit_log_by_what_nobody_sees() {
    let guard = guard();
    let text = "a\u{202e}b\u{2066}c\u{2028}d\u{2029}e\u{e0068}f\u{200b}g\u{feff}h\u{85}i\u{200f}j";
    assert_eq!(guard.preview(text, &guard.check(text, &Ask::input())), "abc d efgh ij");
}

#[test]
fn everyday_names_of_countries_are_known() {
    assert_eq!(emergency_number("uk"), emergency_number("GB"));
    assert_eq!(emergency_number("EL"), Some("112"));
    assert_eq!(emergency_number("EU"), None);
    assert_eq!(crisis_line("UK"), crisis_line("gb"));
}

#[test]
fn an_answer_names_the_number_of_the_country_or_says_that_it_is_unknown() {
    let rest = "[answers]\na = \"{call-emergency} {call-crisis-line}\"\n[terms]\na = [\"alpha\"]\n\
        [[rule]]\nid = \"a\"\nreason = \"a\"\naction = \"escalate\"\nanswer = \"a\"\nall = [\"a\"]\n";
    let guard = Guard::builder().policy(policy("closed", rest)).build().expect("a guard");
    let answer = |ask: Ask<'_>| guard.check("alpha", &ask).answer.expect("an answer").to_string();
    assert!(answer(Ask::input().country("gb")).starts_with("Call 999 now. "));
    assert!(answer(Ask::input().country("US")).contains("988"));
    for unknown in [answer(Ask::input()), answer(Ask::input().country("XX"))] {
        assert!(unknown.contains("112") && unknown.contains("do not know which country"), "{unknown}");
    }
}

#[test]
fn emergency_numbers_are_sorted_and_agree_with_public_metadata() {
    assert!(emergency_numbers::NUMBERS.is_sorted_by(|a, b| a.0 < b.0));
    let folder = std::env::var("STOCKADE_GUARDRAILS_DATA")
        .unwrap_or_else(|_| format!("{}/../../../shared/data/guardrails", env!("CARGO_MANIFEST_DIR")));
    let Ok(xml) = fs::read_to_string(format!("{folder}/emergency/ShortNumberMetadata.xml")) else {
        println!("SKIPPED: no short-number metadata in `{folder}`");
        return;
    };
    for (country, number) in emergency_numbers::NUMBERS {
        let territory = xml.split_once(&format!("<territory id=\"{country}\">")).expect("a known country").1;
        let territory = territory.split_once("</territory>").expect("closed").0;
        let emergency = territory.split_once("<emergency>").expect("has numbers").1;
        let pattern = emergency.split_once("<nationalNumberPattern>").expect("has a pattern").1;
        let pattern = pattern.split_once("</nationalNumberPattern>").expect("closed").0;
        let pattern: String = pattern.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(expand(&pattern).contains(&(*number).to_owned()), "{country}: {number} is not of {pattern}");
    }
}

/// All numbers of a pattern of alternatives, groups, classes and `\d`.
fn expand(pattern: &str) -> Vec<String> {
    fn alternatives(rest: &mut &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut made = vec![String::new()];
        while let Some(c) = rest.chars().next() {
            let step: Vec<String> = match c {
                ')' => break,
                '|' => {
                    *rest = &rest[1..];
                    all.append(&mut made);
                    made = vec![String::new()];
                    continue;
                }
                '(' => {
                    *rest = rest[1..].strip_prefix("?:").unwrap_or(&rest[1..]);
                    let inner = alternatives(rest);
                    *rest = &rest[1..];
                    inner
                }
                '[' => {
                    let (inside, after) = rest[1..].split_once(']').expect("closed");
                    *rest = after;
                    let bytes = inside.as_bytes();
                    let mut class = Vec::new();
                    let mut at = 0;
                    while at < bytes.len() {
                        let last = if bytes.get(at + 1) == Some(&b'-') { bytes[at + 2] } else { bytes[at] };
                        class.extend((bytes[at]..=last).map(|digit| char::from(digit).to_string()));
                        at += if last == bytes[at] { 1 } else { 3 };
                    }
                    class
                }
                '\\' => {
                    *rest = &rest[2..];
                    ('0'..='9').map(String::from).collect()
                }
                digit => {
                    *rest = &rest[1..];
                    vec![digit.to_string()]
                }
            };
            let mut step = step;
            if let Some(after) = rest.strip_prefix('?') {
                *rest = after;
                step.push(String::new());
            }
            made =
                made.iter().flat_map(|start| step.iter().map(move |end| format!("{start}{end}"))).collect();
        }
        all.append(&mut made);
        all
    }
    alternatives(&mut &*pattern)
}

#[test]
fn guards_are_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Guard>();
    shared::<Guards>();
}

proptest! {
    #[test]
    fn no_text_makes_a_guard_panic(text in "(swordfish|bomb|no |\"|[ \\n.,]|\\PC){0,40}") {
        let guard = guard();
        let verdict = guard.check(&text, &Ask::input());
        let shown = guard.redact(&text, &verdict);
        // A mark that nobody sees between two words makes one word of them.
        let seen = crate::fold(&shown);
        prop_assert!(!seen.as_str().split(|c: char| !c.is_alphanumeric()).any(|word| word == "swordfish"));
        prop_assert!(guard.preview(&text, &verdict).chars().count() <= MAX_PREVIEW);
    }
}

#[test]
fn personal_data_and_secrets_are_told_by_their_kind() {
    let rule = |id: &str, detect: &str| {
        format!("[[rule]]\nid = \"{id}\"\nreason = \"{id}\"\naction = \"redact\"\ndetect = [{detect}]\n")
    };
    let rest = rule("mail", "\"email\"") + &rule("rest", "\"ip\", \"national-id:es-dni\", \"secret:npm\"");
    let guard = Guard::builder().policy(policy("closed", &rest)).build().expect("a guard");
    let text = "jo@example.org, 12345678Z from 192.0.2.1, not 4111111111111111";
    let verdict = guard.check(text, &Ask::input());
    assert_eq!(
        guard.redact(text, &verdict),
        "[REDACTED:mail], [REDACTED:rest] from [REDACTED:rest], not 4111111111111111"
    );
    assert!(!guard.preview(text, &verdict).contains("example"));
}

#[test]
fn confusion_detectors_that_do_not_exist_are_refused() {
    for kind in ["emial", "secret:", "secret:nobody", "national", "national-id:xx", "token", ""] {
        let rest = format!(
            "[[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"redact\"\ndetect = [\"email\", \"{kind}\"]\n"
        );
        let head = "name = \"p\"\nversion = 1\ndescription = \"d\"\ndirection = \"input\"\non_failure = \"closed\"\n";
        let Ok(policy) = Policy::parse(&format!("{head}{rest}")) else { continue };
        assert!(
            matches!(Guard::builder().policy(policy).build(), Err(GuardError::UnknownDetector { .. })),
            "{kind}"
        );
    }
    for kind in crate::pii::Pii::kinds().chain(crate::secrets::Secrets::kinds()) {
        assert!(personal::finder(kind.as_str(), &mut Finders::default()).is_some(), "{kind}");
    }
}

#[test]
fn a_finder_of_ones_own_decides_what_is_found() {
    let rest = "[[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"redact\"\ndetect = [\"pii\"]\n";
    let builder = || Guard::builder().policy(policy("closed", rest));
    let text = "4111 1111 1111 1112";
    assert_eq!(builder().build().expect("a guard").check(text, &Ask::input()).action, Action::Allow);
    let pii = crate::pii::Pii::new().with_luhn(crate::pii::Luhn::Ignored);
    let guard = builder().pii(pii).build().expect("a guard");
    assert_eq!(guard.check(text, &Ask::input()).action, Action::Redact);
}
