//! Secrets that start with a prefix of their issuer's. The forms are the issuers' own, from their documentation and their secret
//! scanning partners' lists.

use super::class::{
    ALNUM, ALPHA, BASE32, BASE64, BECH32, Class, DIGIT, HEX, LOWER_NUM, UPPER_NUM, URL64, WORD,
};
use crate::Kind;

/// A secret with a prefix.
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) prefix: &'static str,
    /// What follows the prefix.
    pub(super) parts: &'static [Part],
    pub(super) check: Check,
}

/// A piece of a secret.
pub(super) enum Part {
    /// So many characters of a class, as many as there are.
    Run(Class, usize, usize),
    /// Exactly this.
    Text(&'static str),
}

/// What a secret ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    None,
    /// CRC-32 of what stands between the prefix and it, in six characters of base 62 (GitHub 2021, npm 2021).
    Crc32Base62,
}

use Part::{Run, Text};

const fn token(kind: &'static str, prefix: &'static str, parts: &'static [Part]) -> Token {
    Token { kind: Kind::new(kind), prefix, parts, check: Check::None }
}

const fn checked(kind: &'static str, prefix: &'static str, parts: &'static [Part]) -> Token {
    Token { kind: Kind::new(kind), prefix, parts, check: Check::Crc32Base62 }
}

/// Longer tokens are cut here.
const MANY: usize = 4096;

const fn exactly(class: Class, len: usize) -> Part {
    Run(class, len, len)
}

pub(super) const ALL: &[Token] = &[
    // clouds
    token("secret:aws", "AKIA", &[exactly(BASE32, 16)]),
    token("secret:aws", "ASIA", &[exactly(BASE32, 16)]),
    token("secret:aws", "ABIA", &[exactly(BASE32, 16)]),
    token("secret:aws", "ACCA", &[exactly(BASE32, 16)]),
    token("secret:aws", "ABSK", &[Run(BASE64, 109, 280)]),
    token("secret:aws", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t", &[Run(BASE64, 0, MANY)]),
    token("secret:gcp", "AIza", &[exactly(URL64, 35)]),
    token("secret:gcp", "GOCSPX-", &[exactly(URL64, 28)]),
    token("secret:gcp", "ya29.", &[Run(URL64, 20, 1024)]),
    token("secret:alibaba", "LTAI", &[Run(ALNUM, 12, 20)]),
    token("secret:digitalocean", "dop_v1_", &[exactly(HEX, 64)]),
    token("secret:digitalocean", "doo_v1_", &[exactly(HEX, 64)]),
    token("secret:digitalocean", "dor_v1_", &[exactly(HEX, 64)]),
    token("secret:cloudflare", "v1.0-", &[exactly(HEX, 24), Text("-"), exactly(HEX, 146)]),
    token("secret:fly", "fo1_", &[exactly(URL64, 43)]),
    token("secret:fly", "fm1a_", &[Run(BASE64, 100, MANY)]),
    token("secret:fly", "fm1r_", &[Run(BASE64, 100, MANY)]),
    token("secret:fly", "fm2_", &[Run(BASE64, 100, MANY)]),
    token("secret:heroku", "HRKU-AA", &[exactly(URL64, 58)]),
    token("secret:scalingo", "tk-us-", &[exactly(URL64, 48)]),
    token(
        "secret:tailscale",
        "tskey-",
        &[Run(LOWER_NUM, 3, 10), Text("-"), Run(ALNUM, 8, 24), Text("-"), Run(ALNUM, 16, 48)],
    ),
    token("secret:supabase", "sbp_", &[exactly(HEX, 40)]),
    // source code and packages
    checked("secret:github", "ghp_", &[exactly(ALNUM, 36)]),
    checked("secret:github", "gho_", &[exactly(ALNUM, 36)]),
    checked("secret:github", "ghu_", &[exactly(ALNUM, 36)]),
    checked("secret:github", "ghs_", &[exactly(ALNUM, 36)]),
    checked("secret:github", "ghr_", &[Run(ALNUM, 36, 76)]),
    token("secret:github", "github_pat_", &[exactly(ALNUM, 22), Text("_"), exactly(ALNUM, 59)]),
    token("secret:gitlab", "glpat-", &[Run(URL64, 20, 300), Text("."), Run(LOWER_NUM, 9, 9)]),
    token("secret:gitlab", "glpat-", &[Run(URL64, 20, 64)]),
    token("secret:gitlab", "gldt-", &[Run(URL64, 20, 64)]),
    token("secret:gitlab", "glcbt-", &[Run(ALNUM, 1, 5), Text("_"), exactly(URL64, 20)]),
    token("secret:gitlab", "glffct-", &[exactly(URL64, 20)]),
    token("secret:gitlab", "glft-", &[exactly(URL64, 20)]),
    token("secret:gitlab", "glimt-", &[exactly(URL64, 25)]),
    token("secret:gitlab", "glagent-", &[exactly(URL64, 50)]),
    token("secret:gitlab", "gloas-", &[exactly(URL64, 64)]),
    token("secret:gitlab", "glptt-", &[exactly(HEX, 40)]),
    token("secret:gitlab", "glrt-", &[Run(URL64, 20, 300), Text("."), Run(LOWER_NUM, 9, 9)]),
    token("secret:gitlab", "glrt-", &[exactly(URL64, 20)]),
    token("secret:gitlab", "glsoat-", &[exactly(URL64, 20)]),
    token("secret:gitlab", "GR1348941", &[exactly(URL64, 20)]),
    token("secret:gitlab", "_gitlab_session=", &[exactly(LOWER_NUM, 32)]),
    checked("secret:npm", "npm_", &[exactly(ALNUM, 36)]),
    token("secret:pypi", "pypi-AgEIcHlwaS5vcmc", &[Run(URL64, 50, 1000)]),
    token("secret:pypi", "pypi-AgENdGVzdC5weXBpLm9yZw", &[Run(URL64, 50, 1000)]),
    token("secret:crates-io", "cio", &[exactly(ALNUM, 32)]),
    token("secret:rubygems", "rubygems_", &[exactly(HEX, 48)]),
    token("secret:nuget", "oy2", &[exactly(LOWER_NUM, 43)]),
    token("secret:clojars", "CLOJARS_", &[exactly(ALNUM, 60)]),
    token("secret:docker", "dckr_pat_", &[exactly(URL64, 27)]),
    token("secret:docker", "dckr_oat_", &[Run(URL64, 27, 40)]),
    token("secret:artifactory", "AKCp", &[exactly(ALNUM, 69)]),
    token("secret:artifactory", "cmVmd", &[exactly(ALNUM, 59)]),
    token("secret:sourcegraph", "sgp_local_", &[exactly(HEX, 40)]),
    token("secret:sourcegraph", "sgp_", &[exactly(HEX, 16), Text("_"), exactly(HEX, 40)]),
    token("secret:sourcegraph", "sgp_", &[exactly(HEX, 40)]),
    token("secret:octopus-deploy", "API-", &[exactly(UPPER_NUM, 26)]),
    token("secret:postman", "PMAK-", &[exactly(HEX, 24), Text("-"), exactly(HEX, 34)]),
    token("secret:readme", "rdme_", &[exactly(LOWER_NUM, 70)]),
    token("secret:prefect", "pnu_", &[exactly(ALNUM, 36)]),
    token("secret:sonar", "squ_", &[exactly(HEX, 40)]),
    token("secret:sonar", "sqp_", &[exactly(HEX, 40)]),
    token("secret:sonar", "sqa_", &[exactly(HEX, 40)]),
    // messages
    token(
        "secret:slack",
        "xoxb-",
        &[Run(DIGIT, 8, 14), Text("-"), Run(DIGIT, 10, 14), Text("-"), Run(ALNUM, 18, 36)],
    ),
    token("secret:slack", "xoxb-", &[Run(DIGIT, 8, 14), Text("-"), Run(ALNUM, 18, 36)]),
    token(
        "secret:slack",
        "xoxp-",
        &[
            Run(DIGIT, 10, 13),
            Text("-"),
            Run(DIGIT, 10, 13),
            Text("-"),
            Run(DIGIT, 10, 13),
            Text("-"),
            Run(ALNUM, 28, 34),
        ],
    ),
    token(
        "secret:slack",
        "xoxp-",
        &[Run(DIGIT, 10, 13), Text("-"), Run(DIGIT, 10, 13), Text("-"), Run(ALNUM, 24, 34)],
    ),
    token(
        "secret:slack",
        "xoxe-",
        &[
            Run(DIGIT, 10, 13),
            Text("-"),
            Run(DIGIT, 10, 13),
            Text("-"),
            Run(DIGIT, 10, 13),
            Text("-"),
            Run(ALNUM, 28, 34),
        ],
    ),
    token("secret:slack", "xoxe-", &[exactly(DIGIT, 1), Text("-"), Run(ALNUM, 140, 160)]),
    token("secret:slack", "xoxe.xoxb-", &[exactly(DIGIT, 1), Text("-"), Run(ALNUM, 150, 180)]),
    token("secret:slack", "xoxe.xoxp-", &[exactly(DIGIT, 1), Text("-"), Run(ALNUM, 150, 180)]),
    token("secret:slack", "xoxa-", &[exactly(DIGIT, 1), Text("-"), Run(ALNUM, 8, 48)]),
    token("secret:slack", "xoxa-", &[Run(ALNUM, 8, 48)]),
    token("secret:slack", "xoxr-", &[exactly(DIGIT, 1), Text("-"), Run(ALNUM, 8, 48)]),
    token("secret:slack", "xoxr-", &[Run(ALNUM, 8, 48)]),
    token(
        "secret:slack",
        "xoxo-",
        &[
            Run(DIGIT, 1, 16),
            Text("-"),
            Run(DIGIT, 1, 16),
            Text("-"),
            Run(DIGIT, 1, 16),
            Text("-"),
            Run(HEX, 8, 64),
        ],
    ),
    token(
        "secret:slack",
        "xoxs-",
        &[
            Run(DIGIT, 1, 16),
            Text("-"),
            Run(DIGIT, 1, 16),
            Text("-"),
            Run(DIGIT, 1, 16),
            Text("-"),
            Run(HEX, 8, 64),
        ],
    ),
    token(
        "secret:slack",
        "xapp-",
        &[
            exactly(DIGIT, 1),
            Text("-"),
            Run(ALNUM, 8, 16),
            Text("-"),
            Run(DIGIT, 8, 16),
            Text("-"),
            Run(LOWER_NUM, 32, 80),
        ],
    ),
    token(
        "secret:slack",
        "hooks.slack.com/services/",
        &[Run(ALNUM, 8, 14), Text("/"), Run(ALNUM, 8, 14), Text("/"), Run(ALNUM, 18, 30)],
    ),
    token(
        "secret:slack",
        "hooks.slack.com/workflows/",
        &[
            Run(ALNUM, 8, 14),
            Text("/"),
            Run(ALNUM, 8, 14),
            Text("/"),
            Run(ALNUM, 12, 24),
            Text("/"),
            Run(ALNUM, 18, 30),
        ],
    ),
    token(
        "secret:slack",
        "hooks.slack.com/triggers/",
        &[Run(ALNUM, 8, 14), Text("/"), Run(ALNUM, 8, 24), Text("/"), Run(ALNUM, 18, 40)],
    ),
    token(
        "secret:discord",
        "discord.com/api/webhooks/",
        &[Run(DIGIT, 17, 20), Text("/"), Run(URL64, 60, 80)],
    ),
    token(
        "secret:discord",
        "discordapp.com/api/webhooks/",
        &[Run(DIGIT, 17, 20), Text("/"), Run(URL64, 60, 80)],
    ),
    token("secret:twilio", "SK", &[exactly(HEX, 32)]),
    token("secret:sendgrid", "SG.", &[exactly(URL64, 22), Text("."), exactly(URL64, 43)]),
    token("secret:mailgun", "key-", &[exactly(HEX, 32)]),
    token("secret:sendinblue", "xkeysib-", &[exactly(HEX, 64), Text("-"), exactly(ALNUM, 16)]),
    token("secret:square", "EAAA", &[Run(URL64, 60, 60)]),
    token("secret:facebook", "EAAM", &[Run(ALNUM, 100, 512)]),
    token("secret:facebook", "EAAC", &[Run(ALNUM, 100, 512)]),
    // money and shops
    token("secret:stripe", "sk_live_", &[Run(ALNUM, 10, 247)]),
    token("secret:stripe", "sk_test_", &[Run(ALNUM, 10, 247)]),
    token("secret:stripe", "sk_prod_", &[Run(ALNUM, 10, 247)]),
    token("secret:stripe", "rk_live_", &[Run(ALNUM, 10, 247)]),
    token("secret:stripe", "rk_test_", &[Run(ALNUM, 10, 247)]),
    token("secret:stripe", "rk_prod_", &[Run(ALNUM, 10, 247)]),
    token("secret:stripe", "whsec_", &[Run(BASE64, 24, 64)]),
    token("secret:square", "sq0atp-", &[Run(URL64, 22, 60)]),
    token("secret:square", "sq0csp-", &[exactly(URL64, 43)]),
    token("secret:paypal", "access_token$production$", &[exactly(ALNUM, 16), Text("$"), exactly(HEX, 32)]),
    token("secret:paypal", "access_token$sandbox$", &[exactly(ALNUM, 16), Text("$"), exactly(HEX, 32)]),
    token("secret:shopify", "shpat_", &[exactly(HEX, 32)]),
    token("secret:shopify", "shpca_", &[exactly(HEX, 32)]),
    token("secret:shopify", "shppa_", &[exactly(HEX, 32)]),
    token("secret:shopify", "shpss_", &[exactly(HEX, 32)]),
    token("secret:easypost", "EZAK", &[exactly(ALNUM, 54)]),
    token("secret:easypost", "EZTK", &[exactly(ALNUM, 54)]),
    token("secret:shippo", "shippo_live_", &[exactly(HEX, 40)]),
    token("secret:shippo", "shippo_test_", &[exactly(HEX, 40)]),
    token("secret:duffel", "duffel_live_", &[exactly(URL64, 43)]),
    token("secret:duffel", "duffel_test_", &[exactly(URL64, 43)]),
    token("secret:flutterwave", "FLWSECK_TEST-", &[Run(ALNUM, 12, 32)]),
    token("secret:flutterwave", "FLWSECK-", &[exactly(ALNUM, 32), Text("-X")]),
    // models
    token("secret:openai", "sk-proj-", &[Run(URL64, 40, 200)]),
    token("secret:openai", "sk-svcacct-", &[Run(URL64, 40, 200)]),
    token("secret:openai", "sk-admin-", &[Run(URL64, 40, 200)]),
    token("secret:openai", "sk-", &[exactly(ALNUM, 20), Text("T3BlbkFJ"), exactly(ALNUM, 20)]),
    token("secret:openai", "sk-", &[exactly(ALNUM, 48)]),
    token("secret:openrouter", "sk-or-v1-", &[exactly(HEX, 64)]),
    token("secret:anthropic", "sk-ant-api03-", &[Run(URL64, 80, 120)]),
    token("secret:anthropic", "sk-ant-admin01-", &[Run(URL64, 80, 120)]),
    token("secret:anthropic", "sk-ant-oat01-", &[Run(URL64, 80, 120)]),
    token("secret:anthropic", "sk-ant-ort01-", &[Run(URL64, 80, 120)]),
    token("secret:hugging-face", "hf_", &[Run(ALNUM, 34, 40)]),
    token("secret:hugging-face", "api_org_", &[exactly(ALPHA, 34)]),
    token("secret:perplexity", "pplx-", &[exactly(ALNUM, 48)]),
    token("secret:groq", "gsk_", &[exactly(ALNUM, 52)]),
    token("secret:replicate", "r8_", &[exactly(ALNUM, 37)]),
    token("secret:xai", "xai-", &[exactly(ALNUM, 80)]),
    token("secret:databricks", "dapi", &[exactly(HEX, 32), Text("-"), exactly(DIGIT, 1)]),
    token("secret:databricks", "dapi", &[exactly(HEX, 32)]),
    // operations
    token("secret:newrelic", "NRAK-", &[exactly(UPPER_NUM, 27)]),
    token("secret:newrelic", "NRII-", &[exactly(URL64, 32)]),
    token("secret:newrelic", "NRJS-", &[exactly(HEX, 19)]),
    token("secret:newrelic", "NRAL-", &[exactly(HEX, 36)]),
    token("secret:grafana", "glsa_", &[exactly(ALNUM, 32), Text("_"), exactly(HEX, 8)]),
    token("secret:grafana", "glc_", &[Run(BASE64, 32, 400)]),
    token("secret:grafana", "eyJrIjoi", &[Run(BASE64, 70, 400)]),
    token("secret:sentry", "sntrys_eyJpYXQiO", &[Run(BASE64, 20, 500), Text("_"), exactly(BASE64, 43)]),
    token("secret:sentry", "sntryu_", &[exactly(HEX, 64)]),
    token("secret:dynatrace", "dt0c01.", &[exactly(ALNUM, 24), Text("."), exactly(ALNUM, 64)]),
    token("secret:pulumi", "pul-", &[exactly(HEX, 40)]),
    token("secret:doppler", "dp.pt.", &[Run(ALNUM, 40, 44)]),
    token("secret:doppler", "dp.st.", &[Run(ALNUM.and("._-"), 40, 80)]),
    token("secret:vault", "hvs.", &[Run(URL64, 90, 120)]),
    token("secret:vault", "hvs.", &[Run(ALNUM, 24, 24)]),
    token("secret:vault", "hvb.", &[Run(URL64, 138, 300)]),
    token("secret:vault", "s.", &[exactly(ALNUM, 24)]),
    token("secret:planetscale", "pscale_tkn_", &[Run(WORD.and("=.-"), 32, 64)]),
    token("secret:planetscale", "pscale_pw_", &[Run(WORD.and("=.-"), 32, 64)]),
    token("secret:planetscale", "pscale_oauth_", &[Run(WORD.and("=.-"), 32, 64)]),
    token("secret:infracost", "ico-", &[exactly(ALNUM, 32)]),
    token(
        "secret:harness",
        "pat.",
        &[exactly(URL64, 22), Text("."), exactly(ALNUM, 24), Text("."), exactly(ALNUM, 20)],
    ),
    token(
        "secret:harness",
        "sat.",
        &[exactly(URL64, 22), Text("."), exactly(ALNUM, 24), Text("."), exactly(ALNUM, 20)],
    ),
    token("secret:openshift", "sha256~", &[exactly(URL64, 43)]),
    token("secret:clickhouse", "4b1d", &[exactly(ALNUM, 38)]),
    token("secret:settlemint", "sm_pat_", &[exactly(ALNUM, 16)]),
    token("secret:settlemint", "sm_aat_", &[exactly(ALNUM, 16)]),
    token("secret:settlemint", "sm_sat_", &[exactly(ALNUM, 16)]),
    token("secret:1password", "ops_eyJ", &[Run(BASE64, 250, MANY)]),
    token(
        "secret:1password",
        "A3-",
        &[
            exactly(UPPER_NUM, 6),
            Text("-"),
            exactly(UPPER_NUM, 11),
            Text("-"),
            exactly(UPPER_NUM, 5),
            Text("-"),
            exactly(UPPER_NUM, 5),
            Text("-"),
            exactly(UPPER_NUM, 5),
        ],
    ),
    token(
        "secret:1password",
        "A3-",
        &[
            exactly(UPPER_NUM, 6),
            Text("-"),
            exactly(UPPER_NUM, 6),
            Text("-"),
            exactly(UPPER_NUM, 5),
            Text("-"),
            exactly(UPPER_NUM, 5),
            Text("-"),
            exactly(UPPER_NUM, 5),
            Text("-"),
            exactly(UPPER_NUM, 5),
        ],
    ),
    token("secret:age", "AGE-SECRET-KEY-1", &[exactly(BECH32, 58)]),
    // work
    token("secret:linear", "lin_api_", &[Run(ALNUM, 32, 48)]),
    token("secret:notion", "ntn_", &[exactly(DIGIT, 11), exactly(ALNUM, 35)]),
    token("secret:notion", "secret_", &[exactly(ALNUM, 43)]),
    token("secret:airtable", "pat", &[exactly(ALNUM, 14), Text("."), exactly(HEX, 64)]),
    token("secret:atlassian", "ATATT3", &[Run(URL64.and("="), 60, 240)]),
    token("secret:atlassian", "ATCTT3", &[Run(URL64.and("="), 60, 240)]),
    token("secret:frame-io", "fio-u-", &[exactly(URL64.and("="), 64)]),
    token("secret:adobe", "p8e-", &[exactly(ALNUM, 32)]),
    token("secret:figma", "figd_", &[Run(URL64, 40, 48)]),
    token("secret:intra42", "s-s4t2ud-", &[exactly(HEX, 64)]),
    token("secret:intra42", "s-s4t2af-", &[exactly(HEX, 64)]),
    token(
        "secret:authress",
        "sc_",
        &[
            Run(LOWER_NUM, 5, 30),
            Text("."),
            Run(LOWER_NUM, 4, 6),
            Text(".acc"),
            Run(URL64, 11, 33),
            Text("."),
            Run(BASE64.and("_-"), 30, 120),
        ],
    ),
    token("secret:dropbox", "sl.", &[exactly(URL64.and("="), 135)]),
    // A JWT that was encoded once more.
    token("secret:jwt", "ZXlK", &[Run(BASE64, 60, MANY)]),
    token(
        "secret:jwt",
        "eyJ",
        &[
            Run(URL64, 14, MANY),
            Text(".ey"),
            Run(URL64.and("/\\"), 15, MANY),
            Text("."),
            Run(URL64.and("/\\="), 0, 1024),
        ],
    ),
];
