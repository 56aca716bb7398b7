//! The fields of a request that no model reads, and their names.

use super::names::is_twin;
use serde_json::Value;
use stockade_core::Problem;

/// Settings, which are one word or number. Everything else is judged.
const SETTINGS: [&str; 9] = [
    "model",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning_effort",
    "safety_identifier",
    "service_tier",
    "stream",
    "user",
    "verbosity",
];

/// The other fields that some server knows.
const FIELDS: [&str; 34] = [
    "audio",
    "chat_template",
    "documents",
    "extra_body",
    "frequency_penalty",
    "function_call",
    "functions",
    "grammar",
    "input",
    "instructions",
    "json_schema",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "metadata",
    "modalities",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt",
    "response_format",
    "seed",
    "stop",
    "stream_options",
    "suffix",
    "system",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
    "web_search_options",
];

/// What a message has.
const OF_MESSAGE: [&str; 7] =
    ["content", "function_call", "name", "refusal", "role", "tool_call_id", "tool_calls"];

/// A longer setting is judged like any text.
const MAX_SETTING: usize = 128;

/// Whether this is a setting that no model reads.
pub(super) fn is_setting(name: &str, value: &Value) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/');
    SETTINGS.contains(&name)
        && value.as_str().is_some_and(|text| text.len() <= MAX_SETTING && text.bytes().all(plain))
}

/// Whether some server knows a field of this name.
pub(super) fn is_known(name: &str) -> bool {
    SETTINGS.contains(&name) || FIELDS.contains(&name)
}

/// Refuses a request of which a server that does not look at case would read other fields than are judged here.
pub(super) fn refuse_twins(request: &Value) -> Result<(), Problem> {
    let twins = |value: &Value, known: &[&str]| {
        value.as_object().is_some_and(|fields| fields.keys().any(|name| is_twin(name, known)))
    };
    let messages = request.get("messages").and_then(Value::as_array);
    if twins(request, &SETTINGS)
        || twins(request, &FIELDS)
        || messages.is_some_and(|messages| messages.iter().any(|message| twins(message, &OF_MESSAGE)))
    {
        return Err(Problem::invalid_field("body", "ambiguous", "a known field is spelt in other letters"));
    }
    Ok(())
}
