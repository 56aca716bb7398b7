//! A guard around a service that speaks the chat protocol of OpenAI, in front of a model or of a gateway to models.
//!
//! 1. `POST …/chat/completions` is read whole, up to a bound. What is no JSON with one meaning is refused.
//! 2. Every text in it is judged, names of parameters and arguments of calls too, and so is what its messages say together. What is to be
//!    taken out is taken out; what may not pass is answered by an assistant's message, and the inner service is not called.
//! 3. A JSON answer is judged choice by choice; of a stream of events each choice has guards of its own, which let go what is certain.
//!
//! Fields that nobody here knows are judged as well, and a body of which nothing was taken out passes byte for byte.

mod answer;
mod asked;
mod beside;
mod body;
mod channel;
mod collect;
mod events;
mod fields;
mod future;
mod layer;
mod names;
mod path;
mod relay;
mod replies;
mod service;
mod settings;
mod sieve;
#[cfg(test)]
mod tests;

pub use body::GuardedBody;
pub use future::GuardrailsFuture;
pub use layer::GuardrailsLayer;
pub use service::Guardrails;
pub use settings::Asker;
