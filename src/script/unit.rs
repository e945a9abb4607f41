//! All rules of one workflow as one program: script files and YAML expressions, with the way back to their places.
//!
//! It must not decide what a rule means for a gate; it parses, and hands out programs that can be run.

use super::engine::CLOSED;
use super::extent::RuleText;
use super::lower::{self, Lower};
use super::syntax::{At, Expr, ExprKind, Function, Stmt, StmtKind, walk_statements};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::ScriptMap;
use crate::source::{SourceId, Sources, Span};
use rhai::{AST, ParseErrorType};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// A rule of a workflow: one expression of a YAML file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub(super) usize);

/// Where the text of a piece comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// A file of functions.
    Script(SourceId),
    /// An expression inside a YAML file.
    Expression(ScriptMap, Span),
}

/// One script file or one expression, parsed on its own so that its places are its own.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) origin: Origin,
    pub(super) text: RuleText,
    pub(super) functions: Vec<Function>,
    pub(super) body: Vec<Stmt>,
    pub(super) sound: bool,
}

/// The parsed rules of a workflow, before they are checked.
#[derive(Debug, Default)]
pub struct Unit {
    pub(super) pieces: Vec<Piece>,
    rules: Vec<usize>,
    // INVARIANT: same length as `rules`.
    pub(super) expected: Vec<super::Expected>,
    /// The rule that gives the list for whose elements a rule is run.
    pub(super) lists: HashMap<RuleId, RuleId>,
}

/// A unit made into one runnable program.
pub(super) struct Program {
    pub(super) ast: AST,
    /// The line of the program on which each piece begins, from 1, ascending.
    pub(super) first_lines: Vec<u32>,
    /// The number of its lines.
    pub(super) lines: u32,
    pub(super) guards: HashSet<At>,
}

impl Unit {
    /// A unit without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the functions of a script file; what cannot be parsed is reported.
    pub fn add_script(&mut self, sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) {
        let Some(source) = sources.get(id) else { return };
        let index = self.add(Origin::Script(id), source.shared_text(), diagnostics);
        let Some(piece) = self.pieces.get(index) else { return };
        if let Some(stray) = piece.body.iter().find(|statement| !matches!(statement.kind, StmtKind::Empty)) {
            let span = piece.span(&piece.text.token(stray.at));
            diagnostics.push(
                Diagnostic::new(Code::ForbiddenConstruct, span, "a script holds functions only")
                    .label("this stands outside of a function")
                    .help("wrap it in `fn name(record) { .. }`"),
            );
        }
        self.report_second_definitions(index, diagnostics);
    }

    /// Adds an expression of a YAML file and what it must give.
    pub fn add_rule(&mut self, text: &str, map: ScriptMap, span: Span, expected: super::Expected, diagnostics: &mut Diagnostics) -> RuleId {
        let index = self.add(Origin::Expression(map, span), Arc::from(text), diagnostics);
        if let Some(piece) = self.pieces.get(index)
            && let Some(named) = piece.functions.iter().find(|function| !is_closure(&function.name))
        {
            let span = piece.name_span(named);
            diagnostics.push(
                Diagnostic::new(
                    Code::ForbiddenConstruct,
                    span,
                    format!("function `{}` cannot be defined inside of an expression", named.name),
                )
                .help("put it into a script and list the script under `use`"),
            );
        }
        self.rules.push(index);
        self.expected.push(expected);
        RuleId(self.rules.len() - 1)
    }

    /// Says that a rule is run for each element of the list that an earlier rule gives, and can name it.
    pub fn run_for_each(&mut self, rule: RuleId, list: RuleId) {
        self.lists.insert(rule, list);
    }

    fn add(&mut self, origin: Origin, text: Arc<str>, diagnostics: &mut Diagnostics) -> usize {
        let mut piece = Piece { origin, text: RuleText::new(Arc::clone(&text)), functions: Vec::new(), body: Vec::new(), sound: false };
        if let Some(open) = unclosed_comment(&text) {
            let message = "the comment is never closed".to_owned();
            diagnostics.push(Diagnostic::new(Code::RuleSyntax, piece.span(&(open..open + 2)), message).help("end it with `*/`"));
            self.pieces.push(piece);
            return self.pieces.len() - 1;
        }
        match CLOSED.compile(&*text) {
            Ok(ast) => {
                let lower = Lower { text: &piece.text };
                (piece.functions, piece.body) = (lower::functions(lower, &ast), lower::top_level(lower, &ast));
                piece.sound = true;
            }
            Err(error) => {
                let at = lower::at(error.1);
                let twice = match &*error.0 {
                    ParseErrorType::FnDuplicatedDefinition(name, count) => Some((name.clone(), *count)),
                    _ => None,
                };
                let range = if let Some((name, _)) = &twice {
                    let start = piece.text.offset(at);
                    let after = text.get(start..).and_then(|rest| rest.find(name.as_str())).unwrap_or(0);
                    start + after..start + after + name.len()
                } else if at.line == 0 {
                    text.len()..text.len()
                } else {
                    piece.text.token(at)
                };
                let (message, help) = match &twice {
                    Some((name, count)) => (format!("function `{name}` with {} is defined twice", arguments(*count)), None),
                    None => syntax_message(&error.0.to_string(), text.trim()),
                };
                let code =
                    if matches!(*error.0, ParseErrorType::FnDuplicatedDefinition(..)) { Code::DuplicateFunction } else { Code::RuleSyntax };
                diagnostics.push(Diagnostic::new(code, piece.span(&range), message).maybe_help(help));
            }
        }
        self.pieces.push(piece);
        self.pieces.len() - 1
    }

    fn report_second_definitions(&self, index: usize, diagnostics: &mut Diagnostics) {
        let Some((piece, earlier)) = self.pieces.get(..=index).and_then(<[Piece]>::split_last) else { return };
        for function in piece.functions.iter().filter(|function| !is_closure(&function.name)) {
            let same = |other: &&Function| other.name == function.name && other.params.len() == function.params.len();
            let first = earlier.iter().find_map(|other| other.functions.iter().find(same).map(|found| (other, found)));
            if let Some((other, found)) = first {
                let message = format!("function `{}` with {} is defined twice", function.name, arguments(function.params.len()));
                diagnostics.push(
                    Diagnostic::new(Code::DuplicateFunction, piece.name_span(function), message)
                        .label("defined again here")
                        .related(other.name_span(found), "first defined here"),
                );
            }
        }
    }

    /// The rules that were added, with their pieces.
    pub(super) fn rules(&self) -> impl Iterator<Item = (RuleId, &Piece)> {
        self.rules.iter().enumerate().filter_map(|(rule, piece)| Some((RuleId(rule), self.pieces.get(*piece)?)))
    }

    pub(super) fn piece_of(&self, rule: RuleId) -> Option<(usize, &Piece)> {
        let index = *self.rules.get(rule.0)?;
        Some((index, self.pieces.get(index)?))
    }

    /// The functions of the scripts by name and number of parameters, with the piece they stand in.
    pub(super) fn script_functions(&self) -> HashMap<(&str, usize), (usize, &Function)> {
        let mut found = HashMap::new();
        for (index, piece) in self.pieces.iter().enumerate().filter(|(_, piece)| matches!(piece.origin, Origin::Script(_))) {
            for function in piece.functions.iter().filter(|function| !is_closure(&function.name)) {
                found.entry((&*function.name, function.params.len())).or_insert((index, function));
            }
        }
        found
    }

    /// Makes one program of all pieces; `parameters` are what expressions can name. `None` when a piece could not be parsed.
    pub(super) fn program(&self, parameters: &[&str]) -> Option<Program> {
        if self.pieces.iter().any(|piece| !piece.sound) {
            return None;
        }
        let mut text = String::new();
        let mut lines = 0;
        let mut first_lines = Vec::with_capacity(self.pieces.len());
        let mut guards = HashSet::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let wrapped = matches!(piece.origin, Origin::Expression(..));
            if wrapped {
                text.push_str(&format!("fn {}({}) {{", rule_function(index), parameters.join(", ")));
            }
            text.push('\n');
            lines += 1;
            first_lines.push(lines + 1);
            guards.extend(piece.guards().into_iter().map(|at| At { line: at.line + lines, ..at }));
            text.push_str(piece.text.text());
            text.push('\n');
            lines += piece.text.text().matches('\n').count() as u32 + 1;
            if wrapped {
                text.push('}');
            }
        }
        if lines > super::MAX_LINES {
            return None;
        }
        let ast = CLOSED.compile(&text).ok()?;
        Some(Program { ast, first_lines, lines, guards })
    }
}

impl Piece {
    /// Whether it stands in a YAML file.
    pub(super) fn is_expression(&self) -> bool {
        matches!(self.origin, Origin::Expression(..))
    }

    /// The span of the whole text.
    pub(super) fn whole(&self) -> Span {
        match &self.origin {
            Origin::Script(_) => self.span(&(0..self.text.text().len())),
            Origin::Expression(_, whole) => *whole,
        }
    }

    /// The span in the user's file of a range of the piece's text.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        match &self.origin {
            Origin::Script(id) => Span::new(*id, range.start as u32, range.end as u32),
            Origin::Expression(map, whole) => {
                let at = self.text.at(range.start);
                let start = map.offset(at.line, at.column);
                let at = self.text.at(range.end);
                let end = map.offset(at.line, at.column);
                Span::new(whole.source, start, end)
            }
        }
    }

    /// The span of an expression, or at least of its place.
    pub(super) fn span_of(&self, expr: &Expr) -> Span {
        let range = self.text.extent(expr).unwrap_or_else(|| self.text.token(expr.at));
        self.span(&range)
    }

    /// The span of a function's name. The tree only knows where the body begins; the name stands before it.
    pub(super) fn name_span(&self, function: &Function) -> Span {
        let body = self.text.offset(function.at);
        let before = self.text.text().get(..body).unwrap_or("");
        let found = before.rmatch_indices("fn").find_map(|(index, _)| {
            let rest = before.get(index + 2..)?;
            let name = index + 2 + (rest.len() - rest.trim_start().len());
            rest.trim_start().starts_with(&*function.name).then_some(name..name + function.name.len())
        });
        self.span(&found.unwrap_or(body..body))
    }

    fn guards(&self) -> Vec<At> {
        guards(&self.body, &self.functions)
    }
}

/// The places at which a read may find nothing: left of `??`, before `?.`, and inside of `has(..)`.
pub(super) fn guards(body: &[Stmt], functions: &[Function]) -> Vec<At> {
    let mut guards = Vec::new();
    let mut visit = |expr: &Expr| match &expr.kind {
        ExprKind::Coalesce(items) => {
            if let Some((_, guarded)) = items.split_last() {
                guarded.iter().for_each(|item| guard(item, &mut guards));
            }
        }
        ExprKind::Call(name, args) if &**name == "has" => args.iter().for_each(|arg| guard(arg, &mut guards)),
        ExprKind::Field { base, safe: true, .. } | ExprKind::Index { base, safe: true, .. } | ExprKind::Method { base, safe: true, .. } => {
            guard(base, &mut guards);
        }
        _ => {}
    };
    walk_statements(body, &mut visit);
    for function in functions {
        walk_statements(&function.body, &mut visit);
    }
    guards
}

fn guard(expr: &Expr, guards: &mut Vec<At>) {
    match &expr.kind {
        ExprKind::Field { dot, .. } => guards.push(*dot),
        ExprKind::Index { bracket, .. } => guards.push(*bracket),
        ExprKind::Coalesce(items) => items.iter().for_each(|item| guard(item, guards)),
        _ => {}
    }
}

/// The name of the function that wraps a piece; users cannot write it by accident, and it is never shown.
pub(super) fn rule_function(piece: usize) -> String {
    format!("__rule_{piece}")
}

pub(super) fn is_closure(name: &str) -> bool {
    name.starts_with("anon$")
}

/// `1 argument`, `2 arguments`.
pub(super) fn arguments(count: usize) -> String {
    if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") }
}

/// Where a block comment begins that nothing closes. The parser takes the end of the text for its end, but the text may go on.
fn unclosed_comment(text: &str) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut rest = 0;
    let mut quote: Option<char> = None;
    while let Some(character) = text.get(rest..).and_then(|rest| rest.chars().next()) {
        let ahead = text.get(rest..).unwrap_or("");
        let mut step = character.len_utf8();
        if let Some(end) = quote {
            if character == '\\' && end != '`' {
                step += ahead.chars().nth(1).map_or(0, char::len_utf8);
            } else if character == end {
                quote = None;
            }
        } else if ahead.starts_with("/*") {
            open.push(rest);
            step = 2;
        } else if ahead.starts_with("*/") && !open.is_empty() {
            open.pop();
            step = 2;
        } else if open.is_empty() && ahead.starts_with("//") {
            step = ahead.find('\n').unwrap_or(ahead.len());
        } else if open.is_empty() && matches!(character, '"' | '\'' | '`') {
            quote = Some(character);
        }
        rest += step;
    }
    open.first().copied()
}

/// The parser's message in our style, with help for the slips that people make.
fn syntax_message(message: &str, text: &str) -> (String, Option<String>) {
    let message = message.trim_end_matches('.');
    let mut characters = message.chars();
    let lowered: String = characters.next().map_or(String::new(), |first| first.to_lowercase().chain(characters).collect());
    let quoted = lowered.replace('\'', "`");
    let help = if text.is_empty() {
        Some("write an expression such as `record.amount > 100`".to_owned())
    } else if text.contains(" and ") || text.contains(" or ") || text.contains(" not ") {
        Some("logic is written `&&`, `||` and `!`".to_owned())
    } else if text.contains('%') && !text.contains(" % ") {
        Some("a percentage is written without its sign: 20 is 20 %".to_owned())
    } else if has_grouped_number(text) {
        Some("digits are grouped with `_`, as in `5_000`; a comma is never part of a number".to_owned())
    } else if text.contains('\'') {
        Some("texts stand in double quotes".to_owned())
    } else if quoted.contains("`=`") || (text.contains(" = ") && !text.contains("let ")) {
        Some("a comparison is written `==`".to_owned())
    } else {
        None
    };
    let quoted = quoted.replace("script is incomplete", "the rule is incomplete");
    (if text.is_empty() { "the expression is empty".to_owned() } else { quoted }, help)
}

/// Whether a comma stands between a digit and three more, as in `5,000`.
fn has_grouped_number(text: &str) -> bool {
    text.match_indices(',').any(|(at, _)| {
        let (before, after) = text.split_at(at);
        let three = after.chars().skip(1).take_while(char::is_ascii_digit).count();
        before.ends_with(|last: char| last.is_ascii_digit()) && three == 3
    })
}
