use super::*;

#[test]
fn confusion_only_the_exact_names_are_roles() {
    for role in [ChatRole::System, ChatRole::Developer, ChatRole::User, ChatRole::Assistant, ChatRole::Tool] {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
    assert_eq!("function".parse(), Ok(ChatRole::Tool));
    for wrong in ["", "System", "SYSTEM", " system", "system\0", "ѕystem", "root", "ipython"] {
        assert!(wrong.parse::<ChatRole>().is_err(), "{wrong:?}");
    }
}

#[test]
fn debug_tells_sizes_and_never_what_was_said() {
    let mut request = ChatRequest::ask("my sister has it");
    request.messages[0].tool_calls.push(ToolCall {
        id: "1".into(),
        name: "look_up".into(),
        arguments: "{\"whom\":\"my sister\"}".into(),
    });
    assert!(!format!("{request:?}").contains("sister"), "{request:?}");
}
