//! What must not stand in a model's answer, whoever made the model write it.
//!
//! A reader of an answer is attacked through what shows it: a browser that fetches an image from a URL which carries the conversation
//! away, a page that runs what the answer holds, a terminal that obeys it, a person or a next model who does not see what it sees.
//! Each sort is a detector with a name that rules can use (`detect = ["markdown-image"]`):
//!
//! | name | what |
//! |---|---|
//! | `markdown-image` | URLs that are fetched as soon as an answer is shown, to hosts that are not allowed: images of Markdown, attributes of HTML, `url()` of CSS; in any spelling that a browser understands, `data:` too |
//! | `markdown-link` | URLs that wait for a click, to hosts that are not allowed, with data in them: a query, a long or random piece of path or host, a disguise; and schemes other than `http`, `https`, `mailto` and `tel`. Words in a path or a host are no data to it |
//! | `link-any` | all URLs that wait for a click, to hosts that are not allowed, whatever they hold |
//! | `html` | HTML that does something: scripts, frames, forms, event handlers |
//! | `html-any` | any HTML at all |
//! | `ansi` | orders to a terminal |
//! | `control` | other control characters but tab and line ends |
//! | `invisible` | characters that nobody sees, where no script or emoji needs them |
//! | `bidi` | characters that show text in another order |
//!
//! All read a text in one pass, and remember how far they have come: what they find does not depend on how the text was cut.

mod html;
mod links;
mod scan;
mod terminal;
#[cfg(test)]
mod tests;
mod unseen;

pub use html::escape_html;
pub use links::{AllowedHosts, HostError};
pub(crate) use scan::{OutputDetector, Scan};
pub(crate) use unseen::{is_unseen, reorders};
