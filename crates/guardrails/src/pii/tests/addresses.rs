//! Of mail, of the web and of networks.

use super::{each_holds, found, none_holds_anything};

#[test]
fn mail_addresses() {
    each_holds(
        "email",
        &[
            "mail ⟦jo.doe+list@mail.example.org⟧.",
            "<⟦jo@example.org⟧>",
            "'⟦jo@example.org⟧'",
            "mailto:⟦jo@example.org⟧?subject=x",
            "⟦o'neil@example.ie⟧, please",
            "email=⟦jo_1@xn--bcher-kva.example⟧&x",
            "⟦jörg@bücher.example⟧",
            "邮箱是⟦jo@example.org⟧。",
            "⟦jo@example.org⟧我的",
            "**⟦jo@example.org⟧**",
        ],
    );
    none_holds_anything(&[
        "icon@2x.png",
        "@name",
        "jo@localhost",
        "a @ b.example",
        "jo@.example",
        "x@@y",
        "@example.org",
        "jo@1.2",
    ]);
}

#[test]
fn web_addresses() {
    each_holds(
        "url",
        &[
            "see ⟦https://example.org/a?b=c#d⟧.",
            "(⟦http://example.org/a_(b)⟧)",
            "[x](⟦https://example.org/x⟧)",
            "⟦www.example.org/x⟧, and",
            "\"⟦HTTPS://EXAMPLE.ORG⟧\"",
            "⟦https://jo@example.org/⟧",
        ],
    );
    none_holds_anything(&["std::fmt", "://", "https://", "foo://bar", "awww.no"]);
    assert_eq!(found("https://example.org/?mail=jo@example.org").len(), 1, "the longest");
}

#[test]
fn network_addresses() {
    each_holds(
        "ip",
        &[
            "host ⟦192.0.2.17⟧.",
            "⟦192.0.2.17⟧:8080",
            "⟦10.0.0.0⟧/8",
            "⟦2001:db8::1⟧",
            "[⟦2001:db8:0:0:0:0:2:1⟧]:443",
            "at ⟦::1⟧, or",
            "⟦::ffff:192.0.2.1⟧ x",
            "⟦fe80::1⟧%eth0",
        ],
    );
    each_holds("mac", &["if ⟦00:1B:44:11:3A:B7⟧", "⟦0a-bb-cc-dd-ee-ff⟧", "⟦AA:BB:CC:DD:EE:FF⟧,"]);
    none_holds_anything(&[
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "version 1.2.3.4",
        "v1.2.3.4",
        "12:34:56",
        "a::b",
        "::",
        "std::io",
    ]);
}

#[test]
fn addresses_of_block_chains() {
    // BIP 173's example.
    each_holds(
        "crypto-address",
        &["to ⟦bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4⟧", "⟦0x52908400098527886E0F7030069857D2E4169EE7⟧"],
    );
    none_holds_anything(&["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "0x529084"]);
}
