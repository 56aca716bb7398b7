//! Secrets without a form of their own: told by the name before them.

use super::class::{ALNUM, BASE64, Class, HEX, LOWER_NUM, URL64};
use crate::Kind;

/// What follows the name of a service and a sign of assignment.
pub(super) struct Named {
    pub(super) kind: Kind,
    /// The name, found in any case.
    pub(super) name: &'static str,
    pub(super) class: Class,
    /// The lengths it may have, from and to.
    pub(super) lens: &'static [(usize, usize)],
}

const fn named(
    kind: &'static str,
    name: &'static str,
    class: Class,
    lens: &'static [(usize, usize)],
) -> Named {
    Named { kind: Kind::new(kind), name, class, lens }
}

/// A key of 32 characters, hexadecimal or not: what most services give.
const N32: &[(usize, usize)] = &[(32, 32)];
/// A UUID.
const UUID: &[(usize, usize)] = &[(36, 36)];
const HEX_DASH: Class = HEX.and("-");

pub(super) const ALL: &[Named] = &[
    named("secret:adafruit", "adafruit", URL64, N32),
    named("secret:adobe", "adobe", HEX, N32),
    named("secret:airtable", "airtable", ALNUM, &[(17, 17)]),
    named("secret:algolia", "algolia", LOWER_NUM, N32),
    named("secret:alibaba", "alibaba", LOWER_NUM, &[(30, 30)]),
    named("secret:asana", "asana", LOWER_NUM, &[(16, 16), (32, 32)]),
    named("secret:atlassian", "atlassian", ALNUM, &[(20, 24)]),
    named("secret:atlassian", "confluence", ALNUM, &[(20, 24)]),
    named("secret:atlassian", "jira", ALNUM, &[(20, 24)]),
    named("secret:auth0", "auth0", URL64, &[(43, 64)]),
    named("secret:aws", "aws", BASE64, &[(40, 40)]),
    named("secret:azure", "azure", BASE64, &[(43, 44), (88, 88)]),
    named("secret:azure", "accountkey", BASE64, &[(44, 44), (88, 88)]),
    named("secret:azure", "sharedaccesskey", BASE64, &[(44, 44)]),
    named("secret:beamer", "beamer", URL64.and("="), &[(46, 46)]),
    named("secret:bitbucket", "bitbucket", URL64.and("="), &[(32, 32), (64, 64)]),
    named("secret:bittrex", "bittrex", ALNUM, N32),
    named("secret:cloudflare", "cloudflare", URL64, &[(37, 37), (40, 40)]),
    named("secret:codecov", "codecov", ALNUM, N32),
    named("secret:cohere", "cohere", ALNUM, &[(40, 40)]),
    named("secret:cohere", "co_api_key", ALNUM, &[(40, 40)]),
    named("secret:coinbase", "coinbase", URL64, &[(64, 64)]),
    named("secret:confluent", "confluent", ALNUM, &[(16, 16), (64, 64)]),
    named("secret:contentful", "contentful", URL64.and("="), &[(43, 43)]),
    named("secret:datadog", "datadog", ALNUM, &[(32, 32), (40, 40)]),
    named("secret:datadog", "dd_api_key", HEX, N32),
    named("secret:datadog", "dd_app_key", HEX, &[(40, 40)]),
    named("secret:definednetworking", "dnkey", URL64.and("="), &[(85, 85)]),
    named("secret:discord", "discord", URL64.and("."), &[(18, 18), (32, 32), (64, 64), (59, 72)]),
    named("secret:droneci", "droneci", ALNUM, N32),
    named("secret:dropbox", "dropbox", URL64.and("="), &[(15, 15), (64, 64)]),
    named("secret:etsy", "etsy", ALNUM, &[(24, 24)]),
    named("secret:facebook", "facebook", HEX, N32),
    named("secret:fastly", "fastly", URL64, N32),
    named("secret:finicity", "finicity", ALNUM, &[(20, 20), (32, 32)]),
    named("secret:finnhub", "finnhub", ALNUM, &[(20, 20)]),
    named("secret:flickr", "flickr", ALNUM, N32),
    named("secret:freshbooks", "freshbooks", ALNUM, &[(64, 64)]),
    named("secret:gitter", "gitter", URL64, &[(40, 40)]),
    named("secret:gocardless", "gocardless", URL64.and("="), &[(45, 45)]),
    named("secret:heroku", "heroku", HEX_DASH, UUID),
    named("secret:hubspot", "hubspot", HEX_DASH, UUID),
    named("secret:intercom", "intercom", URL64.and("="), &[(60, 60)]),
    named("secret:jfrog", "jfrog", ALNUM, &[(64, 64), (73, 73)]),
    named("secret:jfrog", "artifactory", ALNUM, &[(64, 64), (73, 73)]),
    named("secret:kraken", "kraken", BASE64.and("_-"), &[(80, 90)]),
    named("secret:kucoin", "kucoin", HEX_DASH, &[(24, 24), (36, 36)]),
    named("secret:launchdarkly", "launchdarkly", URL64.and("="), &[(40, 40)]),
    named("secret:linear", "linear", HEX, N32),
    named("secret:linkedin", "linkedin", ALNUM, &[(14, 14), (16, 16)]),
    named("secret:linkedin", "linked_in", ALNUM, &[(14, 14), (16, 16)]),
    named("secret:linkedin", "linked-in", ALNUM, &[(14, 14), (16, 16)]),
    named("secret:lob", "lob", ALNUM.and("_"), &[(40, 40), (44, 44)]),
    named("secret:looker", "looker", ALNUM, &[(20, 20), (24, 24)]),
    named("secret:mapbox", "mapbox", ALNUM.and("."), &[(86, 86)]),
    named("secret:mailgun", "mailgun", ALNUM.and("-"), &[(50, 50)]),
    named("secret:mattermost", "mattermost", ALNUM, &[(26, 26)]),
    named("secret:meraki", "meraki", HEX, &[(40, 40)]),
    named("secret:messagebird", "messagebird", ALNUM.and("-"), &[(25, 25), (36, 36)]),
    named("secret:messagebird", "message_bird", ALNUM.and("-"), &[(25, 25), (36, 36)]),
    named("secret:messagebird", "message-bird", ALNUM.and("-"), &[(25, 25), (36, 36)]),
    named("secret:netlify", "netlify", URL64.and("="), &[(40, 46)]),
    named("secret:newrelic", "newrelic", ALNUM, &[(64, 64)]),
    named("secret:newrelic", "new-relic", ALNUM, &[(64, 64)]),
    named("secret:newrelic", "new_relic", ALNUM, &[(64, 64)]),
    named("secret:nytimes", "nytimes", URL64.and("="), N32),
    named("secret:nytimes", "new-york-times", URL64.and("="), N32),
    named("secret:nytimes", "newyorktimes", URL64.and("="), N32),
    named("secret:okta", "okta", URL64.and("="), &[(42, 42)]),
    named("secret:plaid", "plaid", ALNUM.and("-"), &[(24, 24), (30, 30), (49, 52)]),
    named("secret:privateai", "private_ai", LOWER_NUM, N32),
    named("secret:privateai", "private-ai", LOWER_NUM, N32),
    named("secret:privateai", "privateai", LOWER_NUM, N32),
    named("secret:rapidapi", "rapidapi", URL64, &[(50, 50)]),
    named("secret:sendbird", "sendbird", HEX_DASH, &[(36, 36), (40, 40)]),
    named("secret:sentry", "sentry", HEX, &[(64, 64)]),
    named("secret:sidekiq", "contribsys__com", HEX.and(":"), &[(17, 17)]),
    named("secret:snyk", "snyk", HEX_DASH, UUID),
    named("secret:sonar", "sonar", URL64.and("="), &[(40, 44)]),
    named("secret:sourcegraph", "sourcegraph", HEX, &[(40, 40)]),
    named("secret:squarespace", "squarespace", HEX_DASH, UUID),
    named("secret:sumologic", "sumo", ALNUM, &[(14, 14), (64, 64)]),
    named("secret:travisci", "travis", ALNUM, &[(22, 22)]),
    named("secret:trello", "trello", ALNUM.and("-"), N32),
    named("secret:twilio", "twilio", HEX, N32),
    named("secret:twitch", "twitch", LOWER_NUM, &[(30, 30)]),
    named(
        "secret:twitter",
        "twitter",
        ALNUM.and("%-"),
        &[(25, 25), (45, 45), (50, 50), (102, 130), (40, 64)],
    ),
    named("secret:typeform", "typeform", ALNUM.and("_.-="), &[(59, 66)]),
    named("secret:yandex", "yandex", URL64.and("."), &[(38, 44), (86, 120)]),
    named("secret:zendesk", "zendesk", ALNUM, &[(40, 40)]),
];

/// Those among [`GENERIC`] whose values are words that people remember.
pub(super) const PASSWORDS: &[&str] =
    &["password", "passwd", "passphrase", "pwd", "pw", "passwort", "kennwort", "contraseña", "mot de passe"];

/// Names of secrets of no service in particular, found in any case.
pub(super) const GENERIC: &[&str] = &[
    "api_key",
    "api-key",
    "apikey",
    "api key",
    "api_token",
    "api-token",
    "apitoken",
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pw",
    "passwort",
    "kennwort",
    "contraseña",
    "mot de passe",
    "credential",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "private-key",
    "privatekey",
    "encryption_key",
    "signing_key",
    "auth_key",
    "authkey",
    "client_srt",
    "creds",
];
