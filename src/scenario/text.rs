//! Finding things in RON text: the bytes in which a field, an entry or an item is written.
//!
//! Serde forgets where a value stood. A diagnostic of meaning knows only the field path
//! (`units[3].station`), so this walks the text along that path. The text need not be a valid
//! scenario: whatever cannot be followed is simply not found. JSON is lexically close enough to RON
//! that objects (as maps) and arrays are walked too.

use std::fmt;
use std::ops::Range;

/// One step of a field path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field of a struct.
    Field(&'static str),
    /// An item of a list or tuple, counted from 0.
    Index(usize),
    /// An entry of a map with string keys, or a member of a JSON object.
    Key(String),
}

/// A path from the root of a document to a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FieldPath(pub Vec<Step>);

impl FieldPath {
    /// The path of one top-level field.
    pub fn of(field: &'static str) -> Self {
        Self(vec![Step::Field(field)])
    }

    /// This path and then a field.
    #[must_use]
    pub fn field(&self, field: &'static str) -> Self {
        self.then(Step::Field(field))
    }

    /// This path and then an item.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// This path and then a map entry.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then(Step::Key(key.to_owned()))
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if i == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(n) => write!(f, "[{n}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

/// The bytes of the value at `path`; none when the text has no such value.
pub fn locate(text: &str, path: &[Step]) -> Option<Range<usize>> {
    Tokens::of(text).find(path).map(|found| found.value)
}

/// The bytes of the field name or map key that introduces the value at `path`; none for items of
/// lists, for the root and where the text has no such value.
pub fn locate_name(text: &str, path: &[Step]) -> Option<Range<usize>> {
    Tokens::of(text).find(path).and_then(|found| found.name)
}

/// The bytes to underline for `path`: the value when it stands on one line, else its name, else its
/// opening token. Where the text leaves the value out, the nearest thing around it.
pub fn pointer(text: &str, path: &[Step]) -> Range<usize> {
    let tokens = Tokens::of(text);
    for depth in (0..=path.len()).rev() {
        if let Some(found) = tokens.find(&path[..depth]) {
            // A value that was left out is reported on what should have held it, by name.
            let left_out = depth < path.len();
            if !left_out && !text[found.value.clone()].contains('\n') {
                return found.value;
            }
            return found.name.unwrap_or(found.opening);
        }
    }
    0..0
}

/// The token that covers or follows byte `offset`; the last one past the end; none in a text
/// without tokens.
pub fn token_at(text: &str, offset: usize) -> Option<Range<usize>> {
    let tokens = Tokens::of(text).list;
    let found = tokens
        .iter()
        .find(|t| t.range.end > offset)
        .or(tokens.last())?;
    Some(found.range.clone())
}

/// The last token that ends at or before byte `offset`.
pub fn token_before(text: &str, offset: usize) -> Option<Range<usize>> {
    let tokens = Tokens::of(text).list;
    tokens
        .iter()
        .rev()
        .find(|t| t.range.end <= offset)
        .map(|t| t.range.clone())
}

/// The last word `word` that starts before byte `offset`.
pub fn word_before(text: &str, word: &str, offset: usize) -> Option<Range<usize>> {
    let tokens = Tokens::of(text).list;
    let is_it = |t: &&Token| {
        t.kind == Kind::Word && t.range.start < offset && plain(&text[t.range.clone()]) == word
    };
    tokens.iter().rev().find(is_it).map(|t| t.range.clone())
}

/// The opening bracket, with the struct's name before it when there is one, of the innermost group
/// that encloses byte `offset`.
pub fn enclosing(text: &str, offset: usize) -> Option<Range<usize>> {
    let tokens = Tokens::of(text).list;
    let mut open = Vec::new();
    for (i, token) in tokens
        .iter()
        .enumerate()
        .take_while(|(_, t)| t.range.start < offset)
    {
        match token.kind {
            Kind::Open(_) => open.push(i),
            Kind::Close => {
                open.pop();
            }
            _ => {}
        }
    }
    let i = open.pop()?;
    let named = i > 0 && tokens[i].kind == Kind::Open(b'(') && tokens[i - 1].kind == Kind::Word;
    let start = if named {
        tokens[i - 1].range.start
    } else {
        tokens[i].range.start
    };
    Some(start..tokens[i].range.end)
}

/// Line and column, both from 1, of a byte offset; columns count characters.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..floor_boundary(text, offset)];
    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, before[start..].chars().count() + 1)
}

/// The byte offset of a line and column, both from 1, clamped to the text.
pub fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match text[start..].find('\n') {
            Some(i) => start += i + 1,
            None => return text.len(),
        }
    }
    let rest = &text[start..];
    start
        + rest
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(rest.len(), |(i, _)| i)
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A raw identifier (`r#type`) names the same field as the plain one.
fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open(u8),
    Close,
    Colon,
    Comma,
    /// A string or character, raw or not.
    Quoted,
    /// An identifier, number, or anything else without white space.
    Word,
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    range: Range<usize>,
}

struct Found {
    name: Option<Range<usize>>,
    value: Range<usize>,
    opening: Range<usize>,
}

struct Tokens<'a> {
    text: &'a str,
    list: Vec<Token>,
}

impl<'a> Tokens<'a> {
    fn of(text: &'a str) -> Self {
        let mut list = Vec::new();
        let mut at = 0;
        while let Some((token, next)) = next_token(text, at) {
            list.extend(token);
            at = next;
        }
        Self { text, list }
    }

    fn find(&self, path: &[Step]) -> Option<Found> {
        let mut value = self.root()?;
        let mut name = None;
        for step in path {
            (name, value) = self.descend(value, step)?;
        }
        let end = self.end_of_value(value)?;
        Some(Found {
            name: name.map(|i: usize| self.list[i].range.clone()),
            value: self.list[value].range.start..self.list[end - 1].range.end,
            opening: self.list[value].range.clone(),
        })
    }

    /// The first token after the `#![enable(...)]` attributes.
    fn root(&self) -> Option<usize> {
        let mut i = 0;
        while self.word(i).is_some_and(|w| w.starts_with("#!")) {
            i = self.end_of_value(i + 1)?;
        }
        (i < self.list.len()).then_some(i)
    }

    fn kind(&self, i: usize) -> Option<Kind> {
        self.list.get(i).map(|t| t.kind)
    }

    fn word(&self, i: usize) -> Option<&'a str> {
        let token = self.list.get(i)?;
        (token.kind == Kind::Word).then(|| &self.text[token.range.clone()])
    }

    /// The token after the value that starts at token `i`.
    fn end_of_value(&self, i: usize) -> Option<usize> {
        let open = match self.kind(i)? {
            Kind::Word if self.kind(i + 1) == Some(Kind::Open(b'(')) => i + 1,
            Kind::Word | Kind::Quoted => return Some(i + 1),
            Kind::Open(_) => i,
            Kind::Close | Kind::Colon | Kind::Comma => return None,
        };
        let mut depth = 0_usize;
        for j in open..self.list.len() {
            match self.list[j].kind {
                Kind::Open(_) => depth += 1,
                Kind::Close => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(j + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a variant begins at `i` that holds one list or group and nothing else: `Listed([...])`.
    fn wraps_one(&self, i: usize) -> bool {
        self.kind(i) == Some(Kind::Word)
            && self.kind(i + 1) == Some(Kind::Open(b'('))
            && matches!(self.kind(i + 2), Some(Kind::Open(_)))
            && self.end_of_value(i + 2).is_some_and(|end| {
                let end = if self.kind(end) == Some(Kind::Comma) {
                    end + 1
                } else {
                    end
                };
                self.kind(end) == Some(Kind::Close)
            })
    }

    /// The name token, if any, and the first token of the value one step below the value at `i`.
    fn descend(&self, mut i: usize, step: &Step) -> Option<(Option<usize>, usize)> {
        while self.word(i) == Some("Some") && self.kind(i + 1) == Some(Kind::Open(b'('))
            || self.wraps_one(i)
        {
            i += 2;
        }
        if self.kind(i) == Some(Kind::Word) {
            i += 1;
        }
        let Some(Kind::Open(_)) = self.kind(i) else {
            return None;
        };
        let mut entry = i + 1;
        let mut index = 0;
        while self.kind(entry).is_some_and(|k| k != Kind::Close) {
            let end = self.end_of_value(entry)?;
            let (name, value, end) = if self.kind(end) == Some(Kind::Colon) {
                (Some(entry), end + 1, self.end_of_value(end + 1)?)
            } else {
                (None, entry, end)
            };
            let found = match (step, name) {
                (Step::Field(wanted), Some(n)) => self.word(n).is_some_and(|w| plain(w) == *wanted),
                (Step::Key(wanted), Some(n)) => self.key(n).as_deref() == Some(wanted),
                (Step::Index(wanted), None) => *wanted == index,
                _ => false,
            };
            if found {
                return Some((name, value));
            }
            index += 1;
            entry = if self.kind(end) == Some(Kind::Comma) {
                end + 1
            } else {
                end
            };
        }
        None
    }

    /// The text of a map key, without quotes and escapes.
    fn key(&self, i: usize) -> Option<String> {
        let token = self.list.get(i)?;
        let raw = &self.text[token.range.clone()];
        match token.kind {
            Kind::Word => Some(plain(raw).to_owned()),
            Kind::Quoted => ron::from_str::<String>(raw).ok(),
            _ => None,
        }
    }
}

/// The token at or after `at` (none for a comment) and where to go on; none at the end.
fn next_token(text: &str, at: usize) -> Option<(Option<Token>, usize)> {
    let rest = &text[at..];
    let start = at + rest.find(|c: char| !c.is_whitespace() && c != '\u{feff}')?;
    let rest = &text[start..];
    let bytes = rest.as_bytes();
    let token = |kind, len: usize| {
        Some((
            Some(Token {
                kind,
                range: start..start + len,
            }),
            start + len,
        ))
    };
    match bytes[0] {
        b'/' if rest.starts_with("//") => {
            Some((None, start + rest.find('\n').unwrap_or(rest.len())))
        }
        b'/' if rest.starts_with("/*") => Some((None, start + block_comment(rest))),
        open @ (b'(' | b'[' | b'{') => token(Kind::Open(open), 1),
        b')' | b']' | b'}' => token(Kind::Close, 1),
        b':' => token(Kind::Colon, 1),
        b',' => token(Kind::Comma, 1),
        _ => match quoted(rest) {
            Some(len) => token(Kind::Quoted, len),
            None => token(Kind::Word, word(rest)),
        },
    }
}

/// Length of the block comment, nested ones included, that `rest` starts with.
fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut i) = (0_usize, 0);
    while i + 1 < bytes.len() {
        match &bytes[i..i + 2] {
            b"/*" => {
                depth += 1;
                i += 2;
            }
            b"*/" => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    rest.len()
}

/// Length of the string or character, raw or byte or not, that `rest` starts with.
fn quoted(rest: &str) -> Option<usize> {
    let body = rest.trim_start_matches(['b', 'r']);
    let prefix = &rest[..rest.len() - body.len()];
    if !matches!(prefix, "" | "b" | "r" | "br") {
        return None;
    }
    if prefix.ends_with('r') {
        let hashes = body.bytes().take_while(|&b| b == b'#').count();
        let inner = body[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let len = inner.find(&close).map_or(inner.len(), |i| i + close.len());
        return Some(prefix.len() + hashes + 1 + len);
    }
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (i, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // `'''` is the quote itself.
            '\'' if quote == '\'' && i == 1 => {}
            c if c == quote => return Some(prefix.len() + i + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

/// Length of the run of characters that `rest` starts with and that belong to no other token, at
/// least one character.
fn word(rest: &str) -> usize {
    let ends = |(i, c): (usize, char)| {
        let comment = rest[i..].starts_with("//") || rest[i..].starts_with("/*");
        (c.is_whitespace() || "()[]{}:,\"'".contains(c) || comment).then_some(i)
    };
    rest.char_indices()
        .skip(1)
        .find_map(ends)
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"#![enable(implicit_some)]
// units: [ not here ]
Scenario(
    name: "val/*ley\"", /* a /* nested */ comment: ( */
    raw: r#"a "quoted" ) word"#,
    mark: '\'', tick: ')',
    site: (epsg: 32649, time_zone: "Asia/Shanghai"),
    r#type: None,
    width: Some(4.5),
    inner: Some(Point(x: 1, y: -2.5e3)),
    days: Some(Listed([(id: "x"), (id: "y", at: 3)],)),
    stars: Made((rose: [7, 8])),
    units: [
        (id: "一号", at: (10.0, 20.0)),
        Unit(
            id: "b", // second
            event: WindShift(from: 180),
        ),
    ],
    overrides: {"a.b": 1, "c\td": 2, 'e': 3, 7: [8, 9]},
)
"##;

    fn at(path: &[Step]) -> Option<&'static str> {
        locate(TEXT, path).map(|r| &TEXT[r])
    }

    fn key(k: &str) -> Step {
        Step::Key(k.to_owned())
    }

    use Step::{Field, Index};

    #[test]
    fn a_field_is_found_past_comments_strings_and_brackets() {
        assert_eq!(at(&[Field("name")]), Some(r#""val/*ley\"""#));
        assert_eq!(at(&[Field("raw")]), Some(r##"r#"a "quoted" ) word"#"##));
        assert_eq!(at(&[Field("mark")]), Some(r"'\''"));
        assert_eq!(at(&[Field("tick")]), Some("')'"));
        assert_eq!(at(&[Field("site"), Field("epsg")]), Some("32649"));
        assert_eq!(at(&[Field("type")]), Some("None"));
    }

    #[test]
    fn options_names_and_variants_are_seen_through() {
        assert_eq!(at(&[Field("width")]), Some("Some(4.5)"));
        assert_eq!(at(&[Field("inner"), Field("y")]), Some("-2.5e3"));
        assert_eq!(at(&[Field("days"), Index(1), Field("at")]), Some("3"));
        let star = [Field("stars"), Field("rose"), Index(0)];
        assert_eq!(at(&star), Some("7"));
        assert_eq!(
            at(&[Field("units"), Index(1), Field("event"), Field("from")]),
            Some("180")
        );
        assert_eq!(
            at(&[Field("units"), Index(0), Field("at"), Index(1)]),
            Some("20.0")
        );
        assert_eq!(
            at(&[Field("units"), Index(0), Field("id")]),
            Some("\"一号\"")
        );
    }

    #[test]
    fn map_entries_are_found_by_their_key() {
        assert_eq!(at(&[Field("overrides"), key("a.b")]), Some("1"));
        assert_eq!(at(&[Field("overrides"), key("c\td")]), Some("2"));
        assert_eq!(at(&[Field("overrides"), key("7"), Index(1)]), Some("9"));
        let name = locate_name(TEXT, &[Field("overrides"), key("a.b")]).unwrap();
        assert_eq!(&TEXT[name], "\"a.b\"");
    }

    #[test]
    fn what_is_not_there_is_not_found_and_pointed_at_nearby() {
        assert_eq!(at(&[Field("units"), Index(2)]), None);
        assert_eq!(at(&[Field("nothing")]), None);
        assert_eq!(at(&[Field("name"), Field("x")]), None);
        let near = |path: &[Step]| &TEXT[pointer(TEXT, path)];
        assert_eq!(near(&[Field("units"), Index(1), Field("station")]), "Unit");
        assert_eq!(near(&[Field("units"), Index(1)]), "Unit");
        assert_eq!(near(&[Field("units")]), "units");
        assert_eq!(near(&[Field("site"), Field("epsg")]), "32649");
        assert_eq!(near(&[Field("site"), Field("height")]), "site");
    }

    #[test]
    fn broken_text_is_walked_as_far_as_it_goes() {
        let text = "(a: 1, b: [1, 2";
        assert_eq!(locate(text, &[Field("a")]), Some(4..5));
        assert_eq!(locate(text, &[Field("b")]), None);
        for broken in [
            "", "(", ")", "(a", "(a:", "((", "\"", "r#\"", "'", "/*", "(a: ]b", ": , (",
        ] {
            assert_eq!(locate(broken, &[Field("b"), Index(0)]), None, "{broken}");
            let _ = (
                pointer(broken, &[Field("b")]),
                token_at(broken, 9),
                enclosing(broken, 1),
            );
        }
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = "ab\n一二x\n";
        assert_eq!(line_column(text, 0), (1, 1));
        assert_eq!(line_column(text, text.find('x').unwrap()), (2, 3));
        assert_eq!(offset_of(text, 2, 3), text.find('x').unwrap());
        assert_eq!(offset_of(text, 9, 1), text.len());
        assert_eq!(
            line_column(text, 4),
            (2, 1),
            "inside a character counts as its start"
        );
    }

    #[test]
    fn geojson_members_are_walked_like_maps() {
        let text =
            r#"{"type":"FeatureCollection","features":[{"a":1},{"properties":{"id":"r2"}}]}"#;
        let path = [key("features"), Index(1), key("properties"), key("id")];
        assert_eq!(locate(text, &path).map(|r| &text[r]), Some("\"r2\""));
    }

    #[test]
    fn paths_are_written_as_people_write_them() {
        let path = FieldPath::of("roads")
            .field("items")
            .index(3)
            .field("class");
        assert_eq!(path.to_string(), "roads.items[3].class");
        assert_eq!(
            FieldPath::of("overrides").key("a.b").to_string(),
            "overrides[\"a.b\"]"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_walker_stumble(text in "\\PC*|[(){}\\[\\],:\"'/*r#b a-c\\\\\n]*") {
            let path = [Field("a"), Index(0), key("b")];
            let _ = locate(&text, &path);
            let _ = pointer(&text, &path);
        }
    }
}
