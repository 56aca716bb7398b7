//! The language, one key after another.

use crate::{Action, Ask, Guard, Policy};
use proptest::prelude::*;

const HEAD: &str =
    "name = \"p\"\nversion = 1\ndescription = \"d\"\ndirection = \"both\"\non_failure = \"closed\"\n";

const ANIMALS: &str = "[terms]\ncat = [\"cat\", \"cats\"]\ndog = [\"dog\"]\ncage = [\"cage\"]\nway = [\"cat in a cage\"]\n\
    [[rule]]\nid = \"r\"\nreason = \"r\"\naction = \"block\"\n";

fn guard(rest: &str) -> Guard {
    let policy = Policy::parse(&format!("{HEAD}{rest}")).expect("a policy");
    Guard::builder().policy(policy).build().expect("a guard")
}

fn animals(keys: &str) -> Guard {
    guard(&format!("{ANIMALS}{keys}\n"))
}

fn blocks(guard: &Guard, text: &str) -> bool {
    guard.check(text, &Ask::input()).action == Action::Block
}

#[test]
fn all_items_must_be_near_each_other() {
    let guard = animals("all = [\"cat\", \"dog\"]\nwithin = 20");
    assert!(blocks(&guard, "a cat and a dog"));
    assert!(blocks(&guard, "a dog, a cat"));
    assert!(!blocks(&guard, "a cat and a cat"));
    assert!(!blocks(&guard, "a cat and, much later in the text, a dog"));
    assert!(blocks(&guard, "a cat and, much later in the text, a dog with a cat"));
    assert!(blocks(
        &animals("all = [\"cat\", \"dog\"]\nwithin = 0"),
        &format!("cat{} dog", " x".repeat(5000))
    ));
}

#[test]
fn order_is_kept_where_it_is_asked_for() {
    let guard = animals("all = [\"cat\", \"dog\", \"cage\"]\nordered = true");
    assert!(blocks(&guard, "the cat, the dog, the cage"));
    assert!(blocks(&guard, "the cage, the cat, the cat, the dog, the dog, the cage"));
    assert!(!blocks(&guard, "the dog, the cat, the cage"));
}

#[test]
fn one_hit_does_not_count_twice() {
    let guard = animals("all = [\"cat\", \"cat\"]");
    assert!(!blocks(&guard, "one cat"));
    assert!(blocks(&guard, "one cat, two cats"));
    let guard = animals("all = [\"way\", \"cat\"]");
    assert!(!blocks(&guard, "the cat in a cage"));
    assert!(blocks(&guard, "the cat in a cage, the other cat"));
    assert!(blocks(&guard, "the cat, the cat in a cage"));
}

#[test]
fn terms_whose_fold_is_shorter_than_they_are_lie_beside_each_other() {
    let guard = guard(
        "[terms]\nwhat = [\"précédées\", \"предыдущие\"]\nwho = [\"chat\", \"кот\"]\n[[rule]]\nid = \"r\"\nreason = \"r\"\n\
         action = \"block\"\nall = [\"who\", \"what\"]",
    );
    assert!(blocks(&guard, "chat précédées"));
    assert!(blocks(&guard, "кот предыдущие"));
}

#[test]
fn a_hit_of_not_voids_on_either_side() {
    let guard = animals("all = [\"cat\"]\nnot = [\"dog\"]\nwithin = 20");
    assert!(blocks(&guard, "a cat"));
    assert!(!blocks(&guard, "a cat, a dog"));
    assert!(!blocks(&guard, "a dog, a cat"));
    assert!(blocks(&guard, "a dog, and now a long time after that a cat"));
    assert!(blocks(&guard, "a cat, and now a long time after that a dog"));
    assert!(blocks(&guard, "a dog, a cat; and now a long time after these a cat"));
}

#[test]
fn negation_reaches_over_its_clause_only() {
    let guard = animals("all = [\"cat\"]\nunless = [\"negation\"]");
    for negated in
        ["no cat", "he has not seen a cat", "without cats", "denies dogs, birds, or cats", "cats: ruled out"]
    {
        assert!(!blocks(&guard, negated), "{negated}");
    }
    for meant in [
        "cat",
        "no. cat",
        "no dog but a cat",
        "no dog, a cat",
        "not only a cat",
        "can not bear the cat",
        "no dog! a cat",
        "no\ncat",
    ] {
        assert!(blocks(&guard, meant), "{meant}");
    }
}

#[test]
fn a_term_may_hold_its_own_negation() {
    let guard = guard(
        "[terms]\na = [\"can not breathe\", \"no pulse\"]\n[[rule]]\nid = \"r\"\nreason = \"r\"\n\
        action = \"block\"\nall = [\"a\"]\nunless = [\"negation\"]\n",
    );
    assert!(blocks(&guard, "she can not breathe"));
    assert!(blocks(&guard, "there is no pulse"));
    assert!(!blocks(&guard, "denies that she can not breathe"));
}

#[test]
fn quotation_needs_its_marks() {
    let guard = animals("all = [\"cat\"]\nunless = [\"quotation\"]");
    assert!(!blocks(&guard, "the word \"cat\" has three letters"));
    assert!(!blocks(&guard, "a song called “the cat and I” by somebody"));
    assert!(blocks(&guard, "the word cat"));
    assert!(blocks(&guard, "he said \"hello\" to the cat"));
}

#[test]
fn past_and_fiction_stand_on_either_side() {
    let guard = animals("all = [\"cat\"]\nunless = [\"past\", \"fiction\", \"education\"]");
    for text in [
        "years ago a cat",
        "a cat, years ago",
        "a cat when I was young",
        "my character has a cat",
        "the history of the cat",
    ] {
        assert_eq!(blocks(&guard, text), text == "a cat, years ago", "{text}");
    }
    assert!(blocks(&guard, "years ago a dog, now a cat"));
}

#[test]
fn invisible_bytes_between_do_not_buy_an_excuse() {
    let guard = animals("all = [\"cat\"]\nunless = [\"negation\"]");
    assert!(blocks(&guard, &format!("no {}cat", "\u{200b}".repeat(4000))));
}

#[test]
fn a_quantity_counts_by_its_number() {
    let guard = guard(
        "[[measure]]\nname = \"m\"\nterms = [\"spo2\", \"bp\"]\nbelow = 90\n[[rule]]\nid = \"r\"\nreason = \"r\"\n\
        action = \"block\"\nall = [\"m\"]\n",
    );
    for low in ["SpO2 88", "SpO2: 88 %", "spo2=88%", "SpO2 is down to 71.5", "BP 82/54", "bp was 89"] {
        assert!(blocks(&guard, low), "{low}");
    }
    for other in
        ["SpO2 98", "SpO2 normal, age 42", "spo2", "BP 120/80", "spo2 in 3 of the 88", "spo2 90", "bp / 40"]
    {
        assert_eq!(blocks(&guard, other), other == "spo2 in 3 of the 88", "{other}");
    }
}

#[test]
fn an_allow_rule_excuses_what_it_covers() {
    let guard = guard(&format!(
        "{ANIMALS}all = [\"cat\"]\n[[rule]]\nid = \"ok\"\nreason = \"ok\"\naction = \"allow\"\nall = [\"way\"]\nroles = [\"vet\"]\n"
    ));
    let vet = Ask::input().role("vet");
    assert_eq!(guard.check("the cat in a cage", &vet).action, Action::Allow);
    assert_eq!(guard.check("the cat in a cage, a cat", &vet).action, Action::Block);
    assert_eq!(guard.check("the cat in a cage", &Ask::input()).action, Action::Block);
}

#[test]
fn who_says_no_role_gets_every_prohibition() {
    let guard = animals("all = [\"cat\"]\nroles = [\"guest\"]\ntopics = [\"pets\"]");
    let asks = [
        (Ask::input(), Action::Block),
        (Ask::input().role("guest"), Action::Block),
        (Ask::input().role("staff"), Action::Allow),
        (Ask::input().role("guest").topic("pets"), Action::Block),
        (Ask::input().role("guest").topic("money"), Action::Allow),
    ];
    for (ask, action) in asks {
        assert_eq!(guard.check("cat", &ask).action, action, "{ask:?}");
    }
}

#[test]
fn flood_of_hits_gives_few_findings_and_every_redaction() {
    let text = "cat, ".repeat(1000);
    assert_eq!(animals("all = [\"cat\"]").check(&text, &Ask::input()).findings.len(), 16);
    let guard = guard(&format!("{}all = [\"cat\"]\n", ANIMALS.replace("block", "redact")));
    let verdict = guard.check(&text, &Ask::input());
    assert_eq!((verdict.action, verdict.findings.len()), (Action::Redact, 1000));
    let verdict = guard.check(&"cat, ".repeat(5000), &Ask::input());
    assert_eq!(verdict.action, Action::Block, "what can not all be taken out may not pass");
}

proptest! {
    #[test]
    fn unordered_rules_agree_with_a_plain_search(words in prop::collection::vec(0_usize..4, 0..30)) {
        let names = ["cat", "dog", "owl", "x"];
        let text: Vec<&str> = words.iter().map(|&word| names[word]).collect();
        let text = text.join(" ");
        let guard = animals("all = [\"cat\", \"dog\"]\nwithin = 11");
        let ends: Vec<(usize, usize)> = words.iter().scan(0, |at, &word| {
            let start = *at;
            *at += names[word].len() + 1;
            Some((start, word))
        }).collect();
        let near = |(a, x): (usize, usize), (b, y): (usize, usize)| x == 0 && y == 1 && a.max(b) + 3 - a.min(b) <= 11;
        let expected = ends.iter().any(|&a| ends.iter().any(|&b| near(a, b)));
        prop_assert_eq!(blocks(&guard, &text), expected, "{}", text);
    }
}
