//! The contexts that every policy may name.

use super::Spec;
use crate::policy::context_terms;

/// A context as it is written here.
#[derive(Debug)]
pub(crate) struct Builtin {
    before: &'static [&'static str],
    after: &'static [&'static str],
    stop: &'static [&'static str],
    reach: u32,
    ends_at_comma: bool,
    quoted: bool,
}

impl Builtin {
    pub(super) fn spec(&self) -> Spec {
        let terms = |list: &[&str]| context_terms(&list.iter().map(ToString::to_string).collect::<Vec<_>>());
        Spec {
            before: terms(self.before),
            after: terms(self.after),
            stop: terms(self.stop),
            reach: self.reach,
            ends_at_comma: self.ends_at_comma,
            quoted: self.quoted,
        }
    }
}

/// The groups of the built-in context `name`.
pub(crate) fn builtin(name: &str) -> Option<&'static [Builtin]> {
    match name {
        "negation" => Some(NEGATION),
        "education" => Some(EDUCATION),
        "quotation" => Some(QUOTATION),
        "past" => Some(PAST),
        "fiction" => Some(FICTION),
        "third-person" => Some(THIRD_PERSON),
        _ => None,
    }
}

/// What ends a negation, and what looks like one: "not only", "no relief", "can not" (a symptom, not its absence).
const NEGATION_STOP: &[&str] = &[
    "but",
    "however",
    "although",
    "though",
    "except",
    "aside from",
    "apart from",
    "other than",
    "besides",
    "instead",
    "now",
    "still",
    "because",
    "due to",
    "with",
    "not {only,just,sure,certain,improving,stopping,responding,better,getting better}",
    "no {doubt,relief,improvement,better,longer,idea,warning,choice,use,one,help}",
    "without {warning,relief,improvement,help}",
    "{can,could,will} not",
    "{cannot,cant,can't,wont,won't,couldnt,couldn't}",
    "{do not,dont,don't} {know,care,want,understand,feel well,feel good}",
    "never {ending,stops,stopped,going away,had,felt,experienced}",
];

/// As the clinical NegEx scheme has it: a word of absence reaches to the comma, one of denial over a list.
const NEGATION: &[Builtin] = &[
    Builtin {
        before: &[
            "no",
            "not",
            "never",
            "without",
            "neither",
            "nor",
            "none",
            "{isnt,isn't,arent,aren't,wasnt,wasn't,werent,weren't,aint,ain't}",
            "{doesnt,doesn't,dont,don't,didnt,didn't,havent,haven't,hasnt,hasn't,hadnt,hadn't}",
        ],
        after: &[
            "{is,was,are,were} {absent,negative,denied}",
            "ruled out",
            "{unlikely,negative,denied,resolved}",
        ],
        stop: NEGATION_STOP,
        reach: 48,
        ends_at_comma: true,
        quoted: false,
    },
    Builtin {
        before: &[
            "{denies,denied,denying,deny}",
            "negative for",
            "no {signs,sign,symptoms,evidence,complaints,history,hx,family history} of",
            "{free,absence} of",
            "{rule out,ruled out,rules out}",
        ],
        after: &[],
        stop: NEGATION_STOP,
        reach: 120,
        ends_at_comma: false,
        quoted: false,
    },
];

const EDUCATION: &[Builtin] = &[Builtin {
    before: &[
        "history of the",
        "{the,a brief,its} history of",
        "for {a,an,my,our,the} {class,essay,exam,school project,project,presentation,thesis,paper,report,article,course,lecture,quiz,research paper,homework}",
        "{essay,paper,thesis,article,presentation,report,lecture,book,documentary,lesson} {on,about}",
        "{define,definition of,etymology of,meaning of the word}",
        "{statistics,research,awareness,studies,campaign,prevention programs} {on,about,for,of}",
        "{i study,i am studying,im studying,studying for}",
        "explain the {concept,history,science,theory,mechanism}",
        "in {academic,medical} {literature,research,terms}",
    ],
    after: &[
        "for {a,an,my,our} {class,essay,exam,school project,project,presentation,thesis,paper,report,article,course,lecture,quiz,homework}",
        "in {history,literature,mythology,linguistics}",
        "{awareness,prevention} {month,week,day,campaign,program,training,policy}",
    ],
    stop: &[],
    reach: 80,
    ends_at_comma: false,
    quoted: false,
}];

const QUOTATION: &[Builtin] = &[Builtin {
    before: &[
        "{he,she,they,who,it} {said,says,wrote,writes,asked,shouted,sang,reads}",
        "the {word,words,phrase,term,expression,idiom,line,lyric,sentence,sign,headline,title,quote}",
        "{titled,called,named,entitled,quoting,quoted}",
        "a {song,book,film,movie,novel,poem,play,show,series,band}",
        "{translate,spell,pronounce,paraphrase,proofread}",
    ],
    after: &[],
    stop: &[],
    reach: 80,
    ends_at_comma: false,
    quoted: true,
}];

const PAST: &[Builtin] = &[Builtin {
    before: &[
        "{years,decades,months} ago",
        "when i was {a,an,in,at,little,young,younger}",
        "{used to,back in,as a child,in my childhood,in my youth}",
        "{last year,last decade,in the past,previously,formerly,long ago,once had}",
        "{past medical history,pmh,past history,prior history,history} of",
    ],
    after: &[
        "{years,decades,months} ago",
        "when i was {a,an,in,at,little,young,younger}",
        "{last year,last decade,in the past,as a child,in my childhood}",
        "in {childhood,19,20}",
    ],
    stop: &[
        "now",
        "again",
        "today",
        "tonight",
        "currently",
        "these days",
        "right now",
        "{has,have} {returned,come back}",
    ],
    reach: 48,
    ends_at_comma: true,
    quoted: false,
}];

const FICTION: &[Builtin] = &[Builtin {
    before: &[
        "{in,for,of} {a,my,the,this} {novel,story,screenplay,script,film,movie,game,play,short story,song,poem}",
        "{my,the,main,a} {character,characters,protagonist,villain,hero}",
        "{fictional,fiction,fan fiction,fanfic,role play,dungeons and dragons}",
        "{plot,scene,chapter} {in,of,where,in which}",
    ],
    after: &[
        "in {a,my,the,this} {novel,story,screenplay,script,film,movie,game,play,short story,song,poem}",
        "{my,the,main} {character,protagonist,villain}",
    ],
    stop: &[],
    reach: 80,
    ends_at_comma: false,
    quoted: false,
}];

const THIRD_PERSON: &[Builtin] = &[Builtin {
    before: &[
        "{a friend,a neighbour,a neighbor,an acquaintance,a colleague,a celebrity} {of mine,who,of ours}",
        "{my,our,his,her,their} {neighbour,neighbor,colleague,coworker,boss,client,customer,patient,student}",
        "{an actor,an actress,a singer,a politician,a celebrity}",
    ],
    after: &[],
    // Never a term of one letter: the scan would stop at each.
    stop: &[
        "{me,my,we}",
        "i {am,have,feel,had,was,need,cant,do,dont,want,keep,get,got,think,will,would,should,could,can,just,also,took}",
    ],
    reach: 60,
    ends_at_comma: false,
    quoted: false,
}];
