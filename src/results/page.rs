//! Pages to print, in the program's one style: a title, whose run it is, a note, and what the caller has written.

use super::sentences::Teller;
use crate::simulation::Outcome;

/// A whole page; `title` and `note` are keys of messages, `body` is HTML in which every text is [`escaped`].
pub fn document(
    outcome: &Outcome,
    teller: &Teller<'_>,
    title: &str,
    note: &str,
    body: &str,
) -> String {
    let title = escaped(&teller.text(title));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{} · {} {}</p>\n<p class=\"note\">{}</p>\n{body}</body>\n</html>\n",
        teller.language().code(),
        escaped(teller.name(&outcome.world.scenario.file.title)),
        escaped(&teller.text("fire-file-seed")),
        outcome.seed,
        escaped(&teller.text(note)),
    )
}

const STYLE: &str = "body { font-family: sans-serif; max-width: 46em; margin: 2em auto; color: #222; }\n\
    h1 { font-size: 1.4em; }\n\
    .note { color: #7a3b00; }\n\
    table { border-collapse: collapse; width: 100%; margin-bottom: 2em; page-break-after: always; }\n\
    th, td { border: 1px solid #999; padding: 0.25em 0.6em; text-align: left; font-weight: normal; }\n\
    th { background: #f2f2f2; width: 14em; }\n\
    .head th, .section th { width: auto; font-weight: bold; }\n\
    .section th { background: #ddd; }\n\
    .fix { width: 11em; }\n\
    .open { display: inline-block; min-width: 8em; border-bottom: 1px dotted #999; }\n\
    @media print { body { margin: 0; } tr { page-break-inside: avoid; } .section { page-break-after: avoid; } }\n";

/// A text with what means something in HTML written out.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
