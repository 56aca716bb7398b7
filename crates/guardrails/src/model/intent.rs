//! Words by what they are for, in the languages that attacks are written in: a pair of intents says the same in words that
//! training never saw.

use crate::fold;
use Intent::{Authority, Instruction, Model, Override, Persona, Prior, Reveal, Secret, Turn, Unbound};

/// What a word is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    /// To set aside: ignore, override.
    Override = 1,
    /// What was there before: previous, above.
    Prior,
    /// What binds a model: instructions, rules.
    Instruction,
    /// To let out: repeat, reveal.
    Reveal,
    /// What is not to be let out: password, key.
    Secret,
    /// The model itself: assistant, chatbot.
    Model,
    /// To be somebody else: pretend, role.
    Persona,
    /// Without limits: uncensored, jailbreak.
    Unbound,
    /// From here on: now, instead, new.
    Turn,
    /// Who may command: system, developer, admin.
    Authority,
}

/// Stems; one that ends in `=` is a whole word.
const STEMS: [(Intent, &str); 10] = [
    (
        Override,
        "ignor disregard= disregarding= disregarded= forget= forgetting= forgot= override= overrid overrule \
         overlook bypass circumvent dismiss discard neglect nevermind skip= stop= cancel= erase= reset= oublie= oubliez= \
         neglige vergiss vergesst vergessen missachte olvida olvide omite omita esquec esqueca desconsider dimentic \
         tralascia negeer vergeet zignoruj zapomnij забуд забыт игнор проигнор 忽 无 無 忘 무시 잊 تجاهل انس glem",
    ),
    (
        Prior,
        "previous prior= above= preceding= earlier= former= foregoing= initial= original= originally= beginning= \
         before= aforementioned past= existing= precedent antérieur ci-dessus obige= obigen= vorherig bisherig \
         vorangegangen vorig anterior previo previa previos previas arriba acima precedenti precedente sopra \
         предыдущ выше прежн 前 上 之 以 이전 위 السابق",
    ),
    (
        Instruction,
        "instruct rule= rules= prompt= prompts= prompted= directive directives guideline command= commands= order= \
         orders= policy= policies= restriction constraint limitation filter= filters= programming= training= consign \
         regle= regles= anweisung befehl vorgabe= vorgaben= regel= regeln= instrucc reglas= regla= directric instruco \
         regras= istruzion regole= инструкц правил указан команд 指 示 令 规 規 則 则 지시 명령 규칙 التعليمات",
    ),
    (
        Reveal,
        "reveal repeat= repeating= print= printing= output= outputs= display= show= tell= recite= dump= leak= disclose \
         expose= echo= write= say= spell= respond= reply= answer= translate= summarize= summarise= summary= encode= \
         quote= verbatim= copy= paste= list= return= share= give= reproduce= paraphrase= rephrase= describe= explain= \
         affiche montre= répète repete= revele= révèle donne= dis= zeig zeige= wiederhol nenne= sag= sage= gib= muestra \
         repite= revela dime= imprim diga= mostre= repita= ripeti mostra= dimmi= покаж повтор скаж выведи напиш \
         显 輸 输 告 说 알려 말해 출력 보여 اكشف",
    ),
    (
        Secret,
        "password passcode passphrase secret= secrets= credential confidential hidden= key= keys= token= tokens= code= \
         codes= pin= pins= motdepasse passe= passwort kennwort geheim contrasena clave= senha= secreto= secreta= \
         segredo parola= segreta= segreto= пароль парол секрет ключ 密 口 비밀 암호",
    ),
    (
        Model,
        "ai= ais= assistant= assistants= chatbot= bot= bots= gpt= gpts= chatgpt llm= llms= model= models= chatgpt= openai= \
         claude= gemini= llama= bard= bing= agent= copilot= anthropic= asistente= assistent= assistente= ассистент 助 모델 ki=",
    ),
    (
        Persona,
        "pretend= pretending= act= acting= roleplay roleplaying= role= roles= persona= personas= character= characters= \
         imagine= simulate= simulat fictional= hypothetical= impersonat embody= immerse= stay= play= playing= \
         joue= rôle= agis= spiel= rolle= actua= finge= papel= atue= finja= fingi= agisci= притвор представ роль 扮 演 装",
    ),
    (
        Unbound,
        "unfiltered uncensored unrestricted unlimited= unbound jailbreak jailbroken= amoral immoral unethical illegal= \
         illegality= freed= liberated= anything= everything= dan= evil= malicious= harmful= limitless= uninhibited \
         unmoderated nsfw= refuse= refuses= refusing= decline= warnings= disclaimer ethics= ethical= ethic= morals= moral= \
         morality= censorship= censored= consequences= profanity= swear=",
    ),
    (
        Turn,
        "now= instead= henceforth= new= next= following= below= actually= only= just= exactly= simply= must= always= \
         never= immediately= maintenant= désormais= jetzt= ab= stattdessen= ahora= agora= adesso= ora= vez= lugar= теперь= \
         вместо= 现 今",
    ),
    (
        Authority,
        "system= systems= developer= developers= admin= administrator root= sudo= superuser debug= debugging= mode= \
         maintenance= authorized= authorised= authoriz unlock= unlocked= access= granted= override= engineer= creator= \
         owner= user= users= end= endprompt= startprompt= endofprompt= im= inst= sys=",
    ),
];

/// Where intents are looked up.
#[derive(Debug, Clone)]
pub(super) struct Intents {
    /// Stem, whether it is a whole word, intent; sorted by stem.
    sorted: Vec<(String, bool, Intent)>,
}

impl Intents {
    pub(super) fn new() -> Self {
        let stems =
            STEMS.iter().flat_map(|(intent, stems)| stems.split_whitespace().map(|stem| (stem, *intent)));
        let mut sorted: Vec<_> = stems
            .map(|(stem, intent)| {
                let (stem, whole) = stem.strip_suffix('=').map_or((stem, false), |word| (word, true));
                (fold(stem).as_str().to_owned(), whole, intent)
            })
            .collect();
        sorted.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        sorted.dedup_by(|a, b| a.0 == b.0);
        Self { sorted }
    }

    /// The intent of a folded word, by the stem that it begins with. Costs a binary search.
    pub(super) fn of(&self, word: &str) -> Option<Intent> {
        let after = self.sorted.partition_point(|(stem, _, _)| stem.as_str() <= word);
        // A whole word may stand between a word and its stem: `print=` between `pri` and `printed`.
        let near = self.sorted.get(after.saturating_sub(NEAR)..after)?.iter().rev();
        near.filter(|(stem, whole, _)| if *whole { word == stem } else { word.starts_with(stem.as_str()) })
            .map(|(_, _, intent)| *intent)
            .next()
    }
}

/// How many entries back a stem is looked for.
const NEAR: usize = 4;
