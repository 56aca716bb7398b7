use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The plan of one region.
pub(super) struct Region {
    name: String,
    code: u16,
    main: bool,
    lens: BTreeSet<u16>,
    patterns: OnceLock<Patterns>,
}

struct Patterns {
    /// A whole number of any sort, as dialled from abroad; `None` if it could not be compiled, and then nothing is assigned.
    whole: Option<Regex>,
    /// What is dialled before a number at home, at the start of it.
    prefix: Option<Regex>,
    /// What the prefix is replaced by, for the few countries that have it.
    rule: Option<String>,
}

impl Region {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            name: metadata.id().to_owned(),
            code: metadata.country_code(),
            main: metadata.is_main_country_for_code(),
            lens: sorts(metadata).flat_map(Descriptor::possible_length).copied().collect(),
            patterns: OnceLock::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The main region of a country code before the others, and all in an order that does not change.
    pub(super) fn rank(&self) -> (bool, &str) {
        (!self.main, &self.name)
    }

    /// Whether numbers of the region have that length.
    pub(super) fn is_possible(&self, national: &str) -> bool {
        u16::try_from(national.len()).is_ok_and(|len| self.lens.contains(&len))
    }

    /// Whether it is of a range that is given out.
    pub(super) fn is_assigned(&self, national: &str) -> bool {
        self.is_possible(national)
            && self.patterns().whole.as_ref().is_some_and(|whole| whole.is_match(national))
    }

    /// The same, with what is dialled before it at home or without.
    pub(super) fn is_assigned_at_home(&self, digits: &str) -> bool {
        if self.is_assigned(digits) {
            return true;
        }
        let patterns = self.patterns();
        let Some(found) = patterns.prefix.as_ref().and_then(|prefix| prefix.captures(digits)) else {
            return false;
        };
        let end = found.get(0).map_or(0, |whole| whole.end());
        let rest = digits.get(end..).unwrap_or_default();
        let last = found.iter().skip(1).last().flatten();
        match patterns.rule.as_ref().filter(|_| last.is_some()) {
            Some(rule) => {
                let mut turned = String::new();
                // `$1` before a digit is the first group, not the group of that number.
                found.expand(&rule.replace("$1", "${1}").replace("$2", "${2}"), &mut turned);
                turned.push_str(rest);
                self.is_assigned(&turned)
            }
            None => end > 0 && self.is_assigned(rest),
        }
    }

    fn patterns(&self) -> &Patterns {
        self.patterns.get_or_init(|| {
            let regions = DATABASE.by_code(&self.code).into_iter().flatten();
            let mut regions = regions.filter(|metadata| metadata.id() == self.name);
            regions.next().map_or(Patterns { whole: None, prefix: None, rule: None }, Patterns::of)
        })
    }
}

impl Patterns {
    fn of(metadata: &Metadata) -> Self {
        let text = |sort: &Descriptor| sort.national_number().as_str().to_owned();
        let whole: Vec<String> = sorts(metadata).map(text).collect();
        let prefix = metadata.national_prefix_for_parsing().map(|prefix| prefix.as_str());
        Self {
            whole: compile(&format!("^(?:{})$", whole.join("|"))),
            prefix: prefix.and_then(|prefix| compile(&format!("^(?:{prefix})"))),
            rule: metadata.national_prefix_transform_rule().map(str::to_owned),
        }
    }
}

/// The sorts of numbers that somebody can be called at. What holds for a country as a whole is not in the tables.
fn sorts(metadata: &Metadata) -> impl Iterator<Item = &Descriptor> {
    let sorts = metadata.descriptors();
    let sorts = [
        sorts.fixed_line(),
        sorts.mobile(),
        sorts.toll_free(),
        sorts.premium_rate(),
        sorts.shared_cost(),
        sorts.personal_number(),
        sorts.voip(),
        sorts.pager(),
        sorts.uan(),
        sorts.voicemail(),
    ];
    sorts.into_iter().flatten()
}

/// The tables are written over several lines.
fn compile(pattern: &str) -> Option<Regex> {
    let text: String = pattern.split_whitespace().collect();
    // Digits of other scripts are ASCII by now.
    Regex::new(&text.replace(r"\d", "[0-9]")).ok()
}
